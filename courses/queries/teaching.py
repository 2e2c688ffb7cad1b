"""Which courses teach an article, for the pages of exam results."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from core.db import db
from courses.models import Course, Lesson, LessonArticle
from courses.queries.requiring import is_open
from exam.queries.results.teaching import Teaching
from laws.models import Article, LawVersion


def of_articles(article_ids: Sequence[int]) -> Mapping[int, Sequence[Teaching]]:
    """By article, the open courses with a lesson on it, in whichever version of its law."""
    asked, taught = aliased(Article), aliased(Article)
    asked_version, taught_version = aliased(LawVersion), aliased(LawVersion)
    rows = db.session.execute(
        select(asked.id, Course.id, Course.title)
        .join(asked_version, asked_version.id == asked.version_id)
        .join(taught_version, taught_version.law_id == asked_version.law_id)
        .join(
            taught,
            and_(taught.version_id == taught_version.id, taught.number == asked.number),
        )
        .join(LessonArticle, LessonArticle.article_id == taught.id)
        .join(Lesson, Lesson.id == LessonArticle.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(asked.id.in_(article_ids), is_open(), Lesson.retired_at.is_(None))
        .distinct()
        .order_by(asked.id, Course.title, Course.id)
    )
    found: defaultdict[int, list[Teaching]] = defaultdict(list)
    for article_id, course_id, title in rows:
        found[article_id].append(Teaching(title, "courses.course", {"course_id": course_id}))
    return found
