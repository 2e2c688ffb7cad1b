"""Finding forms for a blueprint by integer programming. Pure; chance comes from the seed.

Forms are first sought one after another in samples of the bank, each as near to the first one in
difficulty as can be: that is fast, and by chance. Where it fails, all forms are sought together in
the whole bank, with places that may stay empty: what cannot be helped is the shortage.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from exam.assembling.assembly import Gap, PoolItem, Rules, SectionPlan, Shortage, Undecided
from exam.assembling.lacking import gaps_of
from exam.assembling.levelling import apart, are_near, as_near, told_by
from exam.assembling.programme import PATIENCE, GivenUp, Programme
from exam.assembling.sheets import STEP, Sheet, demand, keep_apart, lack_of, marks_of, sheet_of
from exam.assembling.stems import Bank, Pile, bank_of
from question_bank.difficulty import PRIOR

#: Section by stem: a form before it is written out.
Placed = Mapping[int, int]
#: Times what a section needs that a sample has.
_TIMES = (4, 16)
#: So many nodes of the search are looked at for forms that are as hard as one another.
_NODES = 500
#: Up to so many pairs of a stem and two forms it is asked exactly what forms have in common.
_PAIRS = 20_000


@dataclass(frozen=True)
class _Near:
    """How far a form may be from the first one."""

    #: In items of each difficulty; None for any.
    items: int | None = None
    #: In marks expected; None for any.
    marks: float | None = None
    #: As a share of what the first one tells at each point; None for any.
    information: float | None = None


#: Where nothing is calibrated, the same but for information are tried once.
_NEAREST = (
    _Near(0, 0.25, 0.01), _Near(0, 0.25, 0.02), _Near(1, 0.5, 0.02), _Near(2, 0.5, 0.05),
    _Near(2, 0.5, 0.1), _Near(2, 0.5),
)  # fmt: skip
_NEARER = (_Near(4, 0.5), _Near(None, 0.5), _Near())


def assemble(
    pool: Sequence[PoolItem],
    plans: Sequence[SectionPlan],
    rules: Rules | None = None,
    *,
    seed: int,
    forms: int = 1,
) -> list[list[list[PoolItem]]]:
    """The items of each section of each form. Raises Shortage, Undecided.

    The pool has one revision of an item. No form has an item or a stem twice, and two forms have no
    more in common than the rules allow. If there is no such set of forms, the shortage is the least
    that any could have, unless it says that this is not proven.
    """
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    bank = bank_of(pool, plans, rules or Rules(), rng)
    try:
        found = None if bank.homeless else _one_after_another(bank, forms, _NEAREST, rng)
        if found is None:
            some, gaps, proven = _together(bank, forms)
            if gaps:
                raise Shortage(gaps, proven=proven)
            found = (
                _alike(bank, forms, rng) or _one_after_another(bank, forms, _NEARER, rng) or some
            )
    except GivenUp:
        raise Undecided from None
    return [_written(bank, placed, rng) for placed in _nearer(bank, found, rng)]


def _nearer(bank: Bank, found: list[Placed], rng: Random) -> list[Placed]:
    """The forms, or others that are nearer to one another: what was left for the last of them by
    those before it may not have been enough to be as hard."""
    if len(found) == 1 or are_near(bank, found):
        return found
    if bank.rules.overlap:
        piles = _singly(bank, _enough(bank, len(found), rng))
    else:
        stems = bank.sample(2 * len(found), rng, without=(), besides=())
        piles = bank.piles(rng.sample(stems, len(stems)), fine=True)
    if (levelled := as_near(bank, piles, found)) is None:
        return found
    others = _dealt(*levelled)
    return others if apart(bank, others) < apart(bank, found) else found


@dataclass(frozen=True)
class Stock:
    """How a bank stands to a blueprint."""

    #: By section: the items that would fit, twins counted once.
    fitting: Sequence[int]
    #: What is lacking for the forms; empty if they can be drawn.
    gaps: Sequence[Gap]
    #: The mean that a form drawn by chance can be expected to have; None if a section has no item.
    mean: Decimal | None = None
    #: Nothing less can be lacking; otherwise the search ended before that was certain.
    proven: bool = True


def stock(
    pool: Sequence[PoolItem],
    plans: Sequence[SectionPlan],
    rules: Rules | None = None,
    *,
    forms: int = 1,
    patience: float = PATIENCE,
) -> Stock:
    """``patience``: seconds for proving what is lacking. Raises Undecided."""
    rng = Random(0)  # noqa: S311 - no chance in it
    bank = bank_of(pool, plans, rules or Rules(), rng)
    gaps: list[Gap] = []
    proven = True
    try:
        # Mostly there are forms, and in a large bank these are found sooner than a proof.
        if bank.homeless or _one_after_another(bank, forms, (_Near(),), rng) is None:
            _, gaps, proven = _together(bank, forms, patience)
    except GivenUp:
        raise Undecided from None
    fitting = [len({bank.stems[n].wording for n in each}) for each in bank.fitting]
    return Stock(fitting, gaps, _usual_mean(bank), proven)


def is_easily_drawn(
    pool: Sequence[PoolItem], plans: Sequence[SectionPlan], rules: Rules, *, forms: int = 1
) -> bool:
    """Whether forms are found one after another; that they are not does not say there are none."""
    rng = Random(0)  # noqa: S311 - no chance in it
    bank = bank_of(pool, plans, rules, rng)
    try:
        return not bank.homeless and bool(_one_after_another(bank, forms, (_Near(),), rng))
    except GivenUp:
        return False


def _usual_mean(bank: Bank) -> Decimal | None:
    if not all(bank.fitting):
        return None
    shares = (
        plan.count * plan.marks * sum(bank.stems[n].item.ease for n in fitting) / len(fitting)
        for plan, fitting in zip(bank.plans, bank.fitting, strict=True)
    )
    return sum(shares, Decimal(0)) / 100


def _written(bank: Bank, placed: Placed, rng: Random) -> list[list[PoolItem]]:
    form: list[list[PoolItem]] = [[] for _ in bank.plans]
    for stem in rng.sample(sorted(placed), len(placed)):
        form[placed[stem]].append(bank.stems[stem].item)
    return form


# ------------------------------------------------------------------ one form after another


def _one_after_another(
    bank: Bank, forms: int, nears: Sequence[_Near], rng: Random
) -> list[Placed] | None:
    done: list[Placed] = []
    for _ in range(forms):
        placed = _next(bank, done, nears if done else (_Near(),), rng)
        if placed is None:
            return None
        done.append(placed)
    return done


def _next(bank: Bank, done: Sequence[Placed], nears: Sequence[_Near], rng: Random) -> Placed | None:
    """A form beside those that are done, as near to the first as the sample allows."""
    used = {stem for each in done for stem in each if not bank.stems[stem].must}
    if not (done and any(told_by(bank, done[0]))):
        nears = list(dict.fromkeys(replace(near, information=None) for near in nears))
    samples = [_sampled(bank, times, used, rng) for times in _TIMES]
    # A larger sample is looked through before a form may be less like the first one.
    for near in nears:
        for sample, costs in samples:
            placed = _beside(bank, sample, costs, done, near)
            if placed is not None:
                return placed
    return None


def _sampled(
    bank: Bank, times: int, used: Set[int], rng: Random
) -> tuple[Sequence[int], Sequence[float]]:
    """Some of the bank, and what it costs to take each."""
    wordings = {bank.stems[stem].wording for stem in used}
    again = sorted(used) if bank.rules.overlap else []
    sample = bank.sample(times, rng, without=wordings, besides=again)
    # What another form has is taken only where nothing else does.
    return sample, [rng.random() + 2 * (stem in used) for stem in sample]


def _beside(
    bank: Bank,
    sample: Sequence[int],
    costs: Sequence[float],
    done: Sequence[Placed],
    near: _Near,
) -> Placed | None:
    programme = Programme()
    piles = _singly(bank, sample)
    sheet = sheet_of(programme, bank, piles, costs)
    demand(sheet)
    for other in done:
        wordings = {bank.stems[stem].wording for stem in other}
        both = [n for n, pile in enumerate(piles)
                if pile.like.wording in wordings and not pile.like.must]  # fmt: skip
        if both:
            programme.row((term for n in both for term in sheet.terms(n)), high=bank.rules.overlap)
    if done:
        _stay_near(sheet, done[0], near)
    try:
        values = programme.solve(gap=0.05, nodes=None if near.information is None else _NODES)
    except GivenUp:
        # Equal information is an aim: what would take long is not sought for.
        if near.information is None:
            raise
        return None
    if values is None:
        return None
    return {pile.stems[0]: section
            for pile, columns in zip(piles, sheet.taken, strict=True)
            for section, column in columns.items() if values[column] > 0.5}  # fmt: skip


def _stay_near(sheet: Sheet, first: Placed, near: _Near) -> None:
    stems = sheet.bank.stems
    if near.items is not None:
        counts = Counter(stems[stem].item.difficulty for stem in first)
        for difficulty in PRIOR:
            low, high = counts[difficulty] - near.items, counts[difficulty] + near.items
            sheet.programme.row(sheet.of_difficulty(difficulty), low, high)
    if near.information is not None:
        for point, told in enumerate(told_by(sheet.bank, first)):
            room = near.information * told
            sheet.programme.row(sheet.information(point), told - room, told + room)
    if near.marks is not None:
        mean = sum(marks_of(sheet.bank, stems[stem], n) for stem, n in first.items())
        sheet.programme.row(sheet.marks(), mean - near.marks, mean + near.marks)


# ------------------------------------------------------------------ all forms together


#: Forms, what they lack, and whether it is certain that they could not lack less.
_Outcome = tuple[list[Placed], list[Gap], bool]


def _together(bank: Bank, forms: int, patience: float = PATIENCE) -> _Outcome:
    """Forms out of the whole bank with the least that they lack. Raises GivenUp where they might
    lack nothing.

    There is no chance in it: of several least shortages it is the same one whatever the seed.
    """
    rng = Random(0)  # noqa: S311 - no chance in it
    order = rng.sample(range(len(bank.stems)), len(bank.stems))
    overlapping = bank.rules.overlap > 0 and forms > 1
    if overlapping and _fit(order, forms):
        return _lacking_least(bank, _singly(bank, order), forms, patience)
    piles = bank.piles(order, fine=bank.rules.mean is not None)
    found = _lacking_least(bank, piles, forms, patience)
    if overlapping and not found[1]:
        # Piles allow what single items may not.
        piles = _singly(bank, _enough(bank, forms, rng))
        found = _lacking_least(bank, piles, forms, patience)
        if found[1]:
            raise GivenUp
    return found


def _fit(stems: Sequence[int], forms: int) -> bool:
    """Whether it can be asked exactly what so many forms have in common of the stems."""
    return len(stems) * forms * (forms - 1) // 2 <= _PAIRS


def _enough(bank: Bank, forms: int, rng: Random) -> list[int]:
    """All stems in any order, or of what there is much as many as forms without any in common
    would take."""
    stems: Sequence[int] = range(len(bank.stems))
    if not _fit(stems, forms):
        stems = bank.sample(forms, rng, without=(), besides=())
    return rng.sample(stems, len(stems))


def _singly(bank: Bank, stems: Sequence[int]) -> list[Pile]:
    return [Pile([number], bank.stems[number]) for number in stems]


def _lacking_least(bank: Bank, piles: Sequence[Pile], forms: int, patience: float) -> _Outcome:
    programme = Programme()
    sheets = [sheet_of(programme, bank, piles) for _ in range(forms)]
    lacks = [lack_of(programme, bank) for _ in sheets]
    for sheet, lack in zip(sheets, lacks, strict=True):
        demand(sheet, lack)
    keep_apart(sheets)
    values = programme.solve(patience=patience)
    if values is None:
        # Everything may be lacking, so that there always is an answer.
        raise GivenUp
    gaps = gaps_of(sheets, lacks, values)
    proven = programme.cost(values) - programme.least < (STEP if bank.rules.mean is None else 1e-3)
    if gaps and not proven and programme.least < 1e-3:
        raise GivenUp
    return _dealt(sheets, values), gaps, proven


def _alike(bank: Bank, forms: int, rng: Random) -> list[Placed] | None:
    """The same where nothing is lacking, all forms as hard as one another; None if not found."""
    if forms == 1:
        return None
    if bank.rules.overlap:
        piles = _singly(bank, _enough(bank, forms, rng))
    else:
        piles = bank.piles(rng.sample(range(len(bank.stems)), len(bank.stems)), fine=True)
    for near in (1, 2):
        programme = Programme()
        sheets = [sheet_of(programme, bank, piles) for _ in range(forms)]
        least = programme.column(0.0, whole=False)
        fewest = {each: programme.column(0.0) for each in PRIOR}
        for sheet in sheets:
            demand(sheet)
            programme.row([*sheet.marks(), (least, -1.0)], 0, near / 2)
            for difficulty, column in fewest.items():
                programme.row([*sheet.of_difficulty(difficulty), (column, -1.0)], 0, near)
        keep_apart(sheets)
        try:
            values = programme.solve(nodes=_NODES)
        except GivenUp:
            return None
        if values is not None:
            return _dealt(sheets, values)
    return None


def _dealt(sheets: Sequence[Sheet], values: Sequence[float]) -> list[Placed]:
    """Each form's stems out of the piles, none twice while there are others."""
    waiting = [deque(pile.stems) for pile in sheets[0].piles]
    forms: list[Placed] = []
    for sheet in sheets:
        placed: dict[int, int] = {}
        for pile, columns in enumerate(sheet.taken):
            for section, column in columns.items():
                for _ in range(round(float(values[column]))):
                    placed[waiting[pile][0]] = section
                    waiting[pile].rotate(-1)
        forms.append(placed)
    return forms
