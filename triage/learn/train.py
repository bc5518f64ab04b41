"""Training, from the corpus to the artifact and its card. Needs scikit-learn and scipy, which reading does not."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # threadpoolctl ships no types

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.learn.ablation import ablations
from triage.learn.artifact import ARTIFACT, CARD, Learnt, from_bytes, to_bytes
from triage.learn.card import CARD_TEXT, Card, describe
from triage.learn.classifier import Classifier
from triage.learn.corpus import Corpus, Record, read_corpus
from triage.learn.figures import Said
from triage.learn.fit import Fitted, fit_head, questioned, scaled
from triage.learn.fit_asking import about_items, fit_asking
from triage.learn.fit_signs import fit_several
from triage.learn.fit_why import Sentences, Telling, fit_why
from triage.learn.heads import ITEM, REASON, SEVERAL, Head, heads_for, numbers_of
from triage.learn.holding import hold_against
from triage.learn.matrix import Pieces, Table, pieces_over, table

Progress = Callable[[str], None]


class CorpusProblems(Exception):  # noqa: N818 - it carries many problems, not one error
    """The corpus cannot be trained on; one line each: file, line, what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The bytes of an artifact, what it says about the held-out writers, and what each sort of feature gives."""

    content: bytes
    held_out: dict[str, list[Said]]
    ablations: dict[str, dict[str, float]]


def train(corpus_dir: Path, out_dir: Path, progress: Progress) -> Card:
    """Train on `corpus_dir/*.jsonl`; write the artifact, card.json and CARD.md into `out_dir`.

    The same corpus gives the same bytes. Raises CorpusProblems where a line cannot be read.
    """
    corpus = read_corpus(corpus_dir)
    if corpus.problems or not corpus.records:
        raise CorpusProblems("\n".join(corpus.problems) or f"{corpus_dir}: no records")
    bulletin = load_bulletin()
    trained = train_on(corpus, bulletin, progress)
    card = describe(corpus, trained.held_out, trained.ablations, trained.content)
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / ARTIFACT).write_bytes(trained.content)
    (out_dir / CARD).write_text(json.dumps(card.figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out_dir / CARD_TEXT).write_text(card.text, encoding="utf-8")
    return card


def train_on(corpus: Corpus, bulletin: Bulletin, progress: Progress) -> Trained:
    """Fit every head on the training writers and hold the result against the others."""
    known, held_out = corpus.split()
    heads = heads_for(tuple(item.number for item in bulletin.items))
    with threadpool_limits(1):  # the order of additions, and so the last bits, must not depend on the number of cores
        features = table(known, bulletin)
        progress(f"{len(known)} records, {len(features.slots)} features")
        learnt = _fit_all(features, known, heads, bulletin, progress)
        parts = ablations(features, known, held_out, heads, bulletin)
        progress("ablations")
    content = to_bytes(features.slots, learnt)
    return Trained(content, hold_against(Classifier(from_bytes(content)), held_out, bulletin), parts)


def _fit_all(
    features: Table, records: Sequence[Record], heads: Sequence[Head], bulletin: Bulletin, progress: Progress
) -> Learnt:
    """The columns of all heads side by side, and what weighs the signs that sentences give."""
    fitted: dict[str, Fitted] = {}
    by_name = {head.name: head for head in heads}
    requests, asked = questioned(by_name[SEVERAL], features.rows, records)
    pieces = pieces_over([records[place] for place in requests], bulletin, features.slots)
    pieces_of_all = Pieces(pieces.rows, np.array(requests)[pieces.owner])
    for head in heads:
        fitted[head.name] = fit_head(head, features, records, pieces_of_all if head.name == ITEM else None)
        progress(f"{head.name}: {len(fitted[head.name].unseen)} records")
    items = numbers_of(by_name[ITEM])
    about = about_items(by_name[ITEM].labels, items, fitted[ITEM].unseen_pieces)
    scale = scaled(by_name[ITEM], asked, features)[1]
    asking = fit_asking(
        [records[place] for place in requests], items, Pieces(pieces.rows @ sparse.diags(scale), pieces.owner), about
    )
    progress("items, sentence by sentence")
    telling = _fit_telling(by_name[REASON], fitted[REASON], features, records, pieces_of_all)
    progress("reason, sentence by sentence")
    columns = [fitted[head.name] for head in heads]
    return Learnt(
        tuple(heads),
        np.hstack([*(column.weights for column in columns), telling.weights[:, None], asking.weights * scale[:, None]]),
        np.concatenate([*(column.bias for column in columns), [telling.bias], asking.bias]),
        fit_several(fitted[ITEM], fitted[SEVERAL], asking.unseen, pieces.owner, asked.targets),
        telling.signs,
    )


def _fit_telling(head: Head, reason: Fitted, features: Table, records: Sequence[Record], pieces: Pieces) -> Telling:
    """What tells why in a sentence, over the columns of `features`."""
    places, asked = questioned(head, features.rows, records)
    loud, scale = scaled(head, asked, features)
    theirs = np.flatnonzero(np.isin(pieces.owner, places))
    rows = (pieces.rows[theirs] @ sparse.diags(scale)).tocsr()
    told = fit_why(
        loud, reason.unseen[:, 1] - reason.unseen[:, 0], Sentences(rows, np.searchsorted(places, pieces.owner[theirs]))
    )
    return replace(told, weights=told.weights * scale)
