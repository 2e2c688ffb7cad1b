"""Parts of an item in words that our own readers take apart again. Pure."""

from collections.abc import Mapping
from typing import Any

from core.labels import Labelled
from question_bank.exporting.records import ExportItem, cells, others
from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import rubric
from question_bank.importing.tags import CITED, FIELDS
from question_bank.item_types import LETTERS, TRUE_FALSE_OPTIONS, ItemType
from question_bank.types import Written

CHOICES = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)
#: What a row without the field is taken to say.
_USUAL = {Field.DIFFICULTY: "中等", Field.COGNITIVE_LEVEL: "识记"}


class Unwritable(Labelled):
    """Why a format does not take an item at all."""

    CASE = "case", "没有案例分析题"
    MATCHING = "matching", "没有匹配题"
    ORDERING = "ordering", "没有排序题"
    FILL = "fill", "没有多个空的填空题"
    WORDED = "worded", "没有简答题"
    SEVERAL = "several", "没有多选题"


def tags(item: ExportItem) -> list[str]:
    """What most formats have no place for, as 难度：较难."""
    values = cells(item)
    found = [
        f"{each.label}：{text}" for each in FIELDS
        if (text := str(values.get(each) or "")) and text != _USUAL.get(each)
    ]  # fmt: skip
    found += [f"{name}：{text}" for name, text in others(item).items()]
    return [*found, *([f"{CITED}：{cited(item)}"] if item.cited else [])]


def cited(item: ExportItem) -> str:
    """《甲》（2020-01-01）第一条、第二条；《乙》（…）第三条."""
    return "；".join(
        f"《{each.law}》（{each.promulgated_on.isoformat()}）{'、'.join(each.numbers)}"
        for each in item.cited
    )


def key(written: Written) -> str:
    """The key as a paragraph bank has it. For types other than matching, ordering and cases."""
    match written.item_type:
        case ItemType.TRUE_FALSE:
            return TRUE_FALSE_OPTIONS[written.key[0]]
        case ItemType.FILL_BLANK:
            return blanks(written.key)
        case ItemType.SHORT_ANSWER:
            return rubric.write(written.key)
        case _:
            return "".join(LETTERS[n] for n in written.key)


def blanks(found: Mapping[str, Any]) -> str:
    text = "；".join("/".join(each) for each in found["blanks"])
    return f"{text}（次序不限）" if found.get("any_order") else text
