"""Acts on a session's record: materials, speakers, calling off, closing, correcting."""

from typing import Any

from flask import Response, abort
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.models import Person
from accounts.permissions import Permission
from core import clock, figures
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from study.group.forms import (
    CorrectPresenceForm,
    CorrectTextForm,
    MaterialForm,
    ReasonForm,
    SpeakerForm,
)
from study.group.kinds import FileKind, Presence, SpeakerRole
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.services import closing, documents
from study.group.services import meetings as services
from study.group.services.meetings import SpeakerDraft
from study.group.views.base import (
    ANY,
    bp,
    done,
    handed_out,
    meeting_of,
    reader,
    refused,
    sees_whole,
)


def speaker_form(found: GroupMeeting) -> SpeakerForm:
    form = SpeakerForm()
    form.offer((each.person_id, each.person.name) for each in found.lines)
    return form


def text_form() -> CorrectTextForm:
    form = CorrectTextForm()
    form.name_.choices = list(closing.TEXTS.items())
    return form


def presence_form(found: GroupMeeting) -> CorrectPresenceForm:
    form = CorrectPresenceForm()
    form.line_id.choices = [(str(each.id), each.person.name) for each in found.lines]
    return form


@bp.post("/sessions/<int:meeting_id>/cancel")
@requires(Permission.GROUP_EDIT)
def cancel_session(meeting_id: int) -> ResponseReturnValue:
    reason = ReasonForm().reason.data or ""
    try:
        services.cancel(meeting=meeting_of(meeting_id), reason=reason, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("这次学习已取消。", ".session", meeting_id=meeting_id)


@bp.post("/sessions/<int:meeting_id>/materials")
@requires(Permission.GROUP_EDIT)
def add_material(meeting_id: int) -> ResponseReturnValue:
    form = MaterialForm()
    upload = form.upload()
    try:
        if not form.validate() or upload is None:
            raise Refused("请选择要上传的文件")
        kind = FileKind.of(form.kind.data)
        services.add_material(
            meeting=meeting_of(meeting_id), kind=kind, upload=upload, at=clock.now(), by=account()
        )
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("材料已上传。", ".session", meeting_id=meeting_id)


@bp.post("/materials/<int:material_id>/remove")
@requires(Permission.GROUP_EDIT)
def remove_material(material_id: int) -> ResponseReturnValue:
    found = queries.material(material_id, reader())
    meeting_id = found.meeting_id
    try:
        services.remove_material(material=found, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("材料已移除。", ".session", meeting_id=meeting_id)


@bp.get("/materials/<int:material_id>")
@requires(*ANY)
def material(material_id: int) -> Response:
    """Hand a material out; that somebody on the list opened it is noted."""
    found = queries.material(material_id, reader())
    if queries.line_of(meeting_of(found.meeting_id), me().id) and not queries.was_read(
        found.id, me().id
    ):
        may_write()
        found = queries.material(material_id, reader())
        services.mark_read(material=found, person_id=me().id, at=clock.now())
        db.session.commit()
        found = queries.material(material_id, reader())
    return handed_out(found.file)


@bp.post("/sessions/<int:meeting_id>/speakers")
@requires(Permission.GROUP_EDIT)
def add_speaker(meeting_id: int) -> ResponseReturnValue:
    found = meeting_of(meeting_id)
    form = speaker_form(found)
    try:
        if not form.validate():
            raise Refused(form.first_error())
        person = db.session.get(Person, int(form.person.data)) if form.person.data else None
        if person is None and not form.guest.data:
            raise Refused("请选择发言人，或填写外请人员姓名")
        draft = SpeakerDraft(
            role=SpeakerRole.of(form.role.data),
            name=form.guest.data or "",
            person=person,
            subject=form.subject.data or "",
            outline=form.outline.data or "",
            upload=form.upload(),
        )
        services.add_speaker(meeting=found, draft=draft, at=clock.now(), by=account())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("发言已登记。", ".session", meeting_id=meeting_id)


@bp.post("/speakers/<int:speaker_id>/remove")
@requires(Permission.GROUP_EDIT)
def remove_speaker(speaker_id: int) -> ResponseReturnValue:
    found = queries.speaker(speaker_id, reader())
    meeting_id = found.meeting_id
    try:
        services.remove_speaker(speaker=found, at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("发言已移除。", ".session", meeting_id=meeting_id)


@bp.post("/sessions/<int:meeting_id>/close")
@requires(Permission.GROUP_EDIT)
def close_session(meeting_id: int) -> ResponseReturnValue:
    found = meeting_of(meeting_id)
    try:
        closing.close(
            meeting=found,
            parameters=group_queries.parameters(found.group_id, found.year),
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    hours = figures.plain(found.hours)
    return done(f"学习记录已归档锁定，每人登记 {hours} 学时。", ".session", meeting_id=meeting_id)


@bp.post("/sessions/<int:meeting_id>/correct/<any(text, presence):what>")
@requires(Permission.GROUP_EDIT)
def correct_session(meeting_id: int, what: str) -> ResponseReturnValue:
    found = meeting_of(meeting_id)
    try:
        if what == "text":
            _correct_text(found)
        else:
            _correct_presence(found)
    except Refused as refusal:
        return refused(refusal, ".session", meeting_id=meeting_id)
    return done("更正已登记，原记录保留在更正栏。", ".session", meeting_id=meeting_id)


def _correct_text(found: GroupMeeting) -> None:
    form = text_form()
    if not form.validate():
        raise Refused(form.first_error())
    value: Any = form
    closing.correct_text(
        meeting=found, name=value.name_.data, value=value.value.data, reason=value.reason.data,
        at=clock.now(), by=account(),
    )  # fmt: skip


def _correct_presence(found: GroupMeeting) -> None:
    form = presence_form(found)
    if not form.validate():
        raise Refused(form.first_error())
    line = next(each for each in found.lines if str(each.id) == form.line_id.data)
    closing.correct_presence(
        line=line,
        presence=Presence.of(form.presence.data),
        why=form.why.data or "",
        reason=form.reason.data or "",
        at=clock.now(),
        by=account(),
    )


@bp.get("/sessions/<int:meeting_id>.docx")
@requires(*ANY)
def session_docx(meeting_id: int) -> Response:
    """The record as a paper, for those who see all of it."""
    found = meeting_of(meeting_id)
    if not (reader().reads_all or sees_whole(found.group)):
        abort(404)
    paper, name = documents.minutes(found), f"{documents.ordinal(found)}学习记录.docx"
    data = documents.docx(paper)
    may_write()
    record("group_meeting.export", meeting_of(meeting_id), title=found.topic)
    db.session.commit()
    return attachment(data, name, DOCX)
