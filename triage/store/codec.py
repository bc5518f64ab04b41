"""The core's values as JSON text, and back."""

from functools import lru_cache

import msgspec

from triage.core.case import Case
from triage.core.verdict import Verdict

_CASE = msgspec.json.Decoder(Case)
_VERDICT = msgspec.json.Decoder(Verdict)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def case_to_json(case: Case) -> str:
    """The whole case."""
    return _ENCODER.encode(case).decode()


@lru_cache(maxsize=2048)  # the open cases of one requester are looked at with each of his messages
def case_from_json(body: str) -> Case:
    """The case that `case_to_json` wrote; fields that came later have their defaults."""
    return _CASE.decode(body)


def verdict_to_json(verdict: Verdict) -> str:
    """The whole verdict, evidence included."""
    return _ENCODER.encode(verdict).decode()


def verdict_from_json(body: str) -> Verdict:
    """The verdict that `verdict_to_json` wrote."""
    return _VERDICT.decode(body)
