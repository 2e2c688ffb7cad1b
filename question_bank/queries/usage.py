"""Which items papers hold and many people met. Papers belong to exam, which lies above the bank:
app.py says where to ask."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, false, select

from core.labels import Labelled
from question_bank.models import Item

#: An item that so many people met in exams is over-exposed.
OVER = 100
#: Ids of the items on papers, and of those that at least so many people met, without order.
OnPapers = Callable[[], Select[int]]
MetBy = Callable[[int], Select[int]]


def _none() -> Select[int]:
    return select(Item.id).where(false())


def _none_so_often(_people: int) -> Select[int]:
    return _none()


_on_papers: OnPapers = _none
_met_by: MetBy = _none_so_often


def wire(on_papers: OnPapers, met_by: MetBy) -> None:
    """Say who knows what papers hold and whom they met; app.py does."""
    global _on_papers, _met_by
    _on_papers, _met_by = on_papers, met_by


class Use(Labelled):
    NEVER = "never", "从未用过"
    OVER = "over", f"{OVER} 人以上见过"


def used_so(use: Use) -> ColumnElement[bool]:
    """SQL, of Item: no paper ever held it; many people met it."""
    return Item.id.not_in(_on_papers()) if use is Use.NEVER else Item.id.in_(_met_by(OVER))
