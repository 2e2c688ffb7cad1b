"""Of a blueprint that cannot be filled: what would have to give way, and how far. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from exam.assembling.assembly import PoolItem, Rules, SectionPlan, Undecided
from exam.assembling.plans import total_items
from exam.assembling.solving import is_easily_drawn, stock

#: Where it is not known how many would be enough, or all of them have to be.
_ALIKE = "允许各套有更多相同的试题"


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
    #: The number that was asked for, and that at which nothing is left of the condition.
    asked: int
    end: int
    #: What forms may have in common takes long to find out exactly: what is found at once is told.
    exact: bool = True


def clashes(
    pool: Sequence[PoolItem],
    plans: Sequence[SectionPlan],
    rules: Rules,
    *,
    forms: int = 1,
    late: Callable[[], bool] = lambda: False,
    hurried: Callable[[], bool] = lambda: False,
) -> Clashes:
    """What gives way does so no further than it has to, as far as that is found out in short.

    ``late``: whether it is time to stop; ``hurried``: whether it is to find out how far is enough.
    """
    found, complete = [], True
    for way in _ways(plans, rules, forms):
        try:
            if late():
                raise Undecided
            if not stock(pool, plans, way.rules(way.end), forms=way.forms(way.end)).gaps:
                found.append(way.said(_nearest(pool, plans, way, lambda: late() or hurried())))
        except Undecided:
            complete = False
    return Clashes(found, complete)


def _nearest(
    pool: Sequence[PoolItem], plans: Sequence[SectionPlan], way: _Way, stop: Callable[[], bool]
) -> int:
    """Of the numbers found to work the one nearest to what was asked for; the end does work."""
    good, bad = way.end, way.asked
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        if not stop() and _works(pool, plans, way, middle):
            good = middle
        else:
            bad = middle
    return good


def _works(pool: Sequence[PoolItem], plans: Sequence[SectionPlan], way: _Way, number: int) -> bool:
    """Whether forms are known to be possible where a condition gives way down to a number."""
    rules, forms = way.rules(number), way.forms(number)
    if not way.exact:
        return is_easily_drawn(pool, plans, rules, forms=forms)
    try:
        return not stock(pool, plans, rules, forms=forms).gaps
    except Undecided:
        return False


def _whole(said: str, fewer: Rules, forms: int) -> _Way:
    """A condition that is kept or is not."""
    return _Way(lambda _: said, lambda _: fewer, lambda _: forms, 1, 0)


def _ways(plans: Sequence[SectionPlan], rules: Rules, forms: int) -> Iterator[_Way]:
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
            rules.overlap, items, exact=False,
        )  # fmt: skip
