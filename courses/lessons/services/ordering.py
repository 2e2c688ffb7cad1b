"""The order of a course's chapters and lessons, set as a whole. The lessons' own order follows."""

from collections.abc import Sequence
from datetime import datetime

from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.lessons.models import LessonSetup
from courses.models import Course, Lesson
from courses.revisions.services import keeping

#: What comes after it is outside of the chapters.
OUTSIDE = "-"
CHAPTER, LESSON = "c", "l"


class Changed(Refused):
    message = "课程内容已有变动，请刷新后再调整次序"


class Muddled(Refused):
    message = "次序无法识别，请刷新后再试"


def outline(course: Course) -> list[str]:
    """The order as it is: c3 is a chapter, l5 a lesson of the chapter before it."""
    by_chapter: dict[int | None, list[str]] = {None: []}
    for chapter in course.chapters:
        by_chapter[chapter.id] = []
    for lesson in course.lessons:
        by_chapter[lesson.setup.chapter_id if lesson.setup else None].append(f"{LESSON}{lesson.id}")
    found = []
    for chapter in course.chapters:
        found += [f"{CHAPTER}{chapter.id}", *by_chapter[chapter.id]]
    return [*found, OUTSIDE, *by_chapter[None]]


def moved(order: Sequence[str], what: str, *, up: bool) -> list[str]:
    """A lesson one line up or down, into the next chapter if need be; a chapter with its lessons.

    What cannot move further stays. Pure.
    """
    lines = list(order)
    if what not in lines:
        return lines
    if what.startswith(CHAPTER):
        return _chapter_moved(lines, what, up=up)
    here = lines.index(what)
    there = here + (-1 if up else 1)
    first = 1 if lines[0] != OUTSIDE or len(lines) > 1 else 0
    if first <= there < len(lines):
        lines[here], lines[there] = lines[there], lines[here]
    return lines


def _chapter_moved(lines: list[str], what: str, *, up: bool) -> list[str]:
    blocks: list[list[str]] = []
    for each in lines:
        if each.startswith(CHAPTER) or each == OUTSIDE or not blocks:
            blocks.append([])
        blocks[-1].append(each)
    here = next(n for n, block in enumerate(blocks) if block[0] == what)
    there = here + (-1 if up else 1)
    if 0 <= there < len(blocks) and blocks[there][0].startswith(CHAPTER):
        blocks[here], blocks[there] = blocks[there], blocks[here]
    return [each for block in blocks for each in block]


def arrange(*, course: Course, order: Sequence[str], at: datetime) -> None:
    """Set the order of everything at once. Raises Published; Changed, Muddled for an order that is
    not of just these chapters and lessons."""
    keeping.must_be_draft(course)
    lock(course)
    before = outline(course)
    if sorted({*order, OUTSIDE}) != sorted(before):
        raise Changed
    if len(order) != len(set(order)):
        raise Muddled
    if list(order) == before:
        return
    chapters = {f"{CHAPTER}{each.id}": each for each in course.chapters}
    lessons = {f"{LESSON}{each.id}": each for each in course.lessons}
    inside: list[Lesson] = []
    outside: list[Lesson] = []
    chapter = None
    for place, each in enumerate(order, 1):
        if each in chapters:
            chapter = chapters[each]
            chapter.position = place
        elif each == OUTSIDE:
            chapter = None
        else:
            lesson = lessons[each]
            lesson.setup = lesson.setup or LessonSetup(settings="{}")
            lesson.setup.chapter_id = chapter.id if chapter else None
            (inside if chapter else outside).append(lesson)
    for place, lesson in enumerate([*inside, *outside], 1):
        lesson.position = place
    db.session.flush()
    db.session.expire(course, ["chapters", "lessons"])
    record("course.arrange", course, at=at, order=" ".join(outline(course)))
