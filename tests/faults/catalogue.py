"""Every fault by its name, and which of them this machine allows."""

from tests.faults.disk import mountable
from tests.faults.kills import KILLS
from tests.faults.mailbox import MAILBOX
from tests.faults.power import POWER, cuttable
from tests.faults.restoring import RESTORING
from tests.faults.surroundings import FAKETIME, SURROUNDINGS, clock

FAULTS = {**KILLS, **MAILBOX, **SURROUNDINGS, **POWER, **RESTORING}
POSSIBLE = [
    name
    for name, fault in FAULTS.items()
    if (mountable() or not fault.small)
    and (cuttable() or not fault.power)
    and (FAKETIME.exists() or fault.act is not clock)
]
