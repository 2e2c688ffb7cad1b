"""What an import would do: which rows become items, which are refused, which are there. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from question_bank import drafts
from question_bank.drafts import ItemDraft
from question_bank.duplicates.judging import NearTo, Verdict
from question_bank.importing.rows import Fault, ReadRow
from question_bank.importing.words import Cited
from question_bank.types import kind_of


class Uncitable(Exception):
    """The register has no such law, version or article; ``fault`` says which and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


@dataclass(frozen=True)
class Accepted:
    row: ReadRow
    #: With the articles that it cites.
    draft: ItemDraft
    fingerprint: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Rejected:
    row: ReadRow
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Duplicate:
    """A row that says the same as another one, or as an item of the bank."""

    row: ReadRow
    #: The earlier row of the file, or None.
    of_row: int | None
    #: The item of the bank, or None.
    of_item: int | None
    #: Only the stem is the same; the row is taken all the same.
    taken: bool = False
    #: The same item with another key.
    differs: bool = False
    #: How near it is, where it does not say the same.
    near: Verdict | None = None

    @property
    def text(self) -> str:
        other = f"本文件第 {self.of_row} 行" if self.of_row else f"题库中的试题 {self.of_item}"
        if self.near is not None:
            return f"与{other}{self.near.kind.label}（{self.near.percent}），照常导入，请核对"
        if self.taken:
            return f"题干与{other}相同、选项不同，照常导入，请核对"
        if self.differs:
            return f"与{other}相同但答案不同，不再导入，请核对哪个答案正确"
        return f"与{other}相同，不再导入"


@dataclass(frozen=True)
class Stand:
    """How the bank stands: what was found out about it holds as long as this is the same."""

    revisions: int
    newest: int
    #: Fingerprint of the newest; its id may come to stand for another one.
    mark: str


@dataclass(frozen=True)
class Likeness:
    """What rows of a file are near to."""

    #: The place in the file of each row that was compared.
    places: Sequence[int]
    #: What each is near to; an index is of ``places``.
    found: Sequence[Sequence[NearTo]]


@dataclass(frozen=True)
class Plan:
    """What importing would do; each row of the file is in one of the first three."""

    accepted: Sequence[Accepted]
    rejected: Sequence[Rejected]
    duplicates: Sequence[Duplicate]
    #: None: nobody asked what is near.
    near: Likeness | None = None
    #: How the bank stood when it was asked; None: nobody asked.
    stand: Stand | None = None

    @property
    def sure(self) -> Sequence[Accepted]:
        """The rows that nothing is doubtful about."""
        return [each for each in self.accepted if not each.row.doubts]

    @property
    def doubtful(self) -> Sequence[Accepted]:
        """The rows that somebody has to look at before they are taken."""
        return [each for each in self.accepted if each.row.doubts]

    def taking(self, places: Collection[int]) -> "Plan":
        """Only the accepted rows that stand at these places of the file."""
        return replace(self, accepted=[each for each in self.accepted if each.row.place in places])

    def without(self, in_bank: Mapping[str, int]) -> "Plan":
        """Without the rows that the bank has got meanwhile; what they are near to is open again."""
        late = [Duplicate(each.row, None, in_bank[each.fingerprint])
                for each in self.accepted if each.fingerprint in in_bank]  # fmt: skip
        left = [each for each in self.accepted if each.fingerprint not in in_bank]
        return replace(self, accepted=left, duplicates=[*self.duplicates, *late], near=None)


def decide(
    rows: Sequence[ReadRow],
    *,
    articles: Callable[[Cited], Sequence[int]],
    in_bank: Callable[[Sequence[str]], Mapping[str, int]],
    near: Callable[[Sequence[ItemDraft]], Sequence[Sequence[NearTo]]] | None = None,
) -> Plan:
    """Judge the rows in order; ``articles`` raises Uncitable.

    ``in_bank`` says which of the fingerprints given the bank has, and which item that is.
    ``near`` says of each row that is taken what it is near to; such rows are taken all the same.
    """
    accepted: list[Accepted] = []
    rejected: list[Rejected] = []
    duplicates: list[Duplicate] = []
    seen: dict[str, ReadRow] = {}
    stems: dict[str, ReadRow] = {}
    marks = [drafts.fingerprint_of(each.draft) if each.draft else "" for each in rows]
    known = in_bank([each for each in marks if each])
    for row, mark in zip(rows, marks, strict=True):
        draft, faults, notes = _with_articles(row, articles)
        if draft is None:
            rejected.append(Rejected(row, faults))
            continue
        if mark in seen or mark in known:
            duplicates.append(_duplicate(row, seen.get(mark), known.get(mark)))
            continue
        seen[mark] = row
        first = stems.setdefault(drafts.fingerprint(draft.stem, ()), row)
        if first is not row:
            duplicates.append(Duplicate(row, first.number, None, taken=True))
        accepted.append(Accepted(row, draft, mark, [*row.notes, *notes]))
    if near is None:
        return Plan(accepted, rejected, duplicates)
    found = near([each.draft for each in accepted])
    duplicates += _nearest(accepted, found, duplicates)
    likeness = Likeness([each.row.place for each in accepted], found)
    return Plan(accepted, rejected, duplicates, likeness)


def _nearest(
    accepted: Sequence[Accepted], found: Sequence[Sequence[NearTo]], known: Sequence[Duplicate]
) -> list[Duplicate]:
    """Rows that are near to others, each with the nearest, besides those that are named already."""
    named = {id(each.row) for each in known}
    nearest = [max(some, key=lambda each: each.verdict.likeness, default=None) for some in found]
    return [
        Duplicate(
            each.row,
            None if near.index is None else accepted[near.index].row.number,
            near.item_id,
            taken=True,
            near=near.verdict,
        )
        for each, near in zip(accepted, nearest, strict=True)
        if near is not None and id(each.row) not in named
    ]


def _with_articles(
    row: ReadRow, articles: Callable[[Cited], Sequence[int]]
) -> tuple[ItemDraft | None, Sequence[Fault], Sequence[str]]:
    """The draft with the articles that it cites, None with the faults of a row to refuse; notes."""
    faults = list(row.faults)
    notes: list[str] = []
    ids: list[int] = []
    for cited in row.cited:
        try:
            ids += articles(cited)
        except Uncitable as error:
            if row.soft:
                notes.append(f"依据《{cited.law.strip('《》')}》{'、'.join(cited.numbers)}"
                             f"没有引用上：{error.fault.reason}；已写入解析")  # fmt: skip
            else:
                faults.append(error.fault)
    if row.draft is None or faults:
        return None, faults, notes
    rationale = row.draft.rationale
    if notes:
        said = "；".join(
            f"《{each.law.strip('《》')}》{'、'.join(each.numbers)}" for each in row.cited
        )
        rationale = "\n".join(filter(None, (rationale, f"法律依据：{said}")))
    draft = replace(row.draft, article_ids=tuple(dict.fromkeys(ids)), rationale=rationale)
    return draft, [], notes


def _duplicate(row: ReadRow, earlier: ReadRow | None, item: int | None) -> Duplicate:
    if earlier is None:
        return Duplicate(row, None, item)
    return Duplicate(row, earlier.number, None, differs=_key(earlier) != _key(row))


def _key(row: ReadRow) -> Any:
    """The key as its type words it, whatever the order of the options."""
    draft = row.draft
    return None if draft is None else kind_of(draft.item_type).key_words(draft)
