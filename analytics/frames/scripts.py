"""What people chose and when they saved it: what the indices of copying and speed are made of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select

from accounts.models import RosterEntry
from analytics.frames.responses import Sat
from analytics.psychometrics.copying import Codes
from analytics.psychometrics.responses import Floats
from core.db import db
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.papers.ordering import order_of
from exam.papers.snapshot import Paper, Slot
from question_bank.types import letter

#: Saves closer together than this came in one batch: of their items no time is known.
TOGETHER = 0.5
_LETTERS = {letter(place): place for place in range(26)}


@dataclass(frozen=True)
class Script:
    """Whose it is."""

    attempt_id: int
    candidate_id: int
    person_id: int
    name: str
    unit_id: int
    unit: str


@dataclass(frozen=True)
class Scripts:
    """Of the people in the order of ``Sat``; ``codes`` and ``seconds`` are people × slots."""

    people: Sequence[Script]
    #: Options chosen, as bits in the order they were written; below 0 for nothing.
    codes: Codes
    keys: Codes
    #: From the save before to the last save of each answer; NaN where not known.
    seconds: Floats


def read(found: Sat, session: ExamSession, form: Form, paper: Paper) -> Scripts:
    """Only choices count for ``codes``: other answers are never below 0 alike by chance."""
    people = _people(found, session, form)
    places = {attempt_id: place for place, attempt_id in enumerate(found.attempt_ids)}
    slots = {each.slot: each for each in paper.slots}
    codes = np.full((found.people, len(slots)), -1, dtype=np.int64)
    seconds = np.full(codes.shape, np.nan)
    started: dict[int, datetime] = {}
    rows = db.session.execute(
        select(Answer.attempt_id, Attempt.seed, Attempt.started_at, Answer.slot, Answer.response,
               Answer.saved_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(AttemptVector, AttemptVector.attempt_id == Attempt.id)
        .where(AttemptVector.session_id == session.id, AttemptVector.form_id == form.id)
        .order_by(Answer.attempt_id, Answer.saved_at, Answer.slot)
    )  # fmt: skip
    for attempt_id, seed, began, number, response, saved_at in rows:
        person, slot = places.get(attempt_id), slots.get(number)
        if person is None or slot is None:
            continue
        codes[person, number - 1] = _code(response, seed, slot)
        taken = (saved_at - started.get(attempt_id, began)).total_seconds()
        started[attempt_id] = saved_at
        if taken >= TOGETHER:
            seconds[person, number - 1] = taken
    return Scripts(people, _renumbered(codes), _keys(codes, paper), seconds)


def _code(response: str, seed: int, slot: Slot) -> int:
    """The options as bits; -1 for no choice."""
    if not slot.options:
        return -1
    order = order_of(seed, slot.slot, slot) or range(len(slot.options))
    shown = [_LETTERS[each] for each in json.loads(response).get("choice", ()) if each in _LETTERS]
    chosen = [order[each] for each in shown if each < len(slot.options)]
    return sum(1 << each for each in set(chosen)) if chosen else -1


def _renumbered(codes: Codes) -> Codes:
    """The same with each item's answers numbered from 0, so that few options stay few."""
    found = np.full_like(codes, -1)
    for item in range(codes.shape[1]):
        answered = codes[:, item] >= 0
        found[answered, item] = np.unique(codes[answered, item], return_inverse=True)[1]
    return found


def _keys(codes: Codes, paper: Paper) -> Codes:
    """What is right, numbered as ``_renumbered`` does; -2 where nobody chose it."""
    found = np.full(codes.shape[1], -2, dtype=np.int64)
    for item, slot in enumerate(paper.slots):
        if not slot.options:
            continue
        known = np.unique(codes[codes[:, item] >= 0, item]).tolist()
        key = sum(1 << int(each) for each in slot.key)
        found[item] = known.index(key) if key in known else -2
    return found


def _people(found: Sat, session: ExamSession, form: Form) -> list[Script]:
    rows: Mapping[int, Script] = {
        row.attempt_id: Script(
            row.attempt_id, row.candidate_id, row.person_id, row.name, row.unit_id, row.unit_name
        )
        for row in db.session.execute(
            select(
                AttemptVector.attempt_id,
                Attempt.candidate_id,
                Attempt.person_id,
                RosterEntry.name,
                RosterEntry.unit_id,
                RosterEntry.unit_name,
            )
            .join(Attempt, Attempt.id == AttemptVector.attempt_id)
            .join(Candidate, Candidate.id == Attempt.candidate_id)
            .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
            .where(AttemptVector.session_id == session.id, AttemptVector.form_id == form.id)
            .order_by(AttemptVector.attempt_id)
        )
    }
    return [rows[each] for each in found.attempt_ids]
