"""Round trips: a text written in each mail program's style comes back as what its author wrote."""

from email.message import EmailMessage

import pytest

from triage.core.message import Message
from triage.mail.body import is_forward_subject
from triage.mail.parse import parse

OWN = """Prezada Karolina,

Solicito o bloqueio do ramal (27) 3636-1234, pois a sala foi desativada.
O CNPJ é 27.080.571/0001-30.

Atenciosamente,
Ana Souza
Secretaria de Estado da Educação
(27) 3636-0001"""

EARLIER = """Bom dia, Ana.

Serviço concluído no ramal (27) 3222-9999.

Karolina"""

PREFIXED = "\n".join(f"> {line}".rstrip() for line in EARLIER.split("\n"))
UNDERLINE = "_" * 32

OUTLOOK_PT = """De: Karolina Ramos <karolina.ramos@oi.net.br>
Enviada em: segunda-feira, 3 de agosto de 2026 10:21
Para: Ana Souza <ana.souza@sedu.es.gov.br>
Cc: telefonia@seger.es.gov.br
Assunto: RES: Bloqueio"""

OUTLOOK_WEB_PT = OUTLOOK_PT.replace("Enviada em", "Enviado")
OUTLOOK_INTERNAL = """De: Karolina Ramos
Enviado: segunda-feira, 3 de agosto de 2026 10:21
Para: Ana Souza; Telefonia SEGER; Bruno Albuquerque dos Santos;
Carlos Eduardo de Oliveira
Assunto: Bloqueio"""
OUTLOOK_EN = """From: Karolina Ramos <karolina.ramos@oi.net.br>
Sent: Monday, August 3, 2026 10:21 AM
To: Ana Souza <ana.souza@sedu.es.gov.br>
Subject: RE: Bloqueio"""
OUTLOOK_BOLD = """*De:* Karolina Ramos <karolina.ramos@oi.net.br>
*Enviada em:* segunda-feira, 3 de agosto de 2026 10:21
*Para:* Ana Souza <ana.souza@sedu.es.gov.br>
*Assunto:* RES: Bloqueio"""
ZIMBRA = """De: "Karolina Ramos" <karolina.ramos@oi.net.br>
Para: "Ana Souza" <ana.souza@sedu.es.gov.br>
Cc: "telefonia" <telefonia@seger.es.gov.br>
Enviadas: Segunda-feira, 3 de agosto de 2026 10:21:02
Assunto: Re: Bloqueio"""
THUNDERBIRD_FORWARD = """Assunto: 	Bloqueio
Data: 	Mon, 3 Aug 2026 10:21:02 -0300
De: 	Karolina Ramos <karolina.ramos@oi.net.br>
Para: 	Ana Souza <ana.souza@sedu.es.gov.br>"""
IPHONE_FORWARD = """De: Karolina Ramos <karolina.ramos@oi.net.br>
Data: 3 de agosto de 2026 10:21:02 BRT
Para: Ana Souza <ana.souza@sedu.es.gov.br>
Assunto: Bloqueio"""
GMAIL_FORWARD = """De: Karolina Ramos <karolina.ramos@oi.net.br>
Date: seg., 3 de ago. de 2026 às 10:21
Subject: Bloqueio
To: Ana Souza <ana.souza@sedu.es.gov.br>"""
LOTUS = """De:	Karolina Ramos/OI
Para:	Ana Souza/SEDU/GOVES@GOVES
Cc:	telefonia@seger.es.gov.br
Data:	03/08/2026 10:21
Assunto:	Bloqueio"""
LOTUS_OLD = """Karolina Ramos/OI
03/08/2026 10:21

Para
	Ana Souza/SEDU/GOVES@GOVES
cc

Assunto
	Bloqueio
"""

