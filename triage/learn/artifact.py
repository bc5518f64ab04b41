"""The trained weights on disk: a .npz without pickle, half precision, refused unless it is the one the card names."""

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.learn import several, why
from triage.learn.features import SPACE, features_version
from triage.learn.heads import ITEM, Head, numbers_of

ARTIFACT = "classifier.npz"
CARD = "card.json"
_LARGEST = 64 * 1024 * 1024


class ArtifactRefused(Exception):  # noqa: N818 - names what happened to the file
    """The artifact or its card is missing, broken, or not the one that belongs to this program."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A linear model over the hash space: `row` leads from a slot to its row of `weights` (row 0: nothing learnt).

    A column for each label of each head; then one for how much a sentence looks like one that tells why, and one for
    each item for how much a sentence asks for it.
    `several` weighs the signs of `triage.learn.several`, `why` those of `triage.learn.why`; their last is the bias.
    """

    row: NDArray[np.int32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    several: NDArray[np.float64]
    why: NDArray[np.float64]
    heads: tuple[Head, ...]
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """What training found, as `Weights` has it: the rows of `weights` are those of the slots that were given."""

    heads: tuple[Head, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    several: NDArray[np.float64]
    why: NDArray[np.float64]


def to_bytes(slots: NDArray[np.int64], learnt: Learnt) -> bytes:
    """The artifact's bytes; the same input always gives the same bytes (numpy dates its members 1980-01-01)."""
    described = json.dumps({head.name: head.labels for head in learnt.heads})
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        slots=slots.astype(np.int32),
        weights=learnt.weights.astype(np.float16),
        bias=learnt.bias.astype(np.float32),
        several=learnt.several.astype(np.float64),
        why=learnt.why.astype(np.float64),
        heads=np.frombuffer(described.encode(), dtype=np.uint8),
        features=np.frombuffer(features_version().encode(), dtype=np.uint8),
    )
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    """The digest by which a card names its artifact and a reading its model."""
    return hashlib.sha256(content).hexdigest()


def load(folder: Path) -> Weights:
    """The artifact of `folder`, held against the card beside it. Raises ArtifactRefused."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        path = folder / ARTIFACT
        if path.stat().st_size > _LARGEST:
            raise ArtifactRefused(f"{path.name}: larger than {_LARGEST} bytes")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ArtifactRefused(f"{folder}: {error}") from error
    expected = card.get("sha256") if isinstance(card, dict) else None
    if sha256(content) != expected:
        raise ArtifactRefused(f"{ARTIFACT}: SHA-256 is not the one that {CARD} names")
    return from_bytes(content)


def from_bytes(content: bytes) -> Weights:
    """The weights that `content` holds. Raises ArtifactRefused where they do not fit this program."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found: dict[str, NDArray[Any]] = {name: arrays[name] for name in arrays.files}
        return _weights(found, sha256(content))
    except (KeyError, ValueError, OSError, IndexError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ArtifactRefused(f"{ARTIFACT}: {error}") from error


def _weights(found: dict[str, NDArray[Any]], digest: str) -> Weights:
    if found["features"].tobytes().decode() != features_version():
        raise ArtifactRefused(f"{ARTIFACT}: trained for other features than this program reads; run `triage train`")
    heads = tuple(Head(n, tuple(labels)) for n, labels in json.loads(found["heads"].tobytes().decode()).items())
    slots, weights, bias = found["slots"], found["weights"], found["bias"]
    columns = (
        sum(len(head.labels) for head in heads) + 1 + sum(len(numbers_of(head)) for head in heads if head.name == ITEM)
    )
    shapes = [weights.shape, bias.shape, found["several"].shape, found["why"].shape]
    if shapes != [(len(slots), columns), (columns,), (several.SIGNS + 1,), (why.SIGNS + 1,)]:
        raise ArtifactRefused(f"{ARTIFACT}: weights of the wrong shape")
    row = np.zeros(SPACE, dtype=np.int32)
    row[slots] = np.arange(1, len(slots) + 1, dtype=np.int32)
    table = np.zeros((len(slots) + 1, columns), dtype=np.float32)  # filled in place: each reader loads this
    table[1:] = weights
    return Weights(row, table, bias, found["several"], found["why"], heads, digest)
