"""Telling the long-distance carrier that a service is done: how a case that became `carrier_due` goes on."""

from datetime import timedelta

from triage.core.case import CarrierStage, Case
from triage.core.decision import Arrival, Cancel, Mail, MailKind, Way, World
from triage.core.release import release_carrier
from triage.core.values import replace
from triage.core.words import in_words

DONE = "done"


def notices(case: Case, arrival: Arrival | None, world: World) -> tuple[Case, tuple[Mail, ...]]:
    """The case with how far telling the carrier has come, and the notices: one to each of its addresses, once a case.

    Whoever has been told before the service was done, or is told of a case with a doubt, is told by a person.
    """
    early = case.carrier is CarrierStage.TOLD
    release = release_carrier(arrival, case.category, early or case.review is not None, world)
    if release.way is Way.NO:
        return replace(case, carrier=CarrierStage.LISTED), ()
    leaves = world.now + timedelta(minutes=world.carrier_hold_minutes)
    mails = tuple(
        Mail(
            kind=MailKind.CARRIER_NOTICE,
            cause=f"{DONE}:{address}",
            to=address,
            release=release,
            case=case.number,
            not_before=leaves if release.way is Way.SEND else None,
            note=f"aviso à operadora de longa distância: {in_words(release)}",
        )
        for address in world.policy.carrier_to
    )
    stage = CarrierStage.STOPPED if release.way is Way.HOLD else CarrierStage.WRITTEN
    return replace(case, carrier=stage), mails


def stop_notices(case: Case, reason: str, *, hold: bool) -> tuple[Case, tuple[Cancel, ...]]:
    """The case with its notices stopped if they have not left: held for a person, or dropped for good."""
    if case.carrier is not CarrierStage.WRITTEN:
        return case, ()
    order = Cancel(case.number, (MailKind.CARRIER_NOTICE,), reason, hold=hold)
    return replace(case, carrier=CarrierStage.STOPPED), (order,)
