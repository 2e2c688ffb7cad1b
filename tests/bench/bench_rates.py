"""How long the reports take for a large bureau. Not collected by pytest; run it by hand:

    .venv/bin/python tests/bench/bench_rates.py [PEOPLE]

Fills a fresh SQLite database with so many people (5,000), one exam with a makeup, and a year of
learning, and prints the median milliseconds of processor time of each part beside those of the
same application's plainest page (/healthz), so that a slow machine shows as such.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy.orm import Session  # noqa: E402  # path above

from accounts.models import Person, RosterSnapshot  # noqa: E402
from accounts.standing import DutyStatus  # noqa: E402
from analytics import learning, periods, rates  # noqa: E402
from analytics.frames import exam as exam_frames  # noqa: E402
from analytics.frames import items as item_frames  # noqa: E402
from analytics.frames import learning as learning_frames  # noqa: E402
from app import create_app  # noqa: E402
from core.config import Config  # noqa: E402
from core.db import Model, db  # noqa: E402
from courses.models import Bucket, CourseCompletion, CreditEntry, LessonProgress  # noqa: E402
from exam.models import Answer, Attempt, ExamSession  # noqa: E402
from tests.factories import NOON, Make  # noqa: E402

UNITS, SLOTS, COURSES, TIMES = 20, 40, 6, 7
AT = datetime(2026, 11, 1, tzinfo=UTC)


def fill(session: Session, people: int) -> tuple[int, int]:
    """The ids of a session and a roster."""
    make, rng = Make(session), random.Random(7)
    units = [make.unit() for _ in range(UNITS)]
    statuses = [*[DutyStatus.ON_DUTY] * 18, DutyStatus.SECONDED_OUT, DutyStatus.SICK_LEAVE]
    crowd = []
    for number in range(people):
        unit = rng.choice(units)
        crowd.append(
            Person(
                staff_number=f"B{number:06}",
                name=f"干部{number}",
                home_unit=unit,
                work_unit=unit,
                stat_unit=unit,
                duty_status=rng.choice(statuses),
                joined_on=date(2020, 1, 1),
            )
        )
    session.add_all(crowd)
    session.commit()
    roster = make.roster(*crowd)
    first = make.exam_session(make.sealed_form(), roster=roster)
    second = make.exam_session(
        make.sealed_form(),
        roster=make.roster(*crowd[: people // 10]),
        makeup_of_id=first.id,
        closes_at=NOON + timedelta(days=30),
    )
    for each in (first, second):
        for candidate in each.candidates:
            session.add(
                Attempt(
                    candidate=candidate,
                    number=1,
                    person_id=candidate.person_id,
                    session=each,
                    form=each.form,
                    started_at=NOON,
                    deadline=NOON,
                    seed=1,
                    submitted_at=NOON,
                    earned=Decimal(rng.randrange(40, 101)),
                    answers=[
                        Answer(slot=n + 1, seq=1, response="{}", saved_at=NOON, earned=Decimal(1))
                        for n in range(SLOTS if each is first else 0)
                    ],
                )
            )
    courses = [make.course() for _ in range(COURSES)]
    for course in courses:
        make.assignment(course)
    for person in crowd:
        for course in rng.sample(courses, 4):
            session.add(
                LessonProgress(
                    person=person,
                    lesson=course.lessons[0],
                    opened_at=NOON,
                    seen_at=NOON,
                    seconds=600,
                )
            )
            session.add(CourseCompletion(person=person, course=course, completed_at=NOON))
            session.add(
                CreditEntry(
                    person=person,
                    bucket=Bucket.ONLINE,
                    hours=Decimal("2.5"),
                    is_law=True,
                    earned_on=NOON.date(),
                    recorded_at=NOON,
                )
            )
    session.commit()
    return first.id, roster.id


def milliseconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        db.session.expire_all()
        begun = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - begun))
    return median(taken)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
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
            session_id, roster_id = fill(db.session, people)
            session = db.session.get_one(ExamSession, session_id)
            roster = db.session.get_one(RosterSnapshot, roster_id)
            year = periods.preset(periods.Preset.YEAR, AT.date())
            client = app.test_client()
            frame = exam_frames.counted(session, AT)
            learners = learning_frames.counted(roster, year, None)
            results = {
                "reference: /healthz": lambda: client.get("/healthz"),
                "exam: rows to frame": lambda: exam_frames.counted(session, AT),
                "exam: frame to table": lambda: rates.department_table(frame),
                "exam: marks by item": lambda: item_frames.scored(session_id, session.form),
                "learning: rows to frame": lambda: learning_frames.counted(roster, year, None),
                "learning: frame to table": lambda: learning.department_table(learners, None),
            }
            print(f"{people} people, {UNITS} units, {SLOTS} answers each")
            print(f"median of {TIMES}, ms of processor time")
            for name, act in results.items():
                print(f"{milliseconds(act):9.1f}  {name}")


if __name__ == "__main__":
    main()
