"""What training needs are made of: marks by rank group, papers of a year, must-know entries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
from sqlalchemy import select

from accounts.models import Person, RosterEntry
from accounts.standing import RankGroup
from analytics import items, mastery
from analytics.frames.items import scored
from analytics.items import Forms
from analytics.mastery import Subject
from analytics.needs import Entry
from analytics.periods import Period
from core.db import db
from courses.models import CourseCategory
from courses.queries import following
from exam.models import Attempt, AttemptVector, Candidate, ExamSession
from exam.services.taking import sealed
from laws.lists import queries as lists
from laws.lists.models import MustKnowEntry
from laws.models import Law


def by_rank(marks: pd.DataFrame, period: Period) -> Mapping[RankGroup, Sequence[Subject]]:
    """The laws of a frame of MARKS for the people of each rank group."""
    by_person = ranks(period)
    of = marks["person_id"].map(by_person)
    return {
        rank: mastery.subjects(marks[of == rank.value].reset_index(drop=True))
        for rank in RankGroup
        if (of == rank.value).any()
    }


def ranks(period: Period) -> dict[int, str]:
    """The rank group of each person by the roster of the last exam of the period they sat."""
    rows = db.session.execute(
        select(AttemptVector.person_id, RosterEntry.rank_group)
        .join(Attempt, Attempt.id == AttemptVector.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .join(ExamSession, ExamSession.id == AttemptVector.session_id)
        .where(ExamSession.closes_at >= period.begins, ExamSession.closes_at < period.ends)
        .order_by(ExamSession.closes_at, AttemptVector.id)
    )
    return {row[0]: row[1].value for row in rows}


def papers(sessions: Sequence[ExamSession], period: Period) -> Forms:
    """The papers of those sessions that lie in the period, with what each slot earned."""
    return [
        (sealed(form), scored(each.id, form))
        for each in sessions
        if period.begins <= each.closes_at < period.ends
        for form in each.forms
    ]


def entries(forms: Forms, day: date) -> list[Entry]:
    """Of the lists that apply on the day."""
    return [
        _entry(version.owner.title, each, forms)
        for version in lists.current(day)
        for each in version.entries
    ]


def _entry(list_title: str, entry: MustKnowEntry, forms: Forms) -> Entry:
    law = entry.law_version.law.title
    found = items.added(entry.title, items.chosen(forms, about(entry)))
    if found is None:
        return Entry(list_title, entry.title, law, 0, None, entry.id)
    return Entry(list_title, entry.title, law, found.papers, found.score_rate, entry.id)


def about(entry: MustKnowEntry) -> items.About:
    """Whether an item is about an entry: about one of its articles, or of none its law."""
    wanted = {each.article_id for each in entry.articles}
    law = entry.law_version.law.title
    return lambda _, slot: any(
        each.article_id in wanted if wanted else each.law == law for each in slot.citations
    )


def entry(entry_id: int, day: date) -> MustKnowEntry | None:
    """Of the lists that apply on the day."""
    return next(
        (each for version in lists.current(day) for each in version.entries if each.id == entry_id),
        None,
    )


def people(day: date) -> Mapping[RankGroup, int]:
    """How many are on the books."""
    return Counter(each.rank_group for each in following.on_the_books(day, None))


def on_the_books(day: date, rank: RankGroup | None) -> list[Person]:
    """Those, of a rank group or (None) of all."""
    everybody = following.on_the_books(day, None)
    return [each for each in everybody if rank is None or each.rank_group is rank]


def categories(titles: Sequence[str]) -> Mapping[str, CourseCategory]:
    """By title what a plan would call the content."""
    found = {}
    for each in db.session.scalars(select(Law).where(Law.title.in_(titles)).order_by(Law.id)):
        names = [one.category.value for one in each.categories]
        known = (category for category in CourseCategory if category.value in names)
        found[each.title] = next(known, CourseCategory.LAW)
    return found
