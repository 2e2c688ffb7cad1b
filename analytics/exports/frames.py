"""The figures of a year, from what is recorded: statistics, and the personnel system's rows."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from accounts.models import Person, RosterSnapshot
from accounts.queries import snapshots
from analytics import learning as learning_rules
from analytics import periods, queries, rates, summary
from analytics.exports.kinds import ExportKind
from analytics.exports.sheets import EXAMS, NOTES
from analytics.frames import exam as exam_frames
from analytics.frames import learning as learning_frames
from analytics.measures import EXAM
from analytics.periods import Period, Preset
from core import clock, figures
from core.db import db
from core.spreadsheets import Column, Table
from courses.classes import sheets as class_sheets
from courses.classes.queries import personnel
from courses.models import Bucket
from courses.queries import proving
from exam.models import ExamSession
from exam.queries.sessions import overview as exams

_COUNTS = ("roster", "exempt", "deferred", "due", "taken", "passed", "excellent", "absent")
_RATES = ("participation", "pass_due", "excellent_due", "mean")
_CLASSES = (
    Column("班名", "title", 30),
    Column("培训类别", "kind", 12),
    Column("主办单位", "organiser", 18),
    Column("开始日期", "starts_on", 12),
    Column("结束日期", "ends_on", 12),
    Column("学员", "people", 8, "0"),
    Column("结业", "completed", 8, "0"),
    Column("获得学时合计", "hours", 12, "0.00"),
)


#: What the columns of the personnel system's file hold, and why one may be empty.
EXPLAINED = {
    "身份证号": "始终为空：按最少个人信息，本系统不收集身份证号；由干部系统按工号匹配后填入。",
    "单位编码": "现工作单位在干部系统中的编码，取自“机构设置”中的“单位编码”；没有填写的为空。",
    "现工作单位及职务全称": "统计部门、处室、职务的全称相连，以生成时的名册为准。",
    "培训类别等各列": "一人一班一行，只含已办结业的培训班；考试行的这些列为空。",
    "考试类别、时间、成绩": "一人一场一行，只含已公布成绩的场次；培训行填训后测的成绩。",
    "天数、获得学时数": "结业的才有；学时为当次登记的学时，冲正后的为空。",
    "网络总学时": "培训年度内网络培训学时，冲正后。",
    "网络必修完成情况": "“已完成/必修”门数；没有必修的为“—”。",
}


def year_of(year: int) -> Period:
    return periods.preset(Preset.YEAR, date(year, 1, 1))


def tables(kind: ExportKind, year: int, roster: RosterSnapshot, at: datetime) -> list[Table]:
    if kind is ExportKind.PERSONNEL:
        return [_personnel(year, roster, at), _explained()]
    return _statistics(year, roster, at)


def _basis(roster: RosterSnapshot, at: datetime) -> str:
    return f"{snapshots.said(roster)}；统计时点 {figures.moment(clock.local(at))}"


# ------------------------------------------------------------------ statistics


def _statistics(year: int, roster: RosterSnapshot, at: datetime) -> list[Table]:
    period, basis = year_of(year), _basis(roster, at)
    sessions = [
        each
        for each in queries.over(at)[::-1]
        if each.makeup_of_id is None and period.begins <= each.closes_at < period.ends
    ]
    counted = [(each, rates.department_table(exam_frames.counted(each, at))) for each in sessions]
    found = [_overview(year, counted, basis)]
    for number, (session, rows) in enumerate(counted[-EXAMS:], 1):
        own = _basis(session.roster, at)
        table = summary.exam_tables(rows, title=session.title, basis=[own])[0]
        found.append(Table(f"考试{number}", table.columns, table.rows, table.title, table.notes))
    rows = learning_rules.department_table(learning_frames.counted(roster, period, None), None)
    learnt = summary.learning_tables(rows, title=f"{year}年度学习汇总表", basis=[basis])
    return [*found, learnt[0], _classes(year, basis)]


def _overview(year: int, counted: Sequence[tuple[ExamSession, Any]], basis: str) -> Table:
    columns = [
        Column("考试名称", "title", 30),
        Column("考试类别", "kind", 14),
        Column("开考日期", "day", 12),
        Column("名单快照", "snapshot", 10, "0"),
        Column("名单校验值", "roster_digest", 18),
        *(Column(EXAM.titles[key], key, 10, "0") for key in _COUNTS),
        *(Column(EXAM.titles[key], key, 14, "0.00" if key == "mean" else '0.00"%"')
          for key in _RATES),
    ]  # fmt: skip
    rows = [
        {
            "title": session.title,
            "kind": session.exam_kind.label,
            "day": clock.local(session.opens_at).date(),
            "snapshot": session.roster_id,
            "roster_digest": snapshots.digest(session.roster)[: snapshots.PRINTED],
            **{key: table[-1].values[key] for key in _COUNTS},
            **{key: table[-1].figures[key] for key in _RATES},
        }
        for session, table in counted
    ]
    return Table(
        "考试总表", columns, rows, f"{year}年度学法用法考试总表",
        [basis, "补考并入所补的考试；各场以其名单快照为准，合计由人数与总分重算",
         summary.SIGNATURE],
    )  # fmt: skip


def _classes(year: int, basis: str) -> Table:
    """Each class that was concluded, of the rows that the personnel system gets."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in personnel.rows(date(year, 1, 1), date(year, 12, 31)):
        key = (each["title"], each["starts_on"], each["ends_on"], each["organiser"])
        found = rows.setdefault(
            key,
            {name: each[name] for name in ("title", "kind", "organiser", "starts_on", "ends_on")}
            | {"people": 0, "completed": 0, "hours": Decimal(0)},
        )
        found["people"] += 1
        found["completed"] += each["completed"] == "是"
        found["hours"] += each["hours"] or 0
    return Table("培训班", _CLASSES, list(rows.values()), f"{year}年度培训班一览",
                 [basis, "只含已办结业的培训班"])  # fmt: skip


