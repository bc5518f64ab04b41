"""Probabilities that add up, the same with and without memo, by numpy alone, from an untampered artifact only."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.learn.story import bulletin, classifier, corpus, mail
from triage.core.message import Address, Body, Message
from triage.core.operator_parts import parts_of
from triage.core.reading import best
from triage.core.values import replace
from triage.core.vocabulary import Kind, OperatorStatus, Service
from triage.learn.artifact import ARTIFACT, CARD, ArtifactRefused, from_bytes, load
from triage.learn.classifier import Classifier
from triage.learn.features import Extractor
from triage.learn.heads import STATUS
from triage.learn.rendering import TRAINING_POLICY, message_of
from triage.learn.words import WordMemo
from triage.paths import models_dir


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in (ARTIFACT, CARD):
        shutil.copy(models_dir() / name, tmp_path / name)
    return tmp_path


def test_probabilities_cover_every_word_of_the_domain_and_add_up_to_one() -> None:
    reading = classifier().read(mail("Favor desbloquear o ramal."), bulletin(), TRAINING_POLICY)
    assert set(reading.kind) == set(Kind)
    assert set(reading.item) == {item.number for item in bulletin().items}
    assert set(reading.status) == set(OperatorStatus)
    assert set(reading.service) == set(Service)
    for shares in (reading.kind, reading.item, reading.status, reading.service):
        assert sum(shares.values()) == pytest.approx(1)
    assert 0 <= reading.several <= 1
    assert 0 <= reading.reason <= 1
    assert reading.model == classifier().digest


@pytest.mark.parametrize(
    ("text", "subject", "item"),
    [
        ("Solicito o desbloqueio da linha 27 3333-1111 para chamadas a celular.", "1.6 Desbloqueio", "1.6"),
        ("Peço a segunda via da fatura de maio/2026 em PDF, pois não chegou.", "2ª via de conta", "2.2"),
        ("Favor enviar a CND federal e o CRF do FGTS da operadora.", "Solicitação de certidões", "3.2"),
        ("O link da unidade caiu e o roteador está sem sinal desde as 8h.", "circuito fora do ar", "1.10"),
    ],
)
def test_plain_requests_are_read_right(text: str, subject: str, item: str) -> None:
    reading = classifier().read(mail(text, subject), bulletin(), TRAINING_POLICY)
    assert best(reading.kind)[0] == Kind.REQUEST
    assert best(reading.item)[0] == item


def test_one_sentence_that_tells_why_is_enough() -> None:
    """However much else is told (4.3: what is asked, and why)."""
    what = "Solicito o bloqueio da linha (27) 3333-1111 para interurbano.\nA linha fica na sala 12, no segundo andar."
    why = "O setor foi extinto em julho."
    silent, told = (
        classifier().read(mail(text, "Bloqueio"), bulletin(), TRAINING_POLICY) for text in (what, f"{what}\n{why}")
    )
    assert silent.reason < 0.5 < told.reason


def test_the_memo_never_changes_an_answer() -> None:
    weights = load(models_dir())
    some = [message_of(record) for record in corpus().records[::97]]
    plain, tiny, warm = (Classifier(weights, WordMemo(size)) for size in (0, 7, 50_000))
    for message in (*some, *some):
        expected = plain.read(message, bulletin(), TRAINING_POLICY)
        assert tiny.read(message, bulletin(), TRAINING_POLICY) == expected
        assert warm.read(message, bulletin(), TRAINING_POLICY) == expected


def test_sentences_weighed_together_weigh_what_each_does_alone() -> None:
    reader = classifier()
    extract = Extractor(bulletin(), TRAINING_POLICY)
    pieces = extract.pieces(mail("Favor desbloquear o ramal 2020. A fatura de maio não chegou!\nQwxz zzxq wqxk."))
    together = reader._said_in_each(extract, pieces)
    assert len(pieces) == 3
    alone = [reader._scores(extract.alone([piece]))[reader._of_sentences] for piece in pieces]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_array_equal(reader._said_in_each(extract, [*pieces[1:], pieces[0]])[-1], together[0])
    assert reader._said_in_each(extract, []).shape == (0, together.shape[1])


def test_reading_needs_no_scikit_learn_and_no_scipy() -> None:
    program = (
        "import sys\n"
        "from tests.learn.story import bulletin, classifier, mail\n"
        "from triage.learn.rendering import TRAINING_POLICY\n"
        "classifier().read(mail('Favor desbloquear.'), bulletin(), TRAINING_POLICY)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'joblib', 'pandas'}))\n"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_an_artifact_changed_by_one_bit_is_refused(models: Path) -> None:
    content = bytearray((models / ARTIFACT).read_bytes())
    content[len(content) // 2] ^= 1
    (models / ARTIFACT).write_bytes(bytes(content))
    with pytest.raises(ArtifactRefused, match="SHA-256"):
        Classifier.load(models)


@pytest.mark.parametrize("name", [ARTIFACT, CARD])
def test_a_missing_file_is_refused(models: Path, name: str) -> None:
    (models / name).unlink()
    with pytest.raises(ArtifactRefused):
        Classifier.load(models)


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"sha256": null}'])
def test_a_card_that_names_no_artifact_is_refused(models: Path, card: str) -> None:
    (models / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(ArtifactRefused):
        Classifier.load(models)


def altered(tmp_path: Path, **changes: np.ndarray) -> bytes:
    with np.load(models_dir() / ARTIFACT, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    path = tmp_path / "altered.npz"
    np.savez(path, allow_pickle=True, **{**found, **changes})
    return path.read_bytes()


def test_a_pickle_inside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactRefused):
        from_bytes(altered(tmp_path, bias=np.array([{"a": 1}], dtype=object)))


def test_weights_of_the_wrong_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactRefused, match="shape"):
        from_bytes(altered(tmp_path, bias=np.zeros(3, dtype=np.float32)))


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactRefused, match="triage train"):
        from_bytes(altered(tmp_path, features=np.frombuffer(b"0123456789abcdef", dtype=np.uint8)))


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ArtifactRefused):
        from_bytes(content)


def test_an_archive_cut_short_is_refused() -> None:
    with pytest.raises(ArtifactRefused):
        from_bytes((models_dir() / ARTIFACT).read_bytes()[:100_000])


def test_words_of_the_operator_do_not_make_a_requester_the_operator() -> None:
    """Keyword stuffing (E11): who writes weighs more than what is written."""
    stuffed = mail("Serviço concluído. Protocolo 2026123456. " * 200, "RES: serviço concluído")
    assert best(classifier().read(stuffed, bulletin(), TRAINING_POLICY).kind)[0] != Kind.OPERATOR


def test_the_artifact_fits_into_the_repository() -> None:
    assert (models_dir() / ARTIFACT).stat().st_size < 12 * 1024 * 1024
    assert "sha256" in json.loads((models_dir() / CARD).read_text(encoding="utf-8"))


def test_a_part_of_a_message_is_read_without_the_messages_postscript() -> None:
    """The offset of a postscript belongs to the whole text; in a part of it, it would repeat the part's end."""
    own = "Segue:\n\nAtt,\nPS: a linha 3636-3601 foi bloqueada hoje, e a linha 3636-3602 aguarda vistoria no térreo."
    sender = Address("Karolina", "karolina.ramos@oi.net.br")
    signature_at = own.index("Att,")
    body = Body(own, signature_at, postscript_at=own.index("PS:"))
    whole = Message("<1@x>", (sender,), (), (), "RES: Bloqueio", body)
    alone = replace(whole, body=Body(body.above, len(body.above)))
    parts = parts_of(whole, bulletin())
    assert len(parts) > 1
    assert classifier().read(whole, bulletin(), TRAINING_POLICY).parts == tuple(
        classifier().answers(replace(alone, body=Body(part.said, len(part.said))), bulletin(), TRAINING_POLICY)[STATUS]
        for part in parts
    )
