"""Which types of item there are."""

from collections.abc import Iterator

from question_bank.item_types import ItemType
from question_bank.types.base import Kind

_kinds: dict[ItemType, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a type known. Raises ValueError for a second one of the same value."""
    if kind.item_type in _kinds:
        raise ValueError(f"there is a type {kind.item_type.value} already")
    _kinds[kind.item_type] = kind
    return kind


def withdraw(item_type: ItemType) -> None:
    """Forget a type again. For tests."""
    del _kinds[item_type], ItemType.known[item_type.value]


def kind_of(item_type: ItemType) -> Kind:
    """The kind of a registered type. Raises KeyError."""
    return _kinds[item_type]


def kinds() -> Iterator[Kind]:
    """Every kind, in the order of the types."""
    return (_kinds[each] for each in ItemType if each in _kinds)
