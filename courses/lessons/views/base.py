"""What the modules of this package share."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, request

from accounts.guards import me
from courses.lessons.models import Asset
from courses.lessons.queries import gating
from courses.models import Lesson, LessonKind
from courses.queries import studying

bp = Blueprint("lessons", __name__, url_prefix="/courses")


def own_lesson(lesson_id: int, kind: LessonKind) -> Lesson:
    """A lesson of the kind that the person may study; else 404, or a refusal that says why."""
    found = studying.lesson(lesson_id)
    if found.kind is not kind:
        abort(HTTPStatus.NOT_FOUND)
    gating.must_be_open(me(), found.course_id)
    return found


def asset_of(lesson: Lesson) -> Asset:
    asset = lesson.setup.asset if lesson.setup else None
    if asset is None:
        abort(HTTPStatus.NOT_FOUND)
    return asset


def sent() -> dict[str, Any]:
    """The JSON object of the request; 400 for anything else."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(HTTPStatus.BAD_REQUEST)
    return body


def whole(value: object, most: int = 10**7) -> int:
    """A whole number of the request; 400 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        abort(HTTPStatus.BAD_REQUEST)
    return value
