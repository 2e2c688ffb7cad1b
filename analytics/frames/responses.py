"""What people scored on each item of a sealed paper: the matrix that item statistics read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from sqlalchemy import ColumnElement, func, select

from accounts.models import RosterEntry
from accounts.standing import RankGroup
from analytics.psychometrics.responses import Bools, Responses
from core.db import db
from exam.marking.scoring import NOT_ASKED, UNMARKED
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.papers.ordering import orders_of, ways_of
from exam.papers.snapshot import Paper, Slot
from exam.queries.marking import marks
from question_bank.types import letter

#: More options than any item has.
_PLACES = {letter(place): place for place in range(26)}


@dataclass(frozen=True)
class Examinee:
    """A person as the roster of the session has them, with the marks of the script."""

    staff_number: str
    name: str
    unit: str
    unit_position: int
    #: None while something waits to be marked, or what was marked is not final.
    earned: Decimal | None


@dataclass(frozen=True)
class Sat:
    """The first valid script of each person; ``responses`` has them in the same order."""

    attempt_ids: Sequence[int]
    unit_ids: Sequence[int]
    units: Sequence[str]
    rank_groups: Sequence[RankGroup]
    responses: Responses

    @property
    def people(self) -> int:
        return len(self.attempt_ids)

    def of_unit(self, unit_id: int) -> Bools:
        return np.array([each == unit_id for each in self.unit_ids], dtype=bool)

    def of_rank(self, rank: RankGroup) -> Bools:
        return np.array([each is rank for each in self.rank_groups], dtype=bool)


def sat(session: ExamSession, form: Form, paper: Paper) -> Sat:
    """Nothing of scripts that were voided, or of which only the total is known.

    An item that somebody did not draw, or that waits to be marked, was not asked them.
    """
    rows = db.session.execute(
        select(
            AttemptVector.attempt_id,
            AttemptVector.share,
            RosterEntry.unit_id,
            RosterEntry.unit_name,
            RosterEntry.rank_group,
        )
        .join(Attempt, Attempt.id == AttemptVector.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(AttemptVector.session_id == session.id, AttemptVector.form_id == form.id)
        .where(Attempt.voided_at.is_(None), Attempt.number == _first())
        .order_by(AttemptVector.attempt_id)
    ).all()
    k = len(paper.slots)
    percent = np.frombuffer(b"".join(row.share for row in rows), dtype=np.uint8).reshape(-1, k)
    maxima = np.array([float(each.marks) for each in paper.slots])
    scores = np.where(np.isin(percent, (NOT_ASKED, UNMARKED)), np.nan, percent / 100 * maxima)
    return Sat(
        attempt_ids=[row.attempt_id for row in rows],
        unit_ids=[row.unit_id for row in rows],
        units=[row.unit_name for row in rows],
        rank_groups=[row.rank_group for row in rows],
        responses=Responses([str(each.slot) for each in paper.slots], scores, maxima),
    )


def _first() -> ColumnElement[int]:
    """The number of the first attempt of a candidate that counts."""
    other = Attempt.__table__.alias("earlier")
    return (
        select(func.min(other.c.number))
        .where(other.c.candidate_id == Attempt.candidate_id, other.c.voided_at.is_(None))
        .correlate(Attempt)
        .scalar_subquery()
    )


def ticked(
    found: Sat, session: ExamSession, form: Form, slots: Sequence[Slot]
) -> Mapping[int, Bools]:
    """By slot who chose which option of the item, as they were written (people × options)."""
    by_slot = {each.slot: each for each in slots}
    rows = db.session.execute(
        select(Answer.slot, Answer.attempt_id, Attempt.seed, Answer.response)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(AttemptVector, AttemptVector.attempt_id == Attempt.id)
        .where(AttemptVector.session_id == session.id, AttemptVector.form_id == form.id)
        .where(Answer.slot.in_(by_slot))
        .order_by(Answer.id)
    )
    places = {attempt_id: place for place, attempt_id in enumerate(found.attempt_ids)}
    chosen = {
        number: np.zeros((found.people, len(slot.options)), dtype=bool)
        for number, slot in by_slot.items()
    }
    ways = {number: ways_of(number, slot) for number, slot in by_slot.items()}
    for number, attempt_id, seed, response in rows:
        if (person := places.get(attempt_id)) is None:
            continue
        options = len(by_slot[number].options)
        [order] = orders_of(seed, [ways[number]])
        order = order or range(options)
        for each in _letters(response):
            if each < options:
                chosen[number][person, order[each]] = True
    return chosen


@lru_cache(maxsize=4096)
def _letters(response: str) -> Sequence[int]:
    """The places of the letters that an answer ticked, as they were shown."""
    chosen = json.loads(response).get("choice", ())
    return [_PLACES[each] for each in chosen if each in _PLACES]


def who(found: Sat, session: ExamSession, form: Form) -> Sequence[Examinee]:
    """Who sat, in the order of the responses."""
    rows = db.session.execute(
        select(Attempt.id, RosterEntry.staff_number, RosterEntry.name, RosterEntry.unit_name,
               RosterEntry.unit_position, marks.score())
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Attempt.session_id == session.id, Attempt.form_id == form.id)
        .order_by(Attempt.id)
    )  # fmt: skip
    every = {row[0]: Examinee(*row[1:]) for row in rows}
    return [every[each] for each in found.attempt_ids]
