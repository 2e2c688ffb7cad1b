"""What the lists ask for, what there is for it, and who has done it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from accounts.models import Person
from accounts.queries import units as unit_queries
from core.db import db
from courses.models import Course, Lesson, LessonArticle, LessonProgress
from courses.must_know import coverage
from courses.must_know.coverage import Asked, Cited, Learner, Offer
from courses.queries import following
from courses.queries.requiring import is_open
from exam.models import Form, FormItem
from exam.queries.papers import asked as exam_queries
from laws.lists import audience
from laws.lists import queries as list_queries
from laws.lists.audience import Place
from laws.lists.models import MustKnowEntry, MustKnowVersion
from laws.models import Article, LawVersion
from question_bank.models import Citation, Item, ItemRevision, ItemState


def asked(entries: Sequence[MustKnowEntry]) -> list[Asked]:
    return [
        Asked(
            each.id,
            each.title,
            each.law_version.law_id,
            frozenset(one.article_id for one in each.articles),
        )
        for each in entries
    ]


def offers(entries: Sequence[MustKnowEntry]) -> list[Offer]:
    """The courses, items and papers that there are for each entry."""
    wanted = asked(entries)
    laws = {each.law_id for each in wanted}
    items = _items(laws)
    return coverage.offers(
        wanted,
        lessons=_lessons(laws),
        items=[cited for cited, _ in items],
        types={cited.of: kind for cited, kind in items},
        forms=_forms(laws),
    )


def _lessons(laws: Collection[int]) -> list[coverage.Lesson]:
    rows = db.session.execute(
        select(Lesson.course_id, Lesson.id, LawVersion.law_id, Article.id)
        .join(LessonArticle, LessonArticle.lesson_id == Lesson.id)
        .join(Article, Article.id == LessonArticle.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(is_open(), Lesson.retired_at.is_(None), LawVersion.law_id.in_(laws))
        .order_by(Lesson.id, LessonArticle.id)
    )
    return [coverage.Lesson(*row) for row in rows]


def _items(laws: Collection[int]) -> list[tuple[Cited, str]]:
    rows = db.session.execute(
        select(Item.id, LawVersion.law_id, Article.id, ItemRevision.item_type)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .join(Citation, Citation.revision_id == ItemRevision.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(Item.state == ItemState.PUBLISHED, LawVersion.law_id.in_(laws))
        .order_by(Item.id, Citation.id)
    )
    return [(Cited(row[0], row[1], row[2]), row[3].label) for row in rows]


def _forms(laws: Collection[int]) -> list[Cited]:
    key = exam_queries.key_of().label("key")
    rows = db.session.execute(
        select(key, LawVersion.law_id, Article.id)
        .select_from(FormItem)
        .join(Form, Form.id == FormItem.form_id)
        .join(Citation, Citation.revision_id == FormItem.revision_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(LawVersion.law_id.in_(laws))
        .distinct()
        .order_by(key, Article.id)
    )
    return [Cited(*row) for row in rows]


def taught(entries: Sequence[MustKnowEntry]) -> dict[int, frozenset[int]]:
    """Entry → the open courses that teach it; the courses of ``offers`` and nothing else."""
    wanted = asked(entries)
    found = coverage.offers(
        wanted, lessons=_lessons({each.law_id for each in wanted}), items=[], types={}, forms=[]
    )
    return {each.asked.entry_id: frozenset(each.courses) for each in found}


def entries(day: date) -> list[MustKnowEntry]:
    """What the lists ask for on the day, in their order."""
    return [entry for version in list_queries.current(day) for entry in version.entries]


def course_titles(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Course.id, Course.title).where(Course.id.in_(ids)).order_by(Course.id)
    )
    return {row[0]: row[1] for row in rows}


def learners(person_ids: Sequence[int]) -> list[Learner]:
    """What each of the people has completed and sat."""
    lessons = _by_person(
        select(LessonProgress.person_id, LessonProgress.lesson_id)
        .where(LessonProgress.person_id.in_(person_ids), LessonProgress.completed_at.is_not(None))
        .order_by(LessonProgress.id)
    )
    forms: dict[int, set[int]] = {}
    for person_id, key in exam_queries.asked(person_ids):
        forms.setdefault(person_id, set()).add(key)
    return [Learner(each, lessons.get(each, set()), forms.get(each, set())) for each in person_ids]


def _by_person(query: object) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {}
    for person_id, done in db.session.execute(query):  # type: ignore[call-overload]
        found.setdefault(person_id, set()).add(done)
    return found


def _place(person: Person) -> Place:
    return Place(person.rank_group, person.stat_unit_id, person.post_title)


def bound(version: MustKnowVersion, *, day: date, unit_id: int | None) -> list[Person]:
    """Everybody on the books whom the version binds; with a unit only its people."""
    chain = unit_queries.forerunners()
    return [
        each
        for each in following.on_the_books(day, unit_id)
        if audience.binds(version.audience, _place(each), chain)
    ]


def lists_of(person: Person, day: date) -> list[MustKnowVersion]:
    """The list versions that bind the person on the day."""
    chain = unit_queries.forerunners()
    return [
        each
        for each in list_queries.current(day)
        if audience.binds(each.audience, _place(person), chain)
    ]


def entries_not_moved(law_id: int, day: date) -> list[MustKnowEntry]:
    """Entries of approved lists citing this law's older versions that are not yet moved."""
    return list_queries.entries_citing_older(law_id, day)
