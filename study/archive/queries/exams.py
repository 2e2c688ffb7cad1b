"""The sections on exams, 任前考试 and the facts that rewards and reminders are made of."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core import clock, figures
from core.db import db
from courses.classes.models import Enrolment
from exam.kinds import ExamKind
from exam.models import Candidate, Certificate, ExamSession
from exam.queries.attempts import taking
from exam.queries.results import certificates
from exam.queries.sessions import overview as exams
from exam.results.outcomes import Outcome
from exam.sessions.standing import Standing, in_score_table
from study.archive.registry import MaySee
from study.archive.sections import Entry, Figure, Section, Unit

#: Whether the reader sees the score of somebody as the list of the session had them.
_SAT = {Standing.DONE, Standing.MARKING, Standing.VOIDED}


@dataclass(frozen=True)
class Sat:
    """Somebody on the list of a session, with what may be shown of it."""

    candidate: Candidate
    standing: Standing
    #: None while it is not released, or not for this reader.
    outcome: Outcome | None
    certificate: Certificate | None
    #: Of a makeup the kind of what it makes up for.
    kind: ExamKind

    @property
    def session(self) -> ExamSession:
        return self.candidate.session

    @property
    def of_appointment(self) -> bool:
        return self.kind is ExamKind.PRE_APPOINTMENT

    @property
    def is_makeup(self) -> bool:
        return self.session.makeup_of_id is not None

    @property
    def passed(self) -> bool:
        return self.outcome is not None and self.outcome.passed

    @property
    def state(self) -> str:
        return in_score_table(self.standing, makeup=self.is_makeup)

    @property
    def entry(self) -> Entry:
        day = figures.day(clock.local(self.session.opens_at).date())
        return Entry(f"{self.session.title}（{day}，{self.state}）")


def told(year: int, at: datetime) -> frozenset[int]:
    """The ids of the sessions of a year whose candidates may see their scores."""
    sessions = db.session.scalars(
        select(ExamSession)
        .where(ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.opens_at, ExamSession.id)
    )
    return taking.open_among(
        [each for each in sessions if clock.local(each.opens_at).year == year], at
    )


def sat(
    person: Person,
    year: int,
    at: datetime,
    may_see: MaySee,
    told_ids: Collection[int] | None = None,
) -> list[Sat]:
    """The sessions of a year on whose list the person stood, in their order.

    ``told_ids`` are ``told``, where it was asked for many people at once.
    """
    rows = db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Candidate.person_id == person.id, ExamSession.cancelled_at.is_(None))
        .options(
            joinedload(Candidate.session),
            joinedload(Candidate.entry),
            selectinload(Candidate.attempts),
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
    own = [each for each in rows if clock.local(each.session.opens_at).year == year]
    live = {each.candidate_id: each for each in certificates.live([each.id for each in own])}
    kinds = _kinds([each.session.makeup_of_id or each.session_id for each in own])
    if told_ids is None:
        told_ids = taking.open_among([each.session for each in own], at)
    return [
        _sat(
            each,
            live.get(each.id),
            kinds[each.session.makeup_of_id or each.session_id],
            at,
            shown=each.session_id in told_ids and may_see(each.entry.unit_id),
        )
        for each in own
    ]


def _kinds(session_ids: Sequence[int]) -> dict[int, ExamKind]:
    rows = db.session.execute(
        select(ExamSession.id, ExamSession.exam_kind)
        .where(ExamSession.id.in_(session_ids))
        .order_by(ExamSession.id)
    )
    return {row[0]: row[1] for row in rows}


def _sat(
    candidate: Candidate, held: Certificate | None, kind: ExamKind, at: datetime, *, shown: bool
) -> Sat:
    """``shown``: what a sitting came to is for the reader."""
    session, where = candidate.session, exams.standing_of(candidate, at)
    seen = shown and where in {Standing.DONE, Standing.VOIDED}
    return Sat(
        candidate,
        where,
        exams.outcome_of(session, candidate) if seen else None,
        held if seen else None,
        kind,
    )


def section(key: str, title: str, found: Sequence[Sat]) -> Section:
    if not found:
        return Section(key, title, note="本年度没有列入名单的考试。")

    def those(test: Callable[[Sat], bool]) -> list[Entry]:
        return [each.entry for each in found if test(each)]

    made = [
        Figure.count("列入名单", Unit.TIMES, those(lambda each: True)),
        Figure.count("参加", Unit.TIMES, those(lambda each: each.standing in _SAT)),
        Figure.count("其中补考", Unit.TIMES,
                     those(lambda each: each.standing in _SAT and each.is_makeup)),
        Figure.count("合格", Unit.TIMES, those(lambda each: each.passed)),
        Figure.count("证书", Unit.SHEETS, (
            Entry(f"{each.certificate.number} {each.session.title}")
            for each in found if each.certificate
        )),
    ]  # fmt: skip
    return Section(
        key, title, made, ["考试", "日期", "状态", "成绩", "等次", "证书编号"],
        [_row(each) for each in found], "成绩按各场次的公布规则列出，未公布的写“未公布”。",
    )  # fmt: skip


def _row(each: Sat) -> list[str]:
    found = each.outcome
    sat_it = each.standing in _SAT
    score = figures.plain(found.score) if found and found.score is not None else ""
    return [
        each.session.title,
        f"{clock.local(each.session.opens_at):%Y-%m-%d}",
        each.state,
        score or ("未公布" if sat_it else ""),
        found.level.label if found and found.level else "",
        each.certificate.number if each.certificate else "",
    ]


def hints(found: Sequence[Sat], classes: Sequence[Enrolment], overdue: Figure) -> Section:
    """奖惩提示: facts for those who decide; the system decides nothing."""
    praised = [
        Entry(f"{each.owner.title}：优秀学员")
        for each in classes
        if each.excellent and each.completed
    ]
    praised += [
        Entry(f"{each.session.title}：优秀")
        for each in found
        if each.outcome is not None and each.outcome.excellent
    ]
    warned = [
        Entry(f"{each.session.title}：{each.standing.label}")
        for each in found
        if each.standing in {Standing.ABSENT, Standing.VOIDED}
    ]
    warned += [
        Entry(f"{each.session.title}：不合格")
        for each in found
        if each.outcome is not None
        and each.outcome.level is not None
        and not each.outcome.passed
        and each.standing is Standing.DONE
    ]
    warned += [Entry(f"必修课程逾期：{each.text}") for each in overdue.entries]
    return Section(
        "hints", "奖惩提示",
        [Figure.count("可予肯定", Unit.TIMES, praised),
         Figure.count("需要提醒", Unit.TIMES, warned)],
        ["性质", "事实"],
        [[kind, each.text] for kind, those in (("可予肯定", praised), ("需要提醒", warned))
         for each in those],
        "只列事实，供评价时参考；系统不作奖惩结论。",
    )  # fmt: skip
