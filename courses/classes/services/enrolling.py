"""Signing up, nominating, opinions, decisions, giving a place up."""

from datetime import datetime

from accounts.models import Account, Person
from accounts.standing import StaffCategory
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes import audience, standing
from courses.classes.kinds import ClassState, Stage
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.queries import people as queries
from courses.classes.services import seating

ACTIVE = (Stage.ASKED, Stage.OPINED, Stage.WAITING, Stage.SEATED)
#: What a new sign-up of somebody who had withdrawn forgets; the trail remembers it.
_FORGOTTEN = (
    "opinion", "opined_at", "opined_by_id", "granted", "decided_at", "decided_by_id",
    "seated_at", "withdrawn_at", "withdrawn_by_id",
)  # fmt: skip


class NotOpen(Refused):
    message = "不在报名时间内，不能报名"


class AlreadyIn(Refused):
    message = "已经报名，不需要重复提交"


class NotForThem(Refused):
    """The class is for others."""


class NotNow(Refused):
    """What was to be done no longer fits where the person stands."""

    message = "报名的情况已有变化，请刷新页面后再办理"


class OwnCase(Refused):
    message = "不能办理本人的报名，请由其他同志办理"


def sign_up(*, owner: TrainingClass, person: Person, at: datetime, by: Account) -> Enrolment:
    """Put a person on the list, by themselves or by whoever nominates them.

    Without approval they take a seat if there is one, else they wait for it. Whoever had withdrawn
    or been declined joins the end of the queue. Raises NotOpen, NotForThem, AlreadyIn.
    """
    lock(owner)
    state = standing.class_state(owner, at, clock.local(at).date())
    if state is not ClassState.SIGN_UP or at < owner.signup_from:
        raise NotOpen
    _must_fit(owner, person, at)
    found = queries.own(person.id, owner.id)
    if found is not None and standing.stage(found) not in (Stage.WITHDRAWN, Stage.DECLINED):
        raise AlreadyIn
    if found is None:
        found = Enrolment(class_id=owner.id, person_id=person.id)
        db.session.add(found)
    for name in _FORGOTTEN:
        setattr(found, name, None)
    found.opinion_text = found.decision_text = found.withdraw_reason = ""
    found.unit_id = person.stat_unit_id
    found.asked_at, found.asked_by_id = at, by.id
    if not owner.approval:
        found.granted, found.decided_at = True, at
    db.session.flush()
    nominated = by.person_id != person.id
    record("enrolment.nominate" if nominated else "enrolment.ask", found, at=at,
           person=person.id, title=owner.title)  # fmt: skip
    if not owner.approval:
        seating.fill(owner=owner, at=at)
    return found


def _must_fit(owner: TrainingClass, person: Person, at: datetime) -> None:
    today = clock.local(at).date()
    gone = person.left_on is not None and person.left_on <= today
    if gone or person.staff_category is StaffCategory.OPERATOR:
        raise NotForThem(f"{person.name}不在册，不能参加培训")
    if not audience.fits(owner, person):
        raise NotForThem(f"本班面向{audience.label(owner)}，{person.name}不在范围内")


def opine(*, each: Enrolment, agree: bool, text: str, at: datetime, by: Account) -> None:
    """The unit head's opinion. Raises NotNow, OwnCase."""
    lock(each)
    if by.person_id == each.person_id:
        raise OwnCase
    if standing.stage(each) is not Stage.ASKED:
        raise NotNow
    each.opinion, each.opinion_text = agree, text.strip()
    each.opined_at, each.opined_by_id = at, by.id
    db.session.flush()
    record("enrolment.opine", each, at=at, person=each.person_id, agrees=agree, reason=text.strip())


def decide(*, each: Enrolment, grant: bool, text: str, at: datetime, by: Account) -> None:
    """人事司 decides, with or without an opinion; the granted one takes a seat or waits.

    Raises NotNow, OwnCase.
    """
    lock(each.owner)
    lock(each)
    if by.person_id == each.person_id:
        raise OwnCase
    state = standing.class_state(each.owner, at, clock.local(at).date())
    if standing.stage(each) not in (Stage.ASKED, Stage.OPINED) or state not in seating.FILLING:
        raise NotNow
    each.granted, each.decision_text = grant, text.strip()
    each.decided_at, each.decided_by_id = at, by.id
    db.session.flush()
    act = "enrolment.grant" if grant else "enrolment.decline"
    record(act, each, at=at, person=each.person_id, title=each.owner.title, reason=text.strip())
    if grant:
        seating.fill(owner=each.owner, at=at)


def withdraw(*, each: Enrolment, reason: str, at: datetime, by: Account) -> list[Enrolment]:
    """Give a place up before the class begins; whoever moves up into it. Raises NotNow."""
    lock(each.owner)
    lock(each)
    if standing.stage(each) not in ACTIVE:
        raise NotNow
    if clock.local(at).date() >= each.owner.starts_on and each.seated_at is not None:
        raise NotNow("已经开班，不能退出；不能参加的请办理请假")
    each.withdrawn_at, each.withdrawn_by_id = at, by.id
    each.withdraw_reason, each.seated_at = reason.strip(), None
    db.session.flush()
    record("enrolment.withdraw", each, at=at, person=each.person_id, title=each.owner.title,
           reason=reason.strip())  # fmt: skip
    return seating.fill(owner=each.owner, at=at)