REPLIES = {
    "outlook desktop": f"{OWN}\n\n{OUTLOOK_PT}\n\n{EARLIER}",
    "outlook web": f"{OWN}\n\n{UNDERLINE}\n{OUTLOOK_WEB_PT}\n\n{EARLIER}",
    "outlook internal names only": f"{OWN}\n\n{OUTLOOK_INTERNAL}\n\n{EARLIER}",
    "outlook english": f"{OWN}\n\n{OUTLOOK_EN}\n\n{EARLIER}",
    "outlook bold": f"{OWN}\n\n{OUTLOOK_BOLD}\n\n{EARLIER}",
    "outlook separator": f"{OWN}\n\n-----Mensagem original-----\n{OUTLOOK_PT}\n\n{EARLIER}",
    "outlook separator english": f"{OWN}\n\n-----Original Message-----\n{OUTLOOK_EN}\n\n{EARLIER}",
    "zimbra": f"{OWN}\n\n----- Mensagem original -----\n{ZIMBRA}\n\n{EARLIER}",
    "zimbra undivided": f"{OWN}\n\n{ZIMBRA}\n\n{EARLIER}",
    "gmail": f"{OWN}\n\nEm seg., 3 de ago. de 2026 às 10:21, Karolina Ramos <\nkaroli"
    f"na.ramos@oi.net.br> escreveu:\n\n{PREFIXED}",
    "gmail one line": f"{OWN}\n\nEm seg., 3 de ago. de 2026 10:21, Karolina <k@oi.net.br> escreveu:\n{PREFIXED}",
    "gmail english": f"{OWN}\n\nOn Mon, Aug 3, 2026 at 10:21 AM Karolina Ramos <k@oi.net.br>\nwrote:\n\n{PREFIXED}",
    "gmail old": f"{OWN}\n\n2026-08-03 10:21 GMT-03:00 Karolina Ramos <karolina.ramos@oi.net.br>:\n\n{PREFIXED}",
    "thunderbird": f"{OWN}\n\nEm 03/08/2026 10:21, Karolina Ramos escreveu:\n{PREFIXED}",
    "thunderbird portugal": f"{OWN}\n\nÀs 10:21 de 03/08/2026, Karolina Ramos escreveu:\n{PREFIXED}",
    "iphone": f"{OWN}\n\nEm 3 de ago. de 2026, à(s) 10:21, Karolina Ramos <k@oi.net.br> escreveu:\n\n{PREFIXED}",
    "roundcube": f"{OWN}\n\nEm 2026-08-03 10:21, Karolina Ramos escreveu:\n\n{PREFIXED}",
    "roundcube unprefixed": f"{OWN}\n\nEm 2026-08-03 10:21, Karolina Ramos escreveu:\n\n{EARLIER}",
    "expresso": f"{OWN}\n\nEm 03/08/2026 às 10:21 horas, Karolina Ramos <k@oi.net.br> escreveu:\n\n{EARLIER}",
    "horde": f"{OWN}\n\nCitando Karolina Ramos <karolina.ramos@oi.net.br>:\n\n{PREFIXED}",
    "notes web": f"{OWN}\n\n-----Karolina Ramos/OI escreveu: -----\n{LOTUS}\n\n{EARLIER}",
    "notes": f"{OWN}\n\n{LOTUS}\n\n{EARLIER}",
    "notes old": f"{OWN}\n\n{LOTUS_OLD}\n\n{EARLIER}",
    "unknown language": f"{OWN}\n\nKarolina Ramos <k@oi.net.br> schrieb am Mo., 3. Aug. 2026 um 10:21:\n{PREFIXED}",
    "prefix alone": f"{OWN}\n\n{PREFIXED}",
    "quote first": f"Em 03/08/2026 10:21, Karolina Ramos escreveu:\n{PREFIXED}\n\n{OWN}",
    "older quote below": f"{OWN}\n\n{OUTLOOK_PT}\n\n{EARLIER}\n\nEm 01/08/2026 09:00, Ana escreveu:\n> Oi",
}

FORWARDS = {
    "outlook": f"{OWN}\n\n{OUTLOOK_PT}\n\n{EARLIER}",
    "outlook web": f"{OWN}\n\n{UNDERLINE}\n{OUTLOOK_WEB_PT}\n\n{EARLIER}",
    "gmail": f"{OWN}\n\n---------- Forwarded message ---------\n{GMAIL_FORWARD}\n\n\n{EARLIER}",
    "thunderbird": f"{OWN}\n\n-------- Mensagem encaminhada --------\n{THUNDERBIRD_FORWARD}\n\n\n{EARLIER}",
    "expresso": f"{OWN}\n\n---------- Mensagem encaminhada ----------\n{IPHONE_FORWARD}\n\n{EARLIER}",
    "iphone": f"{OWN}\n\nInício da mensagem encaminhada:\n\n{IPHONE_FORWARD}\n\n{EARLIER}",
    "iphone prefixed": f"{OWN}\n\nInício da mensagem encaminhada:\n\n"
    + "\n".join(f"> {line}" for line in f"{IPHONE_FORWARD}\n\n{EARLIER}".split("\n")),
    "zimbra": f"{OWN}\n\n----- Mensagem encaminhada -----\n{ZIMBRA}\n\n{EARLIER}",
    "separator": f"{OWN}\n\n-----Mensagem original-----\n{OUTLOOK_PT}\n\n{EARLIER}",
}


