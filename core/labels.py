"""Enumerations whose members know their Chinese name."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """``MEMBER = "stored_value", "中文名称"``: stored by value, shown by ``label``."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def of(cls, value: str) -> Self:
        """The member stored as ``value``. Raises ValueError."""
        for member in cls:
            if member.value == value:
                return member
        raise ValueError(f"{value!r} is no {cls.__name__}")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) of every member, in order, for select fields."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def by_label(cls, text: str) -> Self | None:
        """The member that people call ``text``; None for an unknown name."""
        return next((member for member in cls if text in (member.label, member.value)), None)
