"""Items for quizzes, and the person's own tries."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from accounts.models import Person
from core.db import db
from courses.lessons.models import QuizTry
from courses.models import Lesson
from laws.models import Article, LawVersion
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import holding
from question_bank.types.registry import kinds


def askable(lesson: Lesson, day: date) -> Sequence[int]:
    """Revisions on the laws that the lesson quotes which may be practised on the day.

    Only what is marked at once: nobody waits for somebody to read a quiz.
    """
    laws = {each.article.version.law_id for each in lesson.articles}
    marked = [each.item_type for each in kinds() if not each.by_hand]
    return db.session.scalars(
        select(ItemRevision.id)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(
            holding.may_practise(day),
            ItemRevision.item_type.in_(marked),
            select(Citation.id)
            .join(Article, Article.id == Citation.article_id)
            .join(LawVersion, LawVersion.id == Article.version_id)
            .where(Citation.revision_id == ItemRevision.id, LawVersion.law_id.in_(laws))
            .exists(),
        )
        .order_by(ItemRevision.id)
    ).all()


def revisions(ids: Sequence[int]) -> Sequence[ItemRevision]:
    """In the order of the ids."""
    found = {
        each.id: each
        for each in db.session.scalars(
            select(ItemRevision)
            .where(ItemRevision.id.in_(ids))
            .options(
                selectinload(ItemRevision.citations)
                .joinedload(Citation.article)
                .joinedload(Article.version)
                .joinedload(LawVersion.law)
            )
            .order_by(ItemRevision.id)
        )
    }
    return [found[each] for each in ids]


def shown(ids: Sequence[int]) -> set[int]:
    """Those of the revisions whose key may be looked at."""
    query = (
        select(ItemRevision.id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(ids), holding.open_to_all())
    )
    return set(db.session.scalars(query.order_by(ItemRevision.id)))


def own(person: Person, lesson_id: int, number: int) -> QuizTry:
    """NoResultFound, shown as 404, for anybody else's."""
    return db.session.scalars(
        select(QuizTry).where(
            QuizTry.person_id == person.id,
            QuizTry.lesson_id == lesson_id,
            QuizTry.number == number,
        )
    ).one()
