"""Clause 4.2: the subject carries a designation of its own item (DOMAIN, "The subject")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.subject import bare, is_forward, is_reply, subject_is_right

LOADED = load_bulletin()
assert isinstance(LOADED, Bulletin)
BULLETIN: Bulletin = LOADED


def right(subject: str, item: str) -> bool:
    return subject_is_right(subject, BULLETIN.item(item), BULLETIN)


@pytest.mark.parametrize(
    ("subject", "item"),
    [
        ("Cancelamento de linhas fixas", "1.1"),
        ("Cancelamento da linha (27) 3636-1234", "1.1"),
        ("RES: [EXTERNO] Mudança de endereço de ramal", "1.1"),
        ("Instalação (Ramal Virtual Avulso)", "1.2"),
        ("instalação de ramal virtual avulso - SRE", "1.2"),
        ("INSTALACAO DE TERMINAIS NAO RESIDENCIAIS", "1.3"),
        ("Solicitação de mudança do número", "1.4"),
        ("Mudança de nº (27) 3636-1234", "1.4"),
        ("Nova faixa de numeração", "1.5"),
        ("Desbloqueio", "1.6"),
        ("1.5 Bloqueio", "1.6"),
        ("Bloquieo de linha", "1.6"),
        ("Instalação de circuito", "1.7"),
        ("ENC: Cancelamento de circuitos", "1.8"),
        ("Acompanhar serviço não atendido", "1.12"),
        ("RES: Bloqueio", "1.12"),
        ("Suporte técnico", "2.1"),
        ("Dúvidas na utilização da ferramenta", "2.1"),
        ("Adesão ao Portal Contas B2B", "2.1"),
        ("2ª Via de Conta", "2.2"),
        ("Segunda via de conta", "2.2"),
        ("2a via da fatura de maio", "2.2"),
        ("Contestação", "2.2"),
        ("Fwd: Prorrogação de Fatura", "2.2"),
        ("Inclusão de meio na conta customisada", "2.3"),
        ("Inclusão na conta customizada", "2.3"),
        ("Nova conta customizada - BPTran", "2.4"),
        ("Alteração do vencimento da conta", "2.4"),
        ("Negociação de faturas vencidas", "2.5"),
        ("Solicitação das certidões da Operadora", "3.2"),
    ],
)
def test_a_designation_in_any_forgiven_spelling_is_right(subject: str, item: str) -> None:
    assert right(subject, item)


@pytest.mark.parametrize(
    ("subject", "item"),
    [
        ("", "1.1"),
        ("Solicitação", "1.6"),
        ("Telefone", "1.4"),
        ("1.6", "1.6"),
        ("Cancelamento", "1.1"),
        ("Mudança de endereço", "1.1"),
        ("Mudança de endereço", "1.8"),
        ("Instalação", "1.2"),
        ("Instalação de ramal", "1.3"),
        ("Troca de número", "1.4"),
        ("Instalação de link", "1.7"),
        ("Cancela link", "1.8"),
        ("Cadastro no Portal Contas B2B", "2.1"),
        ("conta de maio", "2.2"),
        ("Alteração de vencimento", "2.2"),
        ("incluir linhas", "2.3"),
        ("Mudança de vencimento", "2.4"),
        ("Envio de CND", "3.2"),
        ("certidões", "3.2"),
        ("linha muda de endereço", "1.1"),
        ("Serviço", "1.12"),
    ],
)
def test_generic_synonymous_or_foreign_subjects_are_wrong(subject: str, item: str) -> None:
    assert not right(subject, item)


def test_every_title_service_and_designation_is_right_in_capitals_and_without_accents() -> None:
    for item in BULLETIN.items:
        for written in (item.title, *item.services, *item.designations):
            assert right(f"RE: {written.upper()} - SEDU", item.number), written


@pytest.mark.parametrize(
    "prefix", ["Re: ", "RES: ", "ENC: ", "Fwd: ", "FW: ", "[EXTERNO] ", "Re[2]: ", "RES: ENC: [tag] Re: "]
)
def test_prefixes_are_left_out(prefix: str) -> None:
    assert bare(f"{prefix}Bloqueio") == "Bloqueio"


def test_replies_are_told_from_forwards() -> None:
    assert is_reply("RES: Bloqueio")
    assert not is_reply("ENC: Bloqueio")
    assert is_forward("[EXTERNO] ENC: Bloqueio")
    assert not is_forward("Bloqueio")


@given(st.text(max_size=200), st.sampled_from([item.number for item in BULLETIN.items]))
def test_it_never_raises(subject: str, item: str) -> None:
    right(subject, item)
