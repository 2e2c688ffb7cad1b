"""Who decides about a correction that another one asked for, or about taking one back.

Whose own score it changes does not decide. Where that is everybody who could, two of them approve
together (会签): in an exam that all sit, marks for everybody change the score of every officer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Permission
from accounts.queries.accounts import able_to
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam.marking import corrections
from exam.marking.corrections import Change
from exam.models import Attempt, Correction, Countersignature, UndoRequest

#: How many approve together whose own scores change.
TOGETHER = 2


class OwnScore(Refused):
    message = "这项更正会改变您本人的成绩，请由其他人办理"


class TooFew(Refused):
    """Everybody who could approve is concerned, and they are not two."""

    message = (
        "这项更正会改变您本人的成绩，须由两人共同批准，而此外没有别人可以批准，"
        "请安全管理员另行授权一人"
    )


class Signed(Refused):
    message = "您已经批准，等待另一人共同批准后生效"


@dataclass(frozen=True)
class Deciders:
    """Who may decide: not who asked for it. In the order of staff numbers."""

    #: Those who may alone: their own scores stay.
    alone: Sequence[Account]
    #: Those whose own scores change.
    concerned: Sequence[Account]
    #: What those who are concerned have approved of this very preview, oldest first.
    signed: Sequence[Countersignature]
    #: What was approved of another preview, and counts for nothing.
    outdated: Sequence[Countersignature]

    @property
    def two(self) -> bool:
        """Whether those who are concerned approve together."""
        return not self.alone and len(self.concerned) >= TOGETHER

    def may(self, account_id: int) -> bool:
        """Whether somebody may approve now, alone or as one of two."""
        if self.two:
            due = self.suffices(account_id) or not self.has_signed(account_id)
            return self._is_concerned(account_id) and due
        return any(each.id == account_id for each in self.alone)

    def bars(self, account_id: int) -> bool:
        """Whether somebody's own score keeps them out of it."""
        return self._is_concerned(account_id) and not self.two

    def suffices(self, account_id: int) -> bool:
        """Whether somebody's approval makes it take effect, as the last of those needed."""
        return len(self.signed_beside(account_id)) + 1 >= TOGETHER

    def signed_beside(self, account_id: int) -> list[Countersignature]:
        """What the others among those who are concerned have approved."""
        return [each for each in self.signed if each.by_id != account_id]

    def has_signed(self, account_id: int) -> bool:
        return any(each.by_id == account_id for each in self.signed)

    def others(self, account_id: int) -> list[Account]:
        """The others who may."""
        every = self.concerned if self.two else self.alone
        return [each for each in every if each.id != account_id and self.may(each.id)]

    def _is_concerned(self, account_id: int) -> bool:
        return any(each.id == account_id for each in self.concerned)


def deciders(leading: Correction, changes: Sequence[Change]) -> Deciders:
    """For a proposal, or for the taking back that was asked for, which makes these changes."""
    asked = leading.undo_asked
    asker = asked.asked_by_id if asked else leading.proposed_by_id
    every = [each for each in able_to(Permission.RESULT_APPROVE) if each.id != asker]
    own = _concerned(changes, every)
    seen = corrections.seen(changes)
    about = asked.id if asked else None
    given = [each for each in leading.countersignatures if each.undo_request_id == about]
    signed = [each for each in given if each.seen == seen and each.by_id in own]
    again = {each.by_id for each in signed}
    return Deciders(
        alone=[each for each in every if each.id not in own],
        concerned=[each for each in every if each.id in own],
        signed=signed,
        outdated=[each for each in given if each.seen != seen and each.by_id not in again],
    )


def must_not_be_own(leading: Correction, changes: Sequence[Change], by: Account) -> Deciders:
    """Who decides, of whom ``by`` is not kept out by their own score.

    Raises OwnScore, TooFew.
    """
    found = deciders(leading, changes)
    if found.bars(by.id):
        raise OwnScore if found.alone else TooFew
    return found


def settled(
    leading: Correction, changes: Sequence[Change], *, opinion: str, at: datetime, by: Account
) -> bool:
    """Whether an approval is enough; if not, it is kept until another one joins it.

    Called under the correction's lock. Raises OwnScore, TooFew, Signed.
    """
    db.session.refresh(leading, ["countersignatures"])
    if not _concerned(changes, [by]):
        return True
    found = must_not_be_own(leading, changes, by)
    # Two may have signed already, neither as the second: one while the other had no right to.
    if found.suffices(by.id):
        for each in found.signed_beside(by.id):
            each.counted = True
        return True
    if found.has_signed(by.id):
        raise Signed
    _sign(leading, leading.undo_asked, corrections.seen(changes), opinion, at, by)
    return False


def _sign(
    leading: Correction, asked: UndoRequest | None, seen: str, opinion: str, at: datetime,
    by: Account,
) -> None:  # fmt: skip
    made = Countersignature(
        undo_request_id=asked.id if asked else None, seen=seen, opinion=opinion, at=at, by_id=by.id
    )
    leading.countersignatures.append(made)
    db.session.flush()
    act = "correction.undo_countersign" if asked else "correction.countersign"
    record(act, leading, at=at, reason=opinion)


def _concerned(changes: Sequence[Change], accounts: Sequence[Account]) -> set[int]:
    """Those of the accounts whose own scores change."""
    ids = {each.attempt_id for each in changes}
    people = [each.person_id for each in accounts]
    rows = db.session.execute(
        select(Attempt.id, Attempt.person_id).where(Attempt.person_id.in_(people))
    )
    affected = {row.person_id for row in rows if row.id in ids}
    return {each.id for each in accounts if each.person_id in affected}
