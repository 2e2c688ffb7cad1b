"""The blueprint that the pages of this package hang on, and what they share."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, request

from accounts.guards import account, can, scope, signed_in
from accounts.permissions import Permission, Scope
from core import clock, uploads
from core.db import db, may_write, only_reads
from core.files import Unreadable, bare_name
from laws import force
from question_bank import figure_check, item_types, markup
from question_bank.amendment import footing
from question_bank.figure_check import Hint
from question_bank.forms import ImportForm, RestoreForm
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import sights
from question_bank.reach import Reach
from question_bank.services import sighting
from question_bank.types import kind_of, letter
from question_bank.types.fill_blank import holds_blank

bp = Blueprint("bank", __name__, url_prefix="/bank")


def reach() -> Reach:
    """Whose items the reader sees."""
    return Reach(
        account().id,
        others=scope(Permission.ITEM_READ) is Scope.ALL,
        drafts=can(Permission.ITEM_REVIEW),
        confidential=can(Permission.ITEM_REVIEW) or can(Permission.FORM_BUILD),
    )


def noted_as_opened(items: Sequence[Item]) -> bool:
    """Note that the reader sees these items (命题回避); whether anything was new.

    Rows must then be loaded again.
    """
    return noted_as_seen([each.current_id for each in items if each.current_id is not None])


def noted_as_seen(revision_ids: Sequence[int]) -> bool:
    """The same of revisions."""
    fresh = sights.unseen(revision_ids, account().id)
    if not fresh:
        return False
    may_write()
    sighting.note_opened(revision_ids=fresh, at=clock.now(), by=account())
    db.session.commit()
    only_reads()
    return True


def taken_in(form: ImportForm | RestoreForm, read: Callable[[bytes], object]) -> str | None:
    """Keep the file that was sent for its preview, and say under which token.

    None for no file, or one that ``read`` finds Unreadable: the form then says so.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = ["请选择文件"]
        return None
    data = sent.read()
    try:
        read(data)
    except Unreadable as error:
        form.file.errors = [f"{sent.filename}：{error}"]
        return None
    return uploads.keep([(bare_name(sent.filename)[-200:], data)], owner=account().id)


def hints(revision: ItemRevision) -> list[Hint]:
    """Figures of the revision that its articles do not have."""
    articles = [each.article for each in cited_of(revision)]
    days = {day for each in articles
            for day in (each.version.promulgated_on, each.version.effective_on) if day}  # fmt: skip
    return figure_check.hints(
        item_type=revision.item_type,
        stem=revision.stem,
        options=revision.options,
        key=revision.key,
        parts=revision.parts,
        rationale=revision.rationale,
        articles=[(each.number, each.text) for each in articles],
        days=days,
    )


def cited_of(revision: ItemRevision) -> Sequence[Citation]:
    """The citations to show: of an item carried from version to version those of today."""
    today = clock.today()
    in_force = {
        version.id
        for each in revision.citations
        if (version := force.current(each.article.version.law.versions, today)) is not None
    }
    return footing(revision.citations, in_force)


@bp.context_processor
def item_words() -> dict[str, Any]:
    return {
        "cited_of": cited_of,
        "account_id": account().id if signed_in() else None,
        "difficulties": item_types.DIFFICULTIES,
    }


bp.app_template_global("kind_of")(kind_of)
bp.app_template_global("letter")(letter)
bp.app_template_global("holds_blank")(holds_blank)
bp.app_template_global("blocks_of")(markup.parse)
bp.app_template_global("pieces_of")(markup.line)
bp.app_template_filter("said")(markup.said)
