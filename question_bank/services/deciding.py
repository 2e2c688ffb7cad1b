"""What a reviewer decides about items whose articles were amended."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType

from sqlalchemy import delete, func, select

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from laws.models import Article, LawVersion
from question_bank.amendment import Decision
from question_bank.models import AmendmentCase, Citation, Item, ItemState
from question_bank.queries import amending as queries
from question_bank.services import amending
from question_bank.services.reviewing import Outcome, OwnItem, Rewritten

#: With these an item goes back into use, so that its writer may not take them.
PASSING = (Decision.STILL_APPLIES, Decision.UNTIL_EFFECTIVE)


class Decided(Refused):
    """Somebody was faster."""

    message = "这道题已有处理结果，请刷新后再看"


class Gone(Refused):
    """The article was removed: there is nothing to rest on."""

    message = "所引条文在新版本中已删去，不能沿用；请改题或停用"


class Elsewhere(Refused):
    """An item that still applies rests on the new version."""

    message = "改引的条文不在新版本中"


class InForce(Refused):
    """The new version applies already."""

    message = "新版本已经施行，不能再用到施行日前"


class NotToUndo(Refused):
    """The item has moved on since."""

    message = "试题在处理之后又有变动，不能撤销；请在试题页面处理"


def obstacle(case: AmendmentCase, decision: Decision, by: Account | None, at: datetime) -> str:
    """Why the account cannot decide so now; "" if it can."""
    try:
        _must_be_possible(case, decision, by, at)
    except Refused as refusal:
        return str(refusal)
    return ""


def _must_be_possible(
    case: AmendmentCase, decision: Decision, by: Account | None, at: datetime
) -> None:
    item = case.item
    if case.decision is not None or item.state is ItemState.RETIRED:
        raise Decided
    if item.current_id != case.revision_id:
        raise Rewritten
    own = by is not None and by.id in {item.writer_id, case.revision.created_by_id}
    if own and decision in PASSING:
        raise OwnItem
    if decision is Decision.STILL_APPLIES and _is_gone(case):
        raise Gone
    if decision is Decision.UNTIL_EFFECTIVE and _last_day(case) < _today(at):
        raise InForce


def decide(
    *,
    case: AmendmentCase,
    decision: Decision,
    at: datetime,
    by: Account | None,
    note: str = "",
    instead: Mapping[int, int] = MappingProxyType({}),
) -> None:
    """Enter what becomes of the item and let it go its way.

    Still applies: it cites the new version, too, and is published, unless a yet later version
    touches it as well; ``instead`` names by old article the new one that it rests on (by ids),
    where that is not the one it became, as after a split. Rewrite: it waits for its writer.
    Until effective: it is published up to the day before the new version applies. Retire: it is
    out of use.
    Raises Decided, Rewritten, OwnItem, Gone, InForce, Elsewhere.
    """
    lock(case.item)
    db.session.refresh(case)
    _must_be_possible(case, decision, by, at)
    case.decision, case.decided_at, case.note = decision, at, note.strip()
    case.decided_by_id = by.id if by else None
    item = case.item
    match decision:
        case Decision.STILL_APPLIES:
            _cite_new(case, at, instead)
        case Decision.UNTIL_EFFECTIVE:
            last = _last_day(case)
            item.used_until = min(filter(None, (item.used_until, last)))
        case Decision.RETIRE:
            item.state = ItemState.RETIRED
        case Decision.REWRITE:
            pass
    db.session.flush()
    if decision in PASSING and not queries.undecided(item.id, case.revision_id):
        _publish(item)
    record("item.decide", item, at=at, decision=decision.value, law=case.version.law.title,
           version=case.version.label, note=case.note)  # fmt: skip


def _publish(item: Item) -> None:
    assert item.current is not None  # noqa: S101 - a case names it
    item.published_citation_id = item.current.citations[0].id
    item.state = ItemState.PUBLISHED
    db.session.flush()


def _last_day(case: AmendmentCase) -> date:
    """The last day on which what the item rests on applies."""
    return queries.ends_on(case.version, repealed=case.repealed) - timedelta(days=1)


def _is_gone(case: AmendmentCase) -> bool:
    """Whether an article that the item cites has no successor, or its law none.

    Nothing to follow is nothing lost where the item cites the new version already; a repeal that
    was entered by mistake and taken back leaves everything as it was.
    """
    if case.repealed:
        return case.version.repealed_on is not None
    moves = queries.moves(case)
    if not moves:
        return all(each.version_id != case.version_id for each in case.revision.citations)
    return any(move.new is None for move in moves)


def _cite_new(case: AmendmentCase, at: datetime, instead: Mapping[int, int]) -> None:
    """Cite the articles of the new version, and follow on to what was registered after it."""
    cited = {each.article_id for each in case.revision.citations}
    for move in queries.moves(case):
        new_id = instead.get(move.old.id, move.new.id if move.new is not None else None)
        if new_id is not None and new_id not in cited:
            if db.session.get_one(Article, new_id).version_id != case.version_id:
                raise Elsewhere
            cited.add(new_id)
            db.session.add(
                Citation(
                    revision_id=case.revision_id,
                    article_id=new_id,
                    carried_from_id=move.citation_id,
                    carried_at=at,
                )
            )
    db.session.flush()
    later = [
        each
        for each in sorted(case.version.law.versions, key=lambda each: each.promulgated_on)
        if each.promulgated_on >= case.version.promulgated_on
    ]
    for old, new in pairwise(later):
        _follow_on(case, old, new, at)
    db.session.expire(case.revision, ["citations"])


def _follow_on(case: AmendmentCase, old: LawVersion, new: LawVersion, at: datetime) -> None:
    amending.stop(old, new, at=at, revision_id=case.revision_id)
    amending.carry_over(old, new, at=at, revision_id=case.revision_id)


def undo(*, case: AmendmentCase, at: datetime, by: Account | None) -> None:
    """Take a decision back; the item is under review again. Raises NotToUndo."""
    item = case.item
    lock(item)
    db.session.refresh(case)
    if not undoable(case):
        raise NotToUndo
    undone, moment = case.decision, case.decided_at
    item.state = ItemState.DRAFT if case.was is ItemState.DRAFT else ItemState.QUARANTINED
    item.published_citation_id = None
    db.session.flush()
    if undone is Decision.STILL_APPLIES:
        db.session.execute(
            delete(Citation).where(
                Citation.revision_id == case.revision_id, Citation.carried_at == moment
            )
        )
        db.session.execute(
            delete(AmendmentCase).where(
                AmendmentCase.item_id == item.id,
                AmendmentCase.opened_at == moment,
                AmendmentCase.decision.is_(None),
            )
        )
        db.session.expire(case.revision, ["citations"])
    case.decision = case.decided_at = case.decided_by_id = None
    case.note = ""
    item.used_until = queries.used_until(item.id)
    db.session.flush()
    record("item.undo", item, at=at, decision=undone and undone.value)


def undoable(case: AmendmentCase) -> bool:
    """Whether the item stands as the decision left it."""
    item = case.item
    left = {
        Decision.STILL_APPLIES: (ItemState.PUBLISHED, ItemState.QUARANTINED),
        Decision.UNTIL_EFFECTIVE: (ItemState.PUBLISHED, ItemState.QUARANTINED),
        Decision.REWRITE: (case.was, ItemState.QUARANTINED),
        Decision.RETIRE: (ItemState.RETIRED,),
    }
    return (
        case.decision is not None
        and item.current_id == case.revision_id
        and item.state in left[case.decision]
        and not _continued(case)
    )


def _continued(case: AmendmentCase) -> bool:
    """Whether something was decided, or carried over, on top of the citations added then."""
    ours = select(Citation.id).where(
        Citation.revision_id == case.revision_id, Citation.carried_at == case.decided_at
    )
    later = select(func.count()).where(
        Citation.carried_from_id.in_(ours), Citation.carried_at != case.decided_at
    )
    return case.decision is Decision.STILL_APPLIES and bool(db.session.scalar(later))


def decide_each(
    *,
    cases: Sequence[AmendmentCase],
    decision: Decision,
    at: datetime,
    by: Account | None,
    note: str = "",
    instead: Mapping[int, int] = MappingProxyType({}),
) -> Outcome:
    """The same decision for several items; those for which it cannot be taken are left."""
    left = []
    for case in cases:
        try:
            decide(case=case, decision=decision, at=at, by=by, note=note, instead=instead)
        except Refused as refusal:
            left.append((case.item_id, str(refusal)))
    return Outcome(len(cases) - len(left), left)


def _today(at: datetime) -> date:
    return clock.local(at).date()