# ------------------------------------------------------------------ the personnel system


def _personnel(year: int, roster: RosterSnapshot, at: datetime) -> Table:
    """Training of everybody who took part, then scores of exams that were published."""
    rows = [*personnel.rows(date(year, 1, 1), date(year, 12, 31)), *_scores(year)]
    return Table(
        "干部系统对接",
        class_sheets.PERSONNEL,
        rows,
        f"{year}年度培训和考试登记（干部系统格式）",
        [_basis(roster, at), *class_sheets.PERSONNEL_NOTES, "考试只含已公布成绩的场次"],
    )


def _explained() -> Table:
    """The sheet 说明: of each column that may be empty, why."""
    rows = [{"column": column, "said": said} for column, said in EXPLAINED.items()]
    return Table(NOTES, [Column("列", "column", 20), Column("说明", "said", 90)], rows)


def _scores(year: int) -> list[dict[str, Any]]:
    period = year_of(year)
    sessions = db.session.scalars(
        select(ExamSession)
        .where(ExamSession.opens_at >= period.begins, ExamSession.opens_at < period.ends)
        .where(ExamSession.published_at.is_not(None), ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
    scored = [
        (session, candidate.person, outcome)
        for session in sessions
        for candidate in exams.candidates(session.id)
        if (outcome := exams.outcome_of(session, candidate)).score is not None
    ]
    online = proving.hours(
        {person.id for _, person, _ in scored},
        bucket=Bucket.ONLINE.value,
        law_only=False,
        since=period.first,
        until=period.last,
    )
    return [
        _exam_row(year, session, person, outcome.score, online.get(person.id, Decimal(0)))
        for session, person, outcome in scored
    ]


def _exam_row(
    year: int, session: ExamSession, person: Person, score: Decimal | None, online: Decimal
) -> dict[str, Any]:
    return {
        "year": year,
        "name": person.name,
        "gender": person.gender,
        "staff_number": person.staff_number,
        "identity": "",
        "unit_code": person.stat_unit.code,
        "level": person.leader_level.label if person.leader_level else "",
        "post": f"{person.stat_unit.name}{person.division}{person.post_title}",
        "title": session.title,
        "exam_kind": session.exam_kind.label,
        "exam_at": session.opens_at,
        "score": score,
        "online": online,
    }
