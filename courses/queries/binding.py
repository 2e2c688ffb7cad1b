"""Of whom a course is required and by when, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from accounts.queries import units as unit_queries
from core import figures
from core.db import db
from courses.assigning.models import LearningRule, LearningRuleUnit
from courses.audience import Demand, Who
from courses.models import Assignment
from courses.queries import requiring


def conditions(rule: LearningRule) -> str:
    """Whom the rule names."""
    parts = ["、".join(each.unit.short_name for each in rule.units) or "全局"]
    parts += [each.label for each in (rule.rank_group, rule.grade, rule.staff_category) if each]
    if rule.post:
        parts.append(f"职务含“{rule.post}”")
    if rule.joined_from:
        parts.append(f"{figures.day(rule.joined_from)}起入职")
    if rule.must_know:
        parts.append(f"清单{figures.titled(rule.must_know.title)}的对象")
    return " · ".join(parts)


def due(rule: LearningRule) -> str:
    return f"{figures.day(rule.due_on)}前" if rule.due_on else f"纳入后 {rule.due_days} 天内"


@dataclass(frozen=True)
class Bound:
    """Some of those of whom a course is required."""

    whom: str
    due: str
    starts_on: date
    #: Whether the reader is one of them, by when; and whether an exception was entered.
    own: date | None = None
    excepted: bool = False


def of_course(course_id: int, reader: Person, day: date) -> list[Bound]:
    """Of whom the course is required now or from a later day on, the earliest due first; units with
    the same days together."""
    standing = Assignment.course_id == course_id, Assignment.ended_at.is_(None)
    rows = db.session.scalars(
        requiring.assignments()
        .where(*standing)
        .options(
            joinedload(Assignment.unit),
            joinedload(Assignment.rule).options(
                joinedload(LearningRule.must_know),
                selectinload(LearningRule.units).joinedload(LearningRuleUnit.unit),
            ),
        )
    ).all()
    wanted = requiring.made(requiring.assigned(*standing), day)
    (who,) = requiring.whos([reader], wanted, day)
    chain = unit_queries.forerunners()
    together: dict[object, list[tuple[Assignment, Demand]]] = {}
    for row, demand in zip(rows, wanted, strict=True):
        key = row.id if row.rule else (row.starts_on, row.due_on)
        together.setdefault(key, []).append((row, demand))
    found = [_bound(several, who, chain, day) for several in together.values()]
    return [bound for _, bound in sorted(found, key=lambda each: each[0])]


def _bound(
    several: Sequence[tuple[Assignment, Demand]],
    who: Who,
    chain: dict[int, frozenset[int]],
    day: date,
) -> tuple[tuple[date, int], Bound]:
    """The bound with its place in the order."""
    first, demand = several[0]
    terms = [each.term(who, chain) for row, each in several if row.starts_on <= day]
    own = min((each.due_on for each in terms if each is not None), default=None)
    units = sorted((row.unit for row, _ in several if row.unit), key=lambda each: each.position)
    bound = Bound(
        conditions(first.rule) if first.rule
        else "全局" if len(units) < len(several) else "、".join(each.short_name for each in units),
        due(first.rule) if first.rule else f"{figures.day(first.due_on)}前",
        first.starts_on,
        own,
        who.person_id in demand.scope.excepted,
    )  # fmt: skip
    return (first.due_on or date.max, first.id), bound
