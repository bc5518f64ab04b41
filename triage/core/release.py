"""The one gate for everything that leaves, as far as it can be decided ahead (DESIGN 4 and 5; RELIABILITY A11–A14).

Release needs two keys: the mode set for the item, and the certainty of this very verdict. All reasons are codes.
"""

from datetime import UTC, datetime, timedelta

from triage.core.decision import Arrival, CarrierMode, Counts, Limits, Place, Release, Way, World
from triage.core.vocabulary import Mode

LATE = timedelta(hours=24)
FIRST_RUN = "first-run"
NORM_FACTOR = 3
LEAST_FOR_NORM = 10  # three times nearly nothing is still nearly nothing

_BY_MODE = {Mode.OBSERVE: Way.OBSERVE, Mode.DRAFT: Way.DRAFT, Mode.SEND: Way.SEND}
_BY_CARRIER_MODE = {CarrierMode.LIST: Way.NO, CarrierMode.DRAFT: Way.DRAFT, CarrierMode.SEND: Way.SEND}
_REACH = (Way.NO, Way.OBSERVE, Way.HOLD, Way.DRAFT, Way.SEND)  # from the least to the farthest


def release_reply(
    arrival: Arrival, item: str | None, certainty: float, counts: Counts, world: World, *, answered: bool = False
) -> Release:
    """Whether a correction or a redirect may leave in answer to `arrival`, and how far."""
    if answered:
        return Release(Way.NO, "colleague-answered")
    early = cold(arrival, world)
    if early:
        return Release(Way.NO, early)
    if not arrival.permission.allowed:
        return Release(Way.NO, arrival.permission.reason, human=True)
    if arrival.place is Place.JUNK:
        return Release(Way.NO, "junk", human=True)
    if late(arrival, world.now):
        return Release(Way.NO, "late", human=True)
    limit = limit_reached(counts, world.limits)
    if limit:
        return Release(Way.NO, limit, human=limit != "message-answered")
    return _by_mode(arrival, item, certainty, world)


def _by_mode(arrival: Arrival, item: str | None, certainty: float, world: World) -> Release:
    way = _BY_MODE[world.mode(item)]
    if way is Way.OBSERVE:
        return Release(way, "observe-mode")
    if world.stopped:
        return Release(Way.HOLD, world.stopped)
    if arrival.shaky:
        return Release(Way.HOLD, "mailbox-identity")
    if way is Way.SEND and certainty < world.policy.certainty:
        return Release(Way.DRAFT, "uncertain")
    return Release(way, "" if way is Way.SEND else "draft-mode")


def release_carrier(arrival: Arrival | None, item: str | None, doubtful: bool, world: World) -> Release:
    """How far a notice to the carrier may go: not beyond its own mode and the item's (`arrival` None: by hand)."""
    if world.carrier_mode is CarrierMode.LIST or not world.policy.carrier_to:
        return Release(Way.NO, "carrier-listed")
    if arrival is not None and (cold(arrival, world) or late(arrival, world.now)):
        return Release(Way.NO, "late")
    way = min(_BY_CARRIER_MODE[world.carrier_mode], _BY_MODE[world.mode(item)], key=_REACH.index)
    if way is Way.OBSERVE:
        return Release(way, "observe-mode")
    if world.stopped or doubtful or (arrival is not None and arrival.shaky):
        return Release(Way.HOLD, world.stopped or ("doubtful" if doubtful else "mailbox-identity"))
    return Release(way, "" if way is Way.SEND else "draft-mode")


def cold(arrival: Arrival, world: World) -> str:
    """Why a message is older than our answering (A14); "" where it is not. Mail without a date of its own is."""
    if arrival.received_at is None:
        return "no-internal-date"
    since = answering_since(world)
    # INTERNALDATE has whole seconds: mail of the very second counts as later.
    return "before-answer-since" if arrival.received_at < since.replace(microsecond=0) else ""


def late(arrival: Arrival, now: datetime) -> bool:
    """Whether a message came more than a day ago: somebody may have acted on it by other ways."""
    return arrival.received_at is None or now - arrival.received_at > LATE


def answering_since(world: World) -> datetime:
    """The instant from which mail is answered: the first run, or the date in the settings."""
    if world.policy.answer_since == FIRST_RUN:
        return world.first_run
    since = datetime.fromisoformat(world.policy.answer_since)
    return since if since.tzinfo else since.replace(tzinfo=UTC)


def limit_reached(counts: Counts, limits: Limits) -> str:
    """The code of the first limit that one more reply would break (A11, A12); "" where there is none."""
    checks = (
        ("message-answered", counts.message, limits.per_message),
        ("content-answered", counts.content_day, limits.per_content_day),
        ("case-limit", counts.case, limits.per_case),
        ("sender-limit", counts.sender_day, limits.per_sender_day),
        ("domain-limit", counts.domain_day, limits.per_domain_day),
    )
    return next((code for code, count, limit in checks if count >= limit), "")


def breaker_trips(counts: Counts, limits: Limits) -> str:
    """Why all sending must stop (A13): too many automatic mails at once, or far more an hour than usual; "" if not.

    In Portuguese: the digest and the doctor show it as it is.
    """
    if counts.recent >= limits.breaker:
        return f"{counts.recent} respostas automáticas em {limits.breaker_minutes} minutos"
    unusual = counts.hourly_norm * NORM_FACTOR
    if counts.hourly_norm > 0 and counts.last_hour > max(unusual, LEAST_FOR_NORM):
        usual_words = f"{counts.hourly_norm:.1f}".replace(".", ",")
        return f"{counts.last_hour} respostas automáticas em uma hora, quando o costume são {usual_words}"
    return ""
