"""Remarks on an item, and their being dealt with."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.models import Item, ItemComment

MAX_COMMENT = 1000


class EmptyComment(Refused):
    message = "请写意见内容"


class TooLong(Refused):
    message = f"意见不超过 {MAX_COMMENT} 字"


class AlreadyResolved(Refused):
    """A remark is dealt with once."""

    message = "这条意见已经处理过了"


def comment(*, item: Item, text: str, at: datetime, by: Account) -> ItemComment:
    """A remark on the current revision. Raises EmptyComment, TooLong."""
    if not text.strip():
        raise EmptyComment
    if len(text.strip()) > MAX_COMMENT:
        raise TooLong
    made = ItemComment(
        item_id=item.id, revision_id=item.current_id, text=text.strip(), at=at, by_id=by.id
    )
    db.session.add(made)
    db.session.flush()
    record("item.comment", item, at=at, comment=made.id)
    return made


def resolve(*, comment: ItemComment, at: datetime, by: Account) -> None:
    """Say that a remark has been dealt with. Raises AlreadyResolved."""
    lock(comment)
    if comment.resolved_at is not None:
        raise AlreadyResolved
    comment.resolved_at, comment.resolved_by_id = at, by.id
    db.session.flush()
    record("item.resolve_comment", object_type="Item", object_id=comment.item_id, at=at,
           comment=comment.id)  # fmt: skip
