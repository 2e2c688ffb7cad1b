"""定版: the results of a session as one text, and its digest. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.labels import Labelled

#: Bumped when the text of a part changes its form.
FORMAT = 1
#: The sealed papers, which are no part: the rules of a session name them by their seals.
PAPERS = "papers"
#: What the parts are called on pages.
PARTS = {
    "session": "场次规则", "list": "名单与状态", "scores": "成绩", "answers": "作答与评阅",
    "corrections": "更正", "traces": "作答时刻与统计", PAPERS: "试卷",
}  # fmt: skip


class ReversalAct(Labelled):
    """冲正: what is still done to a final session's results, besides correcting a key."""

    VOID = "void", "登记成绩无效"
    RESTORE = "restore", "撤销成绩无效"


@dataclass(frozen=True)
class Obstacle:
    """Why the results are not made final yet; ``hard`` if no reason can override it."""

    text: str
    hard: bool = False


def canonical(rows: Sequence[Any]) -> str:
    """JSON that is the same for the same rows: keys sorted, no spaces, other values as text."""
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(number: int, parts: Mapping[str, str]) -> str:
    """The digest of the whole, from those of its parts."""
    return digest(canonical([FORMAT, number, dict(parts)]))


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The parts that are not what they were, by name."""
    return [name for name in PARTS if old.get(name) != new.get(name)]


def told_of(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Of the parts as they are now those that an older final may tell of: there are more today.

    Nobody leaves a part out of a final afterwards: its own digest would show.
    """
    return {name: each for name, each in new.items() if name in old}
