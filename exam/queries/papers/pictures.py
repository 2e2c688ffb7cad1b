"""Pictures on papers: whoever may look at a paper sees what it shows, and nobody before."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload

from accounts.models import Account
from accounts.permissions import Permission, scope_of
from core import clock
from core.db import db
from exam.models import Attempt, ExamSession, Form, FormItem
from exam.queries.attempts.taking import shown_of
from exam.queries.marking import marks
from question_bank.item_types import ItemType
from question_bank.models import ItemRevision
from question_bank.pictures.models import PictureUse


def on_papers(account: Account, picture_id: int) -> bool:
    """Whether a paper that the account may look at shows the picture."""
    return (
        (_may(account, Permission.FORM_BUILD, Permission.FORM_SEAL) and _holds(picture_id))
        or (_may(account, Permission.EXAM_TAKE) and _sat(account, picture_id, clock.now()))
        or (_may(account, Permission.ANSWER_MARK) and _marked(account, picture_id))
    )


def _may(account: Account, *permissions: Permission) -> bool:
    return any(scope_of(account.roles, each) for each in permissions)


def _forms(picture_id: int) -> Select[int]:
    """Ids of the papers with an item that shows the picture, without order."""
    return (
        select(FormItem.form_id)
        .join(PictureUse, PictureUse.revision_id == FormItem.revision_id)
        .where(PictureUse.picture_id == picture_id)
    )


def _holds(picture_id: int) -> bool:
    return _is_true(_forms(picture_id).exists())


def _is_true(condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(condition)))


def _sat(account: Account, picture_id: int, at: datetime) -> bool:
    """In what is asked: while the account's own attempt runs, and when its paper is open.

    In key and rationale: when those are.
    """
    attempts = db.session.scalars(
        select(Attempt)
        .where(Attempt.person_id == account.person_id, Attempt.form_id.in_(_forms(picture_id)))
        .options(joinedload(Attempt.session))
        .order_by(Attempt.id.desc())
    )
    for attempt in attempts:
        asked = _is_true(_forms(picture_id).where(
            FormItem.form_id == attempt.form_id, PictureUse.asked).exists())  # fmt: skip
        running = attempt.submitted_at is None and attempt.voided_at is None
        if asked and running and at < attempt.deadline:
            return True
        shown = shown_of(attempt, at)
        if shown.paper and (asked or shown.key):
            return True
    return False


#: Types with questions that persons mark.
_BY_HAND = (ItemType.SHORT_ANSWER, ItemType.CASE_ANALYSIS)


def _marked(account: Account, picture_id: int) -> bool:
    """In an item whose answers the account may mark (services.marking.may_mark)."""
    sat = marks.sessions(account, open_only=False).with_only_columns(ExamSession.id)
    by_hand = select(ItemRevision.id).where(ItemRevision.item_type.in_(_BY_HAND))
    shown = _forms(picture_id).where(FormItem.revision_id.in_(by_hand))
    others = (Form.created_by_id, Form.sealed_by_id)
    return _is_true(
        exists().where(
            Form.id.in_(select(Attempt.form_id).where(Attempt.session_id.in_(sat.order_by(None)))),
            Form.id.in_(shown),
            *(each.is_distinct_from(account.id) for each in others),
        )
    )
