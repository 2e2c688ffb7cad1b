"""A year of an organisation, done through pages and services and counted again by hand.

The same for more people: ``python -m tests.bench.bench_year``.
"""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account
from tests.factories import Make
from tests.year.replay import END
from tests.year.whole import NEXT, compared, replayed

PEOPLE = 60
SHOWN = 60


def test_a_year_comes_to_the_same_when_it_is_counted_by_hand(
    app: Flask, make: Make, sign_in: Callable[[Account], FlaskClient]
) -> None:
    found = replayed(app, make, sign_in, PEOPLE)
    list(compared(found))
    said = [f"{len(found.wrong)} of {found.compared} differ", *found.wrong[:SHOWN]]
    assert not found.wrong, "\n".join(said)
    assert found.compared > 5000
    # What is compared is there: somebody carried hours over, a cap cut some, some met their duty.
    later = [found.found.duty(who, NEXT) for who in found.bureau.ids]
    assert any(each and each["carried"] for each in later)
    duties = [found.found.duty(who, END) for who in found.bureau.ids]
    assert {bool(each["met"]) for each in duties if each} == {True, False}
    assert any(e.hours == 0 for e in found.found.register)
