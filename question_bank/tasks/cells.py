"""What a task of writing items asks for, and how far it has come. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.labels import Labelled
from laws.lists.levels import Requirement
from laws.numerals import Key, article_number
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, ItemType, Scene

_MIDDLE = 3


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


def fields_of(cell: Cell, law: str) -> dict[str, Any]:
    """An item of the kind, as far as it is known, as the fields of its form.

    ``law`` is the title of the one that it has to cite; "" where there is a choice.
    """
    number = article_number(cell.article) if cell.article else ""
    return {
        "item_type": (cell.item_type or ItemType.SINGLE_CHOICE).value,
        "difficulty": str(min(max(_MIDDLE, cell.difficulty_min), cell.difficulty_max)),
        "cognitive_level": (cell.cognitive_level or CognitiveLevel.REMEMBER).value,
        "topic": cell.topic,
        # Which one it is, its writer says; without any the item would not count.
        "scene": next(iter(Scene)).value if cell.is_scene else "",
        "citations": [{"law": law, "articles": number}],
    }


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
