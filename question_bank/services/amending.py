"""What a new version of a law does to the items that cite it.

An item none of whose articles was edited or removed is carried over: it keeps its citations and
gets further ones to the articles of the new version. Any other is stopped until a reviewer
decides. All of it is a handful of statements over the whole bank, however many items there are.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from core.audit.trail import record
from core.db import UTCDateTime, db
from laws.following import Event
from laws.models import Article, ArticleChange, LawVersion
from question_bank.amendment import CARRIED, STOPPED, Decision
from question_bank.models import AmendmentCase, Citation, Item, ItemRevision, ItemState

#: SQL: items (id, current revision, state) that come under review.
Affected = Select[int, int | None, ItemState]
#: States in which they may; a retired item is asked nothing any more.
_ALIVE = (ItemState.DRAFT, ItemState.PUBLISHED, ItemState.QUARANTINED)


def follow(event: Event) -> None:
    """Bring the bank in line with the register; a second time changes nothing."""
    for old_id, new_id in event.pairs:
        old, new = _version(old_id), _version(new_id)
        _withdraw(old, new)
        _note("item.quarantine", new, event.at, stop(old, new, at=event.at))
        _note_carried(new, event.at, carry_over(old, new, at=event.at))
    if event.repealed:
        version = _version(event.version_id)
        _note("item.quarantine", version, event.at, _stop_repealed(version, event.at))
    if event.pairs or event.repealed:
        db.session.expire_all()


def _version(version_id: int) -> LawVersion:
    return db.session.get_one(LawVersion, version_id)


def _note(action: str, version: LawVersion, at: datetime, items: list[int]) -> None:
    if items:
        record(action, version, at=at, law=version.law.title, version=version.label, items=items)


def _note_carried(version: LawVersion, at: datetime, citations: int) -> None:
    """The citations themselves say which was carried from which."""
    if citations:
        record("item.carry", version, at=at, law=version.law.title, version=version.label,
               citations=citations)  # fmt: skip


def stop(
    old: LawVersion, new: LawVersion, *, at: datetime, revision_id: int | None = None
) -> list[int]:
    """Open a case for every item that rests on an article edited or removed between the two.

    Published items are quarantined; drafts stay drafts. Returns the items, in order. Nothing
    happens to an item that cites a later version already or has its case.
    """
    cited = (
        select(Citation.id)
        .join(ArticleChange, ArticleChange.old_article_id == Citation.article_id)
        .where(Citation.revision_id == Item.current_id, *_between(old, new, STOPPED))
    )
    affected = _alive(new).where(cited.exists(), ~_rests_on_later(old))
    if revision_id is not None:
        affected = affected.where(Item.current_id == revision_id)
    return _open_cases(affected, new, at)


def _stop_repealed(version: LawVersion, at: datetime) -> list[int]:
    """Open a case for every item that rests on a version with which its law ends."""
    cited = (
        select(Citation.id)
        .join(Article, Article.id == Citation.article_id)
        .where(Citation.revision_id == Item.current_id, Article.version_id == version.id)
    )
    affected = _alive(version, repealed=True).where(cited.exists())
    return _open_cases(affected, version, at, repealed=True)


def _alive(version: LawVersion, *, repealed: bool = False) -> Affected:
    """Items that may come under review and have no such case for the version yet."""
    has_case = exists().where(
        AmendmentCase.item_id == Item.id,
        AmendmentCase.version_id == version.id,
        AmendmentCase.repealed.is_(repealed),
    )
    columns = select(Item.id, Item.current_id, Item.state)
    return columns.where(Item.state.in_(_ALIVE), ~has_case)


def _rests_on_later(old: LawVersion) -> Any:
    """SQL: the item cites a version of the law that was promulgated after the old one."""
    citation, article, version = aliased(Citation), aliased(Article), aliased(LawVersion)
    return (
        select(citation.id)
        .join(article, article.id == citation.article_id)
        .join(version, version.id == article.version_id)
        .where(
            citation.revision_id == Item.current_id,
            version.law_id == old.law_id,
            version.promulgated_on > old.promulgated_on,
        )
        .exists()
    )


def _between(old: LawVersion, new: LawVersion, kinds: Iterable[Any]) -> tuple[Any, ...]:
    return (
        ArticleChange.old_version_id == old.id,
        ArticleChange.new_version_id == new.id,
        ArticleChange.kind.in_(kinds),
    )


def _open_cases(
    affected: Affected, version: LawVersion, at: datetime, *, repealed: bool = False
) -> list[int]:
    last = db.session.scalar(select(func.max(AmendmentCase.id))) or 0
    rows = affected.add_columns(
        literal(version.id), literal(repealed), literal(at, UTCDateTime), literal("")
    )
    db.session.execute(
        insert(AmendmentCase).from_select(
            ["item_id", "revision_id", "was", "version_id", "repealed", "opened_at", "note"],
            rows.order_by(Item.id),
        )
    )
    fresh = select(AmendmentCase.item_id).where(
        AmendmentCase.id > last, AmendmentCase.version_id == version.id
    )
    db.session.execute(
        update(Item)
        .where(Item.state == ItemState.PUBLISHED, Item.id.in_(fresh))
        .values(state=ItemState.QUARANTINED),
        execution_options={"synchronize_session": False},
    )
    return list(db.session.scalars(fresh.order_by(AmendmentCase.item_id)))


def carry_over(
    old: LawVersion, new: LawVersion, *, at: datetime, revision_id: int | None = None
) -> int:
    """Add to every revision whose articles all stand a citation of the new version.

    Older revisions are carried, too: papers hold them. Returns how many citations were added.
    """
    other, moved = aliased(Citation), aliased(ArticleChange)
    loses = (
        select(other.id)
        .join(moved, moved.old_article_id == other.article_id)
        .where(
            other.revision_id == Citation.revision_id,
            moved.old_version_id == old.id,
            moved.new_version_id == new.id,
            moved.kind.in_(STOPPED),
        )
    )
    present = aliased(Citation)
    cited = exists().where(
        present.revision_id == Citation.revision_id,
        present.article_id == ArticleChange.new_article_id,
    )
    rows = (
        select(
            Citation.revision_id,
            ArticleChange.new_article_id,
            func.min(Citation.id),
            literal(at, UTCDateTime),
        )
        .join(ArticleChange, ArticleChange.old_article_id == Citation.article_id)
        .where(*_between(old, new, CARRIED), ~loses.exists(), ~cited)
        .group_by(Citation.revision_id, ArticleChange.new_article_id)
        .order_by(Citation.revision_id, ArticleChange.new_article_id)
    )
    if revision_id is not None:
        rows = rows.where(Citation.revision_id == revision_id)
    added = db.session.execute(
        insert(Citation).from_select(
            ["revision_id", "article_id", "carried_from_id", "carried_at"], rows
        )
    )
    return int(added.rowcount)  # type: ignore[attr-defined]  # an INSERT has one


def _withdraw(old: LawVersion, new: LawVersion) -> None:
    """Take back what was carried over while the texts compared differently.

    So when the official text takes an outline's place. What a reviewer decided stays.
    """
    source, child = aliased(Citation), aliased(Citation)
    old_article, new_article = aliased(Article), aliased(Article)
    still = exists().where(
        ArticleChange.old_article_id == old_article.id,
        ArticleChange.new_article_id == new_article.id,
        ArticleChange.kind.in_(CARRIED),
    )
    decided = exists().where(
        AmendmentCase.revision_id == Citation.revision_id,
        AmendmentCase.decided_at == Citation.carried_at,
    )
    wrong = (
        select(Citation.id)
        .join(source, source.id == Citation.carried_from_id)
        .join(old_article, old_article.id == source.article_id)
        .join(new_article, new_article.id == Citation.article_id)
        .where(
            old_article.version_id == old.id,
            new_article.version_id == new.id,
            ~still,
            ~decided,
            ~exists().where(child.carried_from_id == Citation.id),
            ~exists().where(Item.published_citation_id == Citation.id),
        )
    )
    ids = db.session.scalars(wrong.order_by(Citation.id)).all()
    for start in range(0, len(ids), 500):
        db.session.execute(
            delete(Citation).where(Citation.id.in_(ids[start : start + 500])),
            execution_options={"synchronize_session": False},
        )


def carry_on(revision: ItemRevision, *, at: datetime) -> None:
    """Let a revision that is being passed follow what was registered after the version it cites."""
    for version in {each.article.version for each in revision.citations}:
        later = sorted(version.law.versions, key=lambda each: each.promulgated_on)
        for old, new in pairwise(later):
            if old.promulgated_on >= version.promulgated_on:
                carry_over(old, new, at=at, revision_id=revision.id)
    db.session.expire(revision, ["citations"])


def reopen(item: Item) -> None:
    """Let the cases for which a retired item was taken out of use wait for a decision again."""
    db.session.execute(
        update(AmendmentCase)
        .where(AmendmentCase.item_id == item.id, AmendmentCase.decision == Decision.RETIRE)
        .values(decision=None, decided_at=None, decided_by_id=None, note="")
    )