def compose(text: str, subject: str, in_reply_to: str = "") -> Message:
    """The message parsed back from its bytes."""
    mail = EmailMessage()
    mail["From"] = "Ana Souza <ana.souza@sedu.es.gov.br>"
    mail["To"] = "karolina.ramos@oi.net.br"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@sedu.es.gov.br>"
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail.set_content(text)
    return parse(mail.as_bytes())


@pytest.mark.parametrize("style", REPLIES)
def test_a_reply_yields_exactly_its_own_text(style: str) -> None:
    """Own text is whole and nothing of the earlier message is in it, whatever program wrote the reply."""
    message = compose(REPLIES[style], "RES: Bloqueio", "<0@oi.net.br>")
    assert message.body.own == OWN
    assert "Serviço concluído" in message.body.quoted
    assert message.body.forwarded == ()


@pytest.mark.parametrize("style", FORWARDS)
@pytest.mark.parametrize("prefix", ["ENC: ", "Fwd: ", "FW: ", "TR: "])
def test_a_forward_yields_own_and_forwarded_text(style: str, prefix: str) -> None:
    """The forwarded message comes with its sender, subject and text; own text stays apart."""
    body = compose(FORWARDS[style], prefix + "Bloqueio").body
    assert body.own == OWN
    assert [forwarded.text for forwarded in body.forwarded] == [EARLIER]
    inner = body.forwarded[0]
    assert inner.sender is not None
    assert inner.sender.addr == "karolina.ramos@oi.net.br"
    assert inner.sender.name.strip('"') == "Karolina Ramos"
    assert inner.subject.endswith("Bloqueio")
    assert "ana.souza@sedu.es.gov.br" in inner.recipients
    assert not inner.attached


def test_a_forward_marker_outweighs_a_reply_subject() -> None:
    """RES: with "Mensagem encaminhada" below is a forward."""
    body = compose(FORWARDS["gmail"], "RES: Bloqueio", "<0@oi.net.br>").body
    assert [forwarded.text for forwarded in body.forwarded] == [EARLIER]


def test_a_forward_keeps_older_quotes_apart() -> None:
    """Only the first inner message is forwarded; what it quotes goes to `quoted`."""
    older = OUTLOOK_PT.replace("Karolina Ramos", "Bruno Lima") + "\n\nPedido antigo."
    body = compose(f"Segue.\n\n{OUTLOOK_PT}\n\n{EARLIER}\n\n{older}", "ENC: Bloqueio").body
    assert [forwarded.text for forwarded in body.forwarded] == [EARLIER]
    assert "Pedido antigo." in body.quoted
    assert body.own == "Segue."


def test_a_forward_of_a_forward_yields_both() -> None:
    """Two marks of forwarding in a row: both messages are forwarded text."""
    deeper = f"---------- Forwarded message ---------\n{GMAIL_FORWARD}\n\nPedido original."
    body = compose(f"Segue.\n\n{OUTLOOK_PT}\n\nPara providências.\n\n{deeper}", "ENC: Bloqueio").body
    assert [forwarded.text for forwarded in body.forwarded] == ["Para providências.", "Pedido original."]


def test_a_pasted_header_without_reply_signs_is_forwarded() -> None:
    """Neither prefix nor In-Reply-To: the inner message was brought along, not answered."""
    body = compose(f"Segue.\n\n{OUTLOOK_PT}\n\n{EARLIER}", "Bloqueio").body
    assert body.own == "Segue."
    assert body.forwarded[0].text == EARLIER


def test_inline_answers_are_own_text() -> None:
    """Answers written between ">" lines belong to the author."""
    heading = "Em 03/08/2026 10:21, Karolina escreveu:"
    text = f"{heading}\n> Qual o CNPJ?\n\n27.080.571/0001-30\n\n> E o celular?\n\n(27) 99999-0000"
    body = compose(text, "Re: Bloqueio", "<0@oi.net.br>").body
    assert body.own == "27.080.571/0001-30\n\n\n(27) 99999-0000"
    assert body.quoted.splitlines()[1:] == ["Qual o CNPJ?", "E o celular?"]


