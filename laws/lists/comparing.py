"""The difference of two versions of a list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import Labelled


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    title: str
    law: str
    law_version: str
    tier: str
    requirement: str
    articles: Sequence[str]
    law_id: int

    @property
    def key(self) -> tuple[int, str]:
        return self.law_id, self.title


class Kind(Labelled):
    ADDED = "added", "新增"
    REMOVED = "removed", "删去"
    CHANGED = "changed", "修改"
    SAME = "same", "未变"


@dataclass(frozen=True)
class Difference:
    kind: Kind
    old: Line | None
    new: Line | None

    @property
    def title(self) -> str:
        line = self.new or self.old
        return line.title if line else ""

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Part, before, after: of a changed entry."""
        if self.old is None or self.new is None:
            return []
        parts = (
            ("法律版本", self.old.law_version, self.new.law_version),
            ("层次", self.old.tier, self.new.tier),
            ("要求", self.old.requirement, self.new.requirement),
            ("条款", _articles(self.old), _articles(self.new)),
        )
        return [part for part in parts if part[1] != part[2]]


def _articles(line: Line) -> str:
    return "、".join(line.articles) or "全文"


def differences(old: Sequence[Line], new: Sequence[Line]) -> list[Difference]:
    """In the order of the new version, then what was dropped. Entries meet by law and title."""
    before: dict[tuple[int, str], list[Line]] = {}
    for line in old:
        before.setdefault(line.key, []).append(line)
    found = []
    for line in new:
        partner = before[line.key].pop(0) if before.get(line.key) else None
        same = partner is not None and Difference(Kind.SAME, partner, line).changes == []
        kind = Kind.ADDED if partner is None else Kind.SAME if same else Kind.CHANGED
        found.append(Difference(kind, partner, line))
    left = [line for line in old if any(line is each for each in before[line.key])]
    return [*found, *(Difference(Kind.REMOVED, line, None) for line in left)]
