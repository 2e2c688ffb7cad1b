"""A closed exam that people sat, and an open one that most have yet to sit."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Account
from accounts.permissions import Role
from accounts.services import rosters
from core import clock
from demo import behaviour
from demo.material import DemoItem
from demo.people import SEED, DemoPerson
from exam.assembling.assembly import SectionPlan
from exam.attempts.responses import Response
from exam.kinds import CandidateStatus, ExamKind, Release, ScorePolicy
from exam.models import Attempt, Candidate, ExamSession, Form
from exam.papers.ordering import order_of
from exam.queries.sessions import dealing
from exam.services.assembling import blueprints, building
from exam.services.attempts import taking
from exam.services.sessions import asking, candidates, planning
from exam.sessions.asking import Asked, ReasonCode, RequestKind
from exam.sessions.planning import SessionPlan
from question_bank.item_types import LETTERS, ItemType, MultiRule
from question_bank.tasks import services as tasks
from question_bank.tasks.cells import Cell

ANNUAL = "2026年度机关学法用法考试"
OPEN = "宪法宣传周专题测试"
SECTIONS = (
    SectionPlan(item_type=ItemType.SINGLE_CHOICE, count=20, marks=Decimal(2)),
    SectionPlan(item_type=ItemType.MULTIPLE_CHOICE, count=10, marks=Decimal(4)),
    SectionPlan(item_type=ItemType.TRUE_FALSE, count=10, marks=Decimal(2)),
)
SHORT_SECTIONS = (
    SectionPlan(item_type=ItemType.SINGLE_CHOICE, count=10, marks=Decimal(4)),
    SectionPlan(item_type=ItemType.MULTIPLE_CHOICE, count=5, marks=Decimal(8)),
    SectionPlan(item_type=ItemType.TRUE_FALSE, count=5, marks=Decimal(4)),
)


def load_form(
    title: str,
    kind: ExamKind,
    sections: Sequence[SectionPlan],
    *,
    seed: int,
    officer: Account,
    at: datetime,
) -> Form:
    blueprint = blueprints.create_blueprint(
        title=f"{title}组卷方案",
        exam_kind=kind,
        multi_rule=MultiRule.PARTIAL_HALF,
        sections=sections,
        at=at,
        by=officer,
    )
    form = building.draw_form(
        blueprint=blueprint, title=f"{title}试卷", seed=seed, at=at, by=officer
    )
    building.seal(form=form, at=at, by=officer)
    return form


def load_tasks(writer: Account, *, officer: Account, at: datetime) -> None:
    """What next year's papers will lack: for one writer, and for all of them."""
    day = clock.local(at).date()
    hard = Cell(count=6, item_type=ItemType.MULTIPLE_CHOICE, difficulty_min=4)
    for cells, days, who in (([hard], 20, writer.id), ([Cell(count=10, is_scene=True)], 40, None)):
        tasks.set_tasks(
            cells=cells, due_on=day + timedelta(days=days), writer_id=who,
            purpose="下一年度学法用法考试", at=at, by=officer,
        )  # fmt: skip


def load_session(
    title: str,
    form: Form,
    *,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    officer: Account,
    at: datetime,
) -> ExamSession:
    roster = rosters.take_snapshot(title=f"{title}名单", at=at, by=officer)
    plan = SessionPlan(
        title=title,
        exam_kind=form.blueprint.exam_kind,
        opens_at=opens_at,
        closes_at=closes_at,
        minutes=minutes,
        max_attempts=1,
        score_policy=ScorePolicy.BEST,
        pass_score=Decimal(60),
        excellent_score=Decimal(90),
        score_release=Release.AT_SUBMIT,
        paper_release=Release.AFTER_CLOSE,
        key_release=Release.AFTER_CLOSE,
        shuffle_options=True,
        notice="独立完成，不得查阅资料。作答随时自动保存，断网后可继续。",
    )
    return planning.create_session(plan=plan, form=form, roster=roster, at=at, by=officer)


