"""The names of the types of item, and the rules of those with options to tick. Pure.

What a type is and does is a module of ``question_bank.types``. Options are named by their index in
the order they were written; the key of a choice and a response to it are sets of such indices. A
true/false item has the two fixed options 正确 (0) and 错误 (1).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Self

from core.labels import Labelled

TRUE_FALSE_OPTIONS = ("正确", "错误")
LETTERS = "ABCDEFGHIJ"
MAX_OPTIONS = len(LETTERS)


class _Open(type):
    """Iterates over the members of its class in the order in which they were added."""

    def __iter__(cls) -> Iterator["ItemType"]:
        return iter(ItemType.known.values())


class ItemType(str, metaclass=_Open):
    """An enumeration that a module can add to: stored by value, shown by ``label``.

    Each member is there once, so ``is`` compares. Those that other rooms name have a name here.
    """

    __slots__ = ("label",)

    known: ClassVar[dict[str, "ItemType"]] = {}
    label: str

    SINGLE_CHOICE: ClassVar["ItemType"]
    MULTIPLE_CHOICE: ClassVar["ItemType"]
    TRUE_FALSE: ClassVar["ItemType"]
    FILL_BLANK: ClassVar["ItemType"]
    SHORT_ANSWER: ClassVar["ItemType"]
    CASE_ANALYSIS: ClassVar["ItemType"]
    MATCHING: ClassVar["ItemType"]
    ORDERING: ClassVar["ItemType"]

    @classmethod
    def named(cls, value: str, label: str) -> "ItemType":
        """The member of that value, added if there is none. Raises ValueError for another label."""
        found = cls.known.get(value)
        if found is None:
            found = cls.known[value] = cls(value)
            found.label = label
        if found.label != label:
            raise ValueError(f"{value!r} is {found.label}, not {label}")
        return found

    @property
    def value(self) -> str:
        return str.__str__(self)

    @classmethod
    def of(cls, value: str) -> "ItemType":
        """The member stored as ``value``. Raises ValueError."""
        if value not in cls.known:
            raise ValueError(f"{value!r} is no {cls.__name__}")
        return cls.known[value]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) of every member, in order, for select fields."""
        return [(each.value, each.label) for each in cls.known.values()]

    @classmethod
    def by_label(cls, text: str) -> "ItemType | None":
        """The member that people call ``text``; None for an unknown name."""
        return next((each for each in cls if text in (each.label, each.value)), None)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return ItemType.of, (self.value,)


ItemType.SINGLE_CHOICE = ItemType.named("single_choice", "单选题")
ItemType.MULTIPLE_CHOICE = ItemType.named("multiple_choice", "多选题")
ItemType.TRUE_FALSE = ItemType.named("true_false", "判断题")
ItemType.FILL_BLANK = ItemType.named("fill_blank", "填空题")
ItemType.SHORT_ANSWER = ItemType.named("short_answer", "简答题")
ItemType.CASE_ANALYSIS = ItemType.named("case_analysis", "案例分析题")
ItemType.MATCHING = ItemType.named("matching", "匹配题")
ItemType.ORDERING = ItemType.named("ordering", "排序题")


class CognitiveLevel(Labelled):
    REMEMBER = "remember", "识记"
    UNDERSTAND = "understand", "理解"
    APPLY = "apply", "应用"


#: Difficulty as the writer judges it, easiest first.
DIFFICULTIES: Mapping[int, str] = {1: "易", 2: "较易", 3: "中等", 4: "较难", 5: "难"}


class MultiRule(Labelled):
    """How a multiple-choice answer that is not exactly the key is scored; set per paper."""

    ALL_OR_NOTHING = "all_or_nothing", "全部选对得分，少选、多选、错选均不得分"
    PARTIAL_HALF = "partial_half", "全部选对得满分，少选且无错选得一半分，多选、错选不得分"
    PROPORTIONAL = "proportional", "每选对一项得相应比例的分，有错选不得分"


def options_of(item_type: ItemType, options: Sequence[str]) -> Sequence[str]:
    """The options as shown; those of a true/false item are fixed."""
    return TRUE_FALSE_OPTIONS if item_type is ItemType.TRUE_FALSE else options


def faults(item_type: ItemType, options: Sequence[str], key: Collection[int]) -> list[str]:
    """What is wrong with an item as written, in Chinese; empty if nothing is."""
    return [*option_faults(item_type, options), *key_faults(item_type, options, key)]


def option_faults(item_type: ItemType, options: Sequence[str]) -> list[str]:
    shown = options_of(item_type, options)
    found = []
    if not 2 <= len(shown) <= MAX_OPTIONS:
        found.append(f"选项应为 2 至 {MAX_OPTIONS} 个")
    if any(not option.strip() for option in shown):
        found.append("选项不能为空")
    if len({option.strip() for option in shown}) < len(shown):
        found.append("选项重复")
    return found


def key_faults(item_type: ItemType, options: Sequence[str], key: Collection[int]) -> list[str]:
    if not key:
        return ["缺少正确答案"]
    found = []
    if not all(0 <= index < len(options_of(item_type, options)) for index in key):
        found.append("答案不在选项之中")
    if item_type is ItemType.MULTIPLE_CHOICE and len(set(key)) < 2:
        found.append("多选题至少有两个正确选项")
    if item_type is not ItemType.MULTIPLE_CHOICE and len(set(key)) != 1:
        found.append("只能有一个正确答案")
    return found


def fraction(
    item_type: ItemType, key: Collection[int], response: Collection[int], rule: MultiRule
) -> Decimal:
    """The share of the marks that a response earns, between 0 and 1."""
    right, given = set(key), set(response)
    if given == right:
        return Decimal(1)
    incomplete = item_type is ItemType.MULTIPLE_CHOICE and given and given < right
    if not incomplete or rule is MultiRule.ALL_OR_NOTHING:
        return Decimal(0)
    if rule is MultiRule.PARTIAL_HALF:
        return Decimal("0.5")
    return Decimal(len(given)) / Decimal(len(right))


def letters(indices: Collection[int]) -> str:
    """ACD for {0, 2, 3}."""
    return "".join(LETTERS[index] for index in sorted(indices))
