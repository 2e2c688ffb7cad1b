"""Setting rules of hours, and the claims that become entries of the register."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from accounts.models import Account, Person
from accounts.standing import DutyStatus, RankGroup
from core import attachments, clock
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.hours import conversion, factors, queries
from courses.hours.conversion import Conversion
from courses.hours.kinds import Activity, ClaimState, CreditSource, TrainingKind
from courses.hours.models import (
    ClaimProof,
    ConversionRule,
    DutyRule,
    StatusFactor,
    TrainingClaim,
)
from courses.models import CreditEntry

PROOFS = ("pdf", "jpg", "jpeg", "png")
LARGEST_PROOF = 10 * 1024 * 1024
#: What stands in place of a check where there is nobody to make one.
UNCHECKED = "没有可以核对的联络员，直接送人事司审批"


class NotNow(Refused):
    """The step does not follow from where the claim stands."""


class OwnClaim(Refused):
    message = "本人的申报须由他人核对和审批"


class Twice(Refused):
    """It looks as if the same training had been claimed before."""


def set_conversion(*, rule: Conversion, basis: str, at: datetime, by: Account) -> ConversionRule:
    """A new version from a day on that is not past. Raises Refused."""
    if rule.valid_from < clock.local(at).date():
        raise Refused("生效日期不能早于今天：折算规则不溯及既往", field="valid_from")
    if rule.half_day_hours > rule.hours_per_day:
        raise Refused("半天的学时不能多于一天", field="half_day_hours")
    made = ConversionRule(
        activity=rule.activity,
        valid_from=rule.valid_from,
        bucket=rule.bucket,
        hours_per_day=rule.hours_per_day,
        half_day_hours=rule.half_day_hours,
        yearly_cap=rule.yearly_cap,
        carries=rule.carries,
        basis=basis.strip(),
        created_at=at,
        created_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("conversion.set", made, at=at, kind=rule.activity.value, on=rule.valid_from.isoformat(),
           hours=str(rule.hours_per_day))  # fmt: skip
    return made


@dataclass(frozen=True)
class DutyDraft:
    rank_group: RankGroup
    from_year: int
    years: int
    hours: Decimal
    days: Decimal
    online_hours: Decimal | None
    law_hours: Decimal | None
    plan_from: int
    basis: str = ""


def set_duty(*, draft: DutyDraft, at: datetime, by: Account) -> DutyRule:
    """A new version from a year on that has not begun; from this year only while none was ever
    set for it. Raises Refused."""
    year = clock.local(at).year
    set_already = [
        each for each in queries.duties_set()
        if each.rank_group is draft.rank_group and each.from_year <= year
    ]  # fmt: skip
    if draft.from_year < year or (draft.from_year == year and set_already):
        first = year + 1 if set_already else year
        raise Refused(f"起始年度应不早于 {first} 年：要求不溯及既往", field="from_year")
    made = DutyRule(**vars(draft) | {"created_at": at, "created_by_id": by.id})
    db.session.add(made)
    db.session.flush()
    record("duty.set", made, at=at, kind=draft.rank_group.value, on=str(draft.from_year),
           hours=str(draft.hours))  # fmt: skip
    return made


def set_factor(
    *, status: DutyStatus, month: date, factor: Decimal, basis: str, at: datetime, by: Account
) -> StatusFactor:
    """A new version from a month on that has not ended. Raises Refused."""
    first = month.replace(day=1)
    if first < clock.local(at).date().replace(day=1):
        raise Refused("起始月份不能早于本月：系数不溯及既往", field="month")
    if status not in factors.SETTABLE:
        raise Refused("这种状态不设系数", field="status")
    made = StatusFactor(
        status=status,
        valid_from=first,
        factor=factor,
        basis=basis.strip(),
        created_at=at,
        created_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("status_factor.set", made, at=at, kind=status.value, on=first.isoformat(),
           factor=str(factor))  # fmt: skip
    return made


@dataclass(frozen=True)
class ClaimDraft:
    title: str
    organiser: str
    activity: Activity
    starts_on: date
    ends_on: date
    days: Decimal
    is_law: bool
    training_kind: TrainingKind | None = None
    document: str = ""
    note: str = ""


def file_claim(
    *,
    person: Person,
    draft: ClaimDraft,
    proof: Upload | None,
    sure: bool,
    at: datetime,
    by: Account,
) -> TrainingClaim:
    """File a claim; the same one sent twice is filed once.

    ``sure``: filed although it looks like one that is there. Raises Twice, Refused.
    """
    # Two windows at once: the second waits here and then finds the first one's claim.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    _check(draft, proof, clock.local(at).date())
    for each in queries.alike(person.id, draft.starts_on, draft.ends_on):
        if each.state in (ClaimState.FILED, ClaimState.CHECKED) and _says(each, draft):
            return each
        if not sure:
            raise Twice(
                f"{each.starts_on:%Y-%m-%d}至{each.ends_on:%Y-%m-%d}已有申报“{each.title}”"
                f"（{each.state.label}），如确属不同的培训，请勾选“确认不重复”后再提交",
                field="sure",
            )
    made = TrainingClaim(
        **vars(draft) | {"person_id": person.id, "filed_at": at, "filed_by_id": by.id}
    )
    if proof is not None:
        made.proof = ClaimProof(
            name=proof.name, content_type=proof.content_type, data=proof.data, uploaded_at=at
        )
    if not queries.is_checked_by_somebody(person, by.id):
        # Of a unit without a liaison, or the liaison's own: straight to 人事司.
        made.checked_at, made.check_text = at, UNCHECKED
    db.session.add(made)
    db.session.flush()
    record("claim.file", made, at=at, title=made.title, staff_number=person.staff_number)
    return made


def _check(draft: ClaimDraft, proof: Upload | None, today: date) -> None:
    if draft.ends_on < draft.starts_on:
        raise Refused("结束日期不能早于开始日期", field="ends_on")
    if draft.ends_on > today:
        raise Refused("培训还没有结束，结束后再申报", field="ends_on")
    if not conversion.is_in_halves(draft.days):
        raise Refused("天数以半天为单位，如 2 或 2.5", field="days")
    if draft.days > (draft.ends_on - draft.starts_on).days + 1:
        raise Refused("天数超过起止日期之间的天数", field="days")
    if proof is None and not draft.document.strip():
        raise Refused("请填写文号或上传凭证，至少一项", field="document")
    if proof is not None and (fault := attachments.fault(proof, PROOFS, most=LARGEST_PROOF)):
        raise Refused(fault, field="proof")


def _says(claim: TrainingClaim, draft: ClaimDraft) -> bool:
    return all(getattr(claim, name) == value for name, value in vars(draft).items())


def check(*, claim: TrainingClaim, agrees: bool, text: str, at: datetime, by: Account) -> None:
    """The liaison says whether it is so; a no is explained. Raises OwnClaim, NotNow, Refused."""
    lock(claim)
    _must_be_somebody_elses(claim, by)
    if claim.state is ClaimState.CHECKED and claim.checked_by_id == by.id:
        return
    _must_be(claim, ClaimState.FILED, "核对")
    if not agrees and not text.strip():
        raise Refused("核对不符的，请写明理由", field="text")
    claim.agrees, claim.check_text = agrees, text.strip()
    claim.checked_at, claim.checked_by_id = at, by.id
    db.session.flush()
    record("claim.check", claim, at=at, agrees=agrees, reason=text.strip())


def decide(
    *,
    claim: TrainingClaim,
    grants: bool,
    accredited: bool,
    text: str,
    at: datetime,
    by: Account,
) -> CreditEntry | None:
    """人事司 grants, and the hours are entered once, or returns the claim with the reason.

    Raises OwnClaim, NotNow, Refused.
    """
    # The ledger of the person first, so that a cap is reckoned with by one at a time.
    db.session.execute(select(Person.id).where(Person.id == claim.person_id).with_for_update())
    lock(claim)
    _must_be_somebody_elses(claim, by)
    if claim.decided_by_id == by.id and claim.granted is grants:
        return queries.entry_of(claim.id)
    if claim.state is ClaimState.FILED:
        if not is_stranded(claim):
            raise NotNow("联络员尚未核对，不能审批")
        claim.checked_at, claim.check_text = at, UNCHECKED
    _must_be(claim, ClaimState.CHECKED, "审批")
    if not text.strip() and (not grants or not claim.agrees):
        raise Refused(_lacking(claim, grants=grants), field="text")
    claim.granted, claim.accredited = grants, grants and accredited
    claim.decision_text, claim.decided_at, claim.decided_by_id = text.strip(), at, by.id
    entry = _enter(claim, at, by) if grants else None
    db.session.flush()
    hours = str(entry.hours) if entry else "0"
    record("claim.grant" if grants else "claim.return", claim, at=at, hours=hours,
           reason=text.strip())  # fmt: skip
    return entry


def is_stranded(claim: TrainingClaim) -> bool:
    """Whether a claim waits for a check that nobody is left to make: 人事司 decides without."""
    return claim.state is ClaimState.FILED and not queries.is_checked_by_somebody(
        claim.person, claim.filed_by_id
    )


def _lacking(claim: TrainingClaim, *, grants: bool) -> str:
    if not grants:
        return "退回须写明理由"
    word = "核对不符" if claim.agrees is False else "没有核对"
    return f"联络员{word}，认定须写明理由"


def _enter(claim: TrainingClaim, at: datetime, by: Account) -> CreditEntry:
    rule = conversion.in_force(queries.conversions(), claim.activity, claim.starts_on)
    hours = conversion.hours_of(claim.days, rule)
    before = queries.hours_of_activity(claim.person_id, claim.activity, claim.ends_on.year)
    counted = conversion.capped(hours, before, rule)
    entry = CreditEntry(
        person_id=claim.person_id,
        bucket=rule.bucket,
        source=CreditSource.CLAIM,
        activity=claim.activity,
        hours=counted,
        days=conversion.days_of(claim.days, hours, counted),
        is_law=claim.is_law,
        accredited=claim.accredited,
        document=claim.document,
        earned_on=claim.ends_on,
        conversion_id=rule.id,
        claim_id=claim.id,
        reason=f"{claim.organiser}：{claim.title}"[:300],
        recorded_at=at,
        recorded_by_id=by.id,
    )
    db.session.add(entry)
    return entry


def withdraw(*, claim: TrainingClaim, at: datetime) -> None:
    """Take it back before it is decided; a second time changes nothing. Raises NotNow."""
    lock(claim)
    if claim.state is ClaimState.WITHDRAWN:
        return
    if claim.state not in (ClaimState.FILED, ClaimState.CHECKED):
        raise NotNow(f"申报{claim.state.label}，不能撤回")
    claim.withdrawn_at = at
    db.session.flush()
    record("claim.withdraw", claim, at=at, title=claim.title)


def _must_be_somebody_elses(claim: TrainingClaim, by: Account) -> None:
    if by.person_id == claim.person_id or by.id == claim.filed_by_id:
        raise OwnClaim


def _must_be(claim: TrainingClaim, state: ClaimState, act: str) -> None:
    if claim.state is not state:
        raise NotNow(f"申报{claim.state.label}，不能再{act}")
