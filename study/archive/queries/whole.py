"""A person's archive of a year, put together; whose it may be is decided here."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from accounts.queries import people as register
from core import clock, figures
from core.db import db
from courses.classes.models import Enrolment, TrainingClass
from exam.models import Candidate, ExamSession
from study import queries as study
from study.archive import registry
from study.archive.queries import exams, learning, others
from study.archive.registry import MaySee
from study.archive.sections import Archive


def person(person_id: int, unit_id: int | None) -> Person:
    """Somebody whose archive the reader may ask for; with a unit only its people now.

    Raises NoResultFound.
    """
    query = select(Person).where(Person.id == person_id).options(joinedload(Person.stat_unit))
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).one()


def people(unit_id: int | None, text: str) -> Select[Person]:
    """Those whose archives a reader may ask for, in the order of the bureau."""
    return register.people(register.Wanted(unit_id=unit_id, text=text))


def years(found: Person, today: date) -> list[int]:
    """The years about which there is something, newest first; this year in any case."""
    exam = db.session.scalar(
        select(func.min(ExamSession.opens_at))
        .join(Candidate, Candidate.session_id == ExamSession.id)
        .where(Candidate.person_id == found.id)
    )
    training = db.session.scalar(
        select(func.min(TrainingClass.starts_on))
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(Enrolment.person_id == found.id)
    )
    oldest = [study.years(found, today)[-1], today.year]
    oldest += [clock.local(exam).year] if exam else []
    oldest += [training.year] if training else []
    return list(range(today.year, min(oldest) - 1, -1))


def archive(
    found: Person,
    year: int,
    at: datetime,
    may_see: MaySee,
    told_ids: Collection[int] | None = None,
) -> Archive:
    """Everything about a year, as the reader may see it. The person must have been loaded.

    ``told_ids``: exams.told, where many archives are put together.
    """
    today = clock.local(at).date()
    ledger = learning.ledger(found.id)
    sat = exams.sat(found, year, at, may_see, told_ids)
    classes = learning.enrolments(found, year)
    duties = learning.duties(found, year, today, ledger)
    overdue = next(each for each in duties.figures if each.label == "逾期未完成")
    return Archive(
        found.name,
        found.staff_number,
        year,
        _facts(found),
        [
            duties,
            learning.credit_hours(year, ledger),
            learning.courses(found, year),
            learning.training(classes, today),
            others.study_group(found, year),
            exams.section("exams", "考试", [each for each in sat if not each.of_appointment]),
            exams.section("appointment", "任前考试", [each for each in sat if each.of_appointment]),
            others.everyday(found, year, today),
            others.cases(found, year),
            others.reports(found, year),
            *registry.sections(found.id, year, may_see),
            exams.hints(sat, classes, overdue),
            *others.own_words(found, year),
        ],
    )


def _facts(found: Person) -> dict[str, str]:
    return {
        "姓名": found.name,
        "工号": found.staff_number,
        "部门": found.stat_unit.name,
        "处室": found.division,
        "职务": found.post_title,
        "职级": found.grade.label if found.grade else "",
        "人员类别": found.staff_category.label,
        "到职日期": figures.day(found.joined_on),
        "任现职时间": figures.day(found.post_since) if found.post_since else "",
    }
