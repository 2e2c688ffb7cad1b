"""GroupAttendance by list, leave, make-up study, outlines, and what members write."""

from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from study.group.forms import MakeUpForm, OutlineForm, ReasonForm, WorkForm
from study.group.kinds import Method, Presence, WorkKind
from study.group.models.meetings import GroupAttendance
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.services import attending as services
from study.group.services import meetings as meeting_services
from study.group.views.base import (
    ANY,
    bp,
    done,
    handed_out,
    meeting_of,
    must_see_whole,
    reader,
    refused,
    year_asked,
)


@bp.post("/sessions/<int:meeting_id>/attendance")
@requires(Permission.GROUP_EDIT)
def register(meeting_id: int) -> ResponseReturnValue:
    """The whole list at once; a row that lacks its reason is named, and nothing is lost."""
    found, faults, changed = meeting_of(meeting_id), [], 0
    at = clock.now()
    try:
        meeting_services.must_be_open(found)
        for line in found.lines:
            presence = request.form.get(f"presence-{line.id}")
            if presence is None:
                continue
            if presence == Presence.UNKNOWN and "rest" in request.form:
                presence = Presence.PRESENT
            try:
                changed += services.register(
                    line=line,
                    presence=Presence.of(presence),
                    method=Method.of(request.form.get(f"method-{line.id}", "none")),
                    reason=request.form.get(f"reason-{line.id}", "").replace("\0", "").strip(),
                    at=at,
                )
            except ValueError:
                faults.append(f"{line.person.name}：选项无效")
            except Refused as refusal:
                faults.append(str(refusal))
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    if faults:
        db.session.commit()
        message = f"已保存 {changed} 人；以下未保存，请补填原因：{'；'.join(faults)}"
        return refused(Refused(message), ".session", meeting_id=meeting_id)
    return done(f"出席情况已保存（变动 {changed} 人）。", ".session", meeting_id=meeting_id)


@bp.post("/lines/<int:line_id>/<any(leave, explain):what>")
@requires(Permission.GROUP_OWN)
def excuse(line_id: int, what: str) -> ResponseReturnValue:
    """One's own leave before a session; one's own reason for an absence after it."""
    line = _own(line_id)
    reason = ReasonForm().reason.data or ""
    act = services.ask_leave if what == "leave" else services.explain
    try:
        act(line=line, reason=reason, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=line.meeting_id)
    said = "请假已登记，请事后补学。" if what == "leave" else "原因已登记，请尽快补学。"
    return done(said, ".session", meeting_id=line.meeting_id)


def _own(line_id: int) -> GroupAttendance:
    return queries.line(line_id, group_queries.Reader(me().id))


@bp.post("/lines/<int:line_id>/leave/back")
@requires(Permission.GROUP_OWN)
def take_back_leave(line_id: int) -> ResponseReturnValue:
    """One is coming after all."""
    line = _own(line_id)
    try:
        services.take_back_leave(line=line, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=line.meeting_id)
    return done("请假已撤回，请按时参加。", ".session", meeting_id=line.meeting_id)


@bp.post("/lines/<int:line_id>/make-up")
@requires(Permission.GROUP_OWN, Permission.GROUP_EDIT)
def make_up(line_id: int) -> ResponseReturnValue:
    """Make-up study and its proof: one's own, or anybody's by the secretary."""
    line = queries.line(line_id, reader()) if reader().writes else _own(line_id)
    form, meeting_id = MakeUpForm(), line.meeting_id
    try:
        if not form.validate():
            raise Refused(form.first_error())
        services.hand_in_makeup(
            line=line, note=form.note_.data or "", upload=form.upload(), at=clock.now(),
            by=account(),
        )  # fmt: skip
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("补学情况已提交，待学习秘书确认。", ".session", meeting_id=meeting_id)


@bp.post("/lines/<int:line_id>/make-up/<any(confirm, return):word>")
@requires(Permission.GROUP_EDIT)
def decide_makeup(line_id: int, word: str) -> ResponseReturnValue:
    line = queries.line(line_id, reader())
    try:
        services.decide_makeup(
            line=line,
            confirm=word == "confirm",
            reason=ReasonForm().reason.data or "",
            at=clock.now(),
        )
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=line.meeting_id)
    said = "补学已确认。" if word == "confirm" else "补学已退回。"
    return done(said, ".session", meeting_id=line.meeting_id)


@bp.post("/speakers/<int:speaker_id>/outline")
@requires(Permission.GROUP_OWN)
def outline(speaker_id: int) -> ResponseReturnValue:
    """One's own speech."""
    speaker = queries.speaker(speaker_id, group_queries.Reader(me().id))
    form, meeting_id = OutlineForm(), speaker.meeting_id
    try:
        if not form.validate():
            raise Refused(form.first_error())
        meeting_services.hand_in_outline(
            speaker=speaker, outline=form.outline.data or "", upload=form.upload(),
            at=clock.now(), by=account(),
        )  # fmt: skip
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("发言提纲已提交。", ".session", meeting_id=meeting_id)


@bp.get("/files/<int:file_id>")
@requires(*ANY)
def file(file_id: int) -> Response:
    """One's own outline, proof or writing; any for those who see the group as a whole."""
    return handed_out(queries.file(file_id, reader()))


@bp.get("/<int:group_id>/works")
@requires(*ANY)
def works(group_id: int) -> str:
    """Everybody's writings of a year."""
    found = group_queries.group(group_id, reader())
    must_see_whole(found)
    year, years = year_asked(group_id)
    number, size = paging.asked()
    page = paging.select_page(group_queries.works(group_id, year), number=number, per_page=size)
    return render_template(
        "study/group/works.html", group=found, year=year, years=years, page=page, whole=True
    )


@bp.route("/<int:group_id>/works/new", methods=["GET", "POST"])
@requires(Permission.GROUP_OWN)
def new_work(group_id: int) -> ResponseReturnValue:
    """Hand in a writing of one's own."""
    found, form = group_queries.group(group_id, group_queries.Reader(me().id)), WorkForm()
    form.offer(clock.today())
    if form.validate_on_submit():
        value: Any = form.data
        try:
            services.hand_in_work(
                group=found,
                person=me(),
                kind=WorkKind.of(value["kind"]),
                year=int(value["year"]),
                title=value["title"],
                body=value["body"] or "",
                upload=form.upload(),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done("已提交。", ".member", group_id=group_id, person_id=me().id,
                        year=int(value["year"]))  # fmt: skip
    found = group_queries.group(group_id, reader())
    return render_template("study/group/work_new.html", group=found, form=form, person=me())


@bp.get("/works/<int:work_id>")
@requires(*ANY)
def work(work_id: int) -> str:
    found = group_queries.work(work_id, reader())
    group = group_queries.group(found.group_id, reader())
    mine = found.person_id == me().id
    return render_template("study/group/work.html", work=found, group=group, mine=mine)


@bp.post("/works/<int:work_id>/withdraw")
@requires(Permission.GROUP_OWN)
def withdraw_work(work_id: int) -> ResponseReturnValue:
    found = group_queries.work(work_id, group_queries.Reader(me().id))
    services.withdraw_work(work=found, at=clock.now())
    return done("已撤回。", ".member", group_id=found.group_id, person_id=me().id, year=found.year)
