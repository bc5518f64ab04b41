"""Whatever is wrong with the data is told by file and key, everything at once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from triage import paths
from triage.config import ConfigProblems, load_bulletin
from triage.paths import config_dir

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(config_dir(), copy)
    return copy


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as raised:
        load_bulletin(folder)
    return raised.value.problems


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("boletim-0001.toml", 'edition = "0001"', "", "edition: falta"),
        (
            "boletim-0001.toml",
            "carrier = true",
            "carier = true",
            "items[1.1].carier: chave desconhecida; seria `carrier`?",
        ),
        (
            "boletim-0001.toml",
            "attention = true",
            'attention = "sim"',
            "items[1.1].attention: deve ser true ou false",
        ),
        (
            "boletim-0001.toml",
            'field = "cnpj"',
            'field = "cnjp"',
            'fields[cnjp].field: palavra desconhecida "cnjp"; seria "cnpj"?',
        ),
        (
            "boletim-0001.toml",
            'email = "ricardo.cameron@oi.net.br"',
            'email = "ricardo.cameron"',
            'portfolios[A].business.email: "ricardo.cameron" não é um endereço de e-mail em minúsculas',
        ),
        (
            "boletim-0001.toml",
            'phones = ["0800 031 8031"]',
            'phones = ["0800 031"]',
            'items[1.9].phones: "0800 031" não é um telefone com DDD nem um 0800',
        ),
        (
            "boletim-0001.toml",
            "operator_days = 10",
            "operator_days = 0",
            "items[1.1].operator_days: falta; diga em quantos dias úteis a operadora passa a estar atrasada",
        ),
        (
            "boletim-0001.toml",
            'services = ["Troca de Categoria", "Bloqueio", "Desbloqueio"]',
            'services = ["Mudança de número", "Bloqueio"]',
            'items[1.6].designations: "Mudança de número" também é do item 1.4',
        ),
        (
            "boletim-0001.toml",
            '"Nova faixa",',
            '"Prefixo novo",',
            'items[1.5].subject_keys: nenhuma chave reconhece "Prefixo novo"',
        ),
        (
            "boletim-0001.toml",
            'channels = ["contacorpfixa@oi.net.br"]',
            'channels = ["contas@oi.net.br"]',
            "items[2.2].channels: contas@oi.net.br não está em [[channels]]",
        ),
        ("boletim-0001.toml", 'number = "1.2"', 'number = "1.1"', "items: 1.1 aparece 2 vezes"),
        (
            "boletim-0001.toml",
            'redirect = true\nphones = ["0800 031 8031"]',
            'redirect = true\nform = true\nphones = ["0800 031 8031"]',
            "items[1.9].redirect: um item que não recebe e-mail não exige campos, destinatários nem formulário",
        ),
        ("boletim-0001.toml", "[form]", "[formulario]", "form: falta"),
        (
            "organs.toml",
            'portfolio = "B"',
            'portfolio = "C"',
            'organs[CASA CIVIL].portfolio: não há carteira "C"',
        ),
        ("organs.toml", 'acronym = "SEDU"', 'acronym = "SESA"', "organs: SESA aparece 2 vezes"),
        ("organs.toml", 'domain = "sedu.es.gov.br"\n', "", "organs[SEDU].domain: falta"),
        ("organs.toml", 'clause = "5"', 'clause = ""', "clause: não pode ficar em branco"),
    ],
)
def test_a_mistake_is_told_by_file_and_key(
    name: str, old: str, new: str, problem: str, folder: Path, edit: Edit
) -> None:
    edit(name, old, new)
    assert f"{name}: {problem}" in problems(folder)


def test_every_mistake_is_told_at_once(folder: Path, edit: Edit) -> None:
    edit("boletim-0001.toml", "carrier = true", "carier = true")
    edit("boletim-0001.toml", 'hint = "Informe os 14', 'hnt = "Informe os 14')
    edit("organs.toml", 'domain = "sedu.es.gov.br"', "domain = 7")
    assert problems(folder) == [
        "boletim-0001.toml: items[1.1].carier: chave desconhecida; seria `carrier`?",
        "boletim-0001.toml: fields[cnpj].hint: falta",
        "boletim-0001.toml: fields[cnpj].hnt: chave desconhecida; seria `hint`?",
        "organs.toml: organs[SEDU].domain: deve ser um texto",
    ]


def test_a_file_that_is_no_toml_is_named_with_the_place(folder: Path, edit: Edit) -> None:
    edit("organs.toml", 'clause = "5"', 'clause = "5')
    (problem,) = problems(folder)
    assert problem.startswith("organs.toml: não dá para ler: ")
    assert "line 9" in problem


def test_a_folder_without_a_bulletin_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path)[0] == f"{tmp_path}: deve haver um só arquivo boletim-*.toml; há: nenhum"


def test_two_bulletins_are_one_too_many(folder: Path) -> None:
    shutil.copy(folder / "boletim-0001.toml", folder / "boletim-0002.toml")
    assert problems(folder)[0].endswith("há: boletim-0001.toml, boletim-0002.toml")


def test_the_version_changes_with_the_data_and_only_then(folder: Path, edit: Edit) -> None:
    shipped = load_bulletin().version
    edit("boletim-0001.toml", "# Boletim 0001", "# Boletim Informativo 0001")
    assert load_bulletin(folder).version == shipped
    edit("boletim-0001.toml", "(27) 3385-3055", "(27) 3385-3056")
    assert load_bulletin(folder).version != shipped
    assert shipped.startswith("0001-")


def test_an_installed_package_finds_its_data_inside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "triage"
    for name in ("config", "models"):
        (package / "data" / name).mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.config_dir() == package / "data" / "config"
    assert paths.models_dir() == package / "data" / "models"


def test_a_checkout_finds_its_data_beside_the_package() -> None:
    assert (paths.config_dir() / "organs.toml").is_file()
    assert paths.models_dir() == paths.config_dir().parent / "models"
