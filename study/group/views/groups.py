"""The group itself: its year at a glance, its members, its parameters, one member's page."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.models import Person
from accounts.permissions import Permission
from accounts.queries import units
from core import clock, paging
from core.db import db
from core.errors import Refused
from study.group import rules
from study.group.forms import DateForm, GroupForm, MemberForm, RulesForm
from study.group.kinds import MemberKind
from study.group.models.groups import StudyGroup
from study.group.queries import groups as queries
from study.group.queries import meetings as meeting_queries
from study.group.services import groups as services
from study.group.services import meetings as meeting_services
from study.group.services.groups import Seat
from study.group.views.base import (
    ANY,
    bp,
    done,
    must_see_whole,
    reader,
    refused,
    sees_whole,
    year_asked,
)


@bp.get("/")
@requires(*ANY)
def index() -> ResponseReturnValue:
    """The groups; somebody in one group alone is led to it."""
    found = queries.groups(reader())
    if len(found) == 1 and not reader().writes:
        return redirect(url_for(".group", group_id=found[0].id))
    number, size = paging.asked()
    return render_template(
        "study/group/index.html",
        page=paging.of(found, number=number, per_page=size),
        writes=reader().writes,
        reads_all=reader().reads_all,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def new_group() -> ResponseReturnValue:
    return _edit_group(GroupForm(), None)


@bp.route("/<int:group_id>/edit", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def edit_group(group_id: int) -> ResponseReturnValue:
    found = queries.group(group_id, reader())
    form = GroupForm(obj=found, data={"unit_id": str(found.unit_id or "")})
    if not form.is_submitted():
        form.unit_id.data = str(found.unit_id or "")
    return _edit_group(form, found)


def _edit_group(form: GroupForm, found: StudyGroup | None) -> ResponseReturnValue:
    form.offer((each.id, each.name) for each in units.units_now())
    if form.validate_on_submit():
        value: Any = form.data
        try:
            made = services.save_group(
                group=found,
                name=value["name"],
                unit_id=int(value["unit_id"]) if value["unit_id"] else None,
                started_on=value["started_on"],
                ended_on=value["ended_on"],
                at=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done("中心组已保存。", ".members", group_id=made.id)
    heading = "修改中心组" if found else "新建中心组"
    return render_template("study/group/group_edit.html", form=form, heading=heading)


@bp.get("/<int:group_id>")
@requires(*ANY)
def group(group_id: int) -> str:
    """The year: what is met, what is missing, what comes next."""
    found = queries.group(group_id, reader())
    year, years = year_asked(group_id)
    whole, today, at = sees_whole(found), clock.today(), clock.now()
    of_year = meeting_queries.year(group_id, year)
    parameters = queries.parameters(group_id, year)
    count = of_year.count if whole else of_year.of_person(me().id)
    coming = [
        each
        for each in db.session.scalars(meeting_queries.meetings(group_id, year, cancelled=False))
        if each.closed_at is None
    ]
    return render_template(
        "study/group/group.html",
        group=found,
        year=year,
        years=years,
        whole=whole,
        writes=reader().writes,
        findings=rules.findings(of_year.held, of_year.count, parameters, year=year, today=today),
        count=count,
        held=len(of_year.held),
        law=len(rules.on_law(of_year.held)),
        makeups=[
            each
            for each in (meeting_queries.makeups_waiting() if reader().writes else ())
            if each.meeting.group_id == group_id
        ],
        coming=sorted(coming, key=lambda each: (each.starts_at, each.id)),
        at=at,
        plan=queries.plan(group_id, year),
        is_head=queries.is_head(found, me().id, today),
        my_id=me().id,
    )


@bp.route("/<int:group_id>/members", methods=["GET", "POST"])
@requires(*ANY)
def members(group_id: int) -> ResponseReturnValue:
    """Who is and who was in the group; the secretary takes people in."""
    found, today = queries.group(group_id, reader()), clock.today()
    must_see_whole(found)
    form = MemberForm() if reader().writes else None
    if form is not None:
        offered = queries.to_join(found, today)
        form.offer(
            (each.id, f"{each.name}（{each.department_name}　{each.post_title}）")
            for each in offered
        )
        if not form.is_submitted():
            form.joined_on.data = today
        if form.validate_on_submit():
            try:
                _take_in(form, found, today)
            except Refused as refusal:
                db.session.rollback()
                form.note(refusal)
                found = queries.group(group_id, reader())
            else:
                return done("成员已登记。", ".members", group_id=group_id)
    present = queries.members_on(found, today)
    return render_template(
        "study/group/members.html",
        group=found,
        present=present,
        others=[each for each in found.members if each not in present],
        form=form,
        date_form=DateForm(formdata=None),
        today=today,
        year=today.year,
    )


def _take_in(form: MemberForm, group: StudyGroup, today: date) -> None:
    if not reader().writes:
        abort(HTTPStatus.FORBIDDEN)
    value: Any = form.data
    person: Person | None = None
    if value["number"]:
        person = queries.person_numbered(value["number"], today)
        if person is None:
            raise Refused("名册上没有这个工号的在职人员", field="number")
    elif value["person"]:
        person = db.session.get(Person, int(value["person"]))
    if person is None:
        raise Refused("请选择人员或填写工号", field="person")
    services.add_member(
        group=group,
        person=person,
        seat=Seat(
            kind=MemberKind.of(value["kind"]),
            is_head=value["is_head"],
            joined_on=value["joined_on"],
            note=form.note_.data or "",
        ),
        at=clock.now(),
    )
    meeting_services.refresh_lists(group=group, at=clock.now())


@bp.post("/members/<int:member_id>/end")
@requires(Permission.GROUP_EDIT)
def end_member(member_id: int) -> ResponseReturnValue:
    found = queries.member(member_id, reader())
    form, group_id = DateForm(), found.group_id
    if not form.validate_on_submit():
        return refused(Refused("最后在组日期应为日期"), ".members", group_id=group_id)
    try:
        services.end_membership(
            member=found, left_on=form.left_on.data or clock.today(), at=clock.now()
        )
        meeting_services.refresh_lists(group=found.group, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".members", group_id=group_id)
    return done(f"{found.person.name}已离组，此前的记录保留。", ".members", group_id=group_id)


@bp.route("/<int:group_id>/rules", methods=["GET", "POST"])
@requires(*ANY)
def parameters(group_id: int) -> ResponseReturnValue:
    """What a year is measured by; the secretary sets it."""
    found = queries.group(group_id, reader())
    year, years = year_asked(group_id)
    known = queries.rules_set(group_id)
    in_force = queries.parameters(group_id, year)
    form = RulesForm(obj=in_force)
    if reader().writes and form.validate_on_submit():
        services.set_rules(
            group=found,
            year=year,
            parameters=form.parameters(),
            known=next((each for each in known if each.year == year), None),
            at=clock.now(),
        )
        return done(f"{year} 年的学习要求已保存。", ".parameters", group_id=group_id, year=year)
    if form.is_submitted() and not reader().writes:
        abort(HTTPStatus.FORBIDDEN)
    return render_template(
        "study/group/rules.html",
        group=found,
        year=year,
        years=years,
        form=form,
        writes=reader().writes,
        own=any(each.year == year for each in known),
        whole=sees_whole(found),
    )


@bp.get("/<int:group_id>/people/<int:person_id>")
@requires(*ANY)
def member(group_id: int, person_id: int) -> str:
    """One member's year: their own, or anybody's for those who see the group as a whole."""
    found = queries.group(group_id, reader())
    if person_id != me().id:
        must_see_whole(found)
    rows = [each for each in found.members if each.person_id == person_id]
    if not rows:
        abort(HTTPStatus.NOT_FOUND)
    year, years = year_asked(group_id)
    of_year = meeting_queries.year(group_id, year)
    duties = meeting_queries.duties(of_year, group_id, year, [person_id])[person_id]
    parameters = queries.parameters(group_id, year)
    return render_template(
        "study/group/member.html",
        group=found,
        person=rows[-1].person,
        memberships=rows,
        year=year,
        years=years,
        duties=duties,
        findings=rules.duty_findings(duties, parameters, year=year, today=clock.today()),
        lines=[
            (each, line)
            for each in of_year.meetings
            if (line := meeting_queries.line_of(each, person_id)) is not None
        ],
        works=db.session.scalars(queries.works(group_id, year, person_id)).all(),
        mine=person_id == me().id,
        whole=sees_whole(found),
        writes=reader().writes,
    )
