"""The entries of a list as rows of a spreadsheet. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laws.lists.levels import Requirement, Tier
from laws.numerals import Key, article_key, article_number

#: The longest run of articles that 至 may stand for, and the most rows that a file may have.
LONGEST_RUN, MOST_ROWS = 200, 1000

TITLE, TIER, LAW, VERSION, ARTICLES, REQUIREMENT = (
    "条目名称", "层次", "法律名称", "法律版本日", "条款", "要求",
)  # fmt: skip
COLUMNS = (TIER, TITLE, LAW, VERSION, ARTICLES, REQUIREMENT)
#: Without these nothing can be read.
NEEDED = (LAW,)


class NoHeading(ValueError):
    """The sheet has no row with the names of the columns; the message says which are needed."""


@dataclass(frozen=True)
class Fault:
    row: int
    field: str
    reason: str


@dataclass(frozen=True)
class Row:
    """An entry as somebody wrote it; the law is still a name."""

    row: int
    title: str
    tier: Tier
    requirement: Requirement
    law: str
    law_version: str
    keys: Sequence[Key]


def read(cells: Sequence[Sequence[str]]) -> tuple[list[Row], list[Fault]]:
    """The rows of a sheet, and what is wrong with the others. Raises NoHeading."""
    start, places = _heading(cells)
    rows, faults = [], []
    for number, line in enumerate(cells[start + 1 :], start + 2):
        said = {name: line[at].strip() if at < len(line) else "" for name, at in places.items()}
        if not any(said.values()):
            continue
        found = _read_row(number, said)
        if isinstance(found, Row):
            rows.append(found)
        else:
            faults.append(found)
    return rows, faults


def _heading(cells: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for at, line in enumerate(cells[:10]):
        names = [cell.strip() for cell in line]
        if all(name in names for name in NEEDED):
            return at, {name: names.index(name) for name in COLUMNS if name in names}
    raise NoHeading("没有找到表头：前 10 行中须有一行含“法律名称”列，请使用下载的模板")


def _read_row(number: int, said: Mapping[str, str]) -> Row | Fault:
    if not said[LAW]:
        return Fault(number, LAW, "请填写法律名称")
    tier = Tier.by_label(said.get(TIER) or Tier.GENERAL.label)
    if tier is None:
        return Fault(number, TIER, f"“{said[TIER]}”不是层次，请写 {_names(Tier)} 之一")
    requirement = Requirement.by_label(said.get(REQUIREMENT) or Requirement.FAMILIAR.label)
    if requirement is None:
        return Fault(
            number, REQUIREMENT, f"“{said[REQUIREMENT]}”不是要求，请写 {_names(Requirement)} 之一"
        )
    try:
        keys = read_articles(said.get(ARTICLES, ""))
    except ValueError as error:
        return Fault(number, ARTICLES, str(error))
    law = said[LAW].strip("《》 ")
    title = (said.get(TITLE) or law)[:100]
    return Row(number, title, tier, requirement, law, said.get(VERSION, ""), keys)


def _names(kind: type[Tier] | type[Requirement]) -> str:
    return "、".join(label for _, label in kind.choices())


def read_articles(text: str) -> list[Key]:
    """第三条、第十条至第十二条 as keys; none for the whole law. Raises ValueError, in Chinese."""
    if text.strip() in {"", "全文", "全部"}:
        return []
    parts = [part for part in re.split(r"[、，,；;\s]+", text.strip()) if part]
    return list(dict.fromkeys(key for part in parts for key in _run(part)))


def _run(part: str) -> Iterator[Key]:
    ends = re.split(r"[至到~～—]+", part)
    try:
        keys = [article_key(end) for end in ends]
    except ValueError:
        raise ValueError(
            f"“{part}”不是条款，请写成 第三十四条、34 或 第十条至第十二条，多条用顿号隔开"
        ) from None
    if len(keys) == 1:
        yield keys[0]
        return
    first, last = keys[0], keys[-1]
    if len(keys) > 2 or not first.main <= last.main < first.main + LONGEST_RUN:
        raise ValueError(f"“{part}”的起止不对，或一次超过 {LONGEST_RUN} 条")
    yield from (Key(main) for main in range(first.main, last.main + 1))


def written(numbers: Sequence[str]) -> str:
    """Article numbers as the sheet and the form have them; "" for the whole law."""
    return "、".join(numbers)


def named(keys: Sequence[Key]) -> str:
    return "、".join(article_number(key) for key in keys)
