"""A session that is over and scored: what tests of corrections, rechecks and finals begin with."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Person
from exam.marking import scoring
from exam.marking.scoring import Score
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.papers import drawing, snapshot
from exam.papers.snapshot import Paper
from tests.factories import NOON, Make

AFTER = NOON + timedelta(hours=3)


def sat(make: Make, session: Session, form: Form, people: int, **given) -> ExamSession:
    """So many people have handed in, each with answers drawn for them, rightly scored."""
    unit = make.unit()
    persons = [
        Person(
            staff_number=f"H{n:04}", name=f"考生{n}", home_unit=unit, work_unit=unit,
            stat_unit=unit, joined_on=NOON.date(),
        )
        for n in range(people)
    ]  # fmt: skip
    session.add_all(persons)
    session.commit()
    return sit_all(make, session, form, persons, **given)


def sit_all(
    make: Make, session: Session, form: Form, persons: Sequence[Person], **given: Any
) -> ExamSession:
    """The same with given people."""
    exam = make.exam_session(form, *persons, **given)
    paper = snapshot.load(form.snapshot or "")
    sittings = [_sit(exam, form, each, paper, seed=n) for n, each in enumerate(exam.candidates, 1)]
    session.add_all(attempt for attempt, _ in sittings)
    session.flush()
    session.add_all(
        AttemptVector(
            attempt_id=attempt.id, session_id=exam.id, form_id=form.id,
            person_id=attempt.person_id, unit_id=attempt.candidate.entry.unit_id,
            **scoring.vector(paper.slots, score),
        )
        for attempt, score in sittings
    )  # fmt: skip
    session.commit()
    return exam


def _sit(
    exam: ExamSession, form: Form, candidate: Candidate, paper: Paper, *, seed: int
) -> tuple[Attempt, Score]:
    random = Random(seed)
    given = {
        each.slot: {"choice": sorted(random.sample("ABCD", len(each.key)))}
        for each in paper.slots
        if random.random() < 0.9
    }
    draw_seed = seed if paper.alternatives > 1 or exam.shuffle_items else 0
    score = scoring.score(drawing.drawn(paper, draw_seed), given, seed=seed)
    attempt = Attempt(
        candidate=candidate, person_id=candidate.person_id, session=exam, form=form,
        number=1, started_at=NOON, deadline=exam.closes_at, seed=seed, draw_seed=draw_seed,
        submitted_at=NOON + timedelta(minutes=30), earned=score.earned,
    )  # fmt: skip
    attempt.answers = [
        Answer(slot=slot, seq=1, response=json.dumps(body), saved_at=NOON,
               earned=score.by_slot.get(slot, 0))
        for slot, body in given.items()
    ]  # fmt: skip
    return attempt, score


def scores(session: Session, exam: ExamSession) -> list[Decimal | None]:
    session.commit()
    rows = session.query(Attempt.earned).where(Attempt.session_id == exam.id)
    found = [row[0] for row in rows.order_by(Attempt.id)]
    session.commit()
    return found


def stored(session: Session, exam: ExamSession) -> list[object]:
    """Everything that scoring writes, as it is committed now."""
    session.commit()
    here = Attempt.session_id == exam.id
    found: list[object] = [
        *session.query(Attempt.id, Attempt.earned, Attempt.unmarked).where(here)
        .order_by(Attempt.id).all(),
        *session.query(Answer.id, Answer.earned).join(Attempt, Attempt.id == Answer.attempt_id)
        .where(here).order_by(Answer.id).all(),
        *session.query(AttemptVector.attempt_id, AttemptVector.right, AttemptVector.share)
        .where(AttemptVector.session_id == exam.id).order_by(AttemptVector.id).all(),
    ]  # fmt: skip
    session.commit()
    return found
