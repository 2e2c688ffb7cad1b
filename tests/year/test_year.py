"""A year of an organisation replayed and counted again, by people and by departments."""

import os
import time
from datetime import date

from tests.year import organisation as plan
from tests.year.bureau import Bureau
from tests.year.checks import Checks
from tests.year.replay import END, EVALUATED, Year

PEOPLE = int(os.environ.get("XUEFA_YEAR_PEOPLE", "60"))


def test_a_year_counts_the_same_by_hand(app, make, sign_in) -> None:
    begun = time.perf_counter()
    year = Year(Bureau(app, make, sign_in, PEOPLE))
    year.run()
    print("replayed in", time.perf_counter() - begun)
    checks = Checks(year)
    seats = [year.bureau.seat(unit, place) for unit, place in (
        (plan.LEADERS, 1), (plan.LETTERS, 4), (plan.LETTERS, 5), (plan.OFFICE, 5), (plan.VISITS, 9),
    )]  # fmt: skip
    import traceback
    for name, run in {
        "learning": checks.learning, "annual": lambda: checks.exam("annual"), "new": lambda: checks.exam("new"),
        "hours": lambda: checks.hours(END), "hours27": lambda: checks.hours(date(2027, 1, 15)), 
        "group": checks.group, "amended": checks.amended, "evaluation": checks.evaluation,
        "archives": lambda: checks.archives(EVALUATED, seats),
    }.items():
        t = time.perf_counter()
        try:
            run()
        except Exception:
            traceback.print_exc()
        print(name, time.perf_counter() - t, checks.compared, len(checks.wrong))
    assert not checks.wrong, "\n".join([f"{len(checks.wrong)} / {checks.compared}", *checks.wrong[:150]])
