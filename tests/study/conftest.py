"""What the tests of practice begin with."""

from collections.abc import Iterator

import pytest

from core import clock
from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield
