"""个人学法档案: one's own; those of one's people, with a reason that is kept; a unit's list."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, me, requires, scope, unit_limit
from accounts.models import Person
from accounts.permissions import Permission, Scope
from core import clock, figures, paging, progress, spreadsheets
from core.audit.trail import record
from core.db import db, may_write, reading
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from core.spreadsheets import Column, Table
from courses.hours.kinds import Bucket
from study.archive import editions as rules
from study.archive import papers, sections, services
from study.archive.forms import ReasonForm, RemarkForm
from study.archive.models import ArchiveEdition
from study.archive.queries import editions, exams, lists, whole
from study.archive.queries.lists import Line
from study.archive.sections import Archive

bp = Blueprint("archive", __name__, url_prefix="/archive")
#: Who reads the archives of others: those who see their scores.
READ = Permission.RESULT_READ
#: 人事司 freezes them, with the evaluation of the year.
FREEZE = Permission.EVAL_MANAGE
#: A reason holds so long, for one reader and one person.
HOLDS = timedelta(minutes=30)
#: So many archives are kept in one transaction when all are frozen.
TOGETHER = 20
FREEZING = "汇总各人档案并定版"
_OPENED = "archives"


@bp.get("")
@requires(Permission.COURSE_STUDY)
def mine() -> str:
    found = _archive(me(), own=True)
    return render_template("study/archive.html", **_page(me(), found), own=True)


@bp.route("/mine/remark", methods=["GET", "POST"])
@requires(Permission.COURSE_STUDY)
def remark() -> ResponseReturnValue:
    """本人说明 to one's own archive of a year, until it is frozen."""
    year = _archive_year(me())
    known = editions.remark(me().id, year)
    form = RemarkForm(data={"body": known.body if known else ""})
    if form.validate_on_submit():
        try:
            services.remark(person=me(), year=year, body=form.body.data or "", at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("本人说明已保存。" if form.body.data else "本人说明已撤回。", "success")
            return redirect(url_for(".mine", year=year, _anchor=sections.OWN_WORDS), 303)
    elif editions.is_frozen(me().id, year):
        return redirect(url_for(".mine", year=year), 303)
    return render_template("study/archive_remark.html", form=form, year=year)


@bp.get("/mine")
@requires(Permission.COURSE_STUDY)
def mine_too() -> ResponseReturnValue:
    return redirect(url_for(".mine", year=request.args.get("year")), 301)


@bp.get("/mine.docx")
@requires(Permission.COURSE_STUDY)
def mine_docx() -> Response:
    return _docx(_archive(me(), own=True), me().id, "本人")


def _archive(person: Person, *, own: bool) -> Archive:
    """The archive of the year asked for; 404 for a year about which there is nothing."""
    year = _archive_year(person)
    return whole.archive(person, year, clock.now(), _everything if own else _may_see)


def _archive_year(person: Person) -> int:
    years = whole.years(person, clock.today())
    year = request.args.get("year", years[0], type=int)
    if year not in years:
        abort(404)
    return year


def _everything(_unit_id: int) -> bool:
    return True


def _may_see(unit_id: int) -> bool:
    """As elsewhere: a head sees the scores of those who were of the unit in the session's list."""
    reach = scope(READ)
    return reach is Scope.ALL or (reach is Scope.DEPARTMENT and unit_id == me().stat_unit_id)


def _page(person: Person, found: Archive) -> dict[str, Any]:
    return {
        "person": person,
        "archive": found,
        "years": whole.years(person, clock.today()),
        "by_hand": papers.BY_HAND,
        "may_go": _may_go(person),
        "may_remark": person.id == me().id and not editions.is_frozen(person.id, found.year),
        "editions": editions.of_year(person.id, found.year) if _reads_frozen(person) else (),
        "may_freeze": can(FREEZE),
    }


def _reads_frozen(person: Person) -> bool:
    """An edition says everything; those who see but a unit's scores do not read it."""
    return person.id == me().id or scope(READ) is Scope.ALL


def _may_go(person: Person) -> Callable[[str], bool]:
    """Whether an entry leads the reader on: anywhere from one's own archive, else to what every
    learner reads."""
    if not can(Permission.COURSE_STUDY):
        return lambda _endpoint: False
    if person.id == me().id:
        return lambda _endpoint: True
    return {"courses.course", "cases.case", "classes.show"}.__contains__


def _docx(found: Archive, person_id: int, reason: str, frozen: str = "") -> Response:
    data, digest = papers.docx(found, clock.today(), frozen), found.digest
    may_write()
    record(
        "archive.export", object_type="Person", object_id=person_id, year=found.year,
        reason=reason, hash=digest,
    )  # fmt: skip
    db.session.commit()
    name = f"{found.name}{found.year}年个人学法档案{'（定版）' if frozen else ''}.docx"
    return attachment(data, name, DOCX)


@bp.get("/people")
@requires(READ)
def people() -> str:
    number, per_page = paging.asked()
    text, year = request.args.get("q", "").strip(), _year()
    page = paging.select_page(
        whole.people(unit_limit(READ), text), number=number, per_page=per_page
    )
    return render_template(
        "study/archive_people.html",
        page=page.of(lists.lines(page.items, year, clock.today())),
        year=year,
        years=range(clock.today().year, clock.today().year - 5, -1),
        day=_last(year),
        unit=me().stat_unit.name if unit_limit(READ) is not None else None,
        frozen=editions.newest([each.id for each in page.items], year),
        may_freeze=can(FREEZE),
    )


def _year() -> int:
    """The year of a list: this one or one of the four before."""
    this = clock.today().year
    year = request.values.get("year", this, type=int)
    if not this - 5 < year <= this:
        abort(404)
    return year


@bp.get("/people/archives.xlsx")
@requires(READ)
def export() -> Response:
    year = _year()
    rows = db.session.scalars(whole.people(unit_limit(READ), "")).all()
    found = lists.lines(rows, year, clock.today())
    data = spreadsheets.write_workbook(
        Table(
            "个人学法档案",
            [
                Column("部门", "unit", 20),
                Column("姓名", "name", 12),
                Column("工号", "staff_number", 12),
                Column("职级组", "rank", 12),
                Column("学时达标", "met", 18),
                *(Column(each.label, each.value, 11, "0.00") for each in Bucket),
                Column("法治学时", "law", 11, "0.00"),
                *(Column(title, key, 10, "0") for title, key in (
                    ("完成课程", "courses"), ("培训结业", "classes"), ("集体学法应到", "expected"),
                    ("集体学法出席", "present"), ("考试列入名单", "listed"), ("参加考试", "sat"),
                    ("用法事例", "cases"),
                )),
            ],
            [_line(each, _last(year)) for each in found],
            title=f"{year} 年个人学法档案一览",
            notes=["各数与个人学法档案相同；没有学时要求的“学时达标”为空，不是中心组成员的应到为空。"],
        )
    )  # fmt: skip
    may_write()
    record("archive.export_list", object_type="Person", object_id=me().id, year=year,
           rows=len(found))  # fmt: skip
    db.session.commit()
    return attachment(data, f"{year}年个人学法档案一览.xlsx")


def _last(year: int) -> date:
    """The last day of the year, or today."""
    return min(clock.today(), date(year, 12, 31))


def _line(each: Line, day: date) -> dict[str, Any]:
    main = each.figures.main
    return {
        "unit": each.person.stat_unit.name,
        "name": each.person.name,
        "staff_number": each.person.staff_number,
        "rank": each.person.rank_group.label,
        "met": main.state(day, clock.today()).label if main else None,
        "law": each.law, "courses": each.courses, "classes": each.classes,
        "expected": each.expected, "present": None if each.expected is None else each.present,
        "listed": each.listed, "sat": each.sat, "cases": each.cases,
    } | dict(each.figures.buckets)  # fmt: skip


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@requires(READ)
def person(person_id: int) -> ResponseReturnValue:
    """Somebody's archive; first the reason for which it is read."""
    found = whole.person(person_id, unit_limit(READ))
    if found.id == me().id and can(Permission.COURSE_STUDY):
        return redirect(url_for(".mine"), 303)
    form = ReasonForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        record("archive.read", object_type="Person", object_id=found.id, reason=reason)
        db.session.commit()
        _open(found.id, reason)
        return redirect(url_for(".person", **_again(person_id)), 303)
    if _reason(found.id) is None:
        return render_template("study/archive_reason.html", person=found, form=form,
                               minutes=HOLDS // timedelta(minutes=1))  # fmt: skip
    return render_template(
        "study/archive.html", **_page(found, _archive(found, own=False)), own=False
    )


@bp.get("/mine/editions/<int:edition_id>")
@requires(Permission.COURSE_STUDY)
def mine_edition(edition_id: int) -> str:
    return _edition(me(), editions.edition(edition_id, me().id), own=True)


@bp.get("/mine/editions/<int:edition_id>.docx")
@requires(Permission.COURSE_STUDY)
def mine_edition_docx(edition_id: int) -> Response:
    return _frozen_docx(editions.edition(edition_id, me().id), "本人")


@bp.get("/people/<int:person_id>/editions/<int:edition_id>")
@requires(READ)
def person_edition(person_id: int, edition_id: int) -> ResponseReturnValue:
    """As the archive itself: with a reason that was given."""
    found = _frozen_of(person_id)
    edition = editions.edition(edition_id, found.id)
    if _reason(found.id) is None:
        return redirect(url_for(".person", person_id=found.id, year=edition.year), 303)
    return _edition(found, edition, own=False)


@bp.get("/people/<int:person_id>/editions/<int:edition_id>.docx")
@requires(READ)
def person_edition_docx(person_id: int, edition_id: int) -> ResponseReturnValue:
    found = _frozen_of(person_id)
    edition, reason = editions.edition(edition_id, found.id), _reason(found.id)
    if reason is None:
        return redirect(url_for(".person", person_id=found.id, year=edition.year), 303)
    return _frozen_docx(edition, reason)


def _frozen_of(person_id: int) -> Person:
    """Somebody whose editions the reader may read; 404 for anybody else."""
    found = whole.person(person_id, unit_limit(READ))
    if not _reads_frozen(found):
        abort(404)
    return found


def _edition(person: Person, edition: ArchiveEdition, *, own: bool) -> str:
    """What was frozen, whether it is unchanged, and what is another since."""
    frozen = sections.read(edition.content)
    now = whole.archive(person, edition.year, clock.now(), _everything)
    return render_template(
        "study/archive_edition.html",
        person=person,
        edition=edition,
        archive=frozen,
        own=own,
        whole=frozen.digest == edition.digest,
        differences=rules.differences(frozen, now),
    )


def _frozen_docx(edition: ArchiveEdition, reason: str) -> Response:
    said = f"第 {edition.number} 版，{figures.moment(clock.local(edition.frozen_at))}"
    return _docx(sections.read(edition.content), edition.person_id, reason, said)


@bp.post("/people/<int:person_id>/freeze")
@requires(FREEZE)
def freeze_person(person_id: int) -> ResponseReturnValue:
    """Keep the archive of a year as it is now."""
    found, year = whole.person(person_id, None), _year()
    archives = {found.id: whole.archive(found, year, clock.now(), _everything)}
    done = services.freeze(archives=archives, year=year, at=clock.now(), by=account())
    db.session.commit()
    flash(
        "已定版存档。" if done else "内容与最近一版相同，没有重复存档。",
        "success" if done else "info",
    )
    return redirect(url_for(".person", person_id=found.id, year=year), 303)


@bp.post("/people/freeze")
@requires(FREEZE)
def freeze_all() -> ResponseReturnValue:
    """Keep everybody's, some people at a time; what was kept before it stopped is not kept again.

    They are put together while nobody waits for the write lock.
    """
    year, at, owner = _year(), clock.now(), account().id
    done = 0
    with progress.shown(owner) as say:
        with reading():
            ids = [each.id for each in db.session.scalars(whole.people(None, ""))]
            told = exams.told(year, at)
        say(FREEZING, 0, len(ids))
        for start in range(0, len(ids), TOGETHER):
            some = ids[start : start + TOGETHER]
            with reading():
                archives = {
                    each: whole.archive(whole.person(each, None), year, at, _everything, told)
                    for each in some
                }
            done += _keep(archives, year, at)
            say(FREEZING, start + len(some), len(ids))
    flash(f"已为 {done} 人定版存档；{len(ids) - done} 人的内容与最近一版相同。", "success")
    return redirect(url_for(".people", year=year), 303)


def _keep(archives: dict[int, Archive], year: int, at: datetime) -> int:
    """How many were kept; those that somebody else kept meanwhile are theirs."""
    try:
        done = services.freeze(archives=archives, year=year, at=at, by=account())
    except services.Meanwhile:
        db.session.rollback()
        done = services.freeze(archives=archives, year=year, at=at, by=account())
    db.session.commit()
    return done


@bp.get("/people/freeze/progress")
@requires(FREEZE)
def freezing() -> ResponseReturnValue:
    """How far the account's freezing has come; empty for none."""
    return jsonify(progress.of(account().id) or {})


@bp.get("/people/<int:person_id>/archive.docx")
@requires(READ)
def person_docx(person_id: int) -> ResponseReturnValue:
    found = whole.person(person_id, unit_limit(READ))
    reason = _reason(found.id)
    if reason is None:
        return redirect(url_for(".person", **_again(person_id)), 303)
    return _docx(_archive(found, own=False), found.id, reason)


def _again(person_id: int) -> dict[str, Any]:
    year = request.args.get("year", type=int)
    return {"person_id": person_id} | ({} if year is None else {"year": year})


def _open(person_id: int, reason: str) -> None:
    """Remember in the reader's session, which is signed, for whom a reason was given."""
    until = clock.now() + HOLDS
    kept = {
        key: value for key, value in _opened().items() if value[0] == account().id
    } | {str(person_id): [account().id, until.isoformat(), reason[:60]]}  # fmt: skip
    # A cookie holds 4 kB.
    session[_OPENED] = dict(list(kept.items())[-3:])


def _opened() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = session.get(_OPENED, {})
    return found


def _reason(person_id: int) -> str | None:
    """The reason given lately by this reader for this person; None for none."""
    kept = _opened().get(str(person_id))
    if kept is None or kept[0] != account().id:
        return None
    return str(kept[2]) if clock.now() < datetime.fromisoformat(kept[1]) else None
