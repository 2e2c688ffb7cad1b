"""A year of an organisation replayed and counted again, by people and by departments."""

import time

from tests.year.bureau import Bureau
from tests.year.replay import Year


def test_year(app, make, sign_in) -> None:
    begun = time.perf_counter()
    year = Year(Bureau(app, make, sign_in, 60))
    year.run()
    print("replayed in", time.perf_counter() - begun)
