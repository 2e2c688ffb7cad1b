"""What accepted calibrations say of revisions. They are kept above the bank: app.py says where."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.db import db
from question_bank import difficulty
from question_bank.models import Item, ItemRevision, ItemState
from question_bank.queries.browsing import within
from question_bank.reach import Reach


@dataclass(frozen=True)
class Parameters:
    """Of one revision out of one calibration, on the common scale."""

    revision_id: int
    model: str
    people: int
    a: float
    b: float
    a_error: float
    b_error: float
    #: Some people earned part of the marks, so that its share of the marks is another thing than
    #: the share of people who were fully right.
    partial: bool
    session: str
    at: datetime
    by: str
    #: Why it does not count any more; "" for what counts.
    stale: str = ""

    @property
    def percent(self) -> int:
        """What share of people is expected to be fully right, in percent."""
        return round(100 * difficulty.share(self.a, self.b))

    def information(self, points: Sequence[float]) -> tuple[float, ...]:
        """What it tells at some abilities."""
        return difficulty.information(self.a, self.b, points)

    def suggested(self, level: int) -> int | None:
        if self.partial:
            return None
        return difficulty.suggested(self.a, self.b, self.b_error, level)


#: What counts, by revision: of some revisions, or of all.
Current = Callable[[Collection[int] | None], Mapping[int, Parameters]]
#: All that was ever accepted for a revision, the newest first.
History = Callable[[int], Sequence[Parameters]]


def _nothing(_revision_ids: Collection[int] | None) -> Mapping[int, Parameters]:
    return {}


def _no_history(_revision_id: int) -> Sequence[Parameters]:
    return ()


_current: Current = _nothing
_history: History = _no_history


def wire(current: Current, history: History) -> None:
    """Say who knows the calibrations; app.py does."""
    global _current, _history
    _current, _history = current, history


def of(revision_ids: Collection[int] | None = None) -> Mapping[int, Parameters]:
    return _current(revision_ids)


def history(revision_id: int) -> Sequence[Parameters]:
    return _history(revision_id)


@dataclass(frozen=True)
class Suggestion:
    item: Item
    revision: ItemRevision
    parameters: Parameters
    level: int


def suggestions(reach: Reach) -> list[Suggestion]:
    """Items in use whose level is another than their calibration says, in order of id."""
    known = of()
    if not known:
        return []
    rows = db.session.execute(
        select(Item, ItemRevision)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(Item.state != ItemState.RETIRED, within(reach))
        .where(ItemRevision.id.in_(list(known)))
        .order_by(Item.id)
    )
    found = []
    for item, revision in rows:
        parameters = known[revision.id]
        if (level := parameters.suggested(revision.difficulty)) is not None:
            found.append(Suggestion(item, revision, parameters, level))
    return found
