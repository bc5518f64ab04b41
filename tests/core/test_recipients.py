"""Who must be among the recipients of a request (DOMAIN, footnote 2)."""

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.message import Address, Body, Message
from triage.core.recipients import missing_recipients

LOADED = load_bulletin()
assert isinstance(LOADED, Bulletin)
BULLETIN: Bulletin = LOADED
KAROLINA, GLORIA, RICARDO = "karolina.ramos@oi.net.br", "gloria.fernandes@oi.net.br", "ricardo.cameron@oi.net.br"
FIXED, BILLS, COLLECTION = "persofixa@oi.net.br", "contacorpfixa@oi.net.br", "ingrid.tristao@oi.net.br"

WANTED = {
    "1.1": {FIXED, KAROLINA},
    "1.2": {KAROLINA},
    "1.3": {FIXED, RICARDO},
    "1.4": {KAROLINA},
    "1.5": {RICARDO},
    "1.6": {FIXED, KAROLINA},
    "1.7": {RICARDO},
    "1.8": {KAROLINA},
    "1.12": {KAROLINA},
    "2.1": {KAROLINA},
    "2.2": {BILLS, KAROLINA},
    "2.3": {KAROLINA},
    "2.4": {KAROLINA},
    "2.5": {COLLECTION},
    "3.2": {COLLECTION, KAROLINA},
}


def missing(item: str, organ: str | None, *, to: tuple[str, ...] = (), cc: tuple[str, ...] = ()) -> set[str]:
    made = [tuple(Address("", a) for a in addresses) for addresses in (to, cc)]
    message = Message("<1@x>", (Address("", "a@b"),), made[0], made[1], "", Body("", 0))
    return set(missing_recipients(message, BULLETIN.item(item), BULLETIN.organ(organ), BULLETIN))


def test_a_request_to_seger_alone_lacks_all_of_them() -> None:
    for item, wanted in WANTED.items():
        assert missing(item, "SEDU", to=("telefonia@seger.es.gov.br",)) == wanted, item


def test_to_and_cc_count_alike() -> None:
    assert missing("1.1", "SEDU", to=(FIXED,), cc=(KAROLINA,)) == set()
    assert missing("1.1", "SEDU", cc=(FIXED,)) == {KAROLINA}


def test_the_executive_is_the_one_of_the_organs_portfolio() -> None:
    assert missing("1.4", "IDAF") == {GLORIA}
    assert missing("1.4", "IDAF", to=(KAROLINA,)) == {GLORIA}


def test_where_the_organ_cannot_be_told_only_the_fixed_addresses_are_asked_for() -> None:
    assert missing("1.1", None) == {FIXED}
    assert missing("1.4", None) == set()
