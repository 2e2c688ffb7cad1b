"""Sessions: the list, the record while it is written, closing, correcting."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses import citing
from courses.citing import Unclear
from laws.numerals import NUMERAL
from study.group import codes
from study.group.forms import (
    MakeUpForm,
    MaterialForm,
    MeetingForm,
    OutlineForm,
)
from study.group.kinds import (
    MemberKind,
    Method,
    Presence,
    SessionForm,
    Stage,
)
from study.group.models.groups import GroupPlanItem, StudyGroup
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.services import closing, documents
from study.group.services import meetings as services
from study.group.services.meetings import MeetingDraft
from study.group.views import records
from study.group.views.base import (
    ANY,
    bp,
    done,
    meeting_of,
    reader,
    sees_whole,
    year_asked,
)


@bp.get("/<int:group_id>/sessions")
@requires(*ANY)
def sessions(group_id: int) -> str:
    group = group_queries.group(group_id, reader())
    year, years = year_asked(group_id)
    number, size = paging.asked()
    page = paging.select_page(queries.meetings(group_id, year), number=number, per_page=size)
    whole = sees_whole(group)
    own = {
        each.id: line for each in page.items if (line := queries.line_of(each, me().id)) is not None
    }
    return render_template(
        "study/group/sessions.html",
        group=group,
        year=year,
        years=years,
        page=page,
        whole=whole,
        writes=reader().writes,
        counts={each.id: queries.count_of(each) for each in page.items} if whole else {},
        own=own,
        at=clock.now(),
    )


def _lines(text: str) -> tuple[list[str], list[citing.Cited]]:
    """Lines that name a law alone, and those that name articles. Raises Refused."""
    laws, cited = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        if any(each in line for each in ("第", "条")) and any(
            f"第{digit}" in line for digit in NUMERAL
        ):
            cited.append(line)
        else:
            laws.append(line.strip("《》"))
    try:
        return laws, list(citing.read("\n".join(cited)))
    except Unclear as unclear:
        raise Refused(str(unclear), field="studied") from None


def _draft(form: MeetingForm) -> MeetingDraft:
    value: Any = form.data
    laws, cited = _lines(value["studied"] or "")
    item = None
    if value["plan_item_id"]:
        item = group_queries.plan_item(int(value["plan_item_id"]), reader())
    return MeetingDraft(
        form=SessionForm.of(value["form"]),
        topic=value["topic"],
        is_law=value["is_law"],
        starts_at=form.moment("starts_at"),
        ends_at=form.moment("ends_at"),
        place=value["place"] or "",
        chair=value["chair"] or "",
        recorder=value["recorder"] or "",
        minutes=value["minutes"] or "",
        laws=laws,
        cited=cited,
        plan_item=item,
    )


def _offer(form: MeetingForm, group: StudyGroup) -> None:
    items = []
    for year in group_queries.years(group.id, clock.today()):
        plan = group_queries.plan(group.id, year)
        if plan is not None:
            items += [
                (each.id, f"{year} 年第{each.quarter}季度　{each.theme}")
                for each in plan.items
                if not each.dropped
            ]
    form.offer(items)


@bp.route("/<int:group_id>/sessions/new", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def new_session(group_id: int) -> ResponseReturnValue:
    group, form = group_queries.group(group_id, reader()), MeetingForm()
    _offer(form, group)
    if not form.is_submitted():
        head = next((each for each in group_queries.members_on(group, clock.today())
                     if each.is_head), None)  # fmt: skip
        form.chair.data = head.person.name if head else ""
        form.recorder.data = me().name
        if item_id := request.args.get("item", type=int):
            _fill(form, group_queries.plan_item(item_id, reader()))
    if form.validate_on_submit():
        try:
            made = services.create(group=group, draft=_draft(form), at=clock.now())
        except Refused as refusal:
            _note(form, refusal)
        else:
            return done("学习安排已建立。", ".session", meeting_id=made.id)
    return render_template(
        "study/group/session_edit.html",
        form=form, group=group_queries.group(group_id, reader()), meeting=None,
    )  # fmt: skip


def _fill(form: MeetingForm, item: GroupPlanItem) -> None:
    """What the plan says of the session already."""
    form.topic.data, form.form.data = item.theme, item.form.value
    form.plan_item_id.data = str(item.id)
    form.studied.data = "\n".join(each.law.title for each in item.laws)


@bp.route("/sessions/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def edit_session(meeting_id: int) -> ResponseReturnValue:
    found = meeting_of(meeting_id)
    form = MeetingForm(data=_written(found))
    _offer(form, found.group)
    if form.validate_on_submit():
        try:
            services.edit(meeting=found, draft=_draft(form), at=clock.now())
        except Refused as refusal:
            _note(form, refusal)
        else:
            return done("学习记录已保存。", ".session", meeting_id=meeting_id)
    found = meeting_of(meeting_id)
    return render_template(
        "study/group/session_edit.html", form=form, group=found.group, meeting=found
    )


def _note(form: MeetingForm, refusal: Refused) -> None:
    db.session.rollback()
    if refusal.field in (None, "articles"):
        refusal = Refused(str(refusal), field="studied")
    form.note(refusal)


def _written(found: GroupMeeting) -> dict[str, Any]:
    """The session as the form's fields."""
    lines: dict[str, list[str]] = {}
    for each in found.studied:
        numbers = lines.setdefault(each.version.law.title, [])
        numbers += [each.article.number] if each.article else []
    names = ("topic", "is_law", "place", "chair", "recorder", "minutes")
    return {
        **{name: getattr(found, name) for name in names},
        "form": found.form.value,
        "plan_item_id": str(found.plan_item_id or ""),
        "starts_at": clock.local(found.starts_at).replace(tzinfo=None),
        "ends_at": clock.local(found.ends_at).replace(tzinfo=None),
        "studied": "\n".join(
            f"{law} {'、'.join(numbers)}".strip() for law, numbers in lines.items()
        ),
    }


@bp.get("/sessions/<int:meeting_id>")
@requires(*ANY)
def session(meeting_id: int) -> str:
    """The record; members see the list of names only as far as it is their own line."""
    found, at = meeting_of(meeting_id), clock.now()
    whole = reader().reads_all or sees_whole(found.group)
    mine = queries.line_of(found, me().id)
    stage = found.stage(at)
    read = queries.read_materials(me().id, [found.id])
    return render_template(
        "study/group/session.html",
        group=found.group,
        meeting=found,
        stage=stage,
        Stage=Stage,
        whole=whole,
        writes=reader().writes,
        mine=mine,
        my_speeches=[each for each in found.speakers if each.person_id == me().id],
        read=read,
        studied=documents.studied(found.studied),
        span=documents.span(found),
        count=queries.count_of(found),
        shortened=closing.shortened(found, group_queries.parameters(found.group_id, found.year)),
        lacking=closing.lacking(found, at) if stage in {Stage.PLANNED, Stage.HELD} else [],
        intact=closing.is_intact(found) if found.closed_at else None,
        can_sign=codes.is_open(starts_at=found.starts_at, ends_at=found.ends_at, at=at)
        and found.closed_at is None
        and found.cancelled_at is None,
        at=at,
        Presence=Presence,
        Method=Method,
        MemberKind=MemberKind,
        material_form=MaterialForm(formdata=None),
        speaker_form=records.speaker_form(found),
        outline_form=OutlineForm(formdata=None),
        makeup_form=MakeUpForm(formdata=None),
        text_form=records.text_form(),
        presence_form=records.presence_form(found),
    )
