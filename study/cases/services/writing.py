"""Cases are written, handed to a second person, published, sent back and withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from study.cases import privacy
from study.cases.kinds import CaseState, Field
from study.cases.models import CaseArticle, CaseItem, StudyCase
from study.cases.services import indexing


class NotNow(Refused):
    message = "案例的状态已经改变，请刷新后再看"


class Identifying(Refused):
    """The text points to a person."""


class WithoutArticle(Refused):
    message = "请先填写引用的法律条文，再送审"


class OwnCase(Refused):
    message = "案例须由作者以外的人审核"


class WithoutReason(Refused):
    message = "请写明理由"


@dataclass(frozen=True)
class CaseDraft:
    title: str
    field: Field
    facts: str
    issue: str
    reasoning: str
    article_ids: Sequence[int]


def create(*, draft: CaseDraft, at: datetime, by: Account) -> StudyCase:
    """Raises Identifying."""
    case = StudyCase(author_id=by.id, created_at=at)
    _write(case, draft)
    db.session.add(case)
    db.session.flush()
    record("case.create", case, at=at, title=case.title)
    return case


def edit(*, case: StudyCase, draft: CaseDraft, at: datetime) -> None:
    """Change a case that is not published; one that was withdrawn is a draft again.

    Raises NotNow, Identifying.
    """
    lock(case)
    if case.state not in (CaseState.DRAFT, CaseState.WITHDRAWN):
        raise NotNow
    _write(case, draft)
    case.submitted_at = case.reviewer_id = case.withdrawn_at = None
    db.session.flush()
    record("case.edit", case, at=at, title=case.title)


def _write(case: StudyCase, draft: CaseDraft) -> None:
    for name, text in (
        ("title", draft.title),
        ("facts", draft.facts),
        ("issue", draft.issue),
        ("reasoning", draft.reasoning),
    ):
        if found := privacy.identifying(text):
            raise Identifying(f"文中疑似有{'、'.join(found)}，请隐去或改写后再保存", field=name)
    case.title, case.field = draft.title, draft.field
    case.facts, case.issue, case.reasoning = draft.facts, draft.issue, draft.reasoning
    cite(case, draft.article_ids)


def cite(case: StudyCase, article_ids: Sequence[int]) -> None:
    """Let the case rest on exactly these articles, in this order."""
    kept = {each.article_id: each for each in case.articles}
    rows = [kept.get(each) or CaseArticle(article_id=each) for each in dict.fromkeys(article_ids)]
    for position, row in enumerate(rows, 1):
        row.position = position
    case.articles = rows


def choose_items(*, case: StudyCase, item_ids: Collection[int], at: datetime) -> None:
    """Tie exactly these items to the case."""
    lock(case)
    kept = {each.item_id: each for each in case.items}
    case.items = [kept.get(each) or CaseItem(item_id=each) for each in sorted(set(item_ids))]
    db.session.flush()
    record("case.items", case, at=at, title=case.title, records=len(case.items))


def submit(*, case: StudyCase, at: datetime) -> None:
    """Hand the case in for review; a second time changes nothing. Raises NotNow, WithoutArticle."""
    lock(case)
    if case.state is CaseState.WAITING:
        return
    if case.state is not CaseState.DRAFT:
        raise NotNow
    if not case.articles:
        raise WithoutArticle
    case.submitted_at, case.remark = at, ""
    db.session.flush()
    record("case.submit", case, at=at, title=case.title)


def publish(*, case: StudyCase, at: datetime, by: Account) -> None:
    """Somebody other than the author publishes it. Raises NotNow, OwnCase."""
    lock(case)
    if case.state is CaseState.PUBLISHED:
        return
    if case.state is not CaseState.WAITING:
        raise NotNow
    _by_another(case, by)
    case.reviewer_id, case.published_at = by.id, at
    for flag in case.open_flags:
        # What was amended was seen to: the case was written anew and reviewed.
        flag.settled_at, flag.settled_by_id, flag.outcome = at, by.id, "改写后重新审核发布"
    db.session.flush()
    indexing.put(case)
    record("case.publish", case, at=at, title=case.title)


def send_back(*, case: StudyCase, reason: str, at: datetime, by: Account) -> None:
    """Back to the author, with what is to be changed. Raises NotNow, OwnCase, WithoutReason."""
    lock(case)
    if case.state is not CaseState.WAITING:
        raise NotNow
    _by_another(case, by)
    if not reason:
        raise WithoutReason(field="reason")
    case.submitted_at, case.remark, case.reviewer_id = None, reason, by.id
    db.session.flush()
    record("case.reject", case, at=at, title=case.title, reason=reason)


def _by_another(case: StudyCase, by: Account) -> None:
    if case.author_id == by.id:
        raise OwnCase


def withdraw(*, case: StudyCase, reason: str, at: datetime) -> None:
    """Take a published case out of the library, to be changed or for good. Raises NotNow."""
    lock(case)
    if case.state is not CaseState.PUBLISHED:
        raise NotNow
    if not reason:
        raise WithoutReason(field="reason")
    case.published_at, case.withdrawn_at, case.remark = None, at, reason
    db.session.flush()
    indexing.remove(case)
    record("case.withdraw", case, at=at, title=case.title, reason=reason)
