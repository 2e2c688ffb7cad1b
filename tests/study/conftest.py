"""What the tests of practice begin with."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import clock
from study.practice.queries.runs import LAST_SEED
from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def begin() -> Callable[..., TestResponse]:
    """Begins a run as the pages do; the same press has the same number."""

    def press(client: FlaskClient, path: str, number: int = 1, **fields: object) -> TestResponse:
        return client.post(f"/practice{path}", data={"seed": LAST_SEED + number, **fields})

    return press