def test_own_text_above_and_below_the_quote_is_kept() -> None:
    """Both ends of an interleaved reply are own."""
    text = f"Bom dia.\n\nEm 03/08/2026 10:21, Karolina escreveu:\n{PREFIXED}\n\nSegue o que faltava.\nAna"
    body = compose(text, "Re: Bloqueio", "<0@oi.net.br>").body
    assert body.own.split() == ["Bom", "dia.", "Segue", "o", "que", "faltava.", "Ana"]


@pytest.mark.parametrize(
    "text",
    [
        "Solicito a mudança de número.\nDe: (27) 3636-1234\nPara: (27) 3636-4321\nMotivo: trotes.",
        "De: Gerência Administrativa\nPara: SEGER Telefonia\nAssunto: Bloqueio\n\nSolicitamos o bloqueio.",
        "Em 12/08 pedi o cancelamento. Em 02/09 cobrei. Hoje é 15 de outubro.",
        "Em contato com a operadora, o atendente escreveu que o prazo é de 5 dias:\n- dia 10: vistoria",
        "Data: 10/08/2026\nLinha: (27) 3636-1234\nValor: R$ 100,00\nPara: setembro",
        "A mensagem original foi enviada em 10/08 e não tivemos retorno.",
        "Itens:\n----------------\nramal 1\n----------------\nramal 2",
        "> Solicito um ramal na sala 2, pois chegou um servidor.",
    ],
)
def test_own_text_that_only_resembles_a_quote_is_whole(text: str) -> None:
    """Memos, lists and sentences of the author are never cut (freescout#5624)."""
    message = compose(text, "Bloqueio")
    assert message.body.own == text
    assert message.body.quoted == ""
    assert message.body.forwarded == ()


SIGNATURES = [
    ("Texto.\n\n", "--\nAna Souza\n(27) 3636-0001"),
    ("Texto.\n\n", "Att.\nAna"),
    ("Texto.\n\n", "Att,\nAna"),
    ("Texto.\n\n", "At.te,\nAna"),
    ("Texto.\n\n", "Atenciosamente, Ana Souza"),
    ("Texto.\n\n", "ATENCIOSAMENTE\n\nAna Souza\nSEDU"),
    ("Texto.\n\n", "Cordialmente,\nAna"),
    ("Texto.\n\n", "Respeitosamente,\nAna"),
    ("Texto.\n\n", "Grata,\nAna"),
    ("Texto.\n\n", "Obrigada,\nAtenciosamente,\nAna"),
    ("Texto.\n\n", "Desde já agradeço.\nAna"),
    ("Texto.\n\n", "Abraços,\nAna"),
    ("Texto.\n\n", "Enviado do meu iPhone"),
    ("Texto.\n\n", "Enviado do Outlook para Android"),
    ("Texto.\n\n", "Obter o Outlook para iOS"),
    ("Texto.\n\n", "Ana Souza\nGerente | (27) 3636-0001"),
    ("Texto.\n\n", "Ana"),
    ("Obrigado pelo retorno. O ramal continua mudo.\n\n", "Att.\nAna"),
    ("Obrigada, o problema foi resolvido ontem pela equipe.\nMas o ramal voltou a falhar hoje.", ""),
    ("Atenciosamente solicito o que segue.\nUm ramal.", ""),
    ("Enviado do setor de protocolo o pedido, aguardamos.\nFim.", ""),
]


@pytest.mark.parametrize(("text", "signature"), SIGNATURES)
def test_the_signature_begins_where_the_author_closes(text: str, signature: str) -> None:
    """The offset stands at the closing; without one it is the text's length."""
    body = compose(text + signature, "Bloqueio").body
    assert body.own == (text + signature).strip("\n")
    assert body.own[body.signature_at :] == signature


@pytest.mark.parametrize(
    ("subject", "forward"),
    [
        ("ENC: Bloqueio", True),
        ("Enc: RES: Bloqueio", True),
        ("[Telefonia] FW: Bloqueio", True),
        ("Fwd[2]: Bloqueio", True),
        ("RES: ENC: Bloqueio", False),
        ("Pedido enc: Bloqueio", False),
        ("Frequência: Bloqueio", False),
        ("Bloqueio", False),
    ],
)
def test_the_outermost_prefix_tells_a_forward(subject: str, forward: bool) -> None:
    """Tags in brackets are passed over; words of the subject itself are no prefix."""
    assert is_forward_subject(subject) is forward


def test_a_tagged_reply_is_a_reply() -> None:
    """A list's tag may stand in front of RES:."""
    body = compose(REPLIES["outlook desktop"], "[Telefonia] RES: Bloqueio").body
    assert body.own == OWN
    assert body.forwarded == ()
