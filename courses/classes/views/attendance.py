"""Taking attendance: the code on the wall, the list, the sheet to sign."""

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, figures, rotating_code
from core.errors import Refused
from courses import code_screen
from courses.classes import attending as rules
from courses.classes import standing
from courses.classes.kinds import THERE, Mark, Stage, Way
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services import attending
from courses.classes.services.attending import PURPOSE
from courses.classes.views.base import bp, done, not_done, secret


@bp.route("/manage/units/<int:unit_id>/attendance", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def attendance(unit_id: int) -> ResponseReturnValue:
    """The list of a unit: one mark each."""
    unit = queries.unit(unit_id)
    if request.method == "POST":
        return _take(unit_id)
    listed = [each for each in people.participants(unit.class_id)
              if standing.stage(each) is Stage.SEATED]  # fmt: skip
    marks = people.marks([unit.class_id])
    return render_template(
        "courses/classes/attendance.html",
        unit=unit,
        people=listed,
        marks={each.id: marks.get(each.id, {}).get(unit_id) for each in listed},
        choices=Mark.choices(),
        begun=clock.now() >= unit.starts_at - rules.OPENS_BEFORE,
    )


def _take(unit_id: int) -> ResponseReturnValue:
    unit = queries.unit(unit_id)
    rows = {each.id: each for each in people.participants(unit.class_id)}
    marks = {
        enrolment_id: mark
        for enrolment_id in rows
        if (mark := Mark.by_label(request.form.get(f"mark-{enrolment_id}", ""))) is not None
    }
    way = Way.PAPER if request.form.get("way") == Way.PAPER else Way.LIST
    try:
        changed = attending.take(
            unit=unit, marks=marks, people=rows, way=way, at=clock.now(), by=account()
        )
    except Refused as refusal:
        return not_done(unit.class_id, refusal)
    return done(unit.class_id, f"考勤已保存，变动 {changed} 人。", "timetable")


@bp.get("/manage/units/<int:unit_id>/code")
@requires(Permission.CLASS_MANAGE)
def code(unit_id: int) -> str:
    """The code of now and its QR, for the screen in front of the room."""
    unit, shown = queries.unit(unit_id), _now(unit_id)
    return render_template(
        "layouts/code_screen.html",
        heading=f"{unit.topic}签到",
        lead=f"{unit.owner.title}　{figures.moment(clock.local(unit.starts_at))} 开始",
        back=url_for(".managed", class_id=unit.class_id),
        back_label="返回培训班",
        fresh=url_for(".code_now", unit_id=unit_id),
        how="培训班",
        until="下课",
        shown=shown,
        qr=Markup(shown.get("qr", "")),  # noqa: S704 - drawn by us from our own address
        opens_at=unit.starts_at - rules.OPENS_BEFORE,
    )


@bp.get("/manage/units/<int:unit_id>/code.json")
@requires(Permission.CLASS_MANAGE)
def code_now(unit_id: int) -> ResponseReturnValue:
    return jsonify(_now(unit_id))


def _now(unit_id: int) -> dict[str, object]:
    """The code while the unit can be checked in to, and how many have."""
    unit, at = queries.unit(unit_id), clock.now()
    is_open = rules.open_for_check_in(unit.starts_at, unit.ends_at, at)
    listed = [each.id for each in people.participants(unit.class_id)
              if standing.stage(each) is Stage.SEATED]  # fmt: skip
    marks = people.marks([unit.class_id])
    found = (marks.get(each, {}).get(unit_id) for each in listed)
    there = len([each for each in found if each is not None and each.mark in THERE])
    shown: dict[str, object] = {"open": is_open, "signed": there, "due": len(listed)}
    if is_open:
        digits = rotating_code.code_at(secret(), PURPOSE, unit_id, at)
        url = url_for(".check_in", unit_id=unit_id, code=digits, _external=True)
        shown |= code_screen.shown(code=digits, url=url, at=at)
    return shown


@bp.get("/manage/units/<int:unit_id>/sheet")
@requires(Permission.CLASS_MANAGE)
def sheet(unit_id: int) -> str:
    """A sheet to be signed by hand, when there is no network."""
    unit = queries.unit(unit_id)
    listed = [each for each in people.participants(unit.class_id)
              if standing.stage(each) is Stage.SEATED]  # fmt: skip
    return render_template("courses/classes/sheet.html", unit=unit, people=listed)
