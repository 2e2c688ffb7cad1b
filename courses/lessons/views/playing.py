"""Recordings, in ranges, and what the page says was played of them; PDF in the page."""

from flask import Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, headers, vault
from core.db import db
from core.downloads import disposition
from courses.lessons.models import Asset
from courses.lessons.services import playing
from courses.lessons.services.playing import Heard
from courses.lessons.views.base import asset_of, bp, own_lesson, sent, whole
from courses.models import LessonFile, LessonKind
from courses.queries import managing, studying
from courses.views.base import study_rules

#: Of a PDF in a frame of ours: the browser's viewer, and nothing that runs.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_LONGEST = 10 * 60 * 60 * 10


@bp.get("/lessons/<int:lesson_id>/media")
@requires(Permission.COURSE_STUDY)
def media(lesson_id: int) -> Response:
    return _ranges(asset_of(own_lesson(lesson_id, LessonKind.MEDIA)))


@bp.get("/manage/lessons/<int:lesson_id>/media")
@requires(Permission.COURSE_EDIT)
def preview_media(lesson_id: int) -> Response:
    return _ranges(asset_of(managing.lesson(lesson_id)))


def _ranges(asset: Asset) -> Response:
    """All of it, or the part asked for (206); 304 for what the browser has."""
    answer = send_file(
        vault.path_of(asset.sha256),
        mimetype=asset.content_type,
        conditional=True,
        etag=asset.sha256,
        last_modified=asset.uploaded_at,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.post("/lessons/<int:lesson_id>/played")
@requires(Permission.COURSE_STUDY)
def played(lesson_id: int) -> Response:
    """``{"begin": true}`` when the page begins to play; then what it played, in tenths of a second.

    What the body says of time is not read; how much of the stretch counts, our clock says.
    """
    found, body, at = own_lesson(lesson_id, LessonKind.MEDIA), sent(), clock.now()
    asset, rules = asset_of(found), study_rules()
    if body.get("begin") is True:
        heard = playing.begin(person=me(), lesson=found, asset=asset, at=at, rules=rules)
    else:
        heard = playing.report(
            person=me(),
            lesson=found,
            holder=str(body.get("holder", ""))[:64],
            start=whole(body.get("from"), _LONGEST),
            end=whole(body.get("to"), _LONGEST),
            asset=asset,
            at=at,
            rules=rules,
        )
    db.session.commit()
    return _told(heard)


def _told(heard: Heard) -> Response:
    return jsonify(
        covered=heard.covered,
        needed=heard.needed,
        holder=heard.holder,
        current=heard.current,
        limited=heard.limited,
    )


@bp.get("/lessons/<int:lesson_id>/document")
@requires(Permission.COURSE_STUDY)
def document(lesson_id: int) -> ResponseReturnValue:
    return _in_page(studying.file_of(lesson_id))


@bp.get("/manage/lessons/<int:lesson_id>/document")
@requires(Permission.COURSE_EDIT)
def preview_document(lesson_id: int) -> ResponseReturnValue:
    return _in_page(managing.file_of(lesson_id))


def _in_page(file: LessonFile) -> ResponseReturnValue:
    """A PDF for the browser's own viewer in a frame of ours; anything else is a download."""
    answer = Response(file.data, content_type=file.content_type)
    shown = file.content_type == "application/pdf"
    answer.headers["Content-Disposition"] = disposition(file.name, inline=shown)
    if shown:
        headers.let_be_framed()
        policy = _PDF
    else:
        policy = "sandbox; default-src 'none'"
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(f"lesson-file-{file.id}")
    answer.make_conditional(request, accept_ranges=True, complete_length=len(file.data))
    return answer
