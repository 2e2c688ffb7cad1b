"""The articles of a lesson as they read today, and what changed since somebody last read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from courses.lessons.models import ArticleRead
from courses.models import Lesson
from laws import force, wording
from laws.models import Article, ArticleChange, LawVersion
from laws.wording import Piece


@dataclass(frozen=True)
class Shown:
    """An article of a lesson: the wording in force, however long ago it was quoted."""

    article: Article
    #: The version in force does not have it any more; what was quoted is shown.
    removed: bool = False
    #: The wording that the person read last, where it was another one, and this one marked.
    before: Article | None = None
    marked: Sequence[Piece] = ()


def shown(person: Person | None, lesson: Lesson, day: date) -> Sequence[Shown]:
    """In the lesson's order; without a person nothing is marked."""
    read = _read(person) if person is not None and lesson.articles else {}
    return [_shown(each.article, day, read) for each in lesson.articles]


def _read(person: Person) -> dict[int, Article]:
    rows = db.session.scalars(
        select(Article)
        .join(ArticleRead, ArticleRead.article_id == Article.id)
        .where(ArticleRead.person_id == person.id)
        .options(joinedload(Article.version))
        .order_by(Article.id)
    )
    return {each.id: each for each in rows}


def _shown(quoted: Article, day: date, read: dict[int, Article]) -> Shown:
    chain, removed = lineage(quoted, day)
    now = chain[-1]
    if now.id in read:
        return Shown(now, removed)
    before = next((read[each.id] for each in reversed(chain[:-1]) if each.id in read), None)
    if before is None or before.text == now.text:
        return Shown(now, removed)
    return Shown(now, removed, before, wording.mark(before.text, now.text).new)


def lineage(quoted: Article, day: date) -> tuple[list[Article], bool]:
    """The article from the version quoted on to the one in force, and whether it ended before."""
    current = force.current(quoted.version.law.versions, day)
    chain = [quoted]
    while current is not None and chain[-1].version_id != current.id:
        if chain[-1].version.promulgated_on >= current.promulgated_on:
            break  # quoted from a version that is yet to come
        step = db.session.scalars(
            select(ArticleChange)
            .join(LawVersion, LawVersion.id == ArticleChange.new_version_id)
            .where(ArticleChange.old_article_id == chain[-1].id)
            .order_by(LawVersion.promulgated_on, ArticleChange.id)
            .limit(1)
        ).one_or_none()
        if step is None:
            break
        if step.new_article_id is None:
            return chain, True
        chain.append(
            db.session.scalars(
                select(Article)
                .where(Article.id == step.new_article_id)
                .options(joinedload(Article.version).joinedload(LawVersion.law))
            ).one()
        )
    return chain, False
