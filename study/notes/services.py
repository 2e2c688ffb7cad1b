"""Articles are marked and noted upon."""

from datetime import datetime

from accounts.models import Person
from core.db import db, lock
from laws.models import Article
from study.notes import queries
from study.notes.models import ArticleMark


def mark(
    *, person: Person, article: Article, starred: bool | None, note: str | None, at: datetime
) -> ArticleMark | None:
    """Set the star or the note, or both, of the person's own mark; None leaves one as it is.

    A mark without either is none: it goes.
    """
    lock(person)
    found = queries.mark_on(person, article.id)
    star = starred if starred is not None else bool(found and found.starred)
    text = note if note is not None else (found.note if found else "")
    if not star and not text:
        if found is not None:
            db.session.delete(found)
            db.session.flush()
        return None
    if found is None:
        found = ArticleMark(person_id=person.id, article_id=article.id, made_at=at)
        db.session.add(found)
    found.starred, found.note, found.changed_at = star, text, at
    db.session.flush()
    return found


def carry_on(*, person: Person, mark: ArticleMark, article: Article, at: datetime) -> None:
    """Put an older mark onto the article that stands in its place; what is noted there stays."""
    lock(person)
    there = queries.mark_on(person, article.id)
    if there is None:
        mark.article_id, mark.changed_at = article.id, at
    else:
        there.starred = there.starred or mark.starred
        there.note = "\n".join(each for each in (there.note, mark.note) if each)
        there.changed_at = at
        db.session.delete(mark)
    db.session.flush()
