"""Runs are begun: items drawn that may be practised and rest on law in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random

from accounts.models import Account
from core import clock
from core.db import db
from core.errors import Refused
from exam.assembling import assembly, solving
from exam.assembling.assembly import PoolItem
from exam.models import Blueprint
from exam.queries.assembling import building, drawing
from exam.services.turns import take_turn
from question_bank.item_types import MultiRule
from question_bank.models import Item
from study.practice.drawing import MOST_A_DAY, Choice, in_turn
from study.practice.kinds import Reason, RunKind
from study.practice.models import PracticeEntry, PracticeRun
from study.practice.queries import choosing
from study.practice.queries import runs as queries

#: How many ids are looked at together for whether their law is in force.
_MANY = 100


class NothingFits(Refused):
    message = "没有符合条件、今天可以练习的试题，请放宽条件"


class EnoughToday(Refused):
    message = f"一天最多练 {MOST_A_DAY} 题，请明天再来"


class NotOpen(Refused):
    message = "这个方案没有开放为模拟考试"


class NotEnoughItems(Refused):
    message = "可以练习的试题不够组成这套模拟卷，请告知人事司考务"


@dataclass(frozen=True)
class Start:
    """Who begins a run, and when; the same seed sent twice is one run."""

    by: Account
    seed: int
    at: datetime

    @property
    def day(self) -> date:
        return clock.local(self.at).date()

    @property
    def rng(self) -> Random:
        return Random(f"{self.by.person_id}/{self.seed}")  # noqa: S311 - repeatable on purpose


def find_drill(start: Start, choice: Choice, count: int) -> list[int]:
    """Revisions of as many items of the choice as there are, up to ``count``.

    Like every search here it writes nothing, and can take a while: it goes before what is written.
    """
    return _drawn(start, choosing.item_ids(choice, start.day), count)


def find_again(start: Start, item_ids: Sequence[int], count: int) -> list[int]:
    """Revisions of those of the items that may be practised, up to ``count``."""
    may = set(choosing.item_ids(Choice(), start.day))
    return _drawn(start, [each for each in item_ids if each in may], count)


def begin(
    *,
    start: Start,
    kind: RunKind,
    title: str,
    drawn: Sequence[int],
    reasons: Mapping[int, Reason] | None = None,
) -> PracticeRun:
    """A run of what was found; one for the same press sent twice. ``reasons``: by revision.

    Raises NothingFits, EnoughToday.
    """
    if made := _made(start):
        return made
    if not drawn:
        raise NothingFits
    # A subset of what is right earns half, so that feedback can say 部分答对.
    rule = MultiRule.PARTIAL_HALF
    run = _new(start, kind, title, [(each, Decimal(1)) for each in drawn], rule)
    for entry in run.entries:
        entry.reason = (reasons or {}).get(entry.revision_id)
    return _kept(run)


def find_mock(*, blueprint: Blueprint, day: date, seed: int) -> Sequence[tuple[int, Decimal]]:
    """(revision, marks) of a paper of items that may be practised. Writes nothing.

    Raises NotOpen, NotEnoughItems.
    """
    if blueprint.practice_minutes is None:
        raise NotOpen
    plans = [building.plan_of(section) for section in blueprint.sections]
    offered = drawing.practice_offer(plans, drawing.conditions_of(blueprint), day)
    try:
        [sections] = solving.assemble(offered.pool, plans, offered.rules, forms=1, seed=seed)
    except (assembly.Shortage, assembly.Undecided):
        raise NotEnoughItems from None
    return [
        (item.revision_id, plan.marks)
        for plan, items in zip(plans, sections, strict=True)
        for item in items
    ]


def mock(
    *, start: Start, blueprint: Blueprint, drawn: Sequence[tuple[int, Decimal]]
) -> PracticeRun:
    """A whole paper, as ``find_mock`` found it. Raises NotOpen, EnoughToday."""
    if made := _made(start):
        return made
    if blueprint.practice_minutes is None:
        raise NotOpen
    # Who practises is not concerned with how papers are made.
    title = blueprint.title.removesuffix("组卷方案") or blueprint.title
    run = _new(start, RunKind.MOCK, title, drawn, blueprint.multi_rule)
    run.minutes, run.penalty_percent = blueprint.practice_minutes, blueprint.penalty_percent
    return _kept(run)


def _made(start: Start) -> PracticeRun | None:
    take_turn(start.by)
    return queries.run_of(start.by.person, start.seed)


def _drawn(start: Start, item_ids: Sequence[int], count: int) -> list[int]:
    """Revisions of ``count`` of the items, fewer if there are none; none reads like another."""
    last = queries.last_answered(start.by.person)
    return fitting(in_turn(item_ids, last, start.rng), start.day, count)


def fitting(item_ids: Sequence[int], day: date, count: int) -> list[int]:
    """Revisions of the first ``count`` of the items that may be practised and whose law is in
    force; none reads like another."""
    drawn: list[int] = []
    stems: set[str] = set()
    for begin in range(0, len(item_ids), _MANY):
        for item in usable(item_ids[begin : begin + _MANY], day, by_oneself=True):
            if len(drawn) < count and item.fingerprint not in stems:
                drawn.append(item.revision_id)
                stems.add(item.fingerprint)
        if len(drawn) == count:
            break
    return drawn


def usable(item_ids: Sequence[int], day: date, *, by_oneself: bool = False) -> list[PoolItem]:
    """Those of the items that may be practised and whose law is in force, in the order given.

    ``by_oneself``: those that somebody has to judge as well.
    """
    offered = building.practice_pool(day, Item.id.in_(item_ids), by_oneself=by_oneself)
    pool = {each.item_id: each for each in offered}
    return [pool[each] for each in item_ids if each in pool]


def _new(
    start: Start,
    kind: RunKind,
    title: str,
    drawn: Sequence[tuple[int, Decimal]],
    rule: MultiRule,
) -> PracticeRun:
    if queries.drawn_on(start.by.person, start.day) + len(drawn) > MOST_A_DAY:
        raise EnoughToday
    return PracticeRun(
        person_id=start.by.person_id,
        kind=kind,
        title=title,
        seed=start.seed,
        multi_rule=rule,
        started_at=start.at,
        entries=[
            PracticeEntry(slot=slot, revision_id=revision_id, marks=marks)
            for slot, (revision_id, marks) in enumerate(drawn, 1)
        ],
    )


def _kept(run: PracticeRun) -> PracticeRun:
    db.session.add(run)
    db.session.flush()
    return run
