"""Reads of the evaluation; loading is authorising."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Account, Person
from analytics.evaluation import archiving
from analytics.evaluation.kinds import Level
from analytics.evaluation.models import EvalAppeal, EvalEntry, EvalRules, EvalRun, EvalScore
from core import clock, figures
from core.db import db
from courses.queries import following
from study.archive.registry import MaySee
from study.archive.sections import Section

_BY = joinedload(EvalRules.created_by).joinedload(Account.person)


def rule_sets() -> Select[EvalRules]:
    """The newest first."""
    return (
        select(EvalRules)
        .options(_BY, joinedload(EvalRules.approved_by).joinedload(Account.person))
        .order_by(EvalRules.year.desc(), EvalRules.number.desc())
    )


def rule_set(rules_id: int) -> EvalRules:
    return db.session.scalars(rule_sets().where(EvalRules.id == rules_id)).one()


def draft(year: int) -> EvalRules | None:
    query = rule_sets().where(EvalRules.year == year, EvalRules.approved_at.is_(None))
    return db.session.scalars(query.limit(1)).first()


def versions(year: int) -> int:
    query = select(func.max(EvalRules.number)).where(EvalRules.year == year)
    return db.session.scalar(query) or 0


def in_force(year: int) -> EvalRules | None:
    """The last version approved for the year, else for the nearest year before."""
    query = rule_sets().where(EvalRules.year <= year, EvalRules.approved_at.is_not(None))
    return db.session.scalars(query.limit(1)).first()


def runs() -> Select[EvalRun]:
    """The newest first."""
    return (
        select(EvalRun)
        .options(
            joinedload(EvalRun.rules_row),
            joinedload(EvalRun.roster),
            joinedload(EvalRun.made_by).joinedload(Account.person),
            joinedload(EvalRun.finalised_by).joinedload(Account.person),
        )
        .order_by(EvalRun.year.desc(), EvalRun.number.desc())
    )


def run(run_id: int) -> EvalRun:
    return db.session.scalars(runs().where(EvalRun.id == run_id)).one()


def latest(year: int | None = None) -> EvalRun | None:
    """The last edition that was not reversed."""
    query = runs().where(EvalRun.reversed_at.is_(None))
    if year is not None:
        query = query.where(EvalRun.year == year)
    return db.session.scalars(query.limit(1)).first()


def before(found: EvalRun) -> EvalRun | None:
    """The edition before, of the same year or of an earlier one, that was not reversed."""
    earlier = or_(
        EvalRun.year < found.year,
        and_(EvalRun.year == found.year, EvalRun.number < found.number),
    )
    query = runs().where(EvalRun.reversed_at.is_(None), earlier)
    return db.session.scalars(query.limit(1)).first()


def editions(year: int) -> int:
    return db.session.scalar(select(func.max(EvalRun.number)).where(EvalRun.year == year)) or 0


#: Of people without a level: too little could be scored for one, or nothing at all.
OPEN, UNSCORED = "open", "none"


def scores(
    run_id: int,
    units: frozenset[int] | None = None,
    *,
    level: str = "",
) -> Select[EvalScore]:
    """In the order of the roster, never by score; of a level, or of those without one (OPEN,
    UNSCORED)."""
    query = (
        select(EvalScore)
        .where(EvalScore.run_id == run_id)
        .options(joinedload(EvalScore.run).joinedload(EvalRun.rules_row))
        .order_by(EvalScore.id)
    )
    if level == OPEN:
        query = query.where(EvalScore.level.is_(None), EvalScore.total.is_not(None))
    elif level == UNSCORED:
        query = query.where(EvalScore.total.is_(None))
    elif level:
        query = query.where(EvalScore.level == Level.of(level))
    return query if units is None else query.where(EvalScore.unit_id.in_(units))


def all_scores(run_id: int) -> Sequence[EvalScore]:
    return db.session.scalars(scores(run_id)).all()


def score(score_id: int) -> EvalScore:
    return db.session.scalars(
        select(EvalScore)
        .where(EvalScore.id == score_id)
        .options(joinedload(EvalScore.run).joinedload(EvalRun.rules_row))
    ).one()


def own(person_id: int) -> Sequence[EvalScore]:
    """Somebody's scores in editions that stand, the newest first."""
    return db.session.scalars(
        select(EvalScore)
        .join(EvalScore.run)
        .where(EvalScore.person_id == person_id, EvalRun.reversed_at.is_(None))
        .options(joinedload(EvalScore.run).joinedload(EvalRun.rules_row))
        .order_by(EvalRun.year.desc(), EvalRun.number.desc())
    ).all()


