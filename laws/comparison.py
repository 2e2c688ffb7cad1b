"""Two texts side by side, article by article, as page, document and terminal show them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.labels import Labelled
from laws import wording
from laws.alignment import ArticleText, Change, ChangeKind, align
from laws.wording import Mark, Piece


@dataclass(frozen=True)
class Side:
    """One of the two texts."""

    #: Name of the law, or of the file it came from.
    title: str
    #: How the version came about; empty where that is not known.
    label: str
    promulgated_on: date | None
    effective_on: date | None
    articles: Sequence[ArticleText]


@dataclass(frozen=True)
class Row:
    kind: ChangeKind
    #: Number and wording of the old article; "" and nothing for an added one.
    old_number: str
    old: Sequence[Piece]
    #: Number and wording of the new article; "" and nothing for a removed one.
    new_number: str
    new: Sequence[Piece]
    #: What the two columns do not say: where a part came from or went.
    note: str = ""

    @property
    def number(self) -> str:
        """By what a list of contents names the row."""
        return self.new_number or self.old_number


@dataclass(frozen=True)
class Comparison:
    old: Side
    new: Side
    rows: Sequence[Row]

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many rows there are of every kind, in the order of the kinds."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in ChangeKind}

    @property
    def same_law(self) -> bool:
        return self.old.title == self.new.title


class Show(Labelled):
    """Which rows to show."""

    ALL = "all", "全部"
    #: Everything but what is unchanged.
    CHANGED = "changed", "有变化"
    UNCHANGED = ChangeKind.UNCHANGED.value, ChangeKind.UNCHANGED.label
    RENUMBERED = ChangeKind.RENUMBERED.value, ChangeKind.RENUMBERED.label
    EDITED = ChangeKind.EDITED.value, ChangeKind.EDITED.label
    ADDED = ChangeKind.ADDED.value, ChangeKind.ADDED.label
    REMOVED = ChangeKind.REMOVED.value, ChangeKind.REMOVED.label

    def holds(self, kind: ChangeKind) -> bool:
        if self is Show.CHANGED:
            return kind is not ChangeKind.UNCHANGED
        return self is Show.ALL or self.value == kind.value


def compare(old: Side, new: Side, changes: Iterable[Change] | None = None) -> Comparison:
    """The two texts in the order of the new one; aligned here unless the changes are known."""
    known = align(old.articles, new.articles) if changes is None else changes
    return Comparison(old, new, [_row(old, new, each) for each in known])


def _row(old: Side, new: Side, change: Change) -> Row:
    before = None if change.old is None else old.articles[change.old]
    after = None if change.new is None else new.articles[change.new]
    if before and after and change.kind is ChangeKind.EDITED:
        marked = wording.mark(before.text, after.text)
        left, right = marked.old, marked.new
    else:
        plain = before is not None and after is not None
        left = _whole(before, Mark.SAME if plain else Mark.REMOVED)
        right = _whole(after, Mark.SAME if plain else Mark.ADDED)
    return Row(
        kind=change.kind,
        old_number=before.number if before else "",
        old=left,
        new_number=after.number if after else "",
        new=right,
        note=_note(old, new, change),
    )


def _whole(article: ArticleText | None, mark: Mark) -> Sequence[Piece]:
    return [Piece(mark, article.text)] if article and article.text else []


def _note(old: Side, new: Side, change: Change) -> str:
    if change.only_references:
        return "仅所引用的条号随之改变"
    if change.related is None:
        return ""
    if change.kind is ChangeKind.ADDED:
        return f"部分内容出自原{old.articles[change.related].number}"
    return f"部分内容并入新{new.articles[change.related].number}"


def lines(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces paragraph by paragraph."""
    line: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        line += [Piece(piece.mark, first)] if first else []
        for text in rest:
            yield line
            line = [Piece(piece.mark, text)] if text else []
    yield line
