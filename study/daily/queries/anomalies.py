"""Anomalies of the people whom a reader follows, with what was found out about them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core import clock, markdown
from core.db import db
from core.figures import duration
from courses.models import Lesson, LessonArticle, LessonProgress, StudyDay
from courses.queries import following
from question_bank.models import ItemRevision
from study.daily import pace
from study.daily.anomalies import Anomaly, AnomalyKind
from study.daily.models import AnomalyNote
from study.daily.pace import Timed
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeRun

#: How far back anomalies are looked for.
WINDOW = timedelta(days=90)
#: An item has so much text at most; slower answers are never looked at.
LONGEST_ITEM = 2_000


@dataclass(frozen=True)
class Row:
    anomaly: Anomaly
    person: Person
    #: What was found out, the last first.
    notes: Sequence[AnomalyNote]


def of_unit(at: datetime, *, unit_id: int | None, limit: timedelta) -> list[Row]:
    """Those of everybody on the books, of a unit or of the bureau, the newest first."""
    people = following.on_the_books(clock.local(at).date(), unit_id)
    return _rows({each.id: each for each in people}, at, limit, whole=unit_id is None)


def of_person(person: Person, at: datetime, *, limit: timedelta) -> list[Row]:
    """The person's own: everybody may know what is listed about them."""
    return _rows({person.id: person}, at, limit, whole=False)


def _rows(
    people: Mapping[int, Person], at: datetime, limit: timedelta, *, whole: bool
) -> list[Row]:
    wanted = None if whole else list(people)
    since = at - WINDOW
    found = [
        *_rapid(wanted, since),
        *_reading(wanted, since),
        *_full_days(wanted, since, limit),
    ]
    notes = _notes(found)
    rows = [
        Row(each, people[each.person_id], notes.get(each.key, []))
        for each in found
        if each.person_id in people
    ]
    return sorted(rows, key=lambda row: (row.anomaly.day, row.anomaly.key), reverse=True)


def _rapid(people: Collection[int] | None, since: datetime) -> Iterator[Anomaly]:
    query = (
        select(
            PracticeAnswer.id,
            PracticeAnswer.person_id,
            PracticeAnswer.at,
            PracticeAnswer.seconds,
            PracticeEntry.slot,
            PracticeEntry.run_id,
            PracticeRun.kind,
            ItemRevision.stem,
            ItemRevision.options,
        )
        .join(PracticeEntry, PracticeEntry.id == PracticeAnswer.entry_id)
        .join(PracticeRun, PracticeRun.id == PracticeEntry.run_id)
        .join(ItemRevision, ItemRevision.id == PracticeAnswer.revision_id)
        .where(
            PracticeAnswer.at >= since,
            PracticeAnswer.seconds < pace.answer_seconds(LONGEST_ITEM),
        )
        .order_by(PracticeEntry.run_id, PracticeEntry.slot, PracticeAnswer.id)
    )
    if people is not None:
        query = query.where(PracticeAnswer.person_id.in_(people))
    runs: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        runs[row.run_id].append(row)
    for rows in runs.values():
        by_slot = {row.slot: row for row in rows}
        timed = [Timed(row.slot, row.seconds or 0, _size(row)) for row in rows]
        for each in pace.series(timed):
            row = by_slot[each.first]
            yield Anomaly(
                AnomalyKind.RAPID_ANSWERS,
                row.id,
                row.person_id,
                clock.local(row.at).date(),
                f"{row.kind.label}第 {each.first}–{each.last} 题连续 {each.count} 题共用 "
                f"{each.seconds} 秒，读完题面至少需 {each.needed} 秒",
            )


def _size(row: Any) -> int:
    """Characters of an item: of the question, and of its options where it has a list of them."""
    options = row.options if isinstance(row.options, list) else []
    return len(row.stem) + sum(len(each) for each in options if isinstance(each, str))


def _reading(people: Collection[int] | None, since: datetime) -> Iterator[Anomaly]:
    query = (
        select(LessonProgress.id, LessonProgress.person_id, LessonProgress.lesson_id,
               LessonProgress.seconds, LessonProgress.completed_at)
        .where(LessonProgress.completed_at >= since)
        .order_by(LessonProgress.id)
    )  # fmt: skip
    if people is not None:
        query = query.where(LessonProgress.person_id.in_(people))
    rows: Sequence[Any] = db.session.execute(query).all()
    lessons = _lessons({row.lesson_id for row in rows})
    for id_, person, lesson, seconds, completed in rows:
        title, size = lessons[lesson]
        needed = pace.reading_seconds(size)
        if seconds < needed:
            yield Anomaly(
                AnomalyKind.FAST_READING,
                id_,
                person,
                clock.local(completed).date(),
                f"课时“{title}”约 {size} 字，计时 {duration(timedelta(seconds=seconds))}，"
                f"通读至少需 {duration(timedelta(seconds=needed))}",
            )


def _lessons(ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Title and characters of text, articles included, of each lesson."""
    rows = db.session.scalars(
        select(Lesson)
        .where(Lesson.id.in_(ids))
        .options(selectinload(Lesson.articles).joinedload(LessonArticle.article))
        .order_by(Lesson.id)
    )
    return {
        each.id: (
            each.title,
            len(markdown.plain(each.body)) + sum(len(one.article.text) for one in each.articles),
        )
        for each in rows
    }


def _full_days(
    people: Collection[int] | None, since: datetime, limit: timedelta
) -> Iterator[Anomaly]:
    query = (
        select(StudyDay.id, StudyDay.person_id, StudyDay.day, StudyDay.seconds)
        .where(
            StudyDay.day >= clock.local(since).date(),
            StudyDay.seconds >= int(limit.total_seconds()),
        )
        .order_by(StudyDay.id)
    )
    if people is not None:
        query = query.where(StudyDay.person_id.in_(people))
    for id_, person, day, seconds in db.session.execute(query):
        spent = duration(timedelta(seconds=seconds))
        yield Anomaly(AnomalyKind.FULL_DAY, id_, person, day, f"当日计时 {spent}，达到每日上限")


def _notes(found: Sequence[Anomaly]) -> dict[tuple[AnomalyKind, int], list[AnomalyNote]]:
    rows = db.session.scalars(
        select(AnomalyNote)
        .where(AnomalyNote.person_id.in_({each.person_id for each in found}))
        .options(joinedload(AnomalyNote.by))
        .order_by(AnomalyNote.id.desc())
    )
    notes: defaultdict[tuple[AnomalyKind, int], list[AnomalyNote]] = defaultdict(list)
    for row in rows:
        notes[row.kind, row.subject_id].append(row)
    return notes
