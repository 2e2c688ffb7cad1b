"""What the tests of practice and of study groups begin with."""

from collections.abc import Iterator

import pytest
from flask import Flask

from core import clock
from core.db import db
from tests.factories import NOON
from tests.study.group_year import House, house, moment


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def place(app: Flask, make) -> Iterator[House]:
    """A group, in an app context whose clock stands at 2 January 2026."""
    with clock.frozen(moment(1, 2)), app.app_context():
        found = house(make)
        db.session.rollback()
        yield found


@pytest.fixture
def seen(app: Flask, make) -> Iterator[House]:
    """The same for pages: requests have contexts of their own."""
    with clock.frozen(moment(1, 2)):
        with app.app_context():
            found = house(make)
        yield found
