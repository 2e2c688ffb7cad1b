"""Open courses and their lessons by full text."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import markdown
from core.db import db
from core.fulltext.index import GROUP_ID, Hits
from core.paging import Page
from courses.models import Course, Lesson
from courses.queries.requiring import is_open
from laws import search

#: What the index calls courses and their lessons.
COURSE, LESSON = "course", "lesson"


@dataclass(frozen=True)
class Found:
    """A course that was found; with a lesson, that one was."""

    course: Course
    lesson: Lesson | None = None

    @property
    def title(self) -> str:
        return self.lesson.title if self.lesson else self.course.title

    @property
    def text(self) -> str:
        """What it says, without the marks of Markdown."""
        return markdown.plain(self.lesson.body) if self.lesson else self.course.summary


def matching(text: str, *, number: int = 1, per_page: int = 20) -> Page[Found]:
    """Open courses and lessons of them that hold every word, best first."""
    found = Hits(db.session, [COURSE, LESSON], search.texts(text), search.better_texts(text))
    found.where(GROUP_ID.in_(select(Course.id).where(is_open())))
    page = found.page(number=number, per_page=per_page)
    courses = {
        each.id: Found(each)
        for each in db.session.scalars(
            select(Course).where(Course.id.in_(_ids(page, COURSE))).order_by(Course.id)
        )
    }
    lessons = {
        each.id: Found(each.course, each)
        for each in db.session.scalars(
            select(Lesson)
            .where(Lesson.id.in_(_ids(page, LESSON)))
            .options(joinedload(Lesson.course))
            .order_by(Lesson.id)
        )
    }
    by_kind = {COURSE: courses, LESSON: lessons}
    shown = [by_kind[kind][ref_id] for kind, ref_id in page.items if ref_id in by_kind[kind]]
    return page.of(shown)


def _ids(page: Page[tuple[str, int]], wanted: str) -> list[int]:
    return [ref_id for kind, ref_id in page.items if kind == wanted]
