"""A form as rows and columns of an integer programme: what it takes and what it may lack. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from exam.assembling.programme import Programme
from exam.assembling.stems import Bank, Pile, Stem


@dataclass
class Sheet:
    """The unknowns of one form: how many of each pile each section takes."""

    programme: Programme
    bank: Bank
    piles: Sequence[Pile]
    #: By pile, the column of each section that it serves.
    taken: Sequence[Mapping[int, int]]

    def terms(self, pile: int) -> Iterator[tuple[int, float]]:
        return ((column, 1.0) for column in self.taken[pile].values())

    def marks(self) -> Iterator[tuple[int, float]]:
        """The marks expected, as a sum."""
        for pile, columns in zip(self.piles, self.taken, strict=True):
            for section, column in columns.items():
                yield column, marks_of(self.bank, pile.like, section)

    def information(self, point: int) -> Iterator[tuple[int, float]]:
        """What calibrated items tell at one of the points, as a sum."""
        for number, pile in enumerate(self.piles):
            if told := pile.like.item.information:
                for column, _ in self.terms(number):
                    yield column, told[point]

    def of_difficulty(self, difficulty: int) -> Iterator[tuple[int, float]]:
        for number, pile in enumerate(self.piles):
            if pile.like.item.difficulty == difficulty:
                yield from self.terms(number)


def marks_of(bank: Bank, stem: Stem, section: int) -> float:
    """What a stem is expected to bring in in a section."""
    return float(bank.plans[section].marks * stem.item.ease / 100)


def sheet_of(
    programme: Programme, bank: Bank, piles: Sequence[Pile], costs: Sequence[float] | None = None
) -> Sheet:
    """Columns of a form that takes no more of a pile than there is, and no two enemies.

    ``costs``: of each pile, what taking one of it costs.
    """
    taken = [
        {section: programme.column(cost, len(pile.stems)) for section in pile.like.sections}
        for pile, cost in zip(piles, costs or [0.0] * len(piles), strict=True)
    ]
    sheet = Sheet(programme, bank, piles, taken)
    for number, pile in enumerate(piles):
        if len(taken[number]) > 1:
            programme.row(sheet.terms(number), high=len(pile.stems))
    of_stem = {pile.stems[0]: n for n, pile in enumerate(piles) if len(pile.stems) == 1}
    for clique in bank.cliques:
        here = [of_stem[each] for each in clique if each in of_stem]
        if len(here) > 1:
            programme.row((term for each in here for term in sheet.terms(each)), high=1)
    return sheet


@dataclass
class Lack:
    """Columns that say what a form lacks; none where it may lack nothing."""

    places: Mapping[int, int]
    scenes: Mapping[int, int]
    must: Mapping[int, int]
    below: Mapping[int, int]
    above: Mapping[int, int]


NOTHING = Lack({}, {}, {}, {}, {})
#: What an empty place, a missing scene, a missing item that must be there and a mark beside the
#: expected mean cost: first of all places are filled.
_EMPTY, _SCENELESS, _WITHOUT, _BESIDE = 100.0, 50.0, 1000.0, 1.0
#: Two answers that cost less apart lack the same places and scenes.
STEP = 50.0
#: Items whose expected shares are in the same so many percent are nearly equal in ease.
_BAND = 2


def lack_of(programme: Programme, bank: Bank) -> Lack:
    rules = bank.rules
    must = [bank.stems[each].item.item_id for each in bank.must]
    return Lack(
        places={n: programme.column(_EMPTY, plan.count) for n, plan in enumerate(bank.plans)},
        scenes={0: programme.column(_SCENELESS, rules.scenes)} if rules.scenes else {},
        must={each: programme.column(_WITHOUT, 1) for each in must},
        below={0: programme.column(_BESIDE, whole=False)} if rules.mean else {},
        above={0: programme.column(_BESIDE, whole=False)} if rules.mean else {},
    )


def _with(columns: Mapping[int, int], key: int, factor: float = 1.0) -> list[tuple[int, float]]:
    return [(columns[key], factor)] if key in columns else []


def demand(sheet: Sheet, lack: Lack = NOTHING) -> None:
    """That a form has all that the blueprint asks for, but for what it may lack."""
    programme, bank = sheet.programme, sheet.bank
    rules = bank.rules
    by_section: list[list[tuple[int, float]]] = [[] for _ in bank.plans]
    for columns in sheet.taken:
        for section, column in columns.items():
            by_section[section].append((column, 1.0))
    for section, plan in enumerate(bank.plans):
        terms = [*by_section[section], *_with(lack.places, section)]
        programme.row(terms, plan.count, plan.count)
    if rules.scenes:
        scenes = [term for n, pile in enumerate(sheet.piles) if pile.like.item.is_scene
                  for term in sheet.terms(n)]  # fmt: skip
        programme.row([*scenes, *_with(lack.scenes, 0)], low=rules.scenes)
    for number, pile in enumerate(sheet.piles):
        if pile.like.must:
            may = _with(lack.must, pile.like.item.item_id)
            programme.row([*sheet.terms(number), *may], low=1)
    _in_lots(sheet, rules.lots)
    if rules.mean:
        low, high = map(float, rules.mean)
        programme.row([*sheet.marks(), *_with(lack.below, 0)], low=low)
        programme.row([*sheet.marks(), *_with(lack.above, 0, -1.0)], high=high)


def _in_lots(sheet: Sheet, size: int) -> None:
    lots: dict[object, list[tuple[int, float]]] = {}
    if size == 1:
        return
    for pile, columns in zip(sheet.piles, sheet.taken, strict=True):
        item = pile.like.item
        for section, column in columns.items():
            lots.setdefault((section, item.is_scene, item.ease // _BAND), []).append((column, 1.0))
    for terms in lots.values():
        sheet.programme.row([*terms, (sheet.programme.column(0.0), -float(size))], 0, 0)


def keep_apart(sheets: Sequence[Sheet]) -> None:
    """That two forms have no more in common than they may.

    With some overlap allowed this is exact for piles of single stems, and for larger ones no less
    than what must be in common.
    """
    if len(sheets) == 1:
        return
    wordings: dict[int, list[int]] = {}
    for number, pile in enumerate(sheets[0].piles):
        if not pile.like.must:
            wordings.setdefault(pile.like.wording, []).append(number)
    groups = [_Shared(each, max(len(sheets[0].piles[n].stems) for n in each))
              for each in wordings.values()]  # fmt: skip
    if overlap := sheets[0].bank.rules.overlap:
        _share_little(sheets, groups, overlap)
        return
    for group in groups:
        sheets[0].programme.row(
            (t for sheet in sheets for t in group.terms(sheet)), high=group.size
        )


@dataclass(frozen=True)
class _Shared:
    """Piles of one wording, of which all forms together have so many stems."""

    piles: Sequence[int]
    size: int

    def terms(self, sheet: Sheet) -> Iterator[tuple[int, float]]:
        return (term for pile in self.piles for term in sheet.terms(pile))


def _share_little(sheets: Sequence[Sheet], groups: Sequence[_Shared], overlap: int) -> None:
    programme = sheets[0].programme
    pairs = list(combinations(sheets, 2))
    shared: list[list[tuple[int, float]]] = [[] for _ in pairs]
    for group in groups:
        columns = []
        for (one, other), terms in zip(pairs, shared, strict=True):
            both = programme.column(0.0, group.size, whole=False)
            taken = [*group.terms(one), *group.terms(other)]
            programme.row([*taken, (both, -1.0)], high=group.size)
            columns.append((both, 1.0))
            terms.append((both, 1.0))
        _share_at_least(sheets, group, columns)
    for terms in shared:
        programme.row(terms, high=overlap)


def _share_at_least(
    sheets: Sequence[Sheet], group: _Shared, shared: Sequence[tuple[int, float]]
) -> None:
    """What is on so many forms is in common to so many pairs of them.

    A stem on r forms is shared by r(r - 1)/2 pairs, which is no less than t·r - t(t + 1)/2 for any
    whole t. The rows of the pairs alone let halves of a stem be on all forms and shared by none,
    from which it takes long to see that there is too little of everything.
    """
    for times in range(1, len(sheets)):
        taken = (
            (column, -times * factor) for sheet in sheets for column, factor in group.terms(sheet)
        )
        low = -group.size * times * (times + 1) / 2
        sheets[0].programme.row([*shared, *taken], low=low)
