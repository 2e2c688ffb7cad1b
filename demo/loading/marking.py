"""A test before appointment whose answers in words two people are marking, a third to decide."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import Account
from accounts.services import rosters
from core import clock
from demo.loading import exams
from demo.people import SEED
from exam.assembling.assembly import SectionPlan
from exam.attempts.responses import Response
from exam.kinds import CandidateStatus, ExamKind, Release
from exam.marking import rubric
from exam.marking.double_marking import Reader
from exam.models import Candidate, ExamSession, MarkingClaim
from exam.papers.ordering import order_of
from exam.papers.snapshot import Slot
from exam.queries.marking.marks import Pile
from exam.services.attempts import taking
from exam.services.marking import claims, marks
from exam.services.sessions import appointing, planning
from exam.sessions.naming import Appointment
from exam.sessions.planning import SessionPlan
from question_bank.item_types import LETTERS, ItemType
from question_bank.types import Written, kind_of

TITLE = "任前法律知识考试"
SECTIONS = (
    SectionPlan(item_type=ItemType.SINGLE_CHOICE, count=10, marks=Decimal(5)),
    SectionPlan(item_type=ItemType.SHORT_ANSWER, count=1, marks=Decimal(20)),
    SectionPlan(item_type=ItemType.CASE_ANALYSIS, count=1, marks=Decimal(30)),
)
PEOPLE = 16
#: What they are to be appointed to, in turn.
POSTS = ("副处长", "处长", "副处长")
#: Of so many answers each marker has done all but this many.
LEFT = 2


def load(*, graders: Sequence[Account], officer: Account, at: datetime) -> None:
    """The day before ``at`` it was sat; ``graders`` have marked most of it since."""
    form = exams.load_form(
        TITLE, ExamKind.PRE_APPOINTMENT, SECTIONS, seed=3, officer=officer, at=clock.now()
    )
    roster = rosters.take_snapshot(title=f"{TITLE}名单", at=clock.now(), by=officer)
    due = [each for each in roster.entries if each.person_id not in _people(graders)]
    plan = SessionPlan(
        title=TITLE,
        exam_kind=ExamKind.PRE_APPOINTMENT,
        opens_at=at - timedelta(hours=26),
        closes_at=at - timedelta(hours=23),
        minutes=90,
        pass_score=Decimal(60),
        excellent_score=Decimal(90),
        score_release=Release.ON_PUBLICATION,
        paper_release=Release.ON_PUBLICATION,
        key_release=Release.ON_PUBLICATION,
        double_marking=True,
        person_ids=frozenset(each.person_id for each in due[-PEOPLE:]),
    )
    session = planning.create_session(
        plan=plan, form=form, roster=roster, at=clock.now(), by=officer
    )
    _name_posts(session, officer, at)
    sitting = [each for each in session.candidates if each.status is CandidateStatus.DUE]
    for candidate in sitting:
        _sit(session, candidate)
    for slot in taking.sealed(form).by_hand:
        pile = Pile(session.id, form.id, slot.slot)
        for reader in graders[:2]:
            _mark(session, pile, slot, reader, len(sitting) - LEFT, at=at - timedelta(hours=3))


def _name_posts(session: ExamSession, officer: Account, at: datetime) -> None:
    """Every candidate is to be appointed: publicity is over, the exam comes before the day."""
    day = clock.local(at).date()
    rows = [
        (
            each.person_id,
            Appointment(
                post=POSTS[number % len(POSTS)],
                public_from=day - timedelta(days=9),
                public_until=day - timedelta(days=3),
                appointed_on=day + timedelta(days=10),
            ),
        )
        for number, each in enumerate(session.candidates)
    ]
    appointing.name_appointees(session=session, rows=rows, at=clock.now(), by=officer)


def _people(accounts: Sequence[Account]) -> set[int]:
    return {each.person_id for each in accounts}


def _sit(session: ExamSession, candidate: Candidate) -> None:
    begun = session.opens_at + timedelta(minutes=candidate.id % 30)
    rng = Random(f"{SEED}/{TITLE}/{candidate.entry.staff_number}")  # noqa: S311 - not for secrets
    with clock.frozen(begun):
        attempt = taking.start(session=session, person=candidate.person, at=begun)
    answers = [
        Response(slot.slot, 1, json.dumps(_answer(slot, attempt.seed, rng), ensure_ascii=False))
        for slot in taking.sealed(session.form).slots
    ]
    with clock.frozen(done := begun + timedelta(minutes=rng.randint(40, 80))):
        taking.save_answers(attempt=attempt, answers=answers, at=done)
        taking.submit(attempt=attempt, at=done)


def _answer(slot: Slot, seed: int, rng: Random) -> dict[str, Any]:
    order = order_of(seed, slot.slot, slot)
    if not slot.parts:
        return _part(slot, order, rng)
    contents = [each.content for each in kind_of(slot.item_type).parts(slot)]
    orders = order or [None] * len(contents)
    return {
        "parts": [_part(each, shown, rng) for each, shown in zip(contents, orders, strict=True)]
    }


def _part(written: Written, order: Any, rng: Random) -> dict[str, Any]:
    """Most know most: the right option, blank or points of the guide."""
    knows = rng.random() < 0.8
    if written.item_type is ItemType.SHORT_ANSWER:
        points = [each.text for each in rubric.points_of(written)]
        return {"text": "，".join(rng.sample(points, rng.randint(0, len(points))))}
    if written.item_type is ItemType.FILL_BLANK:
        return {"texts": [blank[0] if knows else "" for blank in written.key["blanks"]]}
    places = list(order or range(len(written.options)))
    chosen = written.key[0] if knows else rng.randrange(len(written.options))
    return {"choice": [LETTERS[places.index(chosen)]]}


def _mark(
    session: ExamSession, pile: Pile, slot: Slot, reader: Account, count: int, *, at: datetime
) -> None:
    """What the answers say, as somebody reads it who overlooks a point now and then."""
    rng = Random(f"{SEED}/{reader.id}/{pile.slot}")  # noqa: S311 - not for secrets
    for _ in range(count):
        with clock.frozen(at):
            claim = claims.take(session=session, pile=pile, at=at, by=reader)
            if claim is None:
                return
            marks.mark(claim=claim, found=_found(slot, claim, rng), at=at, by=reader)
        at += timedelta(minutes=1)


def _found(slot: Slot, claim: MarkingClaim, rng: Random) -> dict[str, list[int]]:
    careless = 0.25 if claim.reader is Reader.SECOND else 0.08
    return {
        question.name: [
            number
            for number, point in enumerate(question.points)
            if point.text in question.text and rng.random() >= careless
        ]
        for question in rubric.questions(slot, json.loads(claim.answer.response))
    }
