"""A single pass: apart from the daemon, as it waits for all that it loads, and needs half of what that needs."""

import threading
from concurrent.futures import ThreadPoolExecutor

from triage.service.confine import Pool
from triage.service.house import House
from triage.service.intake import Intake
from triage.service.signals import signals
from triage.service.summons import Summons
from triage.service.watermark import keep


class SmtpUnreachable(Exception):  # noqa: N818 - a state of the way out
    """Mail is due, and the relay cannot be reached or will not have us."""


def single_pass(house: House, pool: Pool) -> None:
    """Everything that waits: mail in, judged, and what is due out.

    Raises ReaderUnavailable; MailboxFailure or SmtpUnreachable at last, when all that could be done is done.
    """
    halt, work = threading.Event(), Summons()

    def current() -> House:
        return house

    with signals(halt.set, _nothing), ThreadPoolExecutor(1) as beside:
        intake = beside.submit(Intake(current, work.set, halt).pass_once)
        intake.add_done_callback(lambda _: work.set())
        # While the first mail is on its way: that is as long as these take to load.
        from triage.service.desk import Desk
        from triage.service.outbox import Outbox

        outbox = Outbox(current, halt)
        try:
            Desk(current, pool, _nothing, halt, work).clear_until(intake.done)
            outbox.flush()
            keep(house.engine, house.state_dir, house.signing_key, house.now())
        finally:
            outbox.close()
    intake.result()
    if outbox.unreachable:
        raise SmtpUnreachable


def _nothing() -> None:
    """Nobody needs to be woken, and nothing read again."""
