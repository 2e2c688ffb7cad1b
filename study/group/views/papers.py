"""Circulars, the yearly filing and archive, and a leader's own law report."""

from http import HTTPStatus

from flask import Response, abort, current_app, render_template

from accounts.guards import can, me, requires
from accounts.permissions import Permission
from core import clock
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from courses.models import Bucket
from study import queries as study_queries
from study.group import files, wording
from study.group.kinds import WRITINGS
from study.group.models.groups import StudyGroup
from study.group.queries import groups as queries
from study.group.queries import meetings as meeting_queries
from study.group.services import archiving, documents
from study.group.views.base import ANY, bp, must_see_whole, reader, year_asked
from study.group.wording import OwnYear


def _unit() -> str:
    name: str = current_app.config["XUEFA"].unit_name
    return name


def _whole(group_id: int) -> StudyGroup:
    found = queries.group(group_id, reader())
    must_see_whole(found)
    return found


def _group_of_year(group_id: int, year: int) -> StudyGroup:
    found = _whole(group_id)
    if year not in queries.years(group_id, clock.today()):
        abort(HTTPStatus.NOT_FOUND)
    return found


@bp.get("/<int:group_id>/papers")
@requires(*ANY)
def papers(group_id: int) -> str:
    """The year's circulars, filing and archive."""
    found = _whole(group_id)
    year, years = year_asked(group_id)
    today = clock.today()
    entries = archiving.entries(found, year=year, unit=_unit(), today=today)
    halves = []
    for half in (1, 2):
        first, _ = wording.half(year, half)
        if first <= today:
            paper, told = archiving.circular(found, year=year, half=half, unit=_unit(), today=today)
            halves.append((half, paper, told))
    return render_template(
        "study/group/papers.html",
        group=found,
        year=year,
        years=years,
        halves=halves,
        wording=wording,
        entries=entries,
        folders=archiving.FOLDERS,
        safe=files.safe,
        whole=True,
        exports=reader().reads_all,
        names=_names_attendance(found),
    )


@bp.get("/<int:group_id>/circulars/<int:year>-<int:half>.docx")
@requires(Permission.GROUP_READ, Permission.GROUP_EDIT)
def circular(group_id: int, year: int, half: int) -> Response:
    found = _group_of_year(group_id, year)
    if half not in {1, 2} or wording.half(year, half)[0] > clock.today():
        abort(HTTPStatus.NOT_FOUND)
    paper, _ = archiving.circular(found, year=year, half=half, unit=_unit(), today=clock.today())
    data = documents.docx(paper)
    may_write()
    record("study_group.export_circular", queries.group(group_id, reader()), title=paper.title)
    db.session.commit()
    return attachment(data, f"{paper.title}.docx", DOCX)


@bp.get("/<int:group_id>/attendance/<int:year>-<int:half>.docx")
@requires(Permission.GROUP_EDIT, Permission.GROUP_OWN)
def attendance(group_id: int, year: int, half: int) -> Response:
    """Who was there, by name: for the secretary and the head, and not part of the circular."""
    found = _group_of_year(group_id, year)
    if not _names_attendance(found):
        abort(HTTPStatus.NOT_FOUND)
    if half not in {1, 2} or wording.half(year, half)[0] > clock.today():
        abort(HTTPStatus.NOT_FOUND)
    paper = archiving.attendance(found, year=year, half=half)
    data = documents.docx(paper)
    may_write()
    record("study_group.export_attendance", queries.group(group_id, reader()), title=paper.title)
    db.session.commit()
    return attachment(data, f"{paper.title}.docx", DOCX)


def _names_attendance(group: StudyGroup) -> bool:
    return can(Permission.GROUP_EDIT) or queries.is_head(group, me().id, clock.today())


@bp.get("/<int:group_id>/archives/<int:year>.zip")
@requires(Permission.GROUP_READ, Permission.GROUP_EDIT)
def archive(group_id: int, year: int) -> Response:
    """The whole year's papers, an index and their hashes, in one press."""
    found = _group_of_year(group_id, year)
    name = f"{found.name}{year}年学习专卷.zip"
    data, count = archiving.archive(found, year=year, unit=_unit(), today=clock.today())
    may_write()
    record(
        "study_group.export_archive", queries.group(group_id, reader()), year=year, rows=count,
        hash=files.digest(data),
    )  # fmt: skip
    db.session.commit()
    return attachment(data, name, "application/zip")


def _own_year(found: StudyGroup, year: int) -> OwnYear:
    """The reader's own year: what they learned in the group, and elsewhere in the system."""
    person, at = me(), clock.now()
    of_year = meeting_queries.year(found.id, year)
    duties = meeting_queries.duties(of_year, found.id, year, [person.id])[person.id]
    attended = [
        each
        for each in of_year.meetings
        if (line := meeting_queries.line_of(each, person.id)) and line.presence.value == "present"
    ]
    hours = study_queries.hours(person, year)
    exams = study_queries.exam_records(person, year, at)
    laws = dict.fromkeys(one.version.law.title for each in attended for one in each.studied)
    return OwnYear(
        year=year,
        count=duties.count,
        days=duties.days,
        laws=list(laws),
        articles=len({one.article_id for each in attended for one in each.studied
                      if one.article_id}),
        courses=[each.course.title for each in study_queries.completions(person, year)],
        exams=len(exams),
        passed=sum(each.level is not None and each.level.value != "failed" for each in exams),
        hours=hours.total,
        law_hours=hours.law,
        group_hours=hours.by_bucket[Bucket.GROUP_STUDY],
        speeches=[
            one.subject or each.topic
            for each in of_year.meetings
            for one in each.speakers
            if one.person_id == person.id
        ],
        writings=[
            each.title
            for each in db.session.scalars(queries.works(found.id, year, person.id))
            if each.kind in WRITINGS
        ],
    )  # fmt: skip


def _mine(group_id: int) -> StudyGroup:
    """A group that the reader is or was in."""
    return queries.group(group_id, queries.Reader(me().id))


@bp.get("/<int:group_id>/report")
@requires(Permission.GROUP_OWN)
def report(group_id: int) -> str:
    """述法: one's own study of law in a year."""
    found = _mine(group_id)
    year, years = year_asked(group_id)
    own = _own_year(found, year)
    return render_template(
        "study/group/report.html", group=found, year=year, years=years, own=own, person=me(),
        sentences=wording.law_report(own),
    )  # fmt: skip


@bp.get("/<int:group_id>/reports/<int:year>.docx")
@requires(Permission.GROUP_OWN)
def report_docx(group_id: int, year: int) -> Response:
    found = _mine(group_id)
    if year not in queries.years(group_id, clock.today()):
        abort(HTTPStatus.NOT_FOUND)
    paper = documents.law_report(_own_year(found, year), me().name)
    return attachment(documents.docx(paper), f"{me().name}{year}年度述法学法数据.docx", DOCX)
