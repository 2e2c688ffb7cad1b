"""What of an item of any type is compared. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from question_bank import item_types
from question_bank.duplicates.judging import Compared
from question_bank.duplicates.sketching import sketch
from question_bank.item_types import ItemType


def compared(
    item_type: ItemType,
    stem: str,
    options: Sequence[str],
    key: Any,
    parts: Sequence[Mapping[str, Any]] = (),
) -> Compared:
    """Stem, options and what is right, in words; the parts of a case belong to its stem."""
    asked = [stem, *(str(part.get("stem", "")) for part in parts)]
    offered = [*options, *(option for part in parts for option in part.get("options", ()))]
    return Compared("\n".join(asked), offered, _right(item_type, options, key))


def _right(item_type: ItemType, options: Sequence[str], key: Any) -> Sequence[str]:
    if isinstance(key, Mapping):
        blanks = key.get("blanks", ())
        return [str(blank[0]) for blank in blanks if blank]
    shown = item_types.options_of(item_type, options)
    return [shown[n] for n in key if isinstance(n, int) and 0 <= n < len(shown)]


def sketch_of(item: Compared) -> bytes:
    return sketch(item.stem, item.options)
