"""Whom courses are for, as the catalogue is searched: what a course says of itself, and of whom it
is required. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from accounts.standing import RankGroup, StaffCategory, rank_group
from courses.audience import ListRule, Scope, covers

Chain = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Aim:
    """One audience: all that is named describes it; what is None or empty is open to everybody."""

    unit_ids: frozenset[int] = frozenset()
    rank_group: RankGroup | None = None
    #: One of these occurs in the title of the post.
    posts: tuple[str, ...] = ()
    category: StaffCategory | None = None
    newcomers: bool = False

    @property
    def open(self) -> bool:
        return self == EVERYBODY

    @property
    def by_unit_alone(self) -> bool:
        return bool(self.unit_ids) and self == Aim(self.unit_ids)


EVERYBODY = Aim()


@dataclass(frozen=True)
class Sought:
    """Whom courses are sought for; None and "" ask for nothing."""

    unit_id: int | None = None
    rank_group: RankGroup | None = None
    post: str = ""
    newcomers: bool = False
    #: Leave out the courses that are for everybody in what is asked.
    alone: bool = False

    @property
    def asks(self) -> bool:
        return self != Sought()


def declared(rank: RankGroup | None, category: StaffCategory | None, posts: str) -> Aim:
    """What a course says of itself; ``posts`` are divided by 、."""
    words = tuple(each.strip() for each in posts.split("、") if each.strip())
    return Aim(rank_group=rank, posts=words, category=category)


def scope_aims(scope: Scope) -> Iterator[Aim]:
    """The audiences of a demand: one, or one for each rule of the must-know list that it names.

    Where both the demand and the list name a unit, a rank or a post, the list's is taken.
    """
    if scope.dormant:
        return
    rank = scope.rank_group or (rank_group(None, scope.grade) if scope.grade else None)
    for each in scope.audience or (ListRule(),):
        post = each.post or scope.post
        yield Aim(
            scope.unit_ids if each.unit_id is None else frozenset({each.unit_id}),
            each.rank_group or rank,
            (post,) if post else (),
            scope.category,
            scope.joined_from is not None,
        )


def aims_of(said: Aim | None, scopes: Iterable[Scope]) -> list[Aim]:
    """Whom a course is for, each audience once: whom it names and those of whom it is required; a
    course that names nobody and is required of nobody is for everybody."""
    required = [aim for scope in scopes for aim in scope_aims(scope)]
    plain = frozenset(unit for each in required if each.by_unit_alone for unit in each.unit_ids)
    found = [said] if said is not None and not said.open else []
    found += [Aim(plain)] if plain else []
    found += [each for each in required if not each.by_unit_alone]
    return list(dict.fromkeys(found)) or [EVERYBODY]


def meets(aims: Iterable[Aim], sought: Sought, chain: Chain) -> bool:
    """Whether some audience is the one sought. ``chain``: a unit and those that became it."""
    return any(_meets(each, sought, chain) for each in aims)


def _meets(aim: Aim, sought: Sought, chain: Chain) -> bool:
    asked = [
        (bool(aim.unit_ids), _in_units(aim, sought.unit_id, chain))
        if sought.unit_id is not None else None,
        (aim.rank_group is not None, aim.rank_group == sought.rank_group)
        if sought.rank_group is not None else None,
        (bool(aim.posts), any(one in sought.post or sought.post in one for one in aim.posts))
        if sought.post else None,
        (aim.newcomers, True) if sought.newcomers else None,
    ]  # fmt: skip
    points = [each for each in asked if each is not None]
    if sought.alone and not points:
        return not aim.open
    return all(fits if named else not sought.alone for named, fits in points)


def _in_units(aim: Aim, unit_id: int | None, chain: Chain) -> bool:
    return unit_id is not None and any(covers(each, unit_id, chain) for each in aim.unit_ids)
