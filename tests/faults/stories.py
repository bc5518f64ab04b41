"""What people and machines write in a fault run, and what must come of it: each story is one requester's affair."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from tests.service.running import mail

SEGER = "telefonia@seger.es.gov.br"
ATTENTION = "Karolina Ramos <karolina.ramos@oi.net.br>"
CNPJ = "CNPJ 27.080.571/0001-30\n"
CONTACTS = "Fixo: (27) 3636-2501 | Celular: (27) 99812-4470\n"
CHANGE = """Karolina, bom dia.

Solicito a mudança do número da linha {line}, da Gerência de Licenciamento, pois ele foi publicado por engano
como sendo o de uma clínica e a equipe não consegue trabalhar.

Instituto Estadual de Meio Ambiente e Recursos Hídricos
{cnpj}
Atenciosamente,
Lúcia Helena Zanotti
Coordenadora Administrativa
{contacts}"""
SCHOOL = """Boa tarde,

Precisamos bloquear as ligações para celular no telefone {line} da nossa escola, porque a conta dobrou no
último mês e ninguém sabe quem está usando.

Qualquer coisa é só ligar na secretaria: (27) 3752-1850.

Marlene Bravim
Secretária Escolar
"""
MUTE = """Prezados, o ramal {line} da Farmácia Cidadã amanheceu mudo, sem tom nenhum. Já trocamos o aparelho e nada.
Os pacientes não conseguem falar com a gente.

Edson Pimentel Lyra
Farmacêutico responsável
"""
GOT = "Lúcia, bom dia!\n\nRecebido, já está na fila de execução. Protocolo 20261125{number:05d}.\n\nKarolina Ramos\n"
DONE = """Lúcia, a mudança de número foi concluída hoje às 9h. O novo número é (27) 3637-{number:04d}, já testado com a
recepção. Protocolo 20261125{number:05d} encerrado.

Karolina Ramos
"""

Answer = Callable[[EmailMessage], bytes]


@dataclass(frozen=True, slots=True)
class Story:
    """One requester's mails, in order, and how it ends: replies of ours to them, the case, notices to the carrier.

    `answer` makes what the requester writes, under the Message-ID `answers`, when our correction has come. `state` "":
    no case.
    """

    kind: str
    person: str
    ids: tuple[str, ...]
    mails: tuple[bytes, ...]
    replies: int = 0
    state: str = ""
    notices: int = 0
    answer: Answer | None = None
    answers: str = ""


def story(kind: str, number: int) -> Story:
    """The story of `kind` with the affairs of person `number`; see KINDS."""
    return KINDS[kind](number)


def _line(number: int) -> str:
    return f"(27) 3752-{number:04d}"


def _faulty(number: int) -> Story:
    person = f"escola{number}@sedu.es.gov.br"
    raw = mail(f"falta-{number}", SCHOOL.format(line=_line(number)), sender=f"Marlene Bravim <{person}>")
    return Story("faulty", person, (f"<falta-{number}@sedu.es.gov.br>",), (raw,), 1, "incomplete")


def _twice(number: int) -> Story:
    """The same mail by the address itself and by the alias: another trace header, the same content."""
    once = _faulty(number)
    return Story("twice", once.person, once.ids, (once.mails[0], b"X-Way: alias\r\n" + once.mails[0]), 1, "incomplete")


def _change(number: int, **lacking: str) -> tuple[str, bytes]:
    person = f"lucia{number}@iema.es.gov.br"
    text = CHANGE.format(**{"line": _line(number), "cnpj": CNPJ, "contacts": CONTACTS} | lacking)
    raw = mail(
        f"muda-{number}",
        text,
        sender=f"Lúcia Helena Zanotti <{person}>",
        to=ATTENTION,
        subject=f"Mudança de número - {_line(number)}",
        Cc=SEGER,
    )
    return person, raw


def _complete(number: int) -> Story:
    person, raw = _change(number)
    return Story("complete", person, (f"<muda-{number}@iema.es.gov.br>",), (raw,), 0, "with_operator")


def _supplement(number: int) -> Story:
    """Something lacks; once our correction has come, the requester sends it."""
    person, raw = _change(number, cnpj="", contacts="Fixo: (27) 3636-2501\n")

    def answer(correction: EmailMessage) -> bytes:
        return mail(
            f"segue-{number}",
            f"Segue o que faltava.\n\n{CNPJ}Celular: (27) 99812-4470\n\nLúcia Helena Zanotti\n",
            sender=f"Lúcia Helena Zanotti <{person}>",
            to=SEGER,
            subject=f"RES: {correction['Subject']}",
            In_Reply_To=str(correction["Message-ID"]),
            References=str(correction["Message-ID"]),
        )

    ids = (f"<muda-{number}@iema.es.gov.br>",)
    own_id = f"<segue-{number}@iema.es.gov.br>"
    return Story("supplement", person, ids, (raw,), 1, "with_operator", answer=answer, answers=own_id)


def _served(number: int) -> Story:
    """The operator takes it, and has done it: the carrier must be told."""
    person, raw = _change(number)
    request = f"<muda-{number}@iema.es.gov.br>"
    words = [("aceito", GOT.format(number=number)), ("feito", DONE.format(number=number))]
    told = [
        mail(
            f"{name}-{number}",
            text,
            sender=ATTENTION,
            to=person,
            subject=f"RES: Mudança de número - {_line(number)}",
            Cc=SEGER,
            In_Reply_To=request,
            References=request,
        )
        for name, text in words
    ]
    ids = (request, *(f"<{name}-{number}@oi.net.br>" for name, _ in words))
    return Story("served", person, ids, (raw, *told), 0, "closed", notices=1)


def _redirect(number: int) -> Story:
    person = f"edson{number}@sesa.es.gov.br"
    raw = mail(
        f"mudo-{number}",
        MUTE.format(line=_line(number)),
        sender=f"Edson Pimentel Lyra <{person}>",
        to=ATTENTION,
        subject="Ramal mudo na farmácia",
        Cc=SEGER,
    )
    return Story("redirect", person, (f"<mudo-{number}@sesa.es.gov.br>",), (raw,), 1, "closed")


def _machine(number: int) -> Story:
    person = f"ferias{number}@sefaz.es.gov.br"
    text = "Estou de férias até o dia 30. Os pedidos serão concluídos no meu retorno.\n"
    subject = "Resposta automática: RES: Bloqueio"
    raw = mail(f"fora-{number}", text, sender=person, subject=subject, Auto_Submitted="auto-replied")
    return Story("machine", person, (f"<fora-{number}@sefaz.es.gov.br>",), (raw,))


def _thanks(number: int) -> Story:
    person = f"grata{number}@seag.es.gov.br"
    text = "Muito obrigado pela orientação, já liguei e abriram o chamado. Bom trabalho!\n\nRita Costa\n"
    raw = mail(f"grata-{number}", text, sender=f"Rita Costa <{person}>", subject="RES: orientação")
    return Story("thanks", person, (f"<grata-{number}@seag.es.gov.br>",), (raw,))


KINDS: dict[str, Callable[[int], Story]] = {
    "faulty": _faulty,
    "twice": _twice,
    "complete": _complete,
    "supplement": _supplement,
    "served": _served,
    "redirect": _redirect,
    "machine": _machine,
    "thanks": _thanks,
}


def address(value: object) -> str:
    """The bare address in a header."""
    return parseaddr(str(value))[1]
