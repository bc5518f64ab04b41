"""What the classifier costs, and how other models fare against the one that is kept.

usage: python bench/learn.py speed     time to load, and a message's time, with the memo empty, warm and absent
       python bench/learn.py models    other models on the held-out writers, as a table (models/TRIALS.md)
"""

import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from triage.config import load_bulletin
from triage.core.message import Message
from triage.learn.classifier import Classifier
from triage.learn.corpus import read_corpus
from triage.learn.rendering import TRAINING_POLICY, message_of
from triage.learn.words import WordMemo
from triage.paths import models_dir

ROUNDS = 3
TRIED_HEADS = ("kind", "item", "status")


def speed() -> None:
    """Median and 95th percentile of a message's time in µs; the corpus once, and the same once more."""
    begin = time.perf_counter()
    classifier = Classifier.load(models_dir())
    took, held = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"load: {took * 1e3:.0f} ms, {held} MB")
    messages = [message_of(record) for record in read_corpus(models_dir() / "corpus").records]
    long = [message for message in messages if len(message.body.own) + len(message.body.quoted) > 700]
    print(f"messages: {len(messages)}, of which {len(long)} are longer than 700 characters")
    print("| memo | messages | median µs | p95 µs |\n|---|---|--:|--:|")
    weights = classifier._weights
    for name, sample in (("all", messages), ("long", long)):
        warm = Classifier(weights)
        for title, reader in (("none", Classifier(weights, WordMemo(0))), ("filling", warm), ("full", warm)):
            times = [_microseconds(reader, message) for message in sample]
            print(
                f"| {title} | {name} | {statistics.median(times):.0f} | {statistics.quantiles(times, n=20)[18]:.0f} |"
            )


def _microseconds(classifier: Classifier, message: Message) -> float:
    begin = time.perf_counter()
    classifier.read(message, BULLETIN, TRAINING_POLICY)
    return (time.perf_counter() - begin) * 1e6


def models() -> None:
    """Each model on the same features: share right on the held-out writers, seconds to fit, µs to score a message."""
    from triage.learn.heads import answer, heads_for
    from triage.learn.matrix import rows_over, table

    known, held_out = read_corpus(models_dir() / "corpus").split()
    features = table(known, BULLETIN)
    apart = rows_over(held_out, BULLETIN, features.slots)
    heads = [head for head in heads_for(tuple(item.number for item in BULLETIN.items)) if head.name in TRIED_HEADS]
    print(f"# Models tried\n\nOn {len(held_out)} messages by writers held out; the features are the same for all.\n")
    print(f"| model | {' | '.join(TRIED_HEADS)} | fit s | score µs |\n|---|{'--:|' * (len(heads) + 2)}")
    for name, make in _candidates().items():
        shares, fitting, scoring = [], 0.0, []
        for head in heads:
            train = [(n, told) for n, record in enumerate(known) if (told := answer(record, head.name))]
            test = [(n, told) for n, record in enumerate(held_out) if (told := answer(record, head.name))]
            share, fit, score = _trial(make, head.name, features, apart, train, test)
            shares.append(share)
            fitting += fit
            scoring.append(score)
        cells = " | ".join(f"{share:.3f}" for share in shares)
        print(f"| {name} | {cells} | {fitting:.1f} | {statistics.mean(scoring):.0f} |", flush=True)


def _trial(
    make: Callable[[], Any],
    head: str,
    features: Any,
    apart: Any,
    train: list[tuple[int, str]],
    test: list[tuple[int, str]],
) -> tuple[float, float, float]:
    from scipy import sparse

    from triage.learn.fit import loudness
    from triage.learn.matrix import rarity

    rows = features.rows[[n for n, _ in train]]
    scale = sparse.diags(rarity(rows) * loudness(head, features))
    begin = time.perf_counter()
    model = make().fit(rows @ scale, [told for _, told in train])
    fitted = time.perf_counter()
    given = model.predict(apart[[n for n, _ in test]] @ scale)
    done = time.perf_counter()
    right = sum(a == told for a, (_, told) in zip(given, test, strict=True)) / len(test)
    return right, fitted - begin, (done - fitted) / len(test) * 1e6


def _candidates() -> dict[str, Callable[[], Any]]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
    from sklearn.naive_bayes import ComplementNB
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline

    from triage.learn.fit import support_vectors

    def reduced() -> TruncatedSVD:
        return TruncatedSVD(200, random_state=0)

    return {
        "linear support vectors (kept)": support_vectors,
        "logistic regression, multinomial": lambda: LogisticRegression(C=10, max_iter=200, class_weight="balanced"),
        "ridge": lambda: RidgeClassifier(alpha=1.0, class_weight="balanced", solver="sparse_cg"),
        "stochastic gradient, modified Huber": lambda: SGDClassifier(
            loss="modified_huber", alpha=1e-5, class_weight="balanced", random_state=0
        ),
        "complement naive Bayes": lambda: ComplementNB(alpha=0.3),
        "network of 128 on 200 latent dimensions": lambda: make_pipeline(
            reduced(), MLPClassifier((128,), alpha=1e-2, max_iter=200, random_state=0)
        ),
    }


BULLETIN = load_bulletin()

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    chosen = {"speed": speed, "models": models}.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if chosen is None:
        sys.exit(__doc__)
    chosen()
