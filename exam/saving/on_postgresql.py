"""Batches of answers written to PostgreSQL: one statement, and one turn of the wire, for a group.

It locks the attempts in the order of their ids, so that a hand-in in progress is waited for and
then found, and one that comes later waits for the answers; it writes what those attempts take, and
gives back how they stand and what was there already and is newer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, column, text

from core.db import direct
from core.prepared import Asked, Prepared, Row
from exam.saving.batches import (
    IS_CALLED_OFF,
    NOTED_REFUSALS,
    Batch,
    Facts,
    Newer,
    Outcome,
    Refusal,
    encoded,
    give_way,
    outcome,
)

#: The conditions of the rows written are those of batches.refusal.
_SAVE = """
WITH sent AS {}, held AS MATERIALIZED (
  SELECT a.id, a.person_id, a.epoch, a.deadline, a.submitted_at, a.voided_at,
         (SELECT 1 FROM account c
           WHERE c.person_id = a.person_id AND c.disabled_at IS NOT NULL) AS disabled
    FROM attempt a WHERE a.id IN (SELECT attempt_id FROM sent)
   ORDER BY a.id FOR KEY SHARE OF a
), written AS (
  INSERT INTO answer (attempt_id, slot, seq, response, saved_at)
  SELECT sent.attempt_id, sent.slot, sent.seq, sent.response, sent.at
    FROM sent JOIN held ON held.id = sent.attempt_id
   WHERE held.person_id = sent.person_id AND held.disabled IS NULL AND held.voided_at IS NULL
     AND held.submitted_at IS NULL AND held.epoch = sent.epoch AND sent.at <= held.deadline
   ORDER BY sent.attempt_id, sent.slot
      ON CONFLICT (attempt_id, slot) DO UPDATE
     SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
   WHERE excluded.seq >= answer.seq
  RETURNING attempt_id
)
SELECT held.id, held.person_id, held.epoch, to_char(held.deadline, 'YYYY-MM-DD HH24:MI:SS.US'),
       held.submitted_at, held.voided_at, held.disabled,
       (SELECT count(*) FROM written WHERE written.attempt_id = held.id)
  FROM held
"""
#: What of a ticket, of a response and of the moment is sent, in this order.
_MANY = """MATERIALIZED (
  SELECT (value->>0)::int AS attempt_id, (value->>1)::int AS person_id,
         (value->>2)::int AS epoch, (value->>3)::timestamp AS at, (value->>4)::int AS slot,
         (value->>5)::bigint AS seq, value->>6 AS response
    FROM json_array_elements(CAST(:sent AS json))
)"""
#: The server asks once for what it knows to be one row: two thirds of the work.
_ONE = """NOT MATERIALIZED (
  SELECT CAST(:attempt_id AS int) AS attempt_id, CAST(:person_id AS int) AS person_id,
         CAST(:epoch AS int) AS epoch, CAST(:at AS timestamp) AS at, CAST(:slot AS int) AS slot,
         CAST(:seq AS bigint) AS seq, CAST(:response AS text) AS response
)"""


def _saving(sent: str) -> Prepared:
    names = ("id", *Facts._fields, "written")
    return Prepared(text(_SAVE.format(sent)).columns(*map(column, names)))


_SAVE_MANY, _SAVE_ONE = _saving(_MANY), _saving(_ONE)
_KEPT = """
SELECT b.slot, b.seq, b.response FROM answer b WHERE b.attempt_id = %s AND b.slot = ANY(%s)
"""
_CALLED_OFF = IS_CALLED_OFF.format("%s")
_NOTE = """
INSERT INTO attempt_event (attempt_id, at, kind, detail)
SELECT %(attempt)s, %(at)s::timestamp, 'save_refused', %(detail)s
 WHERE (SELECT count(*) FROM attempt_event
         WHERE attempt_id = %(attempt)s AND kind = 'save_refused') < %(limit)s
