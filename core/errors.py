"""Refusals and the Chinese error pages."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DataError,
    InterfaceError,
    NoResultFound,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from werkzeug.exceptions import HTTPException, NotFound

from core.db import db

log = structlog.get_logger()

PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}
#: Fields whose content no page repeats: passwords, and the keys of the exam browser.
NOT_REPEATED = {
    "csrf_token", "password", "current", "new", "again", "secret",
    "seb_config_keys", "seb_exam_keys",
}  # fmt: skip
_CHINESE = re.compile("[\u3400-\u9fff]")


class Refused(Exception):
    """An act that the rules do not allow. Its text is the Chinese message for the person.

    Subclass it beside the service that raises it; set ``message`` or pass one. ``field`` names
    the form field that the message belongs to, if there is one.
    """

    message = "操作未被允许"
    status = HTTPStatus.CONFLICT

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message or self.message)
        self.field = field


class Several(Refused):
    """Several reasons at once, so that all of them are told at once."""

    def __init__(self, reasons: Sequence[Refused]) -> None:
        super().__init__("；".join(map(str, reasons)), field=reasons[0].field)
        self.reasons = reasons


def reasons_of(refusal: Refused) -> Sequence[Refused]:
    """Each reason of a refusal, with the field that it belongs to."""
    return refusal.reasons if isinstance(refusal, Several) else (refusal,)


def must_be_none(reasons: Sequence[Refused]) -> None:
    """Raises the one reason that there is, or Several."""
    if reasons:
        raise reasons[0] if len(reasons) == 1 else Several(reasons)


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def page(status: int, message: str | None = None) -> tuple[Response | str, int]:
    """The error page of a status; the nearest one we have for statuses without their own."""
    name = status if status in PAGES else (400 if status < 500 else 500)
    reference = g.get("request_id", "-")
    if wants_json():
        body = {"error": message or HTTPStatus(status).phrase, "reference": reference}
        return jsonify(body), status
    back = _came_from()
    html = render_template(
        f"errors/{name}.html",
        message=message,
        reference=reference,
        back=back,
        # What another site's page sends here is not repeated.
        written=_written() if back else (),
    )
    return html, status


def _came_from() -> str:
    """The page of ours whose form was refused, to be opened anew; "" where there is none."""
    sent = urlsplit(request.referrer or "")
    if request.method != "POST" or sent.netloc != request.host:
        return ""
    path = f"/{sent.path.lstrip('/')}"
    return f"{path}?{sent.query}" if sent.query else path


def _written() -> list[str]:
    """What somebody wrote in the form that was refused, to be copied: words, not choices."""
    try:
        sent = request.form
    except HTTPException:
        return []
    texts = [
        text.strip() for name, each in sent.lists() if name not in NOT_REPEATED for text in each
    ]
    return [each for each in texts if _CHINESE.search(each) or len(each.split()) > 1]


def refused(error: Refused) -> ResponseReturnValue:
    return page(error.status, str(error))


def missing(_error: NoResultFound) -> ResponseReturnValue:
    return page(404)


def forged(_error: CSRFError) -> ResponseReturnValue:
    return page(400, "页面已过期，请返回上一页刷新后重试。")


def http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if error.code == HTTPStatus.NOT_FOUND and (found := _without_slash()):
        return redirect(found, HTTPStatus.MOVED_PERMANENTLY)
    return page(error.code)


def _without_slash() -> str:
    """The address of the page that was asked for with a slash at its end too many; "" for none."""
    path = request.path.rstrip("/")
    if request.method not in {"GET", "HEAD"} or path in {"", request.path}:
        return ""
    if not isinstance(request.routing_exception, NotFound):
        return ""
    routes = current_app.create_url_adapter(request)
    try:
        if routes is None or not routes.test(path, "GET"):
            return ""
    except HTTPException:
        return ""
    query = request.query_string.decode()
    return f"{request.script_root}{quote(path)}{'?' if query else ''}{query}"


def unavailable(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database is locked, full, restarting or gone, or all its connections are in use."""
    log.error("database unavailable", error=str(getattr(error, "orig", error)))
    g.database_down = True
    answer, status = page(503)
    return answer, status, {"Retry-After": "5"}


def unfit(error: Exception) -> ResponseReturnValue:
    """A number or a character that no column holds; the last line behind the forms."""
    log.warning("unfit value", error=str(getattr(error, "orig", error)))
    db.session.rollback()
    return page(400, "填写的内容含有无法保存的数字或字符，请检查后重试。")


def unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    log.exception("unhandled exception", path=request.path, id=g.get("request_id", "-"))
    # What failed may have been the database's transaction, and the page asks who is reading.
    db.session.rollback()
    return page(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(NoResultFound, missing)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(InterfaceError, unavailable)
    app.register_error_handler(TimeoutError, unavailable)
    app.register_error_handler(DataError, unfit)
    app.register_error_handler(OverflowError, unfit)
    app.register_error_handler(Exception, unexpected)
