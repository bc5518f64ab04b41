"""Whatever mixture of good and fatal messages comes, each is answered once, and with its own answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.service.orders import pool, told

ORDERS = {
    "ok": None,
    "slow 0.01": "pid",
    "size " + "x" * 200_000: "200000",
    "answer 200000": "big",
    "grow 150000000": "pid",
    "segfault": "crashed",
    "exit 0": "crashed",
    "signal 9": "crashed",
    "fail": "failed",
    "garbage 00000002c1c1": "garbled",
    "garbage 0000": "garbled",
    "stray": "garbled",
    "loop": "timed-out",
}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(sorted(ORDERS)), max_size=15), st.integers(1, 2), st.integers(1, 9))
def test_none_is_lost_doubled_or_blamed_for_another(script: list[str], size: int, lifetime: int):
    items = [(n, (f"ok {n}" if order == "ok" else order).encode()) for n, order in enumerate(script)]
    with pool(size=size, lifetime=lifetime, seconds=0.5) as readers:
        outcomes = list(readers.judge_many(items))
    assert sorted(key for key, _ in outcomes) == list(range(len(script)))
    for key, outcome in outcomes:
        expected = str(key) if script[key] == "ok" else ORDERS[script[key]]
        assert told(outcome) == expected or (expected == "pid" and told(outcome).isdigit())
