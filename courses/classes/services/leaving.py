"""Leave from a class, and leaving it for too much of it (应退学), which a person decides."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes import standing
from courses.classes.kinds import Stage
from courses.classes.models import ClassLeave, ClassUnit, Enrolment
from courses.classes.services import attending
from courses.classes.services.arranging import must_be_alive
from courses.classes.services.enrolling import NotNow, OwnCase


class NoUnits(Refused):
    message = "这段时间没有课，请核对起止时间"


def ask(
    *, each: Enrolment, from_at: datetime, until_at: datetime, reason: str, at: datetime
) -> ClassLeave:
    """Raises NotNow, NoUnits, Closed."""
    must_be_alive(each.owner)
    if standing.stage(each) is not Stage.SEATED:
        raise NotNow
    if until_at <= from_at:
        raise Refused("结束时间应晚于开始时间", field="until_at")
    made = ClassLeave(
        enrolment=each, from_at=from_at, until_at=until_at, reason=reason.strip(), asked_at=at
    )
    if not units_in(made):
        raise NoUnits(field="from_at")
    db.session.add(made)
    db.session.flush()
    record("leave.ask", made, at=at, person=each.person_id, title=each.owner.title)
    return made


def units_in(leave: ClassLeave) -> list[ClassUnit]:
    """The units of the timetable that touch the time of the leave."""
    return [
        unit
        for unit in leave.enrolment.owner.units
        if unit.starts_at < leave.until_at and leave.from_at < unit.ends_at
    ]


def decide(*, leave: ClassLeave, grant: bool, text: str, at: datetime, by: Account) -> None:
    """Raises NotNow, OwnCase, Closed."""
    lock(leave)
    must_be_alive(leave.enrolment.owner)
    if by.person_id == leave.enrolment.person_id:
        raise OwnCase("不能审批本人的请假，请由其他同志办理")
    if leave.granted is not None or leave.withdrawn_at is not None:
        raise NotNow("这项请假已经办理")
    leave.granted, leave.decision_text = grant, text.strip()
    leave.decided_at, leave.decided_by_id = at, by.id
    if grant:
        attending.excuse(units=units_in(leave), each=leave.enrolment, at=at, by=by)
    db.session.flush()
    record("leave.grant" if grant else "leave.decline", leave, at=at,
           person=leave.enrolment.person_id, reason=text.strip())  # fmt: skip


def withdraw(*, leave: ClassLeave, at: datetime) -> None:
    """Take a request back; of granted leave, what has not begun. Raises NotNow, Closed."""
    lock(leave)
    must_be_alive(leave.enrolment.owner)
    if leave.withdrawn_at is not None or leave.granted is False:
        raise NotNow("这项请假已经办理")
    leave.withdrawn_at = at
    if leave.granted:
        attending.recall(units=units_in(leave), each=leave.enrolment, at=at)
    db.session.flush()
    record("leave.withdraw", leave, at=at, person=leave.enrolment.person_id)


def dismiss(*, each: Enrolment, reason: str, at: datetime, by: Account) -> None:
    """退学. Raises NotNow, Closed, OwnCase, Refused without a reason."""
    _locked(each, Stage.SEATED, reason, by)
    each.dismissed_at, each.dismissed_by_id, each.dismiss_reason = at, by.id, reason.strip()
    db.session.flush()
    record("enrolment.dismiss", each, at=at, person=each.person_id, title=each.owner.title,
           reason=reason.strip())  # fmt: skip


def readmit(*, each: Enrolment, reason: str, at: datetime, by: Account) -> None:
    """Undo a dismissal. Raises NotNow, Closed, OwnCase, Refused without a reason."""
    _locked(each, Stage.DISMISSED, reason, by)
    each.dismissed_at = each.dismissed_by_id = None
    each.dismiss_reason = ""
    db.session.flush()
    record("enrolment.readmit", each, at=at, person=each.person_id, title=each.owner.title,
           reason=reason.strip())  # fmt: skip


def _locked(each: Enrolment, wanted: Stage, reason: str, by: Account) -> None:
    lock(each.owner)
    lock(each)
    must_be_alive(each.owner)
    if by.person_id == each.person_id:
        raise OwnCase
    if not reason.strip():
        raise Refused("请写明理由", field="reason")
    if standing.stage(each) is not wanted:
        raise NotNow
