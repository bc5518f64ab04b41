"""Where the signature begins, and where what is said goes on below it."""

import pytest

from triage.core.message import Body
from triage.core.signature import postscript_offset, signature_offset

SIGNED = "Peço o bloqueio da linha.\n\nObrigada!\nAna Reis\n(27) 99912-3456\n"


@pytest.mark.parametrize(
    "postscript",
    [
        "PS: e desbloqueiem o DDD do 3636-3604",
        "P.S. Mandem a conta de maio",
        "p.s.: mandem a conta de maio",
        "ps manda a conta de maio",
        "PS - mandem a conta de maio",
        "  *PS: mandem a conta",
        "Obs.: a conta de maio não veio",
        "Em tempo: a conta de maio não veio",
        "Ah, e a fatura de maio também",
        "Esqueci: a conta de maio",
        "PPS: a conta de maio",
        "OBS - a conta de maio não veio",
        "Observações: a conta de maio não veio",
        "Nota: a linha 3605 não foi feita",
        "Atenção: a linha 3605 não foi feita",
        "Aproveito para pedir a conta de maio",
    ],
)
def test_a_postscript_below_the_signature_is_said(postscript: str) -> None:
    text = f"{SIGNED}\n{postscript}"
    signature_at = signature_offset(text)
    body = Body(text, signature_at, postscript_at=postscript_offset(text, signature_at))
    assert body.above.endswith(postscript.strip(" *"))
    assert body.above.startswith("Peço o bloqueio")
    assert "Ana Reis" not in body.above
    assert body.signature.startswith("Obrigada!")
    assert postscript.strip(" *") not in body.signature


@pytest.mark.parametrize(
    "below",
    [
        "PS Carapina",
        "PS do Hospital São Lucas",
        "PS - Pronto Socorro",
        "Assessoria de Obras",
        "Ahmad Reis",
        "PSF Jardim Camburi",
        "AH Advogados",
        "Atenção: esta mensagem pode conter informação confidencial.",
        "Obs.: antes de imprimir, pense no meio ambiente.",
    ],
)
def test_a_department_of_such_a_name_is_none(below: str) -> None:
    text = f"{SIGNED}{below}"
    assert postscript_offset(text, signature_offset(text)) is None


def test_without_a_signature_there_is_none_below_it() -> None:
    text = "Peço o bloqueio.\nPS: e a conta"
    assert postscript_offset(text, len(text)) is None
    assert Body(text, len(text)).above == text
    assert Body(text, len(text)).signature == ""


NOTICE = "Esta mensagem pode conter informação confidencial. Se recebida por engano, favor apagar."


def test_a_notice_of_confidentiality_is_nobodys_word() -> None:
    """It is taken for the signature only where nothing else is."""
    told = "Linha cancelada.\nService Desk Governo ES\n"
    assert signature_offset(told + NOTICE) == len(told)
    assert signature_offset(SIGNED + NOTICE) == SIGNED.index("Obrigada!")


@pytest.mark.parametrize("text", ["Esta mensagem não chegou ao destino.", "Oi.\nEste e-mail é o meu."])
def test_who_speaks_of_a_mail_gives_no_notice(text: str) -> None:
    assert signature_offset(text) == len(text)
