"""What is asked of the database to save a batch: the attempt is locked and read, answers follow.

Three short statements on the driver's own cursor. On SQLite the transaction is the lock (BEGIN
IMMEDIATE); on PostgreSQL the attempt's row is, so that a hand-in in progress is waited for and then
found, and one that comes later waits for the answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from exam.responses import Response
from exam.saving.token import Ticket

#: Refused batches of one attempt that are noted; a client that does not stop fills no table.
NOTED_REFUSALS = 50

_ATTEMPT = """
SELECT a.person_id, a.epoch, a.deadline, a.submitted_at, a.voided_at,
       (SELECT 1 FROM account c WHERE c.person_id = a.person_id AND c.disabled_at IS NOT NULL)
  FROM attempt a WHERE a.id = :attempt
"""
_LOCK = "FOR KEY SHARE OF a"
_UPSERT = """
INSERT INTO answer (attempt_id, slot, seq, response, saved_at)
VALUES (:attempt, :slot, :seq, :response, :at)
ON CONFLICT (attempt_id, slot) DO UPDATE
   SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
 WHERE excluded.seq >= answer.seq
"""
_KEPT = "SELECT seq, response FROM answer WHERE attempt_id = :attempt AND slot = :slot"
_NOTE = """
INSERT INTO attempt_event (attempt_id, at, kind, detail)
SELECT :attempt, :at, 'save_refused', :detail
 WHERE (SELECT count(*) FROM attempt_event
         WHERE attempt_id = :attempt AND kind = 'save_refused') < :limit
"""


class Refusal(StrEnum):
    """Why nothing of a batch is kept; the value is what programs read."""

    REVOKED = "revoked"
    TAKEN_OVER = "taken_over"
    VOIDED = "voided"
    SUBMITTED = "submitted"
    OVERDUE = "overdue"

    @property
    def message(self) -> str:
        return _MESSAGES[self]


_MESSAGES = {
    Refusal.REVOKED: "作答凭证已失效，请重新登录后打开考试页面",
    Refusal.TAKEN_OVER: "本次作答已在另一台设备上继续，本页不能再作答",
    Refusal.VOIDED: "本次作答已作废",
    Refusal.SUBMITTED: "已经交卷，答案不能再改",
    Refusal.OVERDUE: "已到截止时间，之前保存的答案有效",
}


@dataclass(frozen=True)
class Newer:
    """The stored answer of a slot that is newer than the one sent."""

    slot: int
    seq: int
    response: str


@dataclass
class Outcome:
    """What became of a batch: saved and stale slots, or why it was refused."""

    deadline: datetime | None = None
    saved: list[int] = field(default_factory=list)
    stale: list[Newer] = field(default_factory=list)
    refused: Refusal | None = None


class Statements:
    def __init__(self, dialect: str) -> None:
        self._text_moments = dialect == "sqlite"
        lock, adapt = ("", str) if self._text_moments else (_LOCK, _psycopg)
        self._attempt = adapt(_ATTEMPT + lock)
        self._upsert, self._kept, self._note = adapt(_UPSERT), adapt(_KEPT), adapt(_NOTE)

    def run(
        self, cursor: Any, ticket: Ticket, responses: Sequence[Response], at: datetime
    ) -> Outcome:
        """Save a batch that arrived ``at``, or note why not, in a transaction that may write."""
        attempt = {"attempt": ticket.attempt_id}
        row = cursor.execute(self._attempt, attempt).fetchone()
        if row is None:
            return Outcome(refused=Refusal.REVOKED)
        outcome = Outcome(self._read(row[2]), refused=_refusal(row, ticket, self._read(row[2]), at))
        moment = self._write(at)
        if outcome.refused:
            detail = {"detail": outcome.refused.message, "limit": NOTED_REFUSALS, "at": moment}
            cursor.execute(self._note, attempt | detail)
            return outcome
        # In the order of the slots, so that two batches of an attempt cannot wait for each other.
        for each in sorted(responses, key=lambda response: response.slot):
            values = {"slot": each.slot, "seq": each.seq, "response": each.body, "at": moment}
            if cursor.execute(self._upsert, attempt | values).rowcount:
                outcome.saved.append(each.slot)
            else:
                seq, response = cursor.execute(self._kept, attempt | {"slot": each.slot}).fetchone()
                outcome.stale.append(Newer(each.slot, seq, response))
        return outcome

    def _read(self, stored: Any) -> datetime:
        moment = datetime.fromisoformat(stored) if self._text_moments else stored
        return moment.replace(tzinfo=UTC)

    def _write(self, moment: datetime) -> Any:
        """A moment as the UTCDateTime columns hold it."""
        naive = moment.astimezone(UTC).replace(tzinfo=None)
        return naive.isoformat(" ", "microseconds") if self._text_moments else naive


def _refusal(
    row: Sequence[Any], ticket: Ticket, deadline: datetime, at: datetime
) -> Refusal | None:
    """Why an attempt takes no answers under a ticket; what arrives at the deadline is in time."""
    person_id, epoch, _, submitted_at, voided_at, disabled = row
    if person_id != ticket.person_id or disabled:
        return Refusal.REVOKED
    if voided_at is not None:
        return Refusal.VOIDED
    if submitted_at is not None:
        return Refusal.SUBMITTED
    if epoch != ticket.epoch:
        return Refusal.TAKEN_OVER
    return Refusal.OVERDUE if at > deadline else None


def _psycopg(statement: str) -> str:
    """``:name`` as psycopg writes it."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)
