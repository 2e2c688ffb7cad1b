"""Sealed papers that hold items whose law was amended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import joinedload

from core import clock
from core.db import db, table
from core.prepared import Prepared
from exam.kinds import ExamKind
from exam.models import Attempt, ExamSession, Form, FormItem, SessionForm
from exam.queries.assembling import building
from question_bank.models import AmendmentCase, Item
from question_bank.queries.amending import is_stopped


def kind_of(form: Form, kind: ExamKind) -> ExamKind:
    """What a session may ask about: papers about new or old law stay what they are."""
    own = form.blueprint.exam_kind
    return own if own in {ExamKind.NEW_LAW, ExamKind.CONTRAST} else kind


def stopped_slots(form: Form, on: date, kind: ExamKind) -> list[int]:
    """Slots of a form that must not be asked on a day: under review, or no longer the law."""
    under_review = db.session.scalars(
        select(FormItem.slot)
        .join(AmendmentCase, AmendmentCase.revision_id == FormItem.revision_id)
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(FormItem.form_id == form.id, is_stopped(on))
        .order_by(FormItem.slot)
    )
    without_law = building.slots_without_law(form, on, kind_of(form, kind))
    return sorted({*under_review, *without_law})


def stopped_papers(session: ExamSession) -> list[tuple[Form, list[int]]]:
    """The papers of a session that must not be opened, each with the slots that stop it."""
    found = [(form, stopped_on(session, form)) for form in session.forms]
    return [(form, slots) for form, slots in found if slots]


def stopped_on(session: ExamSession, form: Form) -> list[int]:
    """Slots of a session's paper that stop it from opening; none once somebody has begun it.

    What was amended after the session opened does not touch it. A session that was arranged after
    its opening could be begun from then on only, and was checked for that day.
    """
    if _begun(session.id, form.id):
        return []
    opened = max(session.opens_at, session.created_at)
    on = clock.local(opened).date()
    under_review = db.session.scalars(
        select(FormItem.slot)
        .join(AmendmentCase, AmendmentCase.revision_id == FormItem.revision_id)
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(
            FormItem.form_id == form.id,
            AmendmentCase.opened_at < opened,
            is_stopped(on),
        )
        .order_by(FormItem.slot)
    )
    kind = kind_of(form, session.exam_kind)
    return sorted({*under_review, *building.slots_without_law(form, on, kind)})


_ATTEMPT = table(Attempt)
_BEGUN = Prepared(
    select(_ATTEMPT.c.id)
    .where(
        _ATTEMPT.c.session_id == bindparam("session_id"),
        _ATTEMPT.c.form_id == bindparam("form_id"),
    )
    .limit(1)
)


def _begun(session_id: int, form_id: int) -> bool:
    return bool(_BEGUN.rows(session_id=session_id, form_id=form_id))


def planned_on(form_id: int, at: datetime) -> Sequence[ExamSession]:
    """Sessions of a form that nobody has begun and that are not over, by opening."""
    begun = select(Attempt.id).where(
        Attempt.session_id == ExamSession.id, Attempt.form_id == form_id
    )
    return db.session.scalars(
        select(ExamSession)
        .where(
            gives_out(form_id),
            ExamSession.cancelled_at.is_(None),
            ExamSession.closes_at > at,
            ~begun.exists(),
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()


def gives_out(form_id: Any) -> ColumnElement[bool]:
    """SQL: the session gives out a form."""
    return (
        select(SessionForm.id)
        .where(SessionForm.session_id == ExamSession.id, SessionForm.form_id == form_id)
        .exists()
    )


def threatened(at: datetime, version_id: int | None = None) -> Sequence[ExamSession]:
    """Planned sessions whose paper holds an item under review, by opening.

    With a version only those whose item came under review because of it.
    """
    case = (
        select(AmendmentCase.id)
        .join(FormItem, FormItem.revision_id == AmendmentCase.revision_id)
        .join(SessionForm, SessionForm.form_id == FormItem.form_id)
        .where(SessionForm.session_id == ExamSession.id)
    )
    if version_id is not None:
        case = case.where(AmendmentCase.version_id == version_id)
    begun = select(Attempt.id).where(
        Attempt.session_id == ExamSession.id, Attempt.form_id == SessionForm.form_id
    )
    found = db.session.scalars(
        select(ExamSession)
        .where(
            and_(ExamSession.cancelled_at.is_(None), ExamSession.closes_at > at),
            case.where(~begun.exists()).exists(),
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
    return [each for each in found if stopped_papers(each)]


def replacements(form_id: int) -> Sequence[Form]:
    """Papers proposed, or already sealed, to take the place of a form; the newest first."""
    return db.session.scalars(
        select(Form)
        .where(Form.replaces_id == form_id)
        .options(joinedload(Form.created_by))
        .order_by(Form.created_at.desc(), Form.id.desc())
    ).all()
