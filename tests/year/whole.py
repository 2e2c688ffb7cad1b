"""The year and everything that is compared afterwards, for the test and for the measurement."""

from collections.abc import Callable, Iterator
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account
from tests.factories import Make
from tests.year import organisation as plan
from tests.year.bureau import Bureau
from tests.year.following import Following
from tests.year.replay import END, EVALUATED, Year

#: The ledger is looked at again once hours were carried over.
NEXT = date(plan.YEAR + 1, 1, 15)
#: Whose archives are read whole: a leader, somebody promoted, moved, away for good, with a class.
SEATS = (
    (plan.LEADERS, 1), (plan.LETTERS, 4), (plan.LETTERS, 5), (plan.OFFICE, 5), (plan.VISITS, 9),
)  # fmt: skip


def replayed(
    app: Flask, make: Make, sign_in: Callable[[Account], FlaskClient], people: int
) -> Following:
    year = Year(Bureau(app, make, sign_in, people))
    year.run()
    return Following(year)


def compared(found: Following) -> Iterator[str]:
    """Compare one thing after the other, saying what it was."""
    some = [found.bureau.seat(*each) for each in SEATS]
    for name, compare in (
        ("study", found.learning),
        ("annual exam", lambda: found.exam("annual")),
        ("new-law test", lambda: found.exam("new")),
        ("hours", lambda: found.hours(END)),
        ("hours carried over", lambda: found.hours(NEXT)),
        ("study group", found.group),
        ("awareness", found.amended),
        ("what followed", found.consequences),
        ("must-know lists", found.coverage),
        ("training deadlines", found.deadlines),
        ("evaluation", found.evaluation),
        ("department indices", found.indices),
        ("members", found.members),
        ("progress", found.progress),
        ("leaders' reports", found.reports),
        ("personnel system", found.personnel),
        ("archives", lambda: found.archives(EVALUATED, some)),
    ):
        compare()
        yield name
