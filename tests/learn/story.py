"""What the tests of this room share: the corpus, a small part of it, the trained classifier, and messages to read."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.message import Address, Body, Message
from triage.learn.classifier import Classifier
from triage.learn.corpus import Corpus, read_corpus
from triage.paths import models_dir

CORPUS = models_dir() / "corpus"
SMALL = 5


@cache
def bulletin() -> Bulletin:
    return load_bulletin()


@cache
def corpus() -> Corpus:
    return read_corpus(CORPUS)


@cache
def classifier() -> Classifier:
    return Classifier.load(models_dir())


def small_corpus(folder: Path) -> Path:
    """Every fifth line of the corpus in a folder of its own: all kinds, items and writers, in a fifth of the time."""
    for path in CORPUS.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines()[::SMALL]
        (folder / path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def mail(
    text: str, subject: str = "", sender: str = "Ana Prado <ana.prado@sedu.es.gov.br>", **others: object
) -> Message:
    """A message with this text, to the operator with SEGER in copy."""
    name, _, addr = sender.rstrip(">").rpartition(" <")
    message = Message(
        message_id="<one@test>",
        from_=(Address(name, addr),),
        to=(Address("", "persofixa@oi.net.br"),),
        cc=(Address("", "telefonia@seger.es.gov.br"),),
        subject=subject,
        body=Body(text, len(text)),
    )
    return replace(message, **others)  # type: ignore[arg-type]  # the fields of Message, by name
