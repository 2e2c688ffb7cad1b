"""Which paper a script is of, where the room gave out another than the list says."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import Candidate, Form
from exam.queries.papers import contacts
from exam.services.on_paper.scores import must_take_scores, not_ones_own


class NotGivenOut(Refused):
    message = "本场次没有这套试卷"


class Checked(Refused):
    message = "成绩已经复核生效，不能再改试卷；请先更正为缺考并由另一人复核"


class Touched(Refused):
    """Who knew its items has not sat it as others did; the message says how many."""


def note_paper(
    *, candidate: Candidate, form: Form | None, reason: str, at: datetime, by: Account
) -> None:
    """The paper that somebody really sat; what was entered by the other one is entered anew.

    Raises NotOnPaper, NotYet, OwnScore, NotGivenOut, Checked, Touched, Refused.
    """
    lock(candidate)
    session = candidate.session
    must_take_scores(session, at)
    not_ones_own(candidate, by)
    if form is None or form not in session.forms:
        raise NotGivenOut
    if form.id == candidate.form_id:
        return
    if candidate.attempts:
        raise Checked
    if not reason.strip():
        raise Refused("登记实际试卷须写明理由", field="reason")
    if touched := contacts.contacts({form.id}, {candidate.person_id}):
        count = len({each.item_id for each in touched})
        raise Touched(
            f"{candidate.entry.name}接触过这套试卷的 {count} 题，不能按它登分，请按命题回避处理"
        )
    old, candidate.form_id = candidate.form_id, form.id
    candidate.form_reason, candidate.left_out = f"实际作答：{reason.strip()}", []
    db.session.flush()
    db.session.expire(candidate, ["form"])
    record(
        "candidate.sat", candidate, at=at,
        staff_number=candidate.entry.staff_number, old=old, new=form.id, reason=reason.strip(),
    )  # fmt: skip
