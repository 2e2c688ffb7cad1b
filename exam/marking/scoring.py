"""How a paper is scored. Pure: no database, no request, no clock."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from core.figures import half_up
from exam.marking import rubric
from exam.marking.corrections import Ruled
from exam.marking.rubric import Judged
from exam.papers.ordering import order_of
from exam.papers.snapshot import Paper, Slot
from question_bank.types import Response, kind_of

#: The byte of a slot in AttemptVector.share that waits for a person.
UNMARKED = 255
ZERO = Decimal(0)
#: The byte of a slot that was not drawn for the attempt.
NOT_ASKED = 254


@dataclass(frozen=True)
class Score:
    """Marks by slot, to two places; None for a slot that waits for a person to mark it.

    Wrong choices may cost marks (倒扣); the paper as a whole never earns less than 0.
    """

    by_slot: Mapping[int, Decimal | None]
    #: The share of each slot's marks, at most 1; negative where marks are taken off.
    shares: Mapping[int, Decimal | None]

    @cached_property
    def right(self) -> frozenset[int]:
        """Slots answered fully right."""
        return frozenset(
            slot
            for slot, share in self.shares.items()
            if share is not None and rubric.exact(share) == 1
        )

    @cached_property
    def unmarked(self) -> frozenset[int]:
        return frozenset(slot for slot, share in self.shares.items() if share is None)

    @property
    def earned(self) -> Decimal | None:
        """The marks of the paper; None while some of it is not marked."""
        return None if self.unmarked else self.so_far

    @cached_property
    def so_far(self) -> Decimal:
        return total(self.by_slot.values())


def total(marks: Iterable[Decimal | None]) -> Decimal:
    """What the marks of a paper's slots come to, never below 0; those that wait are left out."""
    return max(sum((each for each in marks if each is not None), ZERO), ZERO)


def score(
    paper: Paper,
    responses: Mapping[int, Response],
    *,
    seed: int = 0,
    judged: Mapping[int, Judged] | None = None,
) -> Score:
    """The marks of each slot for canonical responses by slot, as an attempt of ``seed`` saw it.

    ``judged`` is what persons found in the answers that need one. What is left blank earns 0.
    """
    return score_ruled(Ruled(paper), responses, seed=seed, judged=judged)


def score_ruled(
    ruled: Ruled,
    responses: Mapping[int, Response],
    *,
    seed: int = 0,
    judged: Mapping[int, Judged] | None = None,
) -> Score:
    """The same for a paper under corrections."""
    paper = ruled.paper
    shares = {
        each.slot: _share(ruled, each, responses.get(each.slot), seed,
                          (judged or {}).get(each.slot, {}))
        for each in paper.slots
    }  # fmt: skip
    return Score({each.slot: marks(each, shares[each.slot]) for each in paper.slots}, shares)


def score_anew(
    ruled: Ruled,
    known: Score,
    slot: int,
    responses: Mapping[int, Response],
    *,
    seed: int = 0,
    judged: Mapping[int, Judged] | None = None,
) -> Score:
    """The score under other corrections of one slot, where that under the present ones is known."""
    [item] = [each for each in ruled.paper.slots if each.slot == slot]
    anew = _share(ruled, item, responses.get(slot), seed, (judged or {}).get(slot, {}))
    shares = {**known.shares, slot: anew}
    return Score({each.slot: marks(each, shares[each.slot]) for each in ruled.paper.slots}, shares)


def _share(
    ruled: Ruled, slot: Slot, response: Response | None, seed: int, judged: Judged
) -> Decimal | None:
    """The best share under the keys that are accepted; nobody waits for an item struck out."""
    if slot.slot in ruled.free:
        return Decimal(1)
    free = ruled.free_parts.get(slot.slot, frozenset())
    found = share(ruled.paper, slot, response, seed, judged, free)
    for other in ruled.also.get(slot.slot, ()):
        also = share(ruled.paper, other, response, seed, judged, free)
        found = also if found is None or also is None else max(found, also)
    return Decimal(0) if found is None and slot.slot in ruled.struck else found


def share(
    paper: Paper,
    slot: Slot,
    response: Response | None,
    seed: int,
    judged: Judged,
    free: Collection[int] = frozenset(),
) -> Decimal | None:
    """The share of a slot's marks that a response earns; None while a person has to say."""
    if response is None:
        return rubric.share_of_parts(slot, free)
    order = order_of(seed, slot.slot, slot)
    return rubric.share(
        slot,
        response,
        order=order,
        rule=paper.multi_rule,
        judged=judged,
        penalty=paper.penalty,
        free=free,
    )


def shares_of_parts(
    ruled: Ruled, slot: Slot, response: Response, seed: int, judged: Judged
) -> Iterator[list[Decimal | None]]:
    """What each part of an item earns of its own marks, by each of the keys that are accepted."""
    if slot.slot in ruled.free:
        yield [Decimal(1) for _ in kind_of(slot.item_type).parts(slot)]
    for keyed in (slot, *ruled.also.get(slot.slot, ())):
        yield rubric.shares(
            keyed,
            response,
            order=order_of(seed, keyed.slot, keyed),
            rule=ruled.paper.multi_rule,
            judged=judged,
            penalty=ruled.paper.penalty,
            free=ruled.free_parts.get(slot.slot, frozenset()),
        )


def marks(slot: Slot, earned: Decimal | None) -> Decimal | None:
    return None if earned is None else _worth(slot.marks, earned)


@lru_cache(maxsize=1024)
def _worth(marks: Decimal, share: Decimal) -> Decimal:
    """Most slots of a paper are worth the same, and most answers earn all of it or nothing."""
    return half_up(rubric.exact(marks * share))


def vector(
    slots: Sequence[Slot], score: Score, held: Collection[int] = frozenset()
) -> dict[str, Any]:
    """The columns ``right`` and ``share`` of the attempt's vector, for all slots as sealed.

    ``held`` are slots that persons marked whose marks are not final: they wait, like the unmarked.
    """
    shares = {**score.shares, **{each: None for each in held if each in score.shares}}
    right = score.right.difference(held)
    return {
        "right": bytes(each.slot in right for each in slots),
        "share": bytes(
            _percent(shares[each.slot]) if each.slot in shares else NOT_ASKED for each in slots
        ),
    }


@lru_cache(maxsize=1024)
def _percent(share: Decimal | None) -> int:
    return UNMARKED if share is None else int(half_up(rubric.exact(max(share, ZERO) * 100), 0))
