"""Passing items, and taking them out of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.life import ReviewAct
from question_bank.models import Item, ItemComment, ItemRevision, ItemState, ReviewStep
from question_bank.queries import amending as amended
from question_bank.services import amending


class NotCited(Refused):
    """An item without an article behind it is not published."""

    message = "试题须引用至少一条法律条文才能发布"


class OwnItem(Refused):
    """Whoever wrote an item does not pass it."""

    message = "命题人不能审定自己编写的试题，请由其他审题人发布"


class NotWaiting(Refused):
    """Only a draft, or an item in quarantine, is published."""

    message = "只有草稿和待复核的试题可以发布"


class NotAtLegalCheck(Refused):
    """The research office confirms what a reviewer has passed."""

    message = "只有审题通过、待法律核对的试题可以由研究室确认发布"


class NotReturnable(Refused):
    """Only what waits to be passed is sent back."""

    message = "只有草稿、待法律核对和待复核的试题可以退回"


class NoRemark(Refused):
    """Whoever sends an item back says why."""

    message = "请写明退回的理由"


class Rewritten(Refused):
    """The item was changed after the reviewer opened it."""

    message = "试题在您核对期间被修改过，请重新核对后再发布"


class LawAmended(Refused):
    """What the item cites was amended, and nobody has decided about it."""

    message = "所引条文已修改或废止，请先在“修法复核”中处理，或由命题人改题"


class NotInUse(Refused):
    """Only what has been published is taken out of use."""

    message = "只有已发布或待复核的试题可以停用"


class NotRetired(Refused):
    """Only a retired item is brought back."""

    message = "只有已停用的试题可以恢复"


#: States out of which an item is published, and retired.
WAITING = (ItemState.DRAFT, ItemState.QUARANTINED)
RETURNABLE = (*WAITING, ItemState.LEGAL_CHECK)
IN_USE = (ItemState.PUBLISHED, ItemState.QUARANTINED)


def must_be_passable(item: Item, by: Account | None) -> None:
    """Raises NotWaiting, OwnItem, NotCited, LawAmended."""
    if item.state not in WAITING:
        raise NotWaiting
    _must_not_be_own(item, by)
    if item.current is None or not item.current.citations:
        raise NotCited
    if amended.undecided(item.id, item.current.id):
        raise LawAmended


def obstacle(item: Item, by: Account | None) -> str:
    """Why the account cannot pass the item; "" if it can."""
    try:
        if item.state is ItemState.LEGAL_CHECK:
            _must_not_be_own(item, by)
        else:
            must_be_passable(item, by)
    except Refused as refusal:
        return str(refusal)
    return ""


def publish(
    *,
    item: Item,
    at: datetime,
    by: Account | None,
    revision: int | None = None,
    legal_check: bool = False,
) -> None:
    """Pass an item; ``revision`` is the id of the revision that the reviewer looked at.

    With ``legal_check`` it goes to the research office, which publishes it by ``confirm``. Its
    citations follow what was registered after the versions that it cites, as far as the articles
    stand. Raises NotWaiting, OwnItem, NotCited, LawAmended, Rewritten.
    """
    lock(item)
    must_be_passable(item, by)
    current = _looked_at(item, revision)
    _step(current, ReviewAct.PASSED, at=at, by=by)
    if legal_check:
        item.state, item.published_citation_id = ItemState.LEGAL_CHECK, None
        db.session.flush()
        record("item.pass", item, at=at, revision=current.number)
    else:
        _publish(item, current, at)


def confirm(*, item: Item, at: datetime, by: Account | None, revision: int | None = None) -> None:
    """The research office finds the law right: the item is published.

    Raises NotAtLegalCheck, OwnItem, NotCited, Rewritten.
    """
    lock(item)
    if item.state is not ItemState.LEGAL_CHECK:
        raise NotAtLegalCheck
    _must_not_be_own(item, by)
    current = _looked_at(item, revision)
    _step(current, ReviewAct.LEGAL, at=at, by=by)
    _publish(item, current, at)


def send_back(
    *, item: Item, remark: str, at: datetime, by: Account | None, revision: int | None = None
) -> None:
    """Return an item to its writer, who changes it before it is looked at again.

    Raises NoRemark, NotReturnable, OwnItem, Rewritten.
    """
    if not remark.strip():
        raise NoRemark
    lock(item)
    if item.state not in RETURNABLE:
        raise NotReturnable
    _must_not_be_own(item, by)
    current = _looked_at(item, revision)
    _step(current, ReviewAct.RETURNED, at=at, by=by, remark=remark.strip())
    item.state, item.published_citation_id = ItemState.RETURNED, None
    db.session.flush()
    record("item.reject", item, at=at, revision=current.number, reason=remark.strip()[:300])


def _must_not_be_own(item: Item, by: Account | None) -> None:
    if by is not None and by.id in {item.writer_id, item.current and item.current.created_by_id}:
        raise OwnItem


def _looked_at(item: Item, revision: int | None) -> ItemRevision:
    """The current revision, if it is the one looked at. Raises Rewritten, NotCited."""
    if revision is not None and item.current_id != revision:
        raise Rewritten
    if item.current is None:
        raise NotCited
    return item.current


def _step(
    revision: ItemRevision, act: ReviewAct, *, at: datetime, by: Account | None, remark: str = ""
) -> None:
    db.session.add(
        ReviewStep(
            revision_id=revision.id, act=act, at=at, by_id=by.id if by else None, remark=remark
        )
    )


def _publish(item: Item, current: ItemRevision, at: datetime) -> None:
    if not current.citations:
        raise NotCited
    item.published_citation_id = current.citations[0].id
    item.state = ItemState.PUBLISHED
    amending.carry_on(current, at=at)
    db.session.flush()
    record("item.publish", item, at=at, revision=current.number)


def suspend(*, item: Item, remark: str, at: datetime, by: Account) -> None:
    """Take an item out of use until it is reviewed, because an exam showed that it is wrong.

    The remark stays with it; one that is not in use keeps its state.
    """
    lock(item)
    db.session.add(
        ItemComment(item_id=item.id, revision_id=item.current_id, text=remark, at=at, by_id=by.id)
    )
    if item.state is ItemState.PUBLISHED:
        item.state = ItemState.QUARANTINED
    db.session.flush()
    record("item.suspend", item, at=at, reason=remark[:300])


def retire(*, item: Item, at: datetime, by: Account | None) -> None:
    """Take an item out of use; it stays in the papers that hold it. Raises NotInUse."""
    lock(item)
    if item.state not in IN_USE:
        raise NotInUse
    item.state = ItemState.RETIRED
    db.session.flush()
    record("item.retire", item, at=at)


def restore(*, item: Item, at: datetime, by: Account | None) -> None:
    """Bring a retired item back as a draft, to be passed again. Raises NotRetired."""
    lock(item)
    if item.state is not ItemState.RETIRED:
        raise NotRetired
    item.state, item.published_citation_id = ItemState.DRAFT, None
    amending.reopen(item)
    db.session.flush()
    record("item.restore", item, at=at)


@dataclass(frozen=True)
class Outcome:
    """What became of several items at once."""

    done: int
    #: Item and why it was left as it is.
    left: Sequence[tuple[int, str]]


def publish_each(
    *,
    items: Sequence[tuple[Item, int]],
    at: datetime,
    by: Account | None,
    legal_check: bool = False,
) -> Outcome:
    """Pass the items, each with the revision looked at; those that cannot be are left."""
    left = []
    for item, revision in items:
        try:
            publish(item=item, at=at, by=by, revision=revision, legal_check=legal_check)
        except Refused as refusal:
            left.append((item.id, str(refusal)))
    return Outcome(len(items) - len(left), left)


def retire_each(*, items: Sequence[Item], at: datetime, by: Account | None) -> Outcome:
    """Take the items out of use; those that are not in use are left."""
    left = []
    for item in items:
        try:
            retire(item=item, at=at, by=by)
        except Refused as refusal:
            left.append((item.id, str(refusal)))
    return Outcome(len(items) - len(left), left)
