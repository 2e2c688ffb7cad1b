"""Lists are written, approved by another person, and follow the laws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from accounts.models import Account
from accounts.standing import RankGroup
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from laws.lists import queries
from laws.lists.levels import Requirement, Tier
from laws.lists.models import (
    MustKnowArticle,
    MustKnowAudience,
    MustKnowEntry,
    MustKnowList,
    MustKnowVersion,
)


class TitleTaken(Refused):
    """Two lists of one title could not be told apart."""

    message = "已有同名的清单，请换一个名称"


class NotADraft(Refused):
    """What was approved stays as it was."""

    message = "已批准的清单不能修改，请复制为新的草稿再改"


class DraftThere(Refused):
    """A list has one draft at a time."""

    message = "这份清单已有一个草稿版本，请先完成或放弃它"


class OwnVersion(Refused):
    """Whoever made a version does not approve it."""

    message = "编制人不能批准自己编制的清单，请由研究室的另一位同志批准"


class Empty(Refused):
    """A list without entries asks for nothing."""

    message = "清单还没有条目，不能批准"


class NotCovered(Refused):
    """An entry without a course or enough items could be neither studied nor tested."""


class TooEarly(Refused):
    """A list takes effect on or after the day of its approval, and after the version before."""


class NothingToMove(Refused):
    """Every entry already cites the newest version of its law."""

    message = "所有条目引用的都是最新版本，不需要换版"


@dataclass(frozen=True)
class EntryDraft:
    title: str
    tier: Tier
    requirement: Requirement
    law_version_id: int
    #: In the order in which they are listed; none for the whole law.
    article_ids: Sequence[int] = ()


@dataclass(frozen=True)
class AudienceDraft:
    rank_group: RankGroup | None = None
    unit_id: int | None = None
    post: str = ""


def create_list(*, title: str, at: datetime, by: Account | None) -> MustKnowVersion:
    """A new list with an empty first draft. Raises TitleTaken."""
    taken = select(MustKnowList.id).where(MustKnowList.title == title)
    if db.session.scalar(taken) is not None:
        raise TitleTaken(field="title")
    made = MustKnowList(title=title, created_at=at)
    version = MustKnowVersion(
        owner=made, number=1, created_at=at, created_by_id=by.id if by else None
    )
    db.session.add_all([made, version])
    db.session.flush()
    record("list.create", version, at=at, title=title)
    return version


def copy_version(
    *, version: MustKnowVersion, at: datetime, by: Account | None, note: str = ""
) -> MustKnowVersion:
    """A new draft with the entries and the audience of a version. Raises DraftThere."""
    drafts = [_as_draft(each) for each in version.entries]
    return _new_draft(version, drafts, at=at, by=by, note=note or f"复制自第 {version.number} 版")


def _as_draft(entry: MustKnowEntry) -> EntryDraft:
    return EntryDraft(
        title=entry.title,
        tier=entry.tier,
        requirement=entry.requirement,
        law_version_id=entry.law_version_id,
        article_ids=[each.article_id for each in entry.articles],
    )


def _new_draft(
    version: MustKnowVersion,
    drafts: Sequence[EntryDraft],
    *,
    at: datetime,
    by: Account | None,
    note: str,
) -> MustKnowVersion:
    lock(version.owner)
    if queries.draft_of(version.list_id) is not None:
        raise DraftThere
    last = db.session.scalar(
        select(func.max(MustKnowVersion.number)).where(MustKnowVersion.list_id == version.list_id)
    )
    made = MustKnowVersion(
        list_id=version.list_id,
        number=(last or 0) + 1,
        supersedes_id=version.id,
        note=note,
        created_at=at,
        created_by_id=by.id if by else None,
    )
    made.audience = [
        MustKnowAudience(rank_group=each.rank_group, unit_id=each.unit_id, post=each.post)
        for each in version.audience
    ]
    made.entries = [_filled(MustKnowEntry(position=n), each) for n, each in enumerate(drafts, 1)]
    db.session.add(made)
    db.session.flush()
    db.session.expire(version.owner, ["versions"])
    record("list.create", made, at=at, title=version.owner.title, number=made.number, reason=note)
    return made


def move_to_newest(
    *, version: MustKnowVersion, at: datetime, by: Account | None
) -> MustKnowVersion:
    """换版: a new draft whose entries cite the newest versions of their laws.

    Articles go where they went in the newer text; those that were removed are left out, and an
    entry all of whose articles were removed stands for the whole law until somebody decides. A
    draft is moved itself. Raises NothingToMove, DraftThere.
    """
    moves = {each.entry.id: each for each in queries.outdated(version.entries)}
    if not moves:
        raise NothingToMove
    drafts = []
    for entry in version.entries:
        move = moves.get(entry.id)
        if move is None:
            drafts.append(_as_draft(entry))
            continue
        kept = dict.fromkeys(each.new for each in move.moved if each.new is not None)
        drafts.append(
            EntryDraft(entry.title, entry.tier, entry.requirement, move.newest.id, list(kept))
        )
    laws = "、".join(dict.fromkeys(f"《{each.newest.law.short_title}》" for each in moves.values()))
    note = f"换版：{laws}"[:300]
    if version.approved_at is not None:
        return _new_draft(version, drafts, at=at, by=by, note=note)
    lock(version)
    for entry, draft in zip(list(version.entries), drafts, strict=True):
        if entry.id in moves:
            _fill(entry, draft)
    db.session.flush()
    record("list.update", version, at=at, reason=note)
    return version


def _must_be_draft(version: MustKnowVersion) -> None:
    lock(version)
    if version.approved_at is not None:
        raise NotADraft


def add_entries(
    *, version: MustKnowVersion, drafts: Sequence[EntryDraft], at: datetime
) -> list[MustKnowEntry]:
    """New last entries. Raises NotADraft."""
    _must_be_draft(version)
    last = max((each.position for each in version.entries), default=0)
    made = [_filled(MustKnowEntry(position=last + n), each) for n, each in enumerate(drafts, 1)]
    version.entries += made
    db.session.flush()
    for each in made:
        record("entry.add", each, at=at, title=each.title, list=version.owner.title)
    return made


def edit_entry(*, entry: MustKnowEntry, draft: EntryDraft, at: datetime) -> None:
    """Raises NotADraft."""
    _must_be_draft(entry.version)
    _fill(entry, draft)
    db.session.flush()
    record("entry.edit", entry, at=at, title=entry.title)


def _filled(entry: MustKnowEntry, draft: EntryDraft) -> MustKnowEntry:
    _fill(entry, draft)
    return entry


def _fill(entry: MustKnowEntry, draft: EntryDraft) -> None:
    entry.title = draft.title
    entry.tier = draft.tier
    entry.requirement = draft.requirement
    entry.law_version_id = draft.law_version_id
    cited = {each.article_id: each for each in entry.articles}
    kept = []
    for position, article_id in enumerate(dict.fromkeys(draft.article_ids), 1):
        row = cited.get(article_id) or MustKnowArticle(article_id=article_id)
        row.position = position
        kept.append(row)
    entry.articles = kept


def remove_entry(*, entry: MustKnowEntry, at: datetime) -> None:
    """Raises NotADraft."""
    version = entry.version
    _must_be_draft(version)
    record("entry.remove", entry, at=at, title=entry.title, list=version.owner.title)
    version.entries.remove(entry)
    db.session.flush()


def move_entry(*, entry: MustKnowEntry, up: bool, at: datetime) -> None:
    """One place up or down; the first does not move up, nor the last down. Raises NotADraft."""
    _must_be_draft(entry.version)
    order = list(entry.version.entries)
    here = order.index(entry)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, 1):
        each.position = position
    db.session.flush()
    db.session.expire(entry.version, ["entries"])
    record("entry.order", entry, at=at, title=entry.title, position=there + 1)


def set_audience(*, version: MustKnowVersion, rules: Sequence[AudienceDraft], at: datetime) -> None:
    """Whom the version binds; no rules bind everybody. Raises NotADraft."""
    _must_be_draft(version)
    version.audience = [
        MustKnowAudience(rank_group=each.rank_group, unit_id=each.unit_id, post=each.post)
        for each in dict.fromkeys(rules)
    ]
    db.session.flush()
    record("list.edit", version, at=at, title=version.owner.title, rules=len(version.audience))


def approve(
    *,
    version: MustKnowVersion,
    effective_on: date,
    today: date,
    lacking: Sequence[str],
    at: datetime,
    by: Account | None,
) -> None:
    """Make a draft binding from a day on; ``lacking`` says which entries are not covered.

    Raises NotADraft, Empty, OwnVersion, NotCovered, TooEarly.
    """
    _must_be_draft(version)
    if not version.entries:
        raise Empty
    if by is not None and by.id == version.created_by_id:
        raise OwnVersion
    if lacking:
        shown = "；".join(lacking[:8])
        raise NotCovered(shown + (f"；等 {len(lacking)} 个条目" if len(lacking) > 8 else ""))
    if effective_on < today:
        raise TooEarly("施行日期不能早于今天", field="effective_on")
    latest = max((each.effective_on for each in version.owner.versions if each.effective_on),
                 default=None)  # fmt: skip
    if latest is not None and effective_on < latest:
        raise TooEarly(
            f"施行日期不能早于上一版的施行日期 {latest.isoformat()}", field="effective_on"
        )
    version.effective_on = effective_on
    version.approved_at = at
    version.approved_by_id = by.id if by else None
    db.session.flush()
    record(
        "list.approve",
        version,
        at=at,
        title=version.owner.title,
        number=version.number,
        on=effective_on.isoformat(),
    )


def discard(*, version: MustKnowVersion, at: datetime) -> None:
    """Delete a draft; a list that never had another version goes with it. Raises NotADraft."""
    _must_be_draft(version)
    owner = version.owner
    record("list.discard", version, at=at, title=owner.title, number=version.number)
    alone = len(owner.versions) == 1
    db.session.delete(version)
    db.session.flush()
    db.session.expire(owner, ["versions"])
    if alone:
        db.session.delete(owner)
        db.session.flush()
