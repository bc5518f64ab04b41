"""Company name, reason, e-mail, certificate and the original request (DOMAIN, "Mandatory fields")."""

from collections.abc import Callable

import pytest

from triage.core.fields.gather import Gathered
from triage.core.message import Address, Attachment, Forwarded
from triage.core.verdict import Presence
from triage.core.vocabulary import Field

Read = Callable[..., Gathered]


def has(gathered: Gathered, field: Field) -> bool:
    (finding,) = gathered.required([field])
    return finding.presence is Presence.PRESENT


@pytest.mark.parametrize(
    "own",
    [
        "Secretaria de Estado da Educação",
        "SECRETARIA DE ESTADO DA EDUCACAO",
        "secretaria da educação",
        "Secretaria Estadual de Educação",
        "a Secretaria de Estado da\nEducação do Espírito Santo",
        "ESTADO DO ESPÍRITO SANTO / SECRETARIA DE ESTADO DA EDUCAÇÃO - SEDU",
        "Sec. de Estado da Educação",
        "Secretraria de Estado da Educação",
        "Razão social: Conselho da Escola Maria Ortiz",
    ],
)
def test_the_company_name_in_full_or_nearly(read: Read, own: str) -> None:
    assert has(read(f"Solicito o bloqueio.\n{own}\nCNPJ 1"), Field.COMPANY_NAME)


@pytest.mark.parametrize(
    "own",
    [
        "SEDU",
        "Razão social: SEDU",
        "Cliente: SEDU/ES",
        "Secretaria Municipal de Educação",
        "Escola Maria Ortiz",
        "Educação",
        "",
    ],
)
def test_an_acronym_or_another_name_is_no_company_name(read: Read, own: str) -> None:
    assert not has(read(f"Solicito o bloqueio.\n{own}"), Field.COMPANY_NAME)


def test_the_display_name_is_no_company_name(read: Read) -> None:
    author = Address("Secretaria de Estado da Educação", "x@sedu.es.gov.br")
    assert not has(read("Solicito o bloqueio.", author=author), Field.COMPANY_NAME)


@pytest.mark.parametrize("own", ["Motivo: a sala foi desativada", "JUSTIFICATIVA: abuso de ligações"])
def test_a_labelled_reason_needs_no_classifier(read: Read, own: str) -> None:
    assert has(read(own), Field.REASON)


@pytest.mark.parametrize(
    "own", ["Motivo: conforme conversado", "MOTIVO:\nCNPJ: 1", "Motivo: ________", "Bloquear a linha."]
)
def test_an_empty_reason_is_none(read: Read, own: str) -> None:
    assert not has(read(own), Field.REASON)


def test_the_classifier_and_a_cue_together_make_a_reason(read: Read) -> None:
    assert has(read("Bloquear, pois há abuso.", says_why=0.15), Field.REASON)
    assert not has(read("Bloquear a linha.", says_why=0.15), Field.REASON)
    assert not has(read("Bloquear, conforme conversado.", says_why=0.3), Field.REASON)
    assert not has(read("Bloquear, conforme conversamos por telefone.", says_why=0.3), Field.REASON)
    assert has(read("Tal se deve ao abuso do terminal.", says_why=0.0), Field.REASON)
    assert has(read("O pedido deve-se a abuso.", says_why=0.0), Field.REASON)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("DESBLOQUEAR DDD NO 3134-6077. A ESCOLTA PRECISA FALAR COM AS COMARCAS.", True),
        ("Desbloquear. Os fiscais precisam muito ligar para o interior.", True),
        ("Desbloquear. Não precisa ligar.", False),
        ("Desbloquear. O técnico precisa ligar antes.", False),
        ("Desbloquear. Ninguém precisa chamar.", False),
        ("Desbloquear. O ramal precisa chamar celular.", False),
        ("Desbloquear. Nem precisam ligar antes.", False),
        ("Desbloquear, só precisa marcar a hora.", False),
    ],
)
def test_somebodys_need_to_be_heard_is_a_why(read: Read, own: str, told: bool) -> None:
    assert has(read(own), Field.REASON) is told


def test_a_why_that_is_as_likely_there_as_not_is_not_demanded(read: Read) -> None:
    """The worst is to ask for what is there: where nine of ten say why, more give one from .2 on than do not."""
    assert has(read("O moço da limpeza liga para a mãe no Maranhão. Dá para travar?", says_why=0.22), Field.REASON)
    assert not has(read("Bloquear a linha, a planilha está em anexo.", says_why=0.18), Field.REASON)
    assert has(read("Bloquear a linha de modo a conter o gasto, já que houve abuso.", says_why=0.0), Field.REASON)


def test_the_clients_email(read: Read) -> None:
    machine = Address("", "no-reply@sedu.es.gov.br")
    assert has(read("Bloquear."), Field.CLIENT_EMAIL)
    assert not has(read("Bloquear.", author=machine), Field.CLIENT_EMAIL)
    assert not has(read("Bloquear. persofixa@oi.net.br", author=machine), Field.CLIENT_EMAIL)
    assert has(read("Bloquear. e-mail: maria@sedu.es.gov.br", author=machine), Field.CLIENT_EMAIL)


@pytest.mark.parametrize(
    "own",
    [
        "certidão negativa federal",
        "CND",
        "CRF do FGTS",
        "certidão trabalhista (CNDT)",
        "certidões estadual e municipal",
    ],
)
def test_which_certificate(read: Read, own: str) -> None:
    assert has(read(f"Solicito {own}."), Field.CERTIFICATE)


@pytest.mark.parametrize(
    "own", ["Solicito as certidões.", "Instituto Estadual de Meio Ambiente", "bloquear a linha federal"]
)
def test_no_certificate_is_named(read: Read, own: str) -> None:
    assert not has(read(own), Field.CERTIFICATE)


REQUEST = (
    "De: Maria <maria@sedu.es.gov.br>\nAssunto: Bloqueio\n\n"
    + "Solicito o bloqueio da linha da escola, por favor. " * 2
)
RECEIPT = (
    "Em ter., 28 de abr. de 2026 às 15:32, Persofixa <persofixa@oi.net.br> escreveu:\n"
    "Sua solicitação foi registrada sob o protocolo 88127 e será atendida em breve pela equipe."
)


def file(name: str, kind: str = "application/pdf") -> Attachment:
    return Attachment(name, kind, 10)


def test_the_original_request_is_quoted_forwarded_or_attached(read: Read) -> None:
    nudge = "Até hoje nada foi feito."
    assert has(read(nudge, quoted=REQUEST), Field.ORIGINAL_REQUEST)
    assert has(read(nudge, quoted=RECEIPT + "\n" + REQUEST), Field.ORIGINAL_REQUEST)
    assert has(read(nudge, forwarded=(Forwarded("Solicito o bloqueio."),)), Field.ORIGINAL_REQUEST)
    assert has(read(nudge, attachments=(file("pedido.eml"),)), Field.ORIGINAL_REQUEST)
    assert has(read(nudge, attachments=(file("Oficio_118-2026.pdf"),)), Field.ORIGINAL_REQUEST)
    assert has(read("Segue anexa a solicitação original.", attachments=(file("scan01.pdf"),)), Field.ORIGINAL_REQUEST)


def test_the_operators_receipt_alone_is_no_original(read: Read) -> None:
    nudge = "Até hoje nada foi feito."
    assert not has(read(nudge), Field.ORIGINAL_REQUEST)
    assert not has(read(nudge, quoted=RECEIPT), Field.ORIGINAL_REQUEST)
    assert not has(read(nudge, attachments=(file("image001.png", "image/png"),)), Field.ORIGINAL_REQUEST)
