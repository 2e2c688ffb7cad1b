"""Lists and their versions: made, copied, compared, moved to new laws, thrown away."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.queries import units as unit_queries
from accounts.standing import RankGroup
from core import clock
from core.db import db
from core.errors import Refused
from laws.lists import comparing, queries, services
from laws.lists.forms import ApproveForm, AudienceForm, ListForm
from laws.lists.services import AudienceDraft
from laws.lists.views.base import TIER_TONES, TONES, bp, refused, saved, state_of


@bp.get("")
@requires(Permission.LAW_EDIT)
def index() -> str:
    """Every list with its versions."""
    return render_template("laws/lists.html", lists=queries.lists(), state_of=state_of, tones=TONES)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def new() -> ResponseReturnValue:
    form = ListForm()
    if form.validate_on_submit():
        try:
            made = services.create_list(title=form.title.data or "", at=clock.now(), by=account())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return saved(made.id, "已建立，请添加条目。")
    return render_template("laws/list_new.html", form=form)


@bp.get("/versions/<int:version_id>")
@requires(Permission.LAW_EDIT)
def version(version_id: int) -> str:
    found = queries.version(version_id)
    draft = found.approved_at is None
    return render_template(
        "laws/list_version.html",
        version=found,
        state=state_of(found),
        state_of=state_of,
        tones=TONES,
        tier_tones=TIER_TONES,
        draft=draft,
        outdated={each.entry.id: each for each in queries.outdated(found.entries)},
        own=found.created_by_id == account().id,
        approve_form=ApproveForm(data={"effective_on": clock.today()}),
        audience_form=_audience_form(),
    )


def _audience_form() -> AudienceForm:
    form = AudienceForm()
    form.rank_group.choices = [("", "不限层级"), *RankGroup.choices()]
    units = [(str(each.id), each.name) for each in unit_queries.units_now()]
    form.unit_id.choices = [("", "不限部门"), *units]
    return form


@bp.post("/versions/<int:version_id>/copy")
@requires(Permission.LAW_EDIT)
def copy(version_id: int) -> ResponseReturnValue:
    """A new draft out of a version."""
    try:
        made = services.copy_version(
            version=queries.version(version_id), at=clock.now(), by=account()
        )
    except Refused as refusal:
        return refused(version_id, refusal)
    return saved(made.id, f"已复制为第 {made.number} 版草稿。")


@bp.post("/versions/<int:version_id>/move")
@requires(Permission.LAW_EDIT)
def move(version_id: int) -> ResponseReturnValue:
    """换版, in one press."""
    try:
        made = services.move_to_newest(
            version=queries.version(version_id), at=clock.now(), by=account()
        )
    except Refused as refusal:
        return refused(version_id, refusal)
    return saved(made.id, f"条目已换到新版条文（第 {made.number} 版草稿），请核对后报批。")


@bp.post("/versions/<int:version_id>/discard")
@requires(Permission.LAW_EDIT)
def discard(version_id: int) -> ResponseReturnValue:
    try:
        services.discard(version=queries.version(version_id), at=clock.now())
    except Refused as refusal:
        return refused(version_id, refusal)
    db.session.commit()
    flash("草稿已删除。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/versions/<int:version_id>/audience")
@requires(Permission.LAW_EDIT)
def add_audience(version_id: int) -> ResponseReturnValue:
    """One more rule of whom the version binds."""
    found, form = queries.version(version_id), _audience_form()
    if not form.validate_on_submit():
        return refused(version_id, Refused("范围没有填对，请重新选择"))
    added = AudienceDraft(
        rank_group=RankGroup.by_label(form.rank_group.data or ""),
        unit_id=int(form.unit_id.data) if form.unit_id.data else None,
        post=(form.post.data or "").strip(),
    )
    if added == AudienceDraft():
        return refused(
            version_id, Refused("请至少选定层级、部门、岗位中的一项；不设范围即为全体人员")
        )
    rules = [AudienceDraft(each.rank_group, each.unit_id, each.post) for each in found.audience]
    try:
        services.set_audience(version=found, rules=[*rules, added], at=clock.now())
    except Refused as refusal:
        return refused(version_id, refusal)
    return saved(version_id, "适用范围已添加。", "audience")


@bp.post("/versions/<int:version_id>/audience/<int:rule_id>/remove")
@requires(Permission.LAW_EDIT)
def remove_audience(version_id: int, rule_id: int) -> ResponseReturnValue:
    found = queries.version(version_id)
    rules = [
        AudienceDraft(each.rank_group, each.unit_id, each.post)
        for each in found.audience
        if each.id != rule_id
    ]
    try:
        services.set_audience(version=found, rules=rules, at=clock.now())
    except Refused as refusal:
        return refused(version_id, refusal)
    return saved(version_id, "适用范围已移除。", "audience")


@bp.get("/versions/<int:version_id>/compare")
@requires(Permission.LAW_EDIT)
def compare(version_id: int) -> str:
    """The version beside another one of the same list, by default the one that it was made from."""
    found = queries.version(version_id)
    others = [each for each in found.owner.versions if each.id != found.id]
    if not others:
        abort(404)
    chosen = request.args.get("with", found.supersedes_id, type=int)
    other = next((each for each in others if each.id == chosen), others[-1])
    old = queries.version(other.id)
    differences = comparing.differences(queries.lines(old), queries.lines(found))
    return render_template(
        "laws/list_compare.html",
        version=found,
        other=old,
        others=others,
        differences=[each for each in differences if each.kind is not comparing.Kind.SAME],
        same=sum(each.kind is comparing.Kind.SAME for each in differences),
    )
