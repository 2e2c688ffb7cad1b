"""The board over a large bureau: how long an edition takes to make, and its pages to answer.

    python -m tests.bench.bench_dashboard [--people 100000 --items 100] [--url postgresql://…]

Fills a throw-away database (SQLite under the temporary folder, deleted afterwards; or the empty
database named by ``--url``) in bulk: 40 units, one exam of so many items with all its answers and
vectors, courses, hours and days of study. Each measurement runs in a process of its own, so that
memory is its own and the first request is a cold one. Beside them: what the same answers cost
grouped straight from their rows.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from accounts.models import Account, Person, RosterEntry, RosterSnapshot
from accounts.permissions import Role
from accounts.standing import DutyStatus, Line, RankGroup, StaffCategory
from analytics.board import queries, services, spans
from app import create_app
from core import clock
from core.config import Config
from core.db import Model, db, reading, table
from courses.models import Bucket, CourseCompletion, CreditEntry, LessonProgress, StudyDay
from exam.models import Attempt, AttemptVector, Candidate, SessionForm
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Quote, Slot
from tests.factories import NOON, Make

UNITS, LAWS, COURSES, DAYS, BATCH = 40, 30, 6, 20, 10_000
AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
RANKS = [RankGroup.SECTION] * 7 + [RankGroup.DIVISION] * 2 + [RankGroup.DEPT_LEADER]


def application(folder: Path, url: str | None) -> Flask:
    config = Config(
        data_dir=folder,
        database_url=url or f"sqlite:///{folder}/bench.db",
        secret_key="bench",
        log_level="error",
    )
    return create_app(config, WTF_CSRF_ENABLED=False)


def batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def put(model: type[Model], rows: Iterator[dict[str, Any]]) -> None:
    for some in batches(rows):
        db.session.execute(insert(table(model)), some)


def fill(session: Session, people: int, items: int) -> None:
    """Whoever has number n does the same in every run."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
    make = Make(session)
    units = [make.unit() for _ in range(UNITS)]
    form = make.sealed_form()
    seal(form, items)
    course_ids = []
    lesson_ids = []
    for _ in range(COURSES):
        course = make.course()
        make.assignment(course)
        course_ids.append(course.id)
        lesson_ids.append(course.lessons[0].id)
    make.account(Role.EXAM_ADMIN, unit=units[0])
    session.commit()
    start = (session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1)) or 0) + 1
    ids = range(start, start + people)
    place = {n: units[n % UNITS].id for n in ids}
    apart = {n: n % 20 == 0 for n in ids}
    put(Person, (
        {"id": n, "staff_number": f"B{n:07}", "name": f"干部{n}", "home_unit_id": place[n],
         "work_unit_id": place[n], "stat_unit_id": place[n], "joined_on": date(2020, 1, 1),
         "duty_status": DutyStatus.SECONDED_IN if apart[n] else DutyStatus.ON_DUTY}
        for n in ids
    ))  # fmt: skip
    roster = RosterSnapshot(title="名单", taken_at=NOON)
    session.add(roster)
    session.flush()
    put(RosterEntry, (
        {"id": n, "snapshot_id": roster.id, "person_id": n, "staff_number": f"B{n:07}",
         "name": f"干部{n}", "unit_id": place[n], "unit_name": units[n % UNITS].name,
         "unit_position": n % UNITS, "post_title": "", "grade_label": "",
         "rank_group": RANKS[n // UNITS % 10], "staff_category": StaffCategory.CADRE,
         "duty_status": DutyStatus.SECONDED_IN if apart[n] else DutyStatus.ON_DUTY,
         "line": Line.APART if apart[n] else Line.RANKED}
        for n in ids
    ))  # fmt: skip
    exam = make.exam_session(form, roster=RosterSnapshot(title="空", taken_at=NOON - timedelta(1)),
                             papers=[SessionForm(form=form, position=1)])  # fmt: skip
    exam.roster_id = roster.id
    session.flush()
    put(Candidate, (
        {"id": n, "session_id": exam.id, "person_id": n, "entry_id": n, "form_id": form.id}
        for n in ids
    ))  # fmt: skip
    sat = [n for n in ids if n % 25]
    right = answers(sat, items)
    put(Attempt, (
        {"id": n, "candidate_id": n, "number": 1, "person_id": n, "session_id": exam.id,
         "form_id": form.id, "started_at": NOON, "deadline": NOON, "seed": 1,
         "submitted_at": NOON, "earned": Decimal(100 * int(row.sum())) / items}
        for n, row in zip(sat, right, strict=True)
    ))  # fmt: skip
    put(AttemptVector, (
        {"attempt_id": n, "session_id": exam.id, "form_id": form.id, "person_id": n,
         "unit_id": place[n], "right": row.tobytes(), "share": (row * 100).tobytes()}
        for n, row in zip(sat, right, strict=True)
    ))  # fmt: skip
    session.execute(text(
        "WITH RECURSIVE slots(slot) AS (SELECT 1 UNION ALL SELECT slot + 1 FROM slots"
        " WHERE slot < :items) INSERT INTO answer (attempt_id, slot, seq, response, saved_at,"
        " earned) SELECT a.id, s.slot, 1, '{}', a.started_at, CASE WHEN (CAST(a.id AS BIGINT)"
        " * 7919 + s.slot * 104729) % 97 < 40 + s.slot % 50 THEN :marks ELSE 0 END"
        " FROM attempt a CROSS JOIN slots s ORDER BY a.id, s.slot"
    ), {"items": items, "marks": 100.0 / items})  # fmt: skip
    put(CourseCompletion, (
        {"person_id": n, "course_id": each, "completed_at": NOON}
        for n in ids for k, each in enumerate(course_ids) if (n + k) % 3
    ))  # fmt: skip
    put(LessonProgress, (
        {"person_id": n, "lesson_id": each, "opened_at": NOON, "seen_at": NOON, "seconds": 600}
        for n in ids for k, each in enumerate(lesson_ids) if (n + k) % 3
    ))  # fmt: skip
    put(CreditEntry, (
        {"person_id": n, "bucket": bucket, "hours": Decimal("30"), "is_law": True,
         "accredited": True, "earned_on": NOON.date(), "recorded_at": NOON}
        for n in ids for bucket in (Bucket.CONCENTRATED, Bucket.ONLINE)
    ))  # fmt: skip
    first = date(2026, 1, 1)
    put(StudyDay, (
        {"person_id": n, "day": first + timedelta(days=(n * 7 + k * 15) % 300), "seconds": 600}
        for n in ids for k in range(DAYS)
    ))  # fmt: skip
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


def answers(people: list[int], items: int) -> Any:
    """1 and 0 by person and slot, by the rule of the statement that fills the answers."""
    n = np.array(people, dtype=np.int64)[:, None]
    slot = np.arange(1, items + 1, dtype=np.int64)[None, :]
    return ((n * 7919 + slot * 104729) % 97 < 40 + slot % 50).astype(np.uint8)


def seal(form: Any, items: int) -> None:
    """Give the form so many items on some laws, as sealing would."""
    one = snapshot.load(form.snapshot)
    slot = one.slots[0]
    marks = Decimal(100) / items
    slots = [
        Slot(**{**vars(slot), "slot": n + 1, "marks": marks,
                "citations": [Quote(f"测试条例{n % LAWS}", "2020", f"第{n}条", "", n + 1)]})
        for n in range(items)
    ]  # fmt: skip
    form.snapshot = snapshot.dump(
        Paper(one.title, one.multi_rule, Decimal(100), one.sections, slots)
    )
    form.hash = snapshot.digest(form.snapshot)


def timed(act: Callable[[], Any]) -> dict[str, float]:
    wall, busy = time.perf_counter(), time.process_time()
    act()
    return {"wall": round(time.perf_counter() - wall, 3),
            "busy": round(time.process_time() - busy, 3)}  # fmt: skip


def peak() -> float:
    """Megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)


def step_fill(app: Flask, given: argparse.Namespace) -> dict[str, Any]:
    Model.metadata.create_all(db.engine)
    return timed(lambda: fill(db.session, given.people, given.items))


def step_make(app: Flask, given: argparse.Namespace) -> dict[str, Any]:
    """What `xuefa analytics board rebuild` does for one period."""
    before = peak()
    year = spans.running(AT.date())[0]

    def made() -> None:
        with reading():
            found = services.prepare(year.period, AT)
        services.keep(found, at=AT, asked=False)
        db.session.commit()

    took = timed(made)
    edition = queries.newest(year.period)
    assert edition is not None
    checked = services.check(edition, AT) if given.check else None
    return {**took, "memory_mb": peak(), "before_mb": before,
            "checked": checked and [checked.whole, checked.agrees, checked.moved]}  # fmt: skip


def step_pages(app: Flask, given: argparse.Namespace) -> dict[str, Any]:
    """The first request of a process and those after it."""
    account = db.session.scalars(select(Account).order_by(Account.id).limit(1)).one()
    token = Make(db.session).sign_in(account)
    unit = db.session.scalar(select(RosterEntry.unit_id).order_by(RosterEntry.id).limit(1))
    db.session.rollback()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
        kept["_fresh"] = True
    pages = {
        "dashboard": "/analytics/board/",
        "filtered": "/analytics/board/?rank=section",
        "department": f"/analytics/board/units/{unit}",
        "figure": "/analytics/board/figure?row=total&figure=study",
    }
    found: dict[str, Any] = {}

    def ask(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    for name, address in pages.items():
        cold = timed(lambda address=address: ask(address))  # type: ignore[misc]
        warm = [timed(lambda address=address: ask(address)) for _ in range(9)]  # type: ignore[misc]
        wall, busy = (round(1000 * median(e[key] for e in warm), 1) for key in ("wall", "busy"))
        found[name] = {"cold": cold, "warm_ms": wall, "warm_busy_ms": busy}
    return found | {"memory_mb": peak()}


def step_rows(app: Flask, given: argparse.Namespace) -> dict[str, Any]:
    """What the dashboard would cost without editions: the answers grouped by unit and item."""
    statement = text(
        "SELECT v.unit_id, a.slot, COUNT(*), SUM(a.earned) FROM answer a JOIN attempt_vector v"
        " ON v.attempt_id = a.attempt_id GROUP BY v.unit_id, a.slot"
    )
    return timed(lambda: db.session.execute(statement).all())


STEPS = {"fill": step_fill, "make": step_make, "pages": step_pages, "rows": step_rows}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--url")
    parser.add_argument("--check", action="store_true", help="count once more and compare")
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.step:
        app = application(given.folder, given.url)
        with clock.frozen(AT), app.app_context():
            print(json.dumps(STEPS[given.step](app, given)))
        return
    print(f"{given.people} people, {given.people * given.items * 24 // 25} answers,"
          f" load {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for step in STEPS:
            command = [sys.executable, "-m", "tests.bench.bench_dashboard", "--step", step,
                       "--folder", folder, "--people", str(given.people),
                       "--items", str(given.items)]  # fmt: skip
            command += ["--url", given.url] if given.url else []
            command += ["--check"] if given.check else []
            found = subprocess.run(command, check=True, capture_output=True, text=True)
            said, load = found.stdout.strip().splitlines()[-1], os.getloadavg()[0]
            print(f"{step:6} {said}  load {load:.1f}", flush=True)


if __name__ == "__main__":
    main()
