"""A law as it reads: its text on a day, each version, and the text as a file."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock
from core.downloads import attachment
from laws import force, plain_text, queries, reading_order
from laws.models import LawVersion
from laws.views.base import TONES, bp, state_of


@bp.get("/<int:law_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def law(law_id: int) -> ResponseReturnValue:
    """The law as it stands on a day, by default today."""
    found = queries.law(law_id)
    day = _day(request.args.get("on")) or clock.today()
    version = force.current(found.versions, day)
    return _show(queries.version((version or found.versions[-1]).id), day, missing=version is None)


@bp.get("/versions/<int:version_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def version(version_id: int) -> ResponseReturnValue:
    """One version of a law, whatever its state."""
    return _show(queries.version(version_id), clock.today(), missing=False)


def _show(version: LawVersion, day: date, *, missing: bool) -> str:
    versions = version.law.versions
    return render_template(
        "laws/law.html",
        law=version.law,
        version=version,
        day=day,
        missing=missing,
        state=state_of(version, day),
        versions=[(each, state_of(each, day)) for each in reversed(versions)],
        tones=TONES,
        blocks=list(reading_order.blocks(version.divisions, version.articles)),
        anchor=reading_order.anchor,
        contents=reading_order.contents(version.divisions),
        is_chapter=reading_order.is_chapter,
        changed=queries.changes_into(version.id),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@bp.get("/articles/<int:article_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def article(article_id: int) -> ResponseReturnValue:
    """To the article, on the page of its version."""
    found = queries.article(article_id)
    return redirect(
        url_for(".version", version_id=found.version_id, _anchor=reading_order.anchor(found))
    )


@bp.get("/versions/<int:version_id>.txt")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def download(version_id: int) -> ResponseReturnValue:
    """The version as plain text, in the form of the official files."""
    found = queries.version(version_id)
    text = plain_text.write(
        title=found.law.title,
        preamble=found.preamble,
        opening=found.opening,
        blocks=reading_order.blocks(found.divisions, found.articles),
        annex=found.annex,
    )
    name = f"{found.law.title}_{found.promulgated_on:%Y%m%d}.txt"
    return attachment(text.encode("utf-8-sig"), name, "text/plain; charset=utf-8")
