"""What the pages of the lists share."""

from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.errors import Refused
from laws import force
from laws import queries as law_queries
from laws.lists import levels, queries
from laws.lists.levels import Requirement, State, Tier
from laws.lists.models import MustKnowVersion
from laws.lists.services import EntryDraft
from laws.models import LawVersion
from laws.numerals import Key, article_number

bp = Blueprint("lists", __name__, url_prefix="/lists")

TONES = {State.DRAFT: "info", State.COMING: "warn", State.CURRENT: "good", State.SUPERSEDED: "calm"}
TIER_TONES = {Tier.PRIMARY: "red", Tier.GENERAL: "info", Tier.SPECIAL: "calm"}


def state_of(version: MustKnowVersion) -> State:
    return levels.state(version, version.owner.versions, clock.today())


def saved(version_id: int, message: str, anchor: str | None = None) -> ResponseReturnValue:
    """Commit what was done to a version and go back to its page."""
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("lists.version", version_id=version_id, _anchor=anchor), 303)


def refused(version_id: int, refusal: Refused) -> ResponseReturnValue:
    """Say why nothing was done, on the version's page."""
    db.session.rollback()
    flash(str(refusal), "error")
    return redirect(url_for("lists.version", version_id=version_id), 303)


def meant(
    *,
    title: str,
    tier: Tier,
    requirement: Requirement,
    law: str,
    law_version: str,
    keys: list[Key],
) -> EntryDraft:
    """The entry that somebody wrote down. Raises Refused, naming the field."""
    try:
        found = law_queries.law_named(law)
    except Refused as refusal:
        raise Refused(str(refusal), field="law") from None
    version = _version(found.versions, law_version)
    known = queries.articles_of(version.id, keys)
    if missing := [article_number(key) for key in keys if key not in known]:
        raise Refused(
            f"《{found.short_title}》（{version.label}）没有{'、'.join(missing)}，请核对条号",
            field="articles",
        )
    return EntryDraft(
        title=title.strip() or found.short_title,
        tier=tier,
        requirement=requirement,
        law_version_id=version.id,
        article_ids=[known[key] for key in keys],
    )


def _version(versions: list[LawVersion], text: str) -> LawVersion:
    """The version of the day written down; the one in force, or else the newest, for none."""
    if not versions:
        raise Refused("这部法律还没有登记文本，请先导入", field="law")
    if not text.strip():
        return force.current(versions, clock.today()) or versions[-1]
    known = "、".join(each.promulgated_on.isoformat() for each in versions)
    try:
        day = date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise Refused(
            f"日期请写成 2022-02-25；已登记的版本：{known}", field="law_version"
        ) from None
    for each in versions:
        if day in {each.promulgated_on, each.effective_on}:
            return each
    raise Refused(f"没有这一天公布或施行的版本；已登记：{known}", field="law_version")
