"""Making, ending and excepting from rules of learning."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from accounts.models import Account, Person
from accounts.standing import Grade, RankGroup, StaffCategory
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.assigning.models import LearningException, LearningRule, LearningRuleUnit
from courses.models import Assignment, Course
from courses.services.assigning import NotOpen


class Over(Refused):
    message = "这条规则已经结束"


@dataclass(frozen=True)
class RuleDraft:
    """What a rule says; the fields of LearningRule."""

    title: str
    starts_on: date
    due_on: date | None = None
    due_days: int | None = None
    unit_ids: Sequence[int] = field(default_factory=tuple)
    rank_group: RankGroup | None = None
    grade: Grade | None = None
    post: str = ""
    staff_category: StaffCategory | None = None
    joined_from: date | None = None
    list_id: int | None = None


def check(draft: RuleDraft) -> None:
    """Raises Refused where the draft does not hold together."""
    if not draft.title.strip():
        raise Refused("请写规则名称", field="title")
    if (draft.due_on is None) == (draft.due_days is None):
        raise Refused("完成期限：固定日期与天数填且只填一项", field="due_on")
    if draft.due_on is not None and draft.due_on < draft.starts_on:
        raise Refused("完成期限不能早于开始日期", field="due_on")


def unsaved(draft: RuleDraft) -> LearningRule:
    """The rule that the draft would make, in no session: for looking at whom it would bind."""
    return LearningRule(
        title=draft.title.strip(),
        starts_on=draft.starts_on,
        due_on=draft.due_on,
        due_days=draft.due_days,
        rank_group=draft.rank_group,
        grade=draft.grade,
        post=draft.post.strip(),
        staff_category=draft.staff_category,
        joined_from=draft.joined_from,
        list_id=draft.list_id,
        units=[LearningRuleUnit(unit_id=each) for each in dict.fromkeys(draft.unit_ids)],
    )


def make(
    *, draft: RuleDraft, courses: Sequence[Course], at: datetime, by: Account | None
) -> tuple[LearningRule, list[Assignment]]:
    """Require the courses of everybody whom the rule binds, now and later.

    The same rule sent twice is made once. Raises NotOpen, Refused.
    """
    check(draft)
    if not courses:
        raise Refused("至少选一门课程", field="course_ids")
    courses = sorted(courses, key=lambda each: each.id)
    for each in courses:
        lock(each)
        if each.published_at is None or each.withdrawn_at is not None:
            raise NotOpen(field="course_ids")
    if (same := _same(draft, courses)) is not None:
        return same
    rule = unsaved(draft)
    rule.created_at, rule.created_by_id = at, by.id if by else None
    db.session.add(rule)
    made = [
        Assignment(
            course=each,
            rule=rule,
            starts_on=draft.starts_on,
            due_on=draft.due_on,
            created_at=at,
            created_by_id=rule.created_by_id,
        )
        for each in courses
    ]
    db.session.add_all(made)
    db.session.flush()
    record("learning_rule.create", rule, at=at, title=rule.title,
           courses=[each.title for each in courses], starts_on=rule.starts_on.isoformat(),
           due=str(rule.due_on or rule.due_days))  # fmt: skip
    return rule, made


def _same(
    draft: RuleDraft, courses: Sequence[Course]
) -> tuple[LearningRule, list[Assignment]] | None:
    """A rule in force that says the same of the same courses."""
    rows = db.session.scalars(
        select(LearningRule)
        .where(LearningRule.title == draft.title.strip(), LearningRule.ended_at.is_(None))
        .order_by(LearningRule.id)
    )
    for rule in rows:
        given = db.session.scalars(
            select(Assignment).where(Assignment.rule_id == rule.id).order_by(Assignment.course_id)
        ).all()
        if _draft_of(rule) == _plain(draft) and [each.course_id for each in given] == [
            each.id for each in courses
        ]:
            return rule, list(given)
    return None


def _plain(draft: RuleDraft) -> tuple[object, ...]:
    return (
        draft.starts_on, draft.due_on, draft.due_days, sorted(set(draft.unit_ids)),
        draft.rank_group, draft.grade, draft.post.strip(), draft.staff_category,
        draft.joined_from, draft.list_id,
    )  # fmt: skip


def _draft_of(rule: LearningRule) -> tuple[object, ...]:
    return (
        rule.starts_on, rule.due_on, rule.due_days, sorted(each.unit_id for each in rule.units),
        rule.rank_group, rule.grade, rule.post, rule.staff_category, rule.joined_from, rule.list_id,
    )  # fmt: skip


def end(*, rule: LearningRule, at: datetime, by: Account) -> None:
    """Require its courses no longer; what people completed stays completed."""
    lock(rule)
    if rule.ended_at is not None:
        return
    rule.ended_at, rule.ended_by_id = at, by.id
    for each in db.session.scalars(
        select(Assignment).where(Assignment.rule_id == rule.id).order_by(Assignment.id)
    ):
        each.ended_at = each.ended_at or at
    db.session.flush()
    record("learning_rule.close", rule, at=at, title=rule.title)


def except_person(
    *, rule: LearningRule, person: Person, reason: str, at: datetime, by: Account
) -> LearningException:
    """Let the rule not bind somebody; said twice, it is entered once. Raises Over, Refused."""
    lock(rule)
    if rule.ended_at is not None:
        raise Over
    if not reason.strip():
        raise Refused("请写明例外的理由", field="reason")
    for each in rule.exceptions:
        if each.person_id == person.id and each.ended_at is None:
            return each
    made = LearningException(
        rule=rule, person=person, reason=reason.strip(), created_at=at, created_by_id=by.id
    )
    db.session.add(made)
    db.session.flush()
    record(
        "learning_rule.except", rule, at=at, staff_number=person.staff_number, reason=made.reason
    )
    return made


def lift(*, exception: LearningException, at: datetime) -> None:
    """Let the rule bind the person again."""
    lock(exception.rule)
    if exception.ended_at is None:
        exception.ended_at = at
        db.session.flush()
        record("learning_rule.lift", exception.rule, at=at,
               staff_number=exception.person.staff_number)  # fmt: skip
