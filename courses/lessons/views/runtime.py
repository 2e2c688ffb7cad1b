"""Packages: launching them from a lesson's page, and everything under their own address.

What is under ``/packages/<token>/`` is asked for by the package itself, from a sandbox without an
origin: no cookie comes along, and none is looked at. The token in the address is the authority, for
one person, one lesson, one launch and some hours. It opens that package's files and that record;
nothing else of the system knows it.
"""

import hmac
import json
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, headers
from core.access import public
from core.db import db
from courses.lessons import cmi, serving, statements
from courses.lessons.models import Launch
from courses.lessons.queries import packages as queries
from courses.lessons.services import assets, packages
from courses.lessons.standards import Standard
from courses.lessons.views.base import asset_of, own_lesson
from courses.lessons.views.base import bp as lessons_bp
from courses.models import Lesson, LessonKind
from courses.queries import managing

bp = Blueprint("packages", __name__, url_prefix="/packages")
_SCRIPT = "package-api.js"


# ---------------------------------------------------------------------------------- launching


@lessons_bp.post("/lessons/<int:lesson_id>/launch")
@requires(Permission.COURSE_STUDY)
def launch(lesson_id: int) -> Response:
    return _launched(own_lesson(lesson_id, LessonKind.PACKAGE), preview=False)


@lessons_bp.post("/manage/lessons/<int:lesson_id>/launch")
@requires(Permission.COURSE_EDIT)
def preview_launch(lesson_id: int) -> Response:
    return _launched(managing.lesson(lesson_id), preview=True)


@lessons_bp.get("/lessons/<int:lesson_id>/package")
@requires(Permission.COURSE_STUDY)
def standing(lesson_id: int) -> Response:
    """What the package has said so far, for the page around it."""
    found = own_lesson(lesson_id, LessonKind.PACKAGE)
    own = queries.record_of(me().id, found.id)
    score = own.score if own else None
    return jsonify(
        done=bool(own and own.completed_at), score=None if score is None else f"{score:f}"
    )


def _launched(lesson: Lesson, *, preview: bool) -> Response:
    asset = asset_of(lesson)
    if asset.standard is None:
        abort(HTTPStatus.NOT_FOUND)
    made, token = packages.launch(
        person=me(), lesson=lesson, asset=asset, preview=preview, at=clock.now()
    )
    db.session.commit()
    parts = urlsplit(asset.entry)
    address = url_for("packages.file", token=token, name="") + quote(parts.path, safe="/%")
    query = [parts.query] if parts.query else []
    told = {}
    if asset.standard is Standard.CMI5:
        unit = packages.unit_of(asset)
        query.append(_cmi5_query(made, token))
        told = {"condition": unit.condition, "wide": unit.wide}
    return jsonify(url="?".join([address, "&".join(query)] if query else [address]), **told)


def _cmi5_query(made: Launch, token: str) -> str:
    told = packages.launched(made)
    return urlencode(
        {
            "endpoint": url_for("packages.about", token=token, _external=True)[: -len("about")],
            "fetch": url_for("packages.fetch", token=token, _external=True),
            "actor": json.dumps(told.actor),
            "registration": told.registration,
            "activityId": told.activity,
        }
    )


# ------------------------------------------------------------------------- under the own address


def _launch(token: str) -> Launch:
    life = current_app.config["XUEFA"].session_life
    return queries.launch(token, at=clock.now(), life=life)


def _base(token: str) -> str:
    return url_for("packages.file", token=token, name="", _external=True).removesuffix("files/")


@bp.after_request
def apart(answer: Response) -> Response:
    """Every answer, errors too, is under the package's own policy."""
    token = (request.view_args or {}).get("token", "")
    answer.headers["Content-Security-Policy"] = serving.policy(_base(token))
    # Readable for a page without an origin. Nothing of it hangs on a cookie, and none is allowed.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match"
    )
    answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, X-Experience-API-Version"
    answer.headers["X-Experience-API-Version"] = "1.0.3"
    answer.headers["Referrer-Policy"] = "no-referrer"
    headers.let_be_framed()
    return answer


@bp.get("/<token>/files/", defaults={"name": ""})
@bp.get("/<token>/files/<path:name>")
@public
def file(token: str, name: str) -> ResponseReturnValue:
    """A file of the package; a page of it begins with our script."""
    found = _launch(token)
    path = assets.file_of(found.asset, name)
    # In a window of its own it would stand under our address and look like us.
    alone = request.headers.get("Sec-Fetch-Dest") == "document"
    if path is None or alone:
        abort(HTTPStatus.NOT_FOUND)
    if serving.is_page(name) and path.stat().st_size <= serving.MAX_PAGE:
        data = path.read_bytes()
        page = serving.with_script(data, url_for(".script", token=token))
        return Response(page, content_type=f"text/html; charset={serving.charset(data)}")
    return send_file(path, mimetype=serving.content_type(name), conditional=True)


