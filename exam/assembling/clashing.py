"""Of a blueprint that cannot be filled: what would have to give way, and how far. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from exam.assembling.assembly import PoolItem, Rules, SectionPlan, Undecided, fits
from exam.assembling.plans import total_items
from exam.assembling.solving import is_easily_drawn, stock

#: Where it is not known how many would be enough, or all of them have to be.
_ALIKE = "允许各套有更多相同的试题"
#: Said of what is enough where less might be.
_OR_LESS = "（这样足够，或可少放宽些）"
#: Seconds for finding out whether a condition may give way a little less.
_PATIENCE = 1.0


@dataclass(frozen=True)
class Clashes:
    """What would be enough to give way, each by itself; in words."""

    conditions: Sequence[str]
    #: There are no others; otherwise the search for some of them took too long.
    complete: bool = True


@dataclass(frozen=True)
class _Way:
    """A condition that may give way, by a number: nothing is left of it at ``end``."""

    said: Callable[[int], str]
    rules: Callable[[int], Rules]
    forms: Callable[[int], int]
    #: The number nearest to what was asked for that is known not to work, and that at which nothing
    #: is left of the condition.
    bad: int
    end: int
    #: What is found at once is looked at first: proving that there is nothing takes long.
    quickly: bool = False


def clashes(
    pool: Sequence[PoolItem],
    plans: Sequence[SectionPlan],
    rules: Rules,
    *,
    forms: int = 1,
    late: Callable[[], bool] = lambda: False,
    hurried: Callable[[], bool] = lambda: False,
) -> Clashes:
    """What gives way does so no further than it has to; where that is not certain, it is said.

    ``late``: whether it is time to stop; ``hurried``: whether it is to find out how far is enough.
    """
    found, complete = [], True
    for way in _ways(pool, plans, rules, forms):
        try:
            if late():
                raise Undecided
            if not stock(pool, plans, way.rules(way.end), forms=way.forms(way.end)).gaps:
                found.append(_enough(pool, plans, way, lambda: late() or hurried()))
        except Undecided:
            complete = False
    return Clashes(found, complete)


def _enough(
    pool: Sequence[PoolItem], plans: Sequence[SectionPlan], way: _Way, stop: Callable[[], bool]
) -> str:
    """In words how far the condition has to give way; the end does work."""

    def at_once(number: int) -> bool | None:
        rules, forms = way.rules(number), way.forms(number)
        return is_easily_drawn(pool, plans, rules, forms=forms) or None

    def exactly(number: int) -> bool | None:
        rules, forms = way.rules(number), way.forms(number)
        try:
            return not stock(pool, plans, rules, forms=forms, patience=_PATIENCE).gaps
        except Undecided:
            return None

    good = _nearest(way.bad, way.end, at_once, stop)[0] if way.quickly else way.end
    good, least = _nearest(way.bad, good, exactly, stop)
    said = way.said(good)
    return said if least or said == _ALIKE else said + _OR_LESS


def _nearest(
    bad: int, good: int, works: Callable[[int], bool | None], stop: Callable[[], bool]
) -> tuple[int, bool]:
    """Between a number that does not work and one that does the one nearest to the bad one that is
    found to work, and whether all nearer ones are known not to.

    ``works`` is None where that is not found out.
    """
    known = True
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        answer = None if stop() else works(middle)
        if answer:
            good = middle
        else:
            bad, known = middle, answer is False
    return good, known


def _whole(said: str, fewer: Rules, forms: int) -> _Way:
    """A condition that is kept or is not."""
    return _Way(lambda _: said, lambda _: fewer, lambda _: forms, 1, 0)


def _ways(
    pool: Sequence[PoolItem], plans: Sequence[SectionPlan], rules: Rules, forms: int
) -> Iterator[_Way]:
    if rules.barred:
        yield _whole("不排除近期用过的试题", replace(rules, barred={}), forms)
    if rules.enemies:
        yield _whole("不限互斥题", replace(rules, enemies=()), forms)
    if rules.must:
        yield _whole("不要求必选题", replace(rules, must=()), forms)
    if rules.mean is not None:
        yield _whole("不限预估平均分", replace(rules, mean=None), forms)
    items = total_items(plans)
    if rules.scenes:
        yield _Way(
            lambda n: f"情景题占比降到 {100 * n // items}%" if n else "不要求情景题占比",
            lambda n: replace(rules, scenes=n), lambda _: forms, rules.scenes, 0,
        )  # fmt: skip
    if forms > 1:
        yield _Way(lambda n: f"只抽 {n} 套", lambda _: rules, lambda n: n, forms, 1)
        yield _Way(
            lambda n: f"允许任两套有 {n} 题相同" if n < items else _ALIKE,
            lambda n: replace(rules, overlap=n), lambda _: forms,
            max(rules.overlap, _in_common(pool, plans, rules, forms) - 1), items, quickly=True,
        )  # fmt: skip


def _in_common(
    pool: Sequence[PoolItem], plans: Sequence[SectionPlan], rules: Rules, forms: int
) -> int:
    """So many items some two forms have in common at least, by count alone: if each stem of a type
    is on as many of the forms as every other, as nearly as can be."""
    pairs, must = 0, set(rules.must)
    for kind in {each.item_type for each in plans}:
        mine = [each for each in plans if each.item_type is kind]
        usable = [each for each in pool if any(fits(each, plan) for plan in mine)]
        fixed = {each.fingerprint for each in usable if each.item_id in must}
        free = {each.fingerprint for each in usable if each.item_id not in rules.barred} - fixed
        places = sum(each.count for each in mine) - len(fixed)
        if free and places > 0:
            times, over = divmod(forms * places, len(free))
            pairs += len(free) * times * (times - 1) // 2 + over * times
    return -(-pairs // (forms * (forms - 1) // 2))
