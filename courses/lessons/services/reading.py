"""Which wording of the lesson's articles somebody has read."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import Person
from core import clock
from core.db import db
from courses.lessons.models import ArticleRead
from courses.lessons.queries import reading
from courses.models import Lesson


def note(*, person: Person, lesson: Lesson, at: datetime) -> None:
    """The person is through with the lesson: what it quotes is read as it is in force now.

    Behind the person's lock, so that nobody notes it twice.
    """
    now = {each.article.id for each in reading.shown(None, lesson, clock.local(at).date())}
    known = set(
        db.session.scalars(
            select(ArticleRead.article_id)
            .where(ArticleRead.person_id == person.id, ArticleRead.article_id.in_(now))
            .order_by(ArticleRead.article_id)
        )
    )
    for article_id in sorted(now - known):
        db.session.add(ArticleRead(person_id=person.id, article_id=article_id, read_at=at))
    db.session.flush()
