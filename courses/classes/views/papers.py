"""Files of classes: notice, roster, list of completions, certificate, the personnel system's."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, me, requires
from accounts.permissions import Permission
from core import clock, official, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.figures import plain
from core.official import Paper
from core.spreadsheets import Table
from courses.classes import audience, papers, sheets, standing
from courses.classes.attending import Tally
from courses.classes.kinds import PARTICIPANTS, Stage
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.papers import Facts, Lecture, Member
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.queries import personnel as personnel_rows
from courses.classes.views.base import STAFF, bp, may_manage, reach


def facts_of(owner: TrainingClass) -> Facts:
    return Facts(
        title=owner.title,
        organiser=owner.organiser,
        place=owner.place,
        starts_on=owner.starts_on,
        ends_on=owner.ends_on,
        days=owner.days,
        hours=owner.hours,
        audience=audience.label(owner),
        capacity=owner.capacity,
        signup_until=owner.signup_until,
        approval=owner.approval,
        about=owner.about,
        contact=owner.contact,
        lectures=[
            Lecture(each.starts_at, each.ends_at, each.topic,
                    each.teacher.full_name if each.teacher else "", each.hours)
            for each in owner.units
        ],
        rules=list(_rules(owner)),
    )  # fmt: skip


def _rules(owner: TrainingClass) -> Iterator[str]:
    yield "请按时到场，上课前 30 分钟起以现场屏幕上的签到码签到，代签无效。"
    yield f"出席学时达到 {owner.attend_percent}% 方可结业" + (
        "，并须训后测试合格。" if owner.needs_pass else "。"
    )
    yield "因故不能参加的，应在系统中请假。" + (
        "请假累计超过总学时 1/7 的，按规定应退学。" if owner.full_time else ""
    )


def _docx(paper: Paper, name: str) -> Response:
    return attachment(official.write(paper), f"{name}.docx", DOCX)


@bp.get("/<int:class_id>/notice.docx")
@requires(Permission.COURSE_STUDY, *STAFF)
def notice(class_id: int) -> Response:
    found = queries.training_class(class_id, drafts=may_manage())
    day = clock.local(found.published_at).date() if found.published_at else clock.today()
    return _docx(papers.notice(facts_of(found), day), f"关于举办{found.title}的通知")


@bp.get("/<int:class_id>/certificate.docx")
@requires(Permission.COURSE_STUDY)
def own_certificate(class_id: int) -> Response:
    """One's own proof of completion."""
    each = people.own(me().id, class_id)
    if each is None:
        raise NoResultFound
    return _certificate(each)


@bp.get("/manage/enrolments/<int:enrolment_id>/certificate.docx")
@requires(Permission.CLASS_MANAGE)
def certificate(enrolment_id: int) -> Response:
    return _certificate(people.enrolment(enrolment_id))


def _certificate(each: Enrolment) -> Response:
    if standing.stage(each) is not Stage.COMPLETED or each.judged_at is None:
        raise NoResultFound
    owner = queries.training_class(each.class_id, drafts=True)
    paper = papers.certificate(
        facts_of(owner),
        _member(each, None),
        days=each.days or Decimal(0),
        on=clock.local(each.judged_at).date(),
    )
    return _docx(paper, f"{each.person.name}结业证明")


def _member(each: Enrolment, tally: Tally | None) -> Member:
    attended = each.hours if each.hours is not None else (tally.attended if tally else None)
    return Member(
        unit=each.unit.name,
        name=each.person.name,
        post=each.person.post_title or "—",
        standing=standing.stage(each).label,
        attended=plain(attended),
        number=each.number or "",
    )


@bp.get("/manage/<int:class_id>/roster.docx")
@requires(*STAFF)
def roster_docx(class_id: int) -> Response:
    """Who takes part; liaisons and unit heads get their own people."""
    found = queries.training_class(class_id, drafts=may_manage())
    members = [_member(each, None) for each in people.of_class(class_id, reach())
               if standing.stage(each) in PARTICIPANTS]  # fmt: skip
    data = official.write(papers.roster(facts_of(found), members))
    return _exported(found, data, f"{found.title}学员名册.docx", DOCX, len(members))


def _exported(
    owner: TrainingClass, data: bytes, name: str, content_type: str, rows: int
) -> Response:
    title = owner.title
    class_id = owner.id
    may_write()
    record("class.export", object_type="TrainingClass", object_id=class_id, title=title, file=name,
           rows=rows)  # fmt: skip
    db.session.commit()
    return attachment(data, name, content_type)


@bp.get("/manage/<int:class_id>/completions.docx")
@requires(Permission.CLASS_MANAGE)
def completions(class_id: int) -> Response:
    """结业名单; of a class that is not concluded there is none."""
    found = queries.training_class(class_id, drafts=True)
    if found.concluded_at is None:
        raise NoResultFound
    members = [_member(each, None) for each in people.of_class(class_id)
               if standing.stage(each) is Stage.COMPLETED]  # fmt: skip
    day = clock.local(found.concluded_at).date()
    data = official.write(papers.completions(facts_of(found), members, day))
    return _exported(found, data, f"{found.title}结业名单.docx", DOCX, len(members))


@bp.get("/manage/<int:class_id>/roster.xlsx")
@requires(*STAFF)
def roster_xlsx(class_id: int) -> Response:
    found = queries.training_class(class_id, drafts=may_manage())
    tallies = people.tallies(found)
    rows = [
        _row(number, each, tallies.get(each.id))
        for number, each in enumerate(people.of_class(class_id, reach()), 1)
    ]
    data = spreadsheets.write_workbook(
        Table("学员名册", sheets.ROSTER, rows, title=f"{found.title}学员名册")
    )
    return _exported(found, data, f"{found.title}学员名册.xlsx", spreadsheets.XLSX, len(rows))


def _row(number: int, each: Enrolment, tally: Tally | None) -> dict[str, Any]:
    return {
        "number": number,
        "unit": each.unit.name,
        "name": each.person.name,
        "staff_number": each.person.staff_number,
        "post": each.person.post_title,
        "standing": standing.stage(each).label,
        "asked_at": each.asked_at,
        "way": "单位报名" if each.asked_by.person_id != each.person_id else "本人报名",
        "attended": tally.attended if tally else None,
        "leave": tally.leave if tally else None,
        "absent": tally.absent if tally else None,
        "certificate": each.number if each.number and not each.revoked_at else "",
    }


@bp.get("/manage/personnel.xlsx")
@requires(Permission.CLASS_MANAGE)
def personnel() -> Response:
    """A year's training in the columns of the personnel system (?year=, ?class= for one class)."""
    year = request.args.get("year", clock.today().year, type=int)
    if not 1900 < year < 9999:
        raise NoResultFound
    class_id = request.args.get("class", type=int)
    if class_id is not None:
        queries.training_class(class_id, drafts=may_manage() and can(Permission.CLASS_MANAGE))
    rows = personnel_rows.rows(date(year, 1, 1), date(year, 12, 31), class_id)
    data = spreadsheets.write_workbook(
        Table("培训登记", sheets.PERSONNEL, rows, title=f"{year}年度培训登记（人事系统格式）",
              notes=sheets.PERSONNEL_NOTES)
    )  # fmt: skip
    may_write()
    record("class.export", object_type="TrainingClass", year=year, rows=len(rows))
    db.session.commit()
    return attachment(data, f"{year}年度培训登记.xlsx")