def archived(person_id: int, year: int, may_see: MaySee) -> list[Section]:
    """The person's score in the final edition of a year, for the archive; else why not."""
    found = next(
        (
            each
            for each in own(person_id)
            if each.run.year == year and each.run.finalised_at is not None
        ),
        None,
    )
    if found is None:
        return [Section("evaluation", "学法用法评价", note="本年度的评价尚未定版。")]
    if not may_see(found.unit_id):
        return [Section("evaluation", "学法用法评价", note="评价由当时所在部门和人事司查看。")]
    rules = found.run.rules_row.rules
    made = archiving.section(found.run.title, found.inputs, rules, found.said)
    return [made, *_unit_words(found)]


def _unit_words(score: EvalScore) -> list[Section]:
    """What the head of the unit had entered when the edition was made; nothing where it had not."""
    if score.inputs["usage"] is None:
        return []
    entry = db.session.scalars(
        select(EvalEntry)
        .where(
            EvalEntry.year == score.run.year,
            EvalEntry.person_id == score.person_id,
            EvalEntry.entered_at <= score.run.made_at,
        )
        .options(joinedload(EvalEntry.entered_by).joinedload(Account.person))
        .order_by(EvalEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if entry is None:
        return []
    day = figures.day(clock.local(entry.entered_at).date())
    said_by = f"{entry.entered_by.person.name} {day}登记"
    return [archiving.unit_words(entry.usage_mark, entry.usage_note, entry.report_items, said_by)]


def own_score(score_id: int, person_id: int) -> EvalScore:
    return db.session.scalars(
        select(EvalScore)
        .where(EvalScore.id == score_id, EvalScore.person_id == person_id)
        .options(joinedload(EvalScore.run).joinedload(EvalRun.rules_row))
    ).one()


def appeals() -> Select[EvalAppeal]:
    """Those that wait first, then the newest."""
    return (
        select(EvalAppeal)
        .options(
            joinedload(EvalAppeal.score).joinedload(EvalScore.run).joinedload(EvalRun.rules_row),
            joinedload(EvalAppeal.answered_by).joinedload(Account.person),
        )
        .order_by(EvalAppeal.answered_at.is_not(None), EvalAppeal.id.desc())
    )


def appeal(appeal_id: int) -> EvalAppeal:
    return db.session.scalars(appeals().where(EvalAppeal.id == appeal_id)).one()


def appeal_of(score_id: int) -> EvalAppeal | None:
    return db.session.scalars(appeals().where(EvalAppeal.score_id == score_id)).one_or_none()


def appeals_in(run_id: int, *, accepted: bool | None) -> int:
    """How many appeals wait (None), or were accepted or not."""
    said = EvalAppeal.accepted
    query = (
        select(func.count(EvalAppeal.id))
        .join(EvalAppeal.score)
        .where(
            EvalScore.run_id == run_id, said.is_(None) if accepted is None else said.is_(accepted)
        )
    )
    return db.session.scalar(query) or 0


def on_the_books(day: date, unit_id: int | None) -> Sequence[Person]:
    """Whom a head enters: the people of a unit; of the bureau without one."""
    return following.on_the_books(day, unit_id)


def person(person_id: int, unit_id: int | None) -> Person:
    query = select(Person).where(Person.id == person_id).options(joinedload(Person.stat_unit))
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).one()


def entry(entry_id: int) -> EvalEntry:
    return db.session.scalars(
        select(EvalEntry).where(EvalEntry.id == entry_id).options(joinedload(EvalEntry.person))
    ).one()
