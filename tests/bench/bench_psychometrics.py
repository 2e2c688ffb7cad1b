"""How long item statistics take. Not collected by pytest; run it by hand:

    .venv/bin/python -m tests.bench.bench_psychometrics [PEOPLE ITEMS]

10,000 people by 100 items that follow a two-parameter model; seconds of processor time (all
threads) and of the clock, beside one product of two matrices of that size on the same machine.
Then the page of item quality of an exam with as many scripts, from the request to the last byte,
beside the plainest page (/healthz), and one pair-wise look for copying in units of 100 people.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from accounts.models import Person, RosterEntry
from accounts.permissions import Role
from analytics.psychometrics import abilities, classical, conditional, copying, dif, fit, irt
from analytics.psychometrics.irt import IrtModel
from analytics.psychometrics.responses import Floats, Responses
from app import create_app
from core import clock
from core.config import Config
from core.db import Model, db
from exam.models import Attempt, AttemptVector, Candidate
from exam.services.assembling import building
from tests.factories import NOON, Make


def timed(label: str, act: Callable[[], Any]) -> Any:
    wall, spent = time.perf_counter(), time.process_time()
    found = act()
    print(f"{label}\t{time.process_time() - spent:.2f}\t{time.perf_counter() - wall:.2f}")
    return found


def main(people: int, k: int) -> None:
    rng = np.random.default_rng(1)
    a, b, able = rng.lognormal(0, 0.3, k), rng.normal(size=k), rng.normal(size=people)
    chance = 1 / (1 + np.exp(-a * (able[:, None] - b)))
    right = (rng.random(chance.shape) < chance).astype(float)
    responses = Responses([str(j) for j in range(k)], right, np.ones(k))
    print(f"{people} × {k}\tprocessor s\tclock s")
    timed("reference: X'X", lambda: right.T @ right)
    timed("classical", lambda: classical.analyse(responses))
    timed("DIF", lambda: dif.mantel_haenszel(responses, able > 0))
    timed("Rasch, conditional", lambda: conditional.calibrate(responses))
    timed("Rasch, marginal", lambda: irt.calibrate(responses, IrtModel.RASCH))
    found = timed("2PL", lambda: irt.calibrate(responses, IrtModel.TWO_PARAMETER))
    timed("abilities", lambda: abilities.abilities(found, responses))
    timed("S-X²", lambda: fit.item_fit(found, responses))
    units = [n // 100 for n in range(people)]
    codes = np.where(right == 1, 0, rng.integers(1, 4, right.shape))
    keys = np.zeros(k, dtype=int)
    timed("copying, 100 a unit", lambda: copying.compare(codes, keys, right.sum(axis=1), units))
    pages(right)
    print(f"load\t{' '.join(f'{each:.1f}' for each in os.getloadavg())}")
    print(f"memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def pages(right: Floats) -> None:
    """The pages of an exam in which everybody has one row of ``right``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            data_dir=Path(folder),
            database_url=f"sqlite:///{folder}/bench.db",
            secret_key="bench",
            log_level="error",
        )
        app = create_app(config)
        with app.app_context():
            Model.metadata.create_all(db.engine)
            make = Make(db.session)
            session_id = fill(make, right)
            token = make.sign_in(make.account(Role.EXAM_ADMIN))
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        with clock.frozen(NOON + timedelta(hours=2)):
            for label, path in (
                ("/healthz", "/healthz"),
                ("item quality, first", f"/analytics/quality?session={session_id}"),
                ("item quality, again", f"/analytics/quality?session={session_id}"),
                ("rates by department", f"/analytics/?session={session_id}"),
            ):
                answer = timed(label, lambda path=path: client.get(path))
                assert answer.status_code == 200, (path, answer.status_code)


def fill(make: Make, right: Floats) -> int:
    """The id of a session that is over."""
    people, k = right.shape
    form = make.form(*(make.revision() for _ in range(k)), marks=1)
    building.seal(form=form, at=NOON, by=None)
    db.session.commit()
    unit = make.unit()
    numbers = range(1, people + 1)
    rows = [
        {"staff_number": f"P{n:06}", "name": f"干部{n}", "home_unit_id": unit.id,
         "work_unit_id": unit.id, "stat_unit_id": unit.id, "joined_on": NOON.date()}
        for n in numbers
    ]  # fmt: skip
    db.session.execute(insert(Person), rows)
    db.session.commit()
    given = make.exam_session(form, *db.session.query(Person).order_by(Person.id))
    listed = (
        db.session.query(Candidate.id, Candidate.person_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .order_by(Candidate.id)
        .all()
    )
    marks = right.sum(axis=1)
    db.session.execute(
        insert(Attempt),
        [{"id": n, "candidate_id": one.id, "number": 1, "person_id": one.person_id,
          "session_id": given.id, "form_id": form.id, "started_at": NOON, "deadline": NOON,
          "seed": n, "submitted_at": NOON, "earned": int(mark)}
         for n, (one, mark) in enumerate(zip(listed, marks, strict=True), 1)],
    )  # fmt: skip
    db.session.execute(
        insert(AttemptVector),
        [{"attempt_id": n, "session_id": given.id, "form_id": form.id, "person_id": one.person_id,
          "unit_id": unit.id, "right": row.astype(np.uint8).tobytes(),
          "share": (100 * row).astype(np.uint8).tobytes()}
         for n, (one, row) in enumerate(zip(listed, right, strict=True), 1)],
    )  # fmt: skip
    db.session.commit()
    return int(given.id)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3] or (10_000, 100)))
