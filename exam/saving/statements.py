"""What is asked of the database to save batches: attempts are locked and read, answers follow.

A group of batches, each of another attempt, takes one statement to read and one to write, on the
driver's own cursor, however many they are: the rows travel as JSON. On SQLite the transaction is
the lock (BEGIN IMMEDIATE); on PostgreSQL the attempts' rows are, in the order of their ids, so that
a hand-in in progress is waited for and then found, and one that comes later waits for the answers.

SQLite's driver gives way to other threads at every row that it fetches, and has to wait until it
is its turn again; so what is read comes as one row of JSON there, and the write returns no rows:
how many were written says whether any was not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from exam.attempts.responses import Response
from exam.saving.token import Ticket

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: Refused batches of one attempt that are noted; a client that does not stop fills no table.
NOTED_REFUSALS = 50


@dataclass(frozen=True)
class _Dialect:
    """What the databases write differently."""

    #: The rows sent, (attempt, slot, seq, response, moment) each.
    answers: str
    attempts: str
    kept: str
    #: How a parameter is named.
    named: str


_FACTS = """a.id, a.person_id, a.epoch, a.deadline, a.submitted_at, a.voided_at,
       (SELECT 1 FROM account c WHERE c.person_id = a.person_id AND c.disabled_at IS NOT NULL)"""
_KEPT = "b.attempt_id, b.slot, b.seq, b.response"
_SQLITE = _Dialect(
    answers="""SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
       json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]')
  FROM json_each(:rows) WHERE true""",
    attempts="""SELECT json_group_array(json_array({facts}))
  FROM attempt a WHERE a.id IN (SELECT value FROM json_each(:rows))""",
    kept="""SELECT json_group_array(json_array({kept})) FROM answer b
 WHERE (b.attempt_id, b.slot) IN (
   SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows))""",
    named=":{}",
)
_POSTGRESQL = _Dialect(
    answers="""SELECT (value->>0)::int, (value->>1)::int, (value->>2)::bigint, value->>3,
       (value->>4)::timestamp
  FROM json_array_elements(%(rows)s::json)""",
    attempts="""SELECT {facts}
  FROM attempt a WHERE a.id IN (SELECT value::int FROM json_array_elements_text(%(rows)s::json))
 ORDER BY a.id FOR KEY SHARE OF a""",
    kept="""SELECT {kept} FROM answer b
 WHERE (b.attempt_id, b.slot) IN (
   SELECT (value->>0)::int, (value->>1)::int FROM json_array_elements(%(rows)s::json))""",
    named="%({})s",
)
_UPSERT = """
INSERT INTO answer (attempt_id, slot, seq, response, saved_at)
{answers}
ON CONFLICT (attempt_id, slot) DO UPDATE
   SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
 WHERE excluded.seq >= answer.seq
"""
_NOTE = """
INSERT INTO attempt_event (attempt_id, at, kind, detail)
SELECT {attempt}, {at}, 'save_refused', {detail}
 WHERE (SELECT count(*) FROM attempt_event
         WHERE attempt_id = {attempt} AND kind = 'save_refused') < {limit}
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


class Newer(NamedTuple):
    """The stored answer of a slot that is newer than the one sent."""

    slot: int
    seq: int
    response: str


@dataclass(slots=True)
class Outcome:
    """What became of a batch: saved and stale slots, or why it was refused."""

    deadline: datetime | None = None
    saved: list[int] = field(default_factory=list)
    stale: list[Newer] = field(default_factory=list)
    refused: Refusal | None = None


class Batch(NamedTuple):
    """Answers that arrived ``at`` under a ticket."""

    ticket: Ticket
    responses: Sequence[Response]
    at: datetime


class Statements:
    def __init__(self, dialect: str) -> None:
        self._embedded = dialect == "sqlite"
        own = _SQLITE if self._embedded else _POSTGRESQL
        names = {each: own.named.format(each) for each in ("attempt", "at", "detail", "limit")}
        self._attempts = own.attempts.format(facts=_FACTS)
        self._kept = own.kept.format(kept=_KEPT)
        self._upsert, self._note = _UPSERT.format(answers=own.answers), _NOTE.format(**names)

    def run(self, cursor: Any, batches: Sequence[Batch]) -> list[Outcome]:
        """Save batches of different attempts, or note why not, in a transaction that may write.

        Outcomes come in the order of the batches.
        """
        rows = self._rows(cursor, self._attempts, [each.ticket.attempt_id for each in batches])
        found = {row[0]: row[1:] for row in rows}
        outcomes = [self._begun(found.get(each.ticket.attempt_id), each) for each in batches]
        newer = self._write_answers(cursor, [
            (each.ticket.attempt_id, answer.slot, answer.seq, answer.body, moment)
            for each, outcome in zip(batches, outcomes, strict=True)
            if outcome.refused is None
            for moment in (_text(each.at),)
            for answer in each.responses
        ])  # fmt: skip
        for each, outcome in zip(batches, outcomes, strict=True):
            if outcome.refused is None:
                _sort_out(each, outcome, newer)
            elif each.ticket.attempt_id in found:
                self._note_refusal(cursor, each, outcome.refused)
        return outcomes

    def _rows(self, cursor: Any, query: str, sent: Sequence[Any]) -> Sequence[Sequence[Any]]:
        found = cursor.execute(query, {"rows": _ENCODER.encode(sent)}).fetchall()
        rows: Sequence[Sequence[Any]] = json.loads(found[0][0]) if self._embedded else found
        return rows

    def _begun(self, row: Sequence[Any] | None, batch: Batch) -> Outcome:
        if row is None:
            return Outcome(refused=Refusal.REVOKED)
        deadline = self._moment(row[2])
        return Outcome(deadline, refused=_refusal(row, batch.ticket, deadline, batch.at))

    def _write_answers(
        self, cursor: Any, rows: list[tuple[int, int, int, str, str]]
    ) -> Mapping[tuple[int, int], Newer]:
        """By (attempt, slot) the stored answers that are newer than those sent, and stay."""
        if not rows:
            return {}
        # In one order everywhere, so that two groups cannot wait for each other.
        rows.sort()
        cursor.execute(self._upsert, {"rows": _ENCODER.encode(rows)})
        if cursor.rowcount == len(rows):
            return {}
        sent = {(attempt_id, slot): seq for attempt_id, slot, seq, *_ in rows}
        return {
            (attempt_id, slot): Newer(slot, seq, response)
            for attempt_id, slot, seq, response in self._rows(cursor, self._kept, rows)
            if seq > sent[attempt_id, slot]
        }

    def _note_refusal(self, cursor: Any, batch: Batch, refusal: Refusal) -> None:
        at = _text(batch.at)
        cursor.execute(
            self._note,
            {
                "attempt": batch.ticket.attempt_id,
                "at": at if self._embedded else datetime.fromisoformat(at),
                "detail": refusal.message,
                "limit": NOTED_REFUSALS,
            },
        )

    def _moment(self, stored: Any) -> datetime:
        moment = datetime.fromisoformat(stored) if self._embedded else stored
        return moment.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    """A moment as the UTCDateTime columns hold it, in text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _sort_out(batch: Batch, outcome: Outcome, newer: Mapping[tuple[int, int], Newer]) -> None:
    attempt_id = batch.ticket.attempt_id
    for slot in sorted(each.slot for each in batch.responses):
        if kept := newer.get((attempt_id, slot)):
            outcome.stale.append(kept)
        else:
            outcome.saved.append(slot)


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