def exempt_one(session: ExamSession, *, officer: Account, at: datetime) -> None:
    """The first bureau leader's exemption, with the reason that the approval gives."""
    candidate = session.candidates[0]
    candidates.set_status(
        candidate=candidate,
        status=CandidateStatus.EXEMPT,
        reason="考试期间公务出访，经批准免考",
        at=at,
        by=officer,
    )


def exempt_who_knows_the_items(session: ExamSession, *, officer: Account, at: datetime) -> None:
    """Who wrote, reviewed or set items of every paper is exempt (命题回避)."""
    for candidate in dealing.undecided(session.id):
        candidates.set_status(
            candidate=candidate,
            status=CandidateStatus.EXEMPT,
            reason="参加本次命题、审题或组卷，经批准免考",
            at=at,
            # Nobody decides their own case; the officer's was decided by others.
            by=officer if candidate.person_id != officer.person_id else None,
        )


def ask_to_defer(
    session: ExamSession, accounts: Mapping[str, Account], *, head: Account, at: datetime
) -> None:
    """Two colleagues of a head who cannot come: one request waits for the head, one for 人事司."""
    askers = [
        account
        for each in session.candidates
        if each.entry.unit_id == head.person.stat_unit_id
        and each.status is CandidateStatus.DUE
        and not each.attempts
        and (account := accounts.get(each.entry.staff_number)) is not None
        and account.roles == [Role.STAFF]
    ]
    for number, account in enumerate(askers[-2:]):
        request = asking.ask(
            candidate=next(c for c in session.candidates if c.person_id == account.person_id),
            asked=Asked(
                RequestKind.DEFERRAL,
                ReasonCode.OFFICIAL_TRIP,
                "考试期间赴外地调研，返京后参加补考。",
            ),
            proof=None,
            at=at,
            by=account,
        )
        if number:
            asking.opine(request=request, agrees=True, text="情况属实", at=at, by=head)


def sit(
    session: ExamSession,
    people: Mapping[str, DemoPerson],
    items: Mapping[int, DemoItem],
    candidates: Sequence[Candidate],
    *,
    until: datetime | None = None,
) -> None:
    """Everybody on the list who may and does sit, spread over the window (or to ``until``)."""
    rng = Random(f"{SEED}/{session.title}")  # noqa: S311 - not for secrets
    latest = (until or session.closes_at) - timedelta(minutes=session.minutes)
    opens_at, latest = clock.local(session.opens_at), clock.local(latest)
    for candidate in candidates:
        person = people[candidate.entry.staff_number]
        free = candidate.status is CandidateStatus.DUE and candidate.form is not None
        if not free or not behaviour.sits(person, session.title):
            continue
        begun = behaviour.begins(rng, opens_at, latest)
        taken = timedelta(minutes=session.minutes) * behaviour.share_of_time(person, session.title)
        with clock.frozen(begun):
            attempt = taking.start(session=session, person=candidate.person, at=begun)
        with clock.frozen(begun + taken):
            taking.save_answers(
                attempt=attempt,
                answers=_answers(attempt, person, items),
                at=begun + taken - timedelta(seconds=5),
            )
            taking.submit(attempt=attempt, at=begun + taken)


def _answers(
    attempt: Attempt,
    person: DemoPerson,
    items: Mapping[int, DemoItem],
) -> list[Response]:
    answers = []
    for slot in taking.paper_of(attempt).slots:
        item = items[slot.revision_id]
        ticked = behaviour.choices(
            person,
            code=item.code,
            item_type=item.item_type,
            options=len(slot.options),
            key=item.key,
            difficulty=item.difficulty,
        )
        order = order_of(attempt.seed, slot.slot, slot) or range(len(slot.options))
        shown = sorted(LETTERS[shown] for shown, place in enumerate(order) if place in ticked)
        answers.append(Response(slot.slot, 1, json.dumps({"choice": shown}, separators=(",", ":"))))
    return answers
