"""Batches of answers written to SQLite: the transaction that may write is the lock.

The driver gives way to other threads at every row that it fetches, and has to wait until it is its
turn again; so what is read comes as one row of JSON, and the write returns no rows: how many were
written says whether any was not. Of one batch there is one row anyway, and JSON would only cost.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine

from core.db import direct
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

#: Those of batches.Facts.
_FACTS = """
         a.person_id, a.epoch, a.deadline, a.submitted_at, a.voided_at,
         (SELECT 1 FROM account c
           WHERE c.person_id = a.person_id AND c.disabled_at IS NOT NULL)
"""
_FACTS_OF_ONE = " ".join(("SELECT", _FACTS, "FROM attempt a WHERE a.id = ?"))
_FACTS_OF_MANY = " ".join((
    "SELECT json_group_array(json_array(a.id,", _FACTS, "))",
    "FROM attempt a WHERE a.id IN (SELECT value FROM json_each(?))",
))  # fmt: skip
_ANSWER = "INSERT INTO answer (attempt_id, slot, seq, response, saved_at)"
_UNLESS_NEWER = """
ON CONFLICT (attempt_id, slot) DO UPDATE
   SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
 WHERE excluded.seq >= answer.seq
"""
_WRITE_ONE = " ".join((_ANSWER, "VALUES (?, ?, ?, ?, ?)", _UNLESS_NEWER))
_SENT = """
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]')
  FROM json_each(?) WHERE true
"""
_WRITE_MANY = " ".join((_ANSWER, _SENT, _UNLESS_NEWER))
_KEPT = """
SELECT json_group_array(json_array(b.attempt_id, b.slot, b.seq, b.response)) FROM answer b
 WHERE (b.attempt_id, b.slot) IN (
   SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
"""
_CALLED_OFF = IS_CALLED_OFF.format("?")
_NOTE = """
INSERT INTO attempt_event (attempt_id, at, kind, detail)
SELECT ?1, ?2, 'save_refused', ?3
 WHERE (SELECT count(*) FROM attempt_event
         WHERE attempt_id = ?1 AND kind = 'save_refused') < ?4
"""


class NotPlain(Exception):
    """A batch is refused, or older than what is there."""


def write_plainly(cursor: Any, batch: Batch) -> Outcome:
    """Write a batch of which all is written and nothing else to be said. Raises NotPlain."""
    ticket = batch.ticket
    facts = cursor.execute(_FACTS_OF_ONE, (ticket.attempt_id,)).fetchone()
    become = outcome(facts and Facts(*facts), batch)
    if become.refused is not None:
        raise NotPlain
    for response in batch.responses:
        row = (ticket.attempt_id, *response, batch.at)
        if not cursor.execute(_WRITE_ONE, row).rowcount:
            raise NotPlain
    return become


class SqliteWriter:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, batches: Sequence[Batch]) -> list[Outcome]:
        with direct(self._engine) as cursor:
            found = {
                attempt_id: Facts(*facts)
                for attempt_id, *facts in _rows(
                    cursor, _FACTS_OF_MANY, [each.ticket.attempt_id for each in batches]
                )
            }
            outcomes = [outcome(found.get(each.ticket.attempt_id), each) for each in batches]
            both = list(zip(batches, outcomes, strict=True))
            newer = _write_answers(cursor, [
                (batch.ticket.attempt_id, slot, seq, body, batch.at)
                for batch, become in both
                if become.refused is None
                for slot, seq, body in batch.responses
            ])  # fmt: skip
            for batch, become in both:
                if become.refused is None:
                    if newer:
                        give_way(become, batch.ticket.attempt_id, newer)
                elif batch.ticket.attempt_id in found:
                    if become.refused is Refusal.TAKEN_OVER and _is_called_off(cursor, batch):
                        become.refused = Refusal.CALLED_OFF
                    _note(cursor, batch, become.refused)
        return outcomes


def _rows(cursor: Any, query: str, sent: Sequence[Any]) -> Any:
    [[found]] = cursor.execute(query, (encoded(sent),)).fetchall()
    return json.loads(found)


def _write_answers(
    cursor: Any, rows: list[tuple[int, int, int, str, str]]
) -> Mapping[tuple[int, int], Newer]:
    """By (attempt, slot) the stored answers that are newer than those sent, and stay."""
    if not rows:
        return {}
    if cursor.execute(_WRITE_MANY, (encoded(rows),)).rowcount == len(rows):
        return {}
    sent = {(attempt_id, slot): seq for attempt_id, slot, seq, *_ in rows}
    return {
        (attempt_id, slot): Newer(slot, seq, response)
        for attempt_id, slot, seq, response in _rows(cursor, _KEPT, rows)
        if seq > sent[attempt_id, slot]
    }


def _is_called_off(cursor: Any, batch: Batch) -> bool:
    return cursor.execute(_CALLED_OFF, (batch.ticket.attempt_id,)).fetchone() is not None


def _note(cursor: Any, batch: Batch, reason: Refusal) -> None:
    cursor.execute(_NOTE, (batch.ticket.attempt_id, batch.at, reason.message, NOTED_REFUSALS))