@bp.get("/<token>/api.js")
@public
def script(token: str) -> ResponseReturnValue:
    """The interface with what was kept so far."""
    found = _launch(token)
    own = None if found.preview else queries.record_of(found.person_id, found.lesson_id)
    kept = cmi.loaded(own.cmi) if own else {}
    state = {
        "commit": url_for(".commit", token=token),
        "standard": found.asset.standard,
        "preview": found.preview,
        "number": own.number if own else 0,
        "data": {name: value for name, value in kept.items() if name.startswith(("cmi.", "adl."))},
        **_told(found, kept),
    }
    static = current_app.static_folder or ""
    with open(f"{static}/js/{_SCRIPT}", encoding="utf-8") as source:
        text = f"{source.read()}\nxuefaPackage({json.dumps(state)});\n"
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _told(found: Launch, kept: dict[str, str]) -> dict[str, dict[str, str]]:
    """(fixed, initial): what a package may read and not write, and what is so until it writes."""
    learner, score = packages.learner(found.person_id, found.lesson_id), found.asset.pass_score
    resumed = "resume" if kept else "ab-initio"
    if found.asset.standard is Standard.SCORM_12:
        fixed = {
            "cmi.core.student_id": learner,
            "cmi.core.student_name": "学员",
            "cmi.core.credit": "no-credit" if found.preview else "credit",
            "cmi.core.entry": "resume" if kept else "ab-initio",
            "cmi.core.lesson_mode": "browse" if found.preview else "normal",
            "cmi.core.total_time": "0000:00:00.00",
            "cmi.launch_data": "",
            "cmi.student_data.mastery_score": "" if score is None else f"{score:f}",
            "cmi.core._children": "student_id,student_name,lesson_location,credit,lesson_status,"
            "entry,score,total_time,lesson_mode,exit,session_time",
        }
        return {"fixed": fixed, "initial": {"cmi.core.lesson_status": "not attempted"}}
    fixed = {
        "cmi._version": "1.0",
        "cmi.learner_id": learner,
        "cmi.learner_name": "学员",
        "cmi.credit": "no-credit" if found.preview else "credit",
        "cmi.entry": resumed,
        "cmi.mode": "browse" if found.preview else "normal",
        "cmi.total_time": "PT0S",
        "cmi.launch_data": "",
        "cmi.scaled_passing_score": "" if score is None else f"{score / 100:f}",
    }
    initial = {"cmi.completion_status": "unknown", "cmi.success_status": "unknown"}
    return {"fixed": fixed, "initial": initial}


@bp.post("/<token>/commit")
@public
def commit(token: str) -> ResponseReturnValue:
    """The data model of a SCORM package; text, so that the browser asks for no permission first."""
    found = _launch(token)
    if (request.content_length or 0) > cmi.MAX_BYTES:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        body = json.loads(request.get_data())
        number, data = body["number"], cmi.read(body["data"])
        if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**31:
            raise cmi.BadCommit("number")
    except (ValueError, KeyError, TypeError, RecursionError):
        abort(HTTPStatus.BAD_REQUEST)
    kept = packages.commit(launch=found, number=number, data=data, at=clock.now())
    db.session.commit()
    return jsonify(taken=kept.taken, number=kept.number, over=kept.over)


# --------------------------------------------------------------------------------------- xAPI


def _secret(token: str) -> str:
    """What a cmi5 package shows to the record store; it is told once a launch."""
    key = current_app.config["XUEFA"].secret_key.encode()
    return hmac.new(key, f"xapi/{token}".encode(), sha256).hexdigest()


def _authorized(token: str) -> Launch:
    found = _launch(token)
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Basic {_secret(token)}".encode()):
        abort(HTTPStatus.UNAUTHORIZED)
    return found


@bp.post("/<token>/fetch")
@public
def fetch(token: str) -> ResponseReturnValue:
    if not packages.fetch(launch=_launch(token), at=clock.now()):
        return jsonify({"error-code": "1", "error-text": "used before"})
    db.session.commit()
    return jsonify({"auth-token": _secret(token)})


@bp.get("/<token>/xapi/about")
@public
def about(token: str) -> ResponseReturnValue:
    _launch(token)
    return jsonify(version=["1.0.3"])


@bp.route("/<token>/xapi/statements", methods=["POST", "PUT"])
@public
def say(token: str) -> ResponseReturnValue:
    """One statement, or several in one transaction: all or none."""
    found = _authorized(token)
    if (request.content_length or 0) > statements.MAX_BYTES:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = request.get_json(silent=True)
    given = request.args.get("statementId") if request.method == "PUT" else None
    learner = packages.learner(found.person_id, found.lesson_id)
    try:
        said = [
            statements.read(each, learner=learner, given_id=given)
            for each in (body if isinstance(body, list) else [body])
        ]
    except statements.BadStatement as fault:
        return jsonify(error=str(fault)), HTTPStatus.BAD_REQUEST
    at = clock.now()
    for each in said:
        packages.say(launch=found, said=each, at=at)
    db.session.commit()
    if request.method == "PUT":
        return "", HTTPStatus.NO_CONTENT
    return jsonify([each.statement_id for each in said])


@bp.route("/<token>/xapi/activities/state", methods=["GET", "PUT", "POST", "DELETE"])
@public
def state(token: str) -> ResponseReturnValue:
    """What the package writes down for its next launch, and what it is told of this one."""
    found, name = _authorized(token), request.args.get("stateId", "")[:100]
    if request.method == "GET":
        if name == "LMS.LaunchData":
            return jsonify(packages.launched(found).data(packages.unit_of(found.asset)))
        kept = packages.state(found, name)
        if kept is None:
            abort(HTTPStatus.NOT_FOUND)
        return Response(kept, content_type="application/json")
    text = None
    if request.method != "DELETE":
        if (request.content_length or 0) > cmi.MAX_BYTES:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        text = request.get_data().decode("utf-8", "replace")
    packages.keep_state(launch=found, name=name, text=text, at=clock.now())
    db.session.commit()
    return "", HTTPStatus.NO_CONTENT


@bp.get("/<token>/xapi/agents/profile")
@public
def profile(token: str) -> ResponseReturnValue:
    """Nothing is told of the learner."""
    _authorized(token)
    return jsonify({})
