"""One act on many items, seen before it is done, and undone as a whole.

What each item was before, and what the act left, is kept; undoing puts back those that are still
as the act left them and says which are not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.life import BulkKind, Pool, Secrecy
from question_bank.models import (
    BulkAct,
    BulkChange,
    Citation,
    Item,
    ItemRevision,
    ItemState,
)
from question_bank.pictures import services as pictures
from question_bank.services import comparing, indexing
from question_bank.services.reviewing import IN_USE


class NothingChanges(Refused):
    """No item would be other than it is."""

    message = "所选试题都不需要改动，没有可做的"


class NotAsShown(Refused):
    """The items are no longer those that somebody looked through."""

    message = "试题在您核对期间有变动，请重新核对后再确认"


class AlreadyUndone(Refused):
    """A bulk act is undone once."""

    message = "这次成批处理已经撤销过了"


@dataclass(frozen=True)
class Order:
    """What is to be done."""

    kind: BulkKind
    #: In words, for people: 信访听证, 较难, 2026-12-31.
    words: str
    #: What the items are to have; of the kind's own type.
    value: Any = None


@dataclass(frozen=True)
class Change:
    """What would become of one item."""

    item: Item
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Preview:
    order: Order
    changes: Sequence[Change]
    #: Items that are left as they are, and why.
    left: Sequence[tuple[Item, str]] = field(default_factory=list)


def preview(items: Sequence[Item], order: Order) -> Preview:
    """What the order would change, item by item. Changes nothing."""
    changes, left = [], []
    for item in items:
        reason = _obstacle(item, order)
        before = _snapshot(item, order.kind)
        after = _wanted(before, order)
        if not reason and before == after:
            reason = "已经如此"
        if reason:
            left.append((item, reason))
        else:
            changes.append(Change(item, before, after))
    return Preview(order, changes, left)


def _obstacle(item: Item, order: Order) -> str:
    if item.current is None:
        return "没有内容"
    if order.kind is BulkKind.RETIRE and item.state not in IN_USE:
        return f"{item.state.label}，不能停用"
    if order.kind is BulkKind.RECITE and item.state is ItemState.RETIRED:
        return "已停用"
    return ""


_ON_REVISION = {
    BulkKind.TOPIC: "topic",
    BulkKind.DIFFICULTY: "difficulty",
    BulkKind.VALIDITY: "valid_until",
}
_ON_ITEM = {BulkKind.POOL: "pool", BulkKind.SECRECY: "secrecy"}


def _snapshot(item: Item, kind: BulkKind) -> dict[str, Any]:
    """What undoing has to know of the item, as JSON."""
    if kind in _ON_REVISION:
        value = getattr(item.current, _ON_REVISION[kind])
        plain = value.isoformat() if isinstance(value, date) else value
        return {"revision": item.current_id, "value": plain}
    if kind in _ON_ITEM:
        return {"value": getattr(item, _ON_ITEM[kind]).value}
    if kind is BulkKind.RETIRE:
        return {"state": item.state.value}
    cited = item.current.citations if item.current else []
    return {
        "state": item.state.value,
        "revision": item.current_id,
        "citation": item.published_citation_id,
        "articles": [each.article_id for each in cited],
    }


def _wanted(before: Mapping[str, Any], order: Order) -> dict[str, Any]:
    if order.kind is BulkKind.RETIRE:
        return {"state": ItemState.RETIRED.value}
    if order.kind is BulkKind.RECITE:
        old, new = order.value
        articles = [new if each == old else each for each in before["articles"]]
        if old is None:
            articles = [new]
        return {**before, "articles": list(dict.fromkeys(articles))}
    value = order.value
    plain = value.isoformat() if isinstance(value, date) else getattr(value, "value", value)
    return {**before, "value": plain}


def apply(
    *, items: Sequence[Item], order: Order, shown: int, at: datetime, by: Account | None
) -> BulkAct:
    """Do to the items what was shown; ``shown`` is how many changes somebody looked at.

    Re-cited items are new revisions and wait to be passed; everything else leaves the wording and
    the passing as they are. Raises NothingChanges, NotAsShown.
    """
    planned = preview(items, order)
    if not planned.changes:
        raise NothingChanges
    if len(planned.changes) != shown:
        raise NotAsShown
    act = BulkAct(
        kind=order.kind,
        value=order.words[:300],
        items=len(planned.changes),
        at=at,
        by_id=by.id if by else None,
    )
    db.session.add(act)
    db.session.flush()
    put = _DOES[order.kind]
    for change in planned.changes:
        put(change.item, order.kind, change.after, at, by)
    db.session.flush()
    indexing.put_items([change.item.id for change in planned.changes])
    if order.kind is BulkKind.RECITE:
        made = [change.item.current_id for change in planned.changes if change.item.current_id]
        comparing.note_all_near(since=min(made))
    db.session.execute(
        insert(BulkChange),
        [{"act_id": act.id, "item_id": change.item.id, "before": dict(change.before),
          "after": _snapshot(change.item, order.kind)} for change in planned.changes],
    )  # fmt: skip
    record("item.bulk", act, at=at, kind=order.kind.label, value=order.words[:300],
           items=act.items)  # fmt: skip
    return act


@dataclass(frozen=True)
class Undone:
    done: int
    #: Items that were changed since and are left as they are.
    left: Sequence[int]


def undo(*, act: BulkAct, at: datetime, by: Account | None) -> Undone:
    """Put back what was changed, but for items that were changed since. Raises AlreadyUndone."""
    lock(act)
    if act.undone_at is not None:
        raise AlreadyUndone
    changes = db.session.scalars(
        select(BulkChange).where(BulkChange.act_id == act.id).order_by(BulkChange.item_id)
    ).all()
    items = _items([each.item_id for each in changes])
    left = []
    for change in changes:
        item = items.get(change.item_id)
        if item is None or _snapshot(item, act.kind) != change.after:
            left.append(change.item_id)
            continue
        _UNDOES[act.kind](item, act.kind, change.before, at, by)
    act.undone_at, act.undone_by_id = at, by.id if by else None
    db.session.flush()
    indexing.put_items(list(items))
    record("item.bulk.undo", act, at=at, items=len(changes) - len(left), left=left[:100])
    return Undone(len(changes) - len(left), left)


def _items(ids: Sequence[int]) -> dict[int, Item]:
    found: dict[int, Item] = {}
    for start in range(0, len(ids), 500):
        rows = db.session.scalars(
            select(Item)
            .where(Item.id.in_(ids[start : start + 500]))
            .options(
                selectinload(Item.current).selectinload(ItemRevision.citations),
                selectinload(Item.revisions),
            )
            .order_by(Item.id)
        ).all()
        found |= {each.id: each for each in rows}
    return found


Put = Callable[[Item, BulkKind, Mapping[str, Any], datetime, Account | None], None]


def _on_revision(
    item: Item, kind: BulkKind, wanted: Mapping[str, Any], at: datetime, by: Account | None
) -> None:
    value = wanted["value"]
    if kind is BulkKind.VALIDITY and value is not None:
        value = date.fromisoformat(value)
    setattr(item.current, _ON_REVISION[kind], value)


def _on_item(
    item: Item, kind: BulkKind, wanted: Mapping[str, Any], at: datetime, by: Account | None
) -> None:
    of = Pool.of if kind is BulkKind.POOL else Secrecy.of
    setattr(item, _ON_ITEM[kind], of(wanted["value"]))


def _state(
    item: Item, kind: BulkKind, wanted: Mapping[str, Any], at: datetime, by: Account | None
) -> None:
    item.state = ItemState.of(wanted["state"])


#: Columns of a revision that a re-cited one takes over.
_TAKEN_OVER = (
    "item_type", "stem", "options", "key", "parts", "rationale", "difficulty", "cognitive_level",
    "scene", "topic", "source", "valid_until", "fingerprint", "sketch", "extra",
)  # fmt: skip


def _recite(
    item: Item, kind: BulkKind, wanted: Mapping[str, Any], at: datetime, by: Account | None
) -> None:
    """The same wording on other articles: a new revision that waits to be passed."""
    old = item.current
    assert old is not None  # noqa: S101 - _obstacle asked
    revision = ItemRevision(
        item=item,
        number=max(each.number for each in item.revisions) + 1,
        created_at=at,
        created_by_id=by.id if by else None,
        citations=[Citation(article_id=each) for each in wanted["articles"]],
        **{name: getattr(old, name) for name in _TAKEN_OVER},
    )
    db.session.add(revision)
    db.session.flush()
    pictures.note_uses([(revision.id, revision, revision.rationale)])
    item.state, item.published_citation_id = ItemState.DRAFT, None
    item.current = revision


def _cite_as_before(
    item: Item, kind: BulkKind, wanted: Mapping[str, Any], at: datetime, by: Account | None
) -> None:
    """Back to the revision of before; the one that the act made stays in the history."""
    item.current = db.session.get_one(ItemRevision, wanted["revision"])
    item.published_citation_id = wanted["citation"]
    item.state = ItemState.of(wanted["state"])


_DOES: Mapping[BulkKind, Put] = {
    BulkKind.TOPIC: _on_revision,
    BulkKind.DIFFICULTY: _on_revision,
    BulkKind.VALIDITY: _on_revision,
    BulkKind.POOL: _on_item,
    BulkKind.SECRECY: _on_item,
    BulkKind.RETIRE: _state,
    BulkKind.RECITE: _recite,
}
_UNDOES: Mapping[BulkKind, Put] = {**_DOES, BulkKind.RECITE: _cite_as_before}
