"""Items of the bank that say nearly the same as something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from core.progress import Say, silent, through
from question_bank.drafts import ItemDraft
from question_bank.duplicates import judging, sketching, wording
from question_bank.duplicates.judging import Compared, NearTo, Verdict
from question_bank.duplicates.sketching import Array
from question_bank.importing.plan import Stand
from question_bank.life import Nearness
from question_bank.models import DuplicateDecision, Item, ItemRevision, ItemState, NearPair

#: Sketches that agree in this share are looked at.
_AT_LEAST = 0.2
#: At most so many are looked at for one item.
_LOOKED_AT = 40
_MANY = 500


@dataclass(frozen=True)
class Near:
    """A revision of the bank, and how near it is."""

    revision_id: int
    item_id: int
    verdict: Verdict


@dataclass
class _Sketches:
    """The sketches of all revisions, kept between requests and extended by what was added."""

    ids: list[int] = field(default_factory=list)
    bank: Array = field(default_factory=lambda: np.empty((0, sketching.WIDTH), np.uint16))
    #: Fingerprint of the last row: tells whether its id stands for the same revision still.
    last: str = ""

    def refreshed(self) -> "_Sketches":
        count = db.session.scalar(select(func.count(ItemRevision.id))) or 0
        if self.ids and not self._stands():
            self.ids, self.bank, self.last = [], self.bank[:0], ""
        self._extend()
        if len(self.ids) != count:
            # Something in between was taken back, or came late: read everything anew.
            self.ids, self.bank, self.last = [], self.bank[:0], ""
            self._extend()
        return self

    def _stands(self) -> bool:
        query = select(ItemRevision.fingerprint).where(ItemRevision.id == self.ids[-1])
        return db.session.scalar(query) == self.last

    def _extend(self) -> None:
        after = self.ids[-1] if self.ids else 0
        rows = db.session.execute(
            select(ItemRevision.id, ItemRevision.sketch, ItemRevision.fingerprint)
            .where(ItemRevision.id > after)
            .order_by(ItemRevision.id)
        ).all()
        if not rows:
            return
        sketches = dict(_missing([row.id for row in rows if len(row.sketch) != sketching.SIZE]))
        added = sketching.read(sketches.get(row.id, row.sketch) for row in rows)
        self.bank = np.vstack([self.bank, added])
        self.ids += [row.id for row in rows]
        self.last = rows[-1].fingerprint


def _missing(revision_ids: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    """Sketches of revisions that were stored without one."""
    return [(each, wording.sketch_of(worded)) for each, (_, worded) in _worded(revision_ids)]


_kept: WeakKeyDictionary[Engine, _Sketches] = WeakKeyDictionary()
_lock = Lock()


def _sketches() -> tuple[list[int], Array]:
    """Revision ids and their sketches, as of now."""
    with _lock:
        found = _kept.setdefault(db.engine, _Sketches()).refreshed()
        return list(found.ids), found.bank


def near_to(item: Compared, *, besides: int | None = None, most: int = 8) -> list[Near]:
    """What the bank has nearest to the item, the most alike first; ``besides`` is left out.

    Retired items are left out, and so are revisions that are no longer current.
    """
    ids, bank = _sketches()
    rows = sketching.closest(wording.sketch_of(item), bank, at_least=_AT_LEAST, most=_LOOKED_AT)
    found = []
    for revision_id, (item_id, worded) in _worded([ids[row] for row, _ in rows], current=True):
        verdict = judging.judge(item, worded) if item_id != besides else None
        if verdict:
            found.append(Near(revision_id, item_id, verdict))
    return sorted(found, key=lambda each: (-each.verdict.likeness, each.item_id))[:most]


def stand() -> Stand:
    """How the bank stands now."""
    newest = db.session.execute(
        select(ItemRevision.id, ItemRevision.fingerprint).order_by(ItemRevision.id.desc()).limit(1)
    ).first()
    count = db.session.scalar(select(func.count(ItemRevision.id))) or 0
    return Stand(count, newest.id, newest.fingerprint) if newest else Stand(0, 0, "")


def near(items: Sequence[ItemDraft], *, say: Say = silent) -> list[list[NearTo]]:
    """For each draft what it is near to, in the bank and before it, in no order."""
    found: list[list[NearTo]] = [[] for _ in items]
    if not items:
        return found
    mine = [wording.compared(each) for each in items]
    ids, bank = _sketches()
    sketches = map(wording.sketch_of, through(mine, "查找相近的试题", say))
    together = np.vstack([bank, sketching.read(sketches)])
    alike = sketching.alike(together, since=len(bank), at_least=_AT_LEAST)
    there = sorted({ids[each.first] for each in alike if each.first < len(bank)})
    worded = dict(_worded(there, current=True))
    for each in through(alike, "判断是否相近", say):
        at, other = each.second - len(bank), each.first - len(bank)
        if other >= 0:
            if verdict := judging.judge(mine[at], mine[other]):
                found[at].append(NearTo(verdict, index=other))
            continue
        revision = ids[each.first]
        if revision not in worded:
            continue
        item, said = worded[revision]
        if verdict := judging.judge(mine[at], said):
            found[at].append(NearTo(verdict, item_id=item, revision_id=revision))
    return found


def pairs_since(revision_id: int) -> list[tuple[int, int, Verdict]]:
    """Pairs of current revisions of which the second was made with or after the one given.

    ``(first revision, second revision, verdict)``, in order.
    """
    ids, bank = _sketches()
    since = int(np.searchsorted(np.array(ids), revision_id)) if ids else 0
    alike = sketching.alike(bank, since=since, at_least=_AT_LEAST)
    worded = dict(_worded(sorted({ids[n] for each in alike for n in (each.first, each.second)}),
                          current=True))  # fmt: skip
    found = []
    for each in alike:
        first, second = ids[each.first], ids[each.second]
        if first not in worded or second not in worded or worded[first][0] == worded[second][0]:
            continue
        verdict = judging.judge(worded[first][1], worded[second][1])
        if verdict:
            found.append((first, second, verdict))
    return found


def _worded(
    revision_ids: Sequence[int], *, current: bool = False
) -> list[tuple[int, tuple[int, Compared]]]:
    """Item and wording by revision; ``current``: only what is current and not retired."""
    found = []
    for start in range(0, len(revision_ids), _MANY):
        query = select(
            ItemRevision.id, ItemRevision.item_id, ItemRevision.item_type,
            ItemRevision.stem, ItemRevision.options, ItemRevision.key, ItemRevision.parts,
        ).where(ItemRevision.id.in_(revision_ids[start : start + _MANY]))  # fmt: skip
        if current:
            query = query.join(Item, Item.current_id == ItemRevision.id)
            query = query.where(Item.state != ItemState.RETIRED)
        for row in db.session.execute(query.order_by(ItemRevision.id)):
            worded = wording.compared(row)
            found.append((row.id, (row.item_id, worded)))
    return found


def open_pairs(kind: Nearness | None = None) -> Any:
    """(NearPair, first item id, second item id) that nobody has decided, the most alike first."""
    first, second = aliased(Item), aliased(Item)
    query = (
        select(NearPair, first.id.label("one"), second.id.label("other"))
        .join(first, first.current_id == NearPair.first_id)
        .join(second, second.current_id == NearPair.second_id)
        .where(
            first.state != ItemState.RETIRED,
            second.state != ItemState.RETIRED,
            ~_decided(first.id, second.id),
        )
        .order_by(NearPair.likeness.desc(), NearPair.id)
    )
    return query if kind is None else query.where(NearPair.kind == kind)


def open_counts() -> dict[Nearness, int]:
    """How many pairs of each kind are undecided."""
    pairs = open_pairs().order_by(None).subquery()
    rows = db.session.execute(
        select(pairs.c.kind, func.count()).group_by(pairs.c.kind).order_by(pairs.c.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in Nearness}


def _decided(one: Any, other: Any) -> Any:
    return exists().where(
        DuplicateDecision.undone_at.is_(None),
        or_(
            and_(DuplicateDecision.first_id == one, DuplicateDecision.second_id == other),
            and_(DuplicateDecision.first_id == other, DuplicateDecision.second_id == one),
        ),
    )


def kept_apart(item_id: int) -> set[int]:
    """Items of which somebody said that they stay beside this one."""
    rows = db.session.execute(
        select(DuplicateDecision.first_id, DuplicateDecision.second_id)
        .where(
            DuplicateDecision.undone_at.is_(None),
            or_(DuplicateDecision.first_id == item_id, DuplicateDecision.second_id == item_id),
        )
        .order_by(DuplicateDecision.id)
    )
    return {each for row in rows for each in row} - {item_id}


def decisions() -> Select[Any]:
    """What was decided about pairs, the newest first."""
    return select(DuplicateDecision).order_by(
        DuplicateDecision.at.desc(), DuplicateDecision.id.desc()
    )


def decision(decision_id: int) -> DuplicateDecision:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(DuplicateDecision).where(DuplicateDecision.id == decision_id)
    ).one()
