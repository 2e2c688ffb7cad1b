"""Somebody takes or drops items that were drafted from an article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from laws.models import Article
from question_bank.drafting.candidates import Candidate
from question_bank.models import DraftDecision, Item, Verdict
from question_bank.queries import drafting as queries
from question_bank.services import writing


class Gone(Refused):
    """The article does not give this candidate, or somebody has decided on it."""

    message = "这道候选题已经处理过，或条文已经变化；请刷新页面"


class Kept(Refused):
    """Only what was dropped is offered again."""

    message = "这道候选题没有被放弃，不用恢复"


@dataclass(frozen=True)
class Decided:
    """What became of several candidates: items made, and how many were gone already."""

    items: Sequence[Item]
    done: int
    gone: int


def accept(*, article_id: int, mark: str, at: datetime, by: Account) -> Item:
    """Make a draft of the candidate, by ``by``. Raises Gone."""
    found = _open(article_id, mark)
    item = writing.create_item(draft=found.draft, at=at, by=by)
    _decide(article_id, found, Verdict.ACCEPTED, at=at, by=by, item=item)
    return item


def drop(*, article_id: int, mark: str, at: datetime, by: Account) -> DraftDecision:
    """Never offer the candidate again, unless it is brought back. Raises Gone."""
    return _decide(article_id, _open(article_id, mark), Verdict.DROPPED, at=at, by=by)


def bring_back(*, article_id: int, mark: str, at: datetime, by: Account) -> None:
    """Offer a dropped candidate again. Raises Kept."""
    found = queries.decision(article_id, mark)
    if found is None or found.decision is not Verdict.DROPPED:
        raise Kept
    record("item_draft.restore", object_type="Article", at=at, article=article_id, mark=mark[:12])
    db.session.delete(found)
    db.session.flush()


def decide_each(
    *, chosen: Sequence[tuple[int, str]], accepted: bool, at: datetime, by: Account
) -> Decided:
    """Accept or drop several candidates; those that are gone are passed over and counted."""
    items: list[Item] = []
    done = gone = 0
    for article_id, mark in dict.fromkeys(chosen):
        try:
            if accepted:
                items.append(accept(article_id=article_id, mark=mark, at=at, by=by))
            else:
                drop(article_id=article_id, mark=mark, at=at, by=by)
        except Gone:
            gone += 1
        else:
            done += 1
    return Decided(items, done, gone)


def _open(article_id: int, mark: str) -> Candidate:
    """The candidate, if nobody has decided on it; two people at once wait for each other."""
    lock(db.session.get_one(Article, article_id))
    found = queries.candidate(article_id, mark)
    if found is None or queries.decision(article_id, mark) is not None:
        raise Gone
    return found


def _decide(
    article_id: int,
    candidate: Candidate,
    decision: Verdict,
    *,
    at: datetime,
    by: Account,
    item: Item | None = None,
) -> DraftDecision:
    made = DraftDecision(
        article_id=article_id,
        mark=candidate.mark,
        method=candidate.method,
        decision=decision,
        item_id=item.id if item else None,
        decided_at=at,
        decided_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    if decision is Verdict.DROPPED:
        record(
            "item_draft.discard",
            object_type="Article",
            at=at,
            article=article_id,
            method=candidate.method.label,
            mark=candidate.mark[:12],
        )
    return made
