"""A mailbox to which nothing comes looks like one that nobody writes to; told apart by the working hours (F6)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from triage.core.calendar import working_hours
from triage.service.calendar import around
from triage.service.house import House
from triage.store.tallies import newest_received


@dataclass(frozen=True, slots=True)
class Silence:
    """For how many working hours no mail has come, and whether that is longer than the settings call normal."""

    hours: float
    alarming: bool


def silence_of(house: House, connection: Connection) -> Silence:
    """The silence of the inbox as of now; since the first run where nothing ever came."""
    since = newest_received(connection) or house.first_run
    hours = working_hours(since, house.now(), around(house.now(), house.settings.holidays.extra))
    most = house.settings.alarm.silence_hours
    return Silence(hours, alarming=0 < most < hours)
