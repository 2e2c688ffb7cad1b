"""What a roster would do to the register as it stands."""

from collections.abc import Sequence
from datetime import date

from accounts.models import Person
from accounts.queries import people, units
from accounts.roster import planning, reading
from accounts.roster.planning import Plan
from core.spreadsheets import Sheet


def planned(
    sheets: Sequence[Sheet], *, on: date, today: date, lock: bool = False
) -> tuple[Plan, Sequence[Person]]:
    """The plan of the sheets, and everybody in the register (locked, if it is to be done).

    Raises reading.NoRoster.
    """
    lineage = units.lineage()
    read = reading.read(sheets, lineage)
    everybody = people.everybody(lock=lock)
    plan = planning.plan(read, people.registered(everybody), lineage, on=on, today=today)
    return plan, everybody
