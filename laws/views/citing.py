"""Who cites a law: the articles in force that name it, or one of its articles."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock, paging
from laws import clauses, queries
from laws.numerals import Key, article_number
from laws.queries import citing
from laws.views.base import bp


@bp.get("/versions/<int:version_id>/cited")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def cited(version_id: int) -> ResponseReturnValue:
    """The articles that cite the law; with ``article`` those that cite that one of it."""
    version = queries.version(version_id)
    text = request.args.get("article", "").strip()
    key = _key(text)
    number, per_page = paging.asked()
    found = (
        citing.citers(version, day=clock.today(), cited=key) if key is not None or not text else []
    )
    return render_template(
        "laws/cited.html",
        version=version,
        law=version.law,
        text=text,
        article=article_number(key) if key else "",
        known=key is not None or not text,
        page=paging.of(found, number=number, per_page=per_page),
    )


def _key(text: str) -> Key | None:
    try:
        return clauses.address(text).article if text else None
    except ValueError:
        return None
