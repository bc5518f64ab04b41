"""Thanks are told from what hands something over, agrees, or asks."""

import pytest

from triage.core.courtesy import is_courtesy
from triage.core.message import Address, Body, Message
from triage.core.signature import signature_offset

AUTHOR = "Edson Pimentel Lyra"
SIGNATURE = f"\n\n{AUTHOR}\nNúcleo de Telecomunicações\n(27) 3347-5601"


def courtesy(own: str) -> bool:
    body = Body(own, signature_offset(own, AUTHOR))
    return is_courtesy(Message("<1@x>", (Address(AUTHOR, "e@sesa.es.gov.br"),), (), (), "RES: Bloqueio", body))


@pytest.mark.parametrize("signature", ["", SIGNATURE])
@pytest.mark.parametrize(
    "own",
    [
        "Obrigado e desculpem o transtorno.",
        "Obrigado, Karolina.",
        "Muito obrigada pela atenção!",
        "Ok, obrigado pela orientação. Vou ligar.",
        "Boa tarde.\n\nCiente, vou providenciar e envio ainda hoje.",
        "Testado e funcionando. Muito obrigada, Karolina!",
    ],
)
def test_thanks_are_a_courtesy_with_or_without_a_signature(own: str, signature: str) -> None:
    assert courtesy(own + signature)


@pytest.mark.parametrize(
    "own",
    [
        "Ok, pode agendar. Obrigado.",
        "De acordo, obrigado.",
        "Obrigado, mas a linha continua muda.",
        "Obrigado. Foi concluído?",
        "Segue o CNPJ, obrigado.",
        "Obrigado. Celular 99944-1020",
        "Autorizado. Obrigado.",
        "Bom dia, prezados.",
        "",
    ],
)
def test_what_says_more_is_none(own: str) -> None:
    assert not courtesy(own)