"""


class NotWritten(Exception):
    """The statement and batches.refusal disagree; what is not written is never said to be."""


class Stand(NamedTuple):
    """What became of a batch by the statement that writes a group."""

    outcome: Outcome
    #: How many answers were written; None where there is no such attempt.
    written: int | None

    def is_written(self, batch: Batch) -> bool:
        """Whether nothing is left to be told or noted."""
        return self.outcome.refused is None and self.written == len(batch.responses)


def saving(batches: Sequence[Batch]) -> Asked:
    """The statement that writes a group. Rows: of each attempt that there is, its id, its facts,
    and how many answers were written."""
    if len(batches) == 1 and len(batches[0].responses) == 1:
        [(ticket, [response], at)] = batches
        return _SAVE_ONE.asked(
            attempt_id=ticket.attempt_id, person_id=ticket.person_id, epoch=ticket.epoch, at=at,
            slot=response.slot, seq=response.seq, response=response.body,
        )  # fmt: skip
    return _SAVE_MANY.asked(
        sent=encoded([
            (ticket.attempt_id, ticket.person_id, ticket.epoch, at, *response)
            for ticket, responses, at in batches
            for response in responses
        ])
    )  # fmt: skip


def stands(batches: Sequence[Batch], rows: Sequence[Row]) -> list[Stand]:
    """What the rows of the statement say of the batches, in their order."""
    found = {row[0]: (Facts(*row[1:7]), row[7]) for row in rows}
    facts = [found.get(batch.ticket.attempt_id, (None, None)) for batch in batches]
    return [
        Stand(outcome(how, batch), written)
        for (how, written), batch in zip(facts, batches, strict=True)
    ]


class PostgresWriter:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, batches: Sequence[Batch]) -> list[Outcome]:
        try:
            return self._write(batches)
        except self._engine.dialect.loaded_dbapi.OperationalError:
            # The server may have been restarted since the connection was last used, a moment ago.
            # What is sent twice is written once.
            return self._write(batches)

    def _write(self, batches: Sequence[Batch]) -> list[Outcome]:
        query = saving(batches)
        made = query.statement.made(self._engine.dialect)
        with direct(self._engine) as cursor:
            values = made.sent(query.values)
            rows = cursor.execute(made.text, values, prepare=True).fetchall()
            found = stands(batches, rows)
            for batch, stand in zip(batches, found, strict=True):
                become, written = stand
                if written is None or stand.is_written(batch):
                    continue
                if become.refused is not None:
                    if become.refused is Refusal.TAKEN_OVER and _is_called_off(cursor, batch):
                        become.refused = Refusal.CALLED_OFF
                    _note(cursor, batch, become.refused)
                    continue
                give_way(become, batch.ticket.attempt_id, _newer(cursor, batch))
                if len(become.saved) > written:
                    raise NotWritten(batch.ticket.attempt_id)
        return [stand.outcome for stand in found]


def _newer(cursor: Any, batch: Batch) -> Mapping[tuple[int, int], Newer]:
    """By (attempt, slot) the stored answers that are newer than those sent, and stay."""
    attempt_id, sent = batch.ticket.attempt_id, {each.slot: each.seq for each in batch.responses}
    rows = cursor.execute(_KEPT, (attempt_id, list(sent))).fetchall()
    return {
        (attempt_id, slot): Newer(slot, seq, response)
        for slot, seq, response in rows
        if seq > sent[slot]
    }


def _is_called_off(cursor: Any, batch: Batch) -> bool:
    return cursor.execute(_CALLED_OFF, (batch.ticket.attempt_id,)).fetchone() is not None


def _note(cursor: Any, batch: Batch, reason: Refusal) -> None:
    cursor.execute(_NOTE, {
        "attempt": batch.ticket.attempt_id, "at": batch.at, "detail": reason.message,
        "limit": NOTED_REFUSALS,
    })  # fmt: skip
