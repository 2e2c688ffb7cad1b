"""Whom a course is required of. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.standing import Grade, RankGroup, StaffCategory
from laws.lists import audience as lists


def covers(
    unit_id: int | None, stat_unit_id: int, forerunners: Mapping[int, Collection[int]]
) -> bool:
    """Whether an assignment to ``unit_id`` (None: the whole bureau) binds people of a unit.

    ``forerunners`` maps a unit to those that became it, by renaming or merger, so that a course
    assigned to a unit stays required of its people wherever they went with it.
    """
    return unit_id in (None, stat_unit_id) or unit_id in forerunners.get(stat_unit_id, ())


@dataclass(frozen=True)
class Stand:
    """Where somebody stands from a day on."""

    since: date
    unit_id: int
    rank_group: RankGroup
    grade: Grade | None = None


@dataclass(frozen=True)
class Who:
    """Somebody as rules see them; ``stands`` from the present one back, at least one."""

    person_id: int
    joined_on: date
    stands: Sequence[Stand]
    post: str = ""
    category: StaffCategory = StaffCategory.CADRE


@dataclass(frozen=True)
class ListRule:
    """One rule of a must-know list's audience (laws/lists/audience.py)."""

    rank_group: RankGroup | None = None
    unit_id: int | None = None
    post: str = ""


@dataclass(frozen=True)
class Scope:
    """All that is named must fit; what is None or empty asks for nothing."""

    unit_ids: frozenset[int] = frozenset()
    rank_group: RankGroup | None = None
    grade: Grade | None = None
    post: str = ""
    category: StaffCategory | None = None
    joined_from: date | None = None
    #: The audience of a must-know list, which may be empty and then binds everybody.
    audience: Sequence[ListRule] | None = None
    #: The must-know list that it names is not in force, so that it binds nobody.
    dormant: bool = False
    excepted: frozenset[int] = frozenset()

    @property
    def by_unit_alone(self) -> bool:
        return self == Scope(self.unit_ids)

    def fits(self, who: Who, stand: Stand, forerunners: Mapping[int, Collection[int]]) -> bool:
        """Whether somebody who stands there is bound, exceptions aside."""
        return (
            not self.dormant
            and (not self.unit_ids
                 or any(covers(each, stand.unit_id, forerunners) for each in self.unit_ids))
            and self.rank_group in (None, stand.rank_group)
            and self.grade in (None, stand.grade)
            and self.post in who.post
            and self.category in (None, who.category)
            and (self.joined_from is None or who.joined_on >= self.joined_from)
            and (self.audience is None or lists.binds(
                self.audience, lists.Place(stand.rank_group, stand.unit_id, who.post), forerunners
            ))
        )  # fmt: skip


@dataclass(frozen=True)
class Term:
    starts_on: date
    due_on: date


@dataclass(frozen=True)
class Demand:
    """A course is required of those in the scope, by a day or in so many days."""

    course_id: int
    starts_on: date
    due_on: date | None
    due_days: int | None = None
    scope: Scope = field(default_factory=Scope)

    def term(self, who: Who, forerunners: Mapping[int, Collection[int]]) -> Term | None:
        """When it binds the person; None where it does not.

        Days are counted from the latest of: the demand's start, joining the bureau, and coming
        under the rule by a move or a promotion.
        """
        stands, scope = who.stands, self.scope
        if who.person_id in scope.excepted or not scope.fits(who, stands[0], forerunners):
            return None
        if self.due_on is not None:
            return Term(self.starts_on, self.due_on)
        since = stands[0].since
        for earlier in stands[1:]:
            if not scope.fits(who, earlier, forerunners):
                break
            since = earlier.since
        begins = max(self.starts_on, who.joined_on, since)
        return Term(begins, begins + timedelta(days=self.due_days or 0))


class Requirements:
    """What demands ask of people; those that go by unit alone are worked out once a unit."""

    def __init__(
        self, demands: Iterable[Demand], forerunners: Mapping[int, Collection[int]]
    ) -> None:
        self._forerunners = forerunners
        self._plain: list[Demand] = []
        self._others: list[Demand] = []
        for each in demands:
            plain = each.scope.by_unit_alone and each.due_on is not None
            (self._plain if plain else self._others).append(each)
        self._of_unit: dict[int, list[tuple[Demand, Term]]] = {}

    def terms(self, who: Who) -> Iterator[tuple[Demand, Term]]:
        """Every demand that binds the person, with when."""
        unit_id = who.stands[0].unit_id
        if unit_id not in self._of_unit:
            self._of_unit[unit_id] = list(self._binding(self._plain, who))
        yield from self._of_unit[unit_id]
        yield from self._binding(self._others, who)

    def _binding(self, demands: Iterable[Demand], who: Who) -> Iterator[tuple[Demand, Term]]:
        for each in demands:
            if term := each.term(who, self._forerunners):
                yield each, term

    def due_dates(self, who: Who) -> dict[int, date]:
        """Course id → by when; the earliest day where several demands bind; in their order."""
        found: dict[int, date] = {}
        bound = sorted((term.due_on, demand.course_id) for demand, term in self.terms(who))
        for due_on, course_id in bound:
            found.setdefault(course_id, due_on)
        return found
