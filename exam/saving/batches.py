"""Batches of answers, and what becomes of them. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from exam.attempts.responses import Response
from exam.saving.token import Ticket

#: Refused batches of one attempt that are noted; a client that does not stop fills no table.
NOTED_REFUSALS = 50

#: Whether the session of an attempt is called off: asked where a batch comes under an old epoch,
#: because calling off raises the epochs of those who sit, as going on at another device does.
IS_CALLED_OFF = """
SELECT 1 FROM attempt a JOIN exam_session s ON s.id = a.session_id
 WHERE a.id = {} AND s.cancelled_at IS NOT NULL
"""

#: Rows as they travel to the database, in one text.
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Refusal(StrEnum):
    """Why nothing of a batch is kept; the value is what programs read."""

    REVOKED = "revoked"
    TAKEN_OVER = "taken_over"
    CALLED_OFF = "called_off"
    VOIDED = "voided"
    SUBMITTED = "submitted"
    OVERDUE = "overdue"

    @property
    def message(self) -> str:
        return _MESSAGES[self]


_MESSAGES = {
    Refusal.REVOKED: "作答凭证已失效，请重新登录后打开考试页面",
    Refusal.TAKEN_OVER: "本次作答已在另一台设备上继续，本页不能再作答",
    Refusal.CALLED_OFF: "本场次已取消，之前保存的答案仍保留",
    Refusal.VOIDED: "本次作答已作废",
    Refusal.SUBMITTED: "已经交卷，答案不能再改",
    Refusal.OVERDUE: "已到截止时间，之前保存的答案有效",
}


class Batch(NamedTuple):
    """Answers under a ticket, and the moment at which they arrived (exam.saving.moments)."""

    ticket: Ticket
    responses: Sequence[Response]
    at: str


class Newer(NamedTuple):
    """The stored answer of a slot that is newer than the one sent."""

    slot: int
    seq: int
    response: str


@dataclass(slots=True)
class Outcome:
    """What became of a batch: saved and stale slots, or why it was refused."""

    #: A stored moment; None where there is no such attempt.
    deadline: str | None
    saved: Sequence[int] = ()
    stale: Sequence[Newer] = ()
    refused: Refusal | None = None


class Facts(NamedTuple):
    """How an attempt stands when its batch is written."""

    person_id: int
    epoch: int
    #: A stored moment.
    deadline: str
    submitted_at: Any
    voided_at: Any
    #: Not None if the person's account is disabled.
    disabled: Any


class Writer(Protocol):
    """Writes batches of different attempts in one transaction, or notes why not.

    Outcomes come in the order of the batches; they are durable. An error means that nothing is
    written.
    """

    def write(self, batches: Sequence[Batch]) -> list[Outcome]: ...


def refusal(facts: Facts, ticket: Ticket, at: str) -> Refusal | None:
    """Why an attempt takes no answers under a ticket; what arrives at the deadline is in time."""
    if facts.person_id != ticket.person_id or facts.disabled:
        return Refusal.REVOKED
    if facts.voided_at is not None:
        return Refusal.VOIDED
    if facts.submitted_at is not None:
        return Refusal.SUBMITTED
    if facts.epoch != ticket.epoch:
        return Refusal.TAKEN_OVER
    return Refusal.OVERDUE if at > facts.deadline else None


def outcome(facts: Facts | None, batch: Batch) -> Outcome:
    """What becomes of a batch if no answer that is there already is newer."""
    if facts is None:
        return Outcome(None, refused=Refusal.REVOKED)
    if reason := refusal(facts, batch.ticket, batch.at):
        return Outcome(facts.deadline, refused=reason)
    if len(batch.responses) == 1:
        return Outcome(facts.deadline, [batch.responses[0].slot])
    return Outcome(facts.deadline, sorted([each.slot for each in batch.responses]))


def give_way(outcome: Outcome, attempt_id: int, newer: Mapping[tuple[int, int], Newer]) -> None:
    """Slots whose stored answer is ``newer``, by (attempt, slot), are stale and not saved."""
    outcome.stale = [
        newer[attempt_id, slot] for slot in outcome.saved if (attempt_id, slot) in newer
    ]
    outcome.saved = [slot for slot in outcome.saved if (attempt_id, slot) not in newer]
