"""Pictures of items: brought by writers, shown to whoever may see what shows them."""

from http import HTTPStatus

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, pictures
from core.db import db
from core.files import Unreadable
from question_bank import markup
from question_bank.pictures import queries, services
from question_bank.views.base import bp, reach

#: The address says what the picture shows, so a browser may keep it; only the reader's own, since
#: not everybody may see it.
KEEP = "private, max-age=31536000, immutable"
#: A picture opened by itself loads and runs nothing.
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"


@bp.post("/pictures")
@requires(Permission.ITEM_WRITE)
def bring_picture() -> ResponseReturnValue:
    """Put a picture by and say how a text names it."""
    sent, alt = request.files.get("file"), request.form.get("alt", "").strip()
    if sent is None or not sent.filename:
        return jsonify(error="请选择图片文件"), HTTPStatus.BAD_REQUEST
    if not alt:
        return jsonify(error="请写明图上是什么，供看不到图的人了解"), HTTPStatus.BAD_REQUEST
    with sent.stream as stream:
        data = stream.read(pictures.MAX_BYTES + 1)
    try:
        found = pictures.read(data)
    except Unreadable as error:
        return jsonify(error=str(error)), HTTPStatus.BAD_REQUEST
    at = clock.now()
    services.forget_unused(at=at)
    kept = services.keep(picture=found, at=at, by=account())
    db.session.commit()
    return jsonify(text=markup.picture(alt, kept.address))


@bp.get("/pictures/<address>")
@requires(Permission.HOME)
def picture(address: str) -> Response:
    """A picture, for those who may see an item or a paper with it; 404 for everybody else."""
    found = queries.picture(address, account(), reach())
    answer = Response(found.data, content_type=found.media_type)
    answer.headers["Cache-Control"] = KEEP
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
