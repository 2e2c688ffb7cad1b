"""What a task of writing items asks for, and how far it has come. Pure."""

from dataclasses import dataclass
from datetime import date

from core.labels import Labelled
from laws.lists.levels import Requirement
from laws.numerals import Key
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, ItemType


@dataclass(frozen=True)
class Cell:
    """A kind of items of which so many are lacking."""

    count: int
    #: Any type if None.
    item_type: ItemType | None = None
    difficulty_min: int = 1
    difficulty_max: int = 5
    cognitive_level: CognitiveLevel | None = None
    topic: str = ""
    requirement: Requirement | None = None
    is_scene: bool = False
    #: Any law if empty.
    law_ids: frozenset[int] = frozenset()
    #: The article of the law, where a single one is named.
    article: Key | None = None


def difficulties(lowest: int, highest: int) -> str:
    """A range of difficulties in words; "" for all of them."""
    if (lowest, highest) == (1, 5):
        return ""
    if lowest == highest:
        return DIFFICULTIES[lowest]
    return f"{DIFFICULTIES[lowest]}至{DIFFICULTIES[highest]}"


class TaskState(Labelled):
    OPEN = "open", "进行中"
    OVERDUE = "overdue", "已逾期"
    DONE = "done", "已补足"
    CANCELLED = "cancelled", "已取消"


def state_of(*, count: int, done: int, due_on: date, cancelled: bool, today: date) -> TaskState:
    if cancelled:
        return TaskState.CANCELLED
    if done >= count:
        return TaskState.DONE
    return TaskState.OVERDUE if today > due_on else TaskState.OPEN
