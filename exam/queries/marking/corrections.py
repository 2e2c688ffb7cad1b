"""Reads for corrections: those in force, the scripts of a form, what came of each."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from accounts.models import RosterEntry
from core.db import db, table
from core.prepared import Asked, Prepared, Row
from exam.marking.corrections import Change, Ruling
from exam.marking.double_marking import Reading
from exam.models import (
    Answer,
    Attempt,
    AttemptVector,
    Candidate,
    Correction,
    ExamSession,
    Form,
    FormItem,
    Marking,
    PaperScore,
    ScoreChange,
    SessionForm,
    UndoRequest,
)
from exam.on_paper import paper_scores
from exam.on_paper.paper_scores import Item as PaperItem
from exam.queries.attempts.taking import Kept
from exam.queries.marking import marks
from question_bank.models import Item, ItemRevision

#: Scripts that are read, and scored, at a time.
CHUNK = 500


_CORRECTION = table(Correction)
_IN_FORCE = (
    select(
        _CORRECTION.c.id,
        _CORRECTION.c.slot,
        _CORRECTION.c.part,
        _CORRECTION.c.remedy,
        _CORRECTION.c.key,
    )
    .where(_CORRECTION.c.approved_at.is_not(None), _CORRECTION.c.undone_at.is_(None))
    .order_by(_CORRECTION.c.approved_at, _CORRECTION.c.id)
)
_RULINGS = Prepared(_IN_FORCE.where(_CORRECTION.c.form_id == bindparam("form_id")))
_FORM_OF = select(table(Attempt).c.form_id).where(table(Attempt).c.id == bindparam("attempt_id"))
_RULINGS_FOR = Prepared(_IN_FORCE.where(_CORRECTION.c.form_id == _FORM_OF.scalar_subquery()))


def rulings(form_id: int, *, but: int | None = None) -> list[Ruling]:
    """The corrections of a form that are in force, oldest first; one may be left out."""
    return told(_RULINGS.rows(form_id=form_id), but=but)


def asked_for(attempt_id: int) -> Asked:
    """The query for those of the paper of an attempt, whose rows ``told`` reads."""
    return _RULINGS_FOR.asked(attempt_id=attempt_id)


def told(rows: Sequence[Row], *, but: int | None = None) -> list[Ruling]:
    return [
        Ruling(slot, remedy, key, part)
        for correction_id, slot, part, remedy, key in rows
        if correction_id != but
    ]


@dataclass(frozen=True)
class Script:
    """A handed-in attempt with all that its score is made of."""

    attempt_id: int
    session_id: int
    seed: int
    draw_seed: int
    left_out: Sequence[int]
    earned: Decimal | None
    by_hand: int
    answers: Mapping[int, Kept]
    #: By slot, what persons found.
    readings: Mapping[int, Sequence[Reading]]
    #: What was entered of a script on paper, by slot; None for one that was sat here.
    items: Mapping[int, PaperItem] | None


def _scored_here(form_id: int) -> tuple[ColumnElement[bool], ...]:
    """SQL: handed-in attempts of a form whose answers are known.

    Of those on paper whose total alone was entered there is nothing to score.
    """
    known = select(AttemptVector.attempt_id)
    on_paper = select(ExamSession.id).where(ExamSession.on_paper)
    return (
        Attempt.form_id == form_id,
        Attempt.submitted_at.is_not(None),
        or_(Attempt.session_id.not_in(on_paper), Attempt.id.in_(known)),
    )


@dataclass(frozen=True)
class Entered:
    """What was entered of a script on paper, and checked, last."""

    attempt_id: int
    candidate_id: int
    total: Decimal | None
    #: By slot; empty where only the total is known.
    items: Mapping[int, PaperItem]
    entered_at: datetime


def entered(form_id: int) -> list[Entered]:
    """The scripts on paper of a form, in the order of their sessions and of the bureau."""
    rows = db.session.execute(
        select(
            Attempt.id, Attempt.candidate_id, PaperScore.total, PaperScore.items,
            PaperScore.entered_at,
        )
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .join(PaperScore, PaperScore.candidate_id == Attempt.candidate_id)
        .where(
            Attempt.form_id == form_id, ExamSession.on_paper, PaperScore.checked_at.is_not(None)
        )
        .order_by(
            Attempt.session_id, RosterEntry.unit_position, RosterEntry.id, PaperScore.number
        )
    )  # fmt: skip
    newest = {row[0]: row for row in rows}
    return [
        Entered(attempt, candidate, total, paper_scores.load(items), at)
        for attempt, candidate, total, items, at in newest.values()
    ]


#: A script's score, its newest judgement and its newest checked entry: what it is scored from.
Stand = tuple[Decimal | None, int, int]


def stands(form_id: int) -> dict[int, Stand]:
    """By attempt, how every script of a form stands."""
    here = _scored_here(form_id)
    judged = _newest(
        select(Answer.attempt_id, func.max(Marking.id))
        .join(Answer, Answer.id == Marking.answer_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(*here)
        .group_by(Answer.attempt_id)
        .order_by(Answer.attempt_id)
    )
    entered = _newest(
        select(Attempt.id, func.max(PaperScore.id))
        .join(PaperScore, PaperScore.candidate_id == Attempt.candidate_id)
        .where(*here, PaperScore.checked_at.is_not(None))
        .group_by(Attempt.id)
        .order_by(Attempt.id)
    )
    rows = db.session.execute(select(Attempt.id, Attempt.earned).where(*here).order_by(Attempt.id))
    return {row.id: (row.earned, judged.get(row.id, 0), entered.get(row.id, 0)) for row in rows}


def _newest(query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def scripts(form_id: int, only: Collection[int] | None = None) -> Iterator[list[Script]]:
    """Every handed-in attempt of a form, or some of them, voided ones too; hundreds at a time."""
    last = 0
    while True:
        query = select(
            Attempt.id, Attempt.session_id, Attempt.seed, Attempt.draw_seed, Attempt.left_out,
            Attempt.earned, Attempt.by_hand,
        ).where(*_scored_here(form_id), Attempt.id > last)  # fmt: skip
        if only is not None:
            some = sorted(each for each in only if each > last)[:CHUNK]
            query = query.where(Attempt.id.in_(some))
        rows = db.session.execute(query.order_by(Attempt.id).limit(CHUNK)).all()
        if not rows:
            return
        last = rows[-1].id
        ids = [row.id for row in rows]
        answers, read, entered = _answers(ids), marks.readings(ids), _entered(ids)
        yield [
            Script(*row, answers[row.id], read.get(row.id, {}), entered.get(row.id)) for row in rows
        ]


def _entered(attempt_ids: Sequence[int]) -> dict[int, Mapping[int, PaperItem]]:
    """By attempt on paper, the items of the newest entry that was checked."""
    rows = db.session.execute(
        select(Attempt.id, PaperScore.items)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .join(PaperScore, PaperScore.candidate_id == Attempt.candidate_id)
        .where(
            Attempt.id.in_(attempt_ids), ExamSession.on_paper, PaperScore.checked_at.is_not(None)
        )
        .order_by(Attempt.id, PaperScore.number)
    )
    return {row[0]: paper_scores.load(row[1]) for row in rows}


def _answers(attempt_ids: Sequence[int]) -> Mapping[int, dict[int, Kept]]:
    found: defaultdict[int, dict[int, Kept]] = defaultdict(dict)
    rows = db.session.execute(
        select(
            Answer.attempt_id, Answer.slot, Answer.id, Answer.seq, Answer.response, Answer.earned
        )
        .where(Answer.attempt_id.in_(attempt_ids))
        .order_by(Answer.attempt_id, Answer.slot)
    )
    for attempt_id, slot, number, seq, response, earned in rows:
        found[attempt_id][slot] = Kept(number, seq, response, earned)
    return found


def scores(form_id: int) -> list[tuple[int, Decimal | None]]:
    """(attempt, marks) of all handed-in attempts of a form."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.earned)
        .where(Attempt.form_id == form_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id)
    )
    return [(row.id, row.earned) for row in rows]


def published(attempt_ids: Sequence[int]) -> int:
    """How many of the attempts are of sessions whose scores are published."""
    found = 0
    for start in range(0, len(attempt_ids), CHUNK):
        query = select(func.count()).where(
            Attempt.id.in_(attempt_ids[start : start + CHUNK]),
            Attempt.session.has(ExamSession.published_at.is_not(None)),
        )
        found += db.session.scalar(query) or 0
    return found


def sessions_of(form_id: int) -> Sequence[ExamSession]:
    """The sessions in which a form was sat, in the order in which they are locked."""
    sat = select(Attempt.session_id).where(Attempt.form_id == form_id)
    return db.session.scalars(
        select(ExamSession).where(ExamSession.id.in_(sat)).order_by(ExamSession.id)
    ).all()


def handed_in(form_id: int) -> int:
    """How many scripts of a form can be scored anew."""
    query = select(func.count()).where(*_scored_here(form_id))
    return db.session.scalar(query) or 0


def candidates_of(attempt_ids: Sequence[int]) -> dict[int, Candidate]:
    """By attempt, whose it is, with their sittings and the session."""
    found: dict[int, Candidate] = {}
    for start in range(0, len(attempt_ids), CHUNK):
        rows = db.session.execute(
            select(Attempt.id, Candidate)
            .join(Candidate, Candidate.id == Attempt.candidate_id)
            .where(Attempt.id.in_(attempt_ids[start : start + CHUNK]))
            .options(
                joinedload(Candidate.session),
                joinedload(Candidate.entry),
                selectinload(Candidate.attempts),
            )
            .order_by(Attempt.id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def corrections(form_id: int | None = None) -> Select[Correction]:
    """Corrections, newest first."""
    query = (
        select(Correction)
        .options(
            joinedload(Correction.form).options(defer(Form.snapshot)),
            joinedload(Correction.proposed_by),
            selectinload(Correction.undoings),
        )
        .order_by(Correction.id.desc())
    )
    return query if form_id is None else query.where(Correction.form_id == form_id)


def leading() -> Select[Correction]:
    """The same, of those proposed together only the one that the others name.

    Where a decision is waited for comes first.
    """
    proposed = and_(Correction.approved_at.is_(None), Correction.declined_at.is_(None))
    undoing = select(UndoRequest.id).where(
        UndoRequest.correction_id == Correction.id, UndoRequest.decided_at.is_(None)
    )
    waits = or_(proposed, undoing.exists())
    return (
        corrections()
        .where(Correction.together_id.is_(None))
        .order_by(None)
        .order_by(case((waits, 0), else_=1), Correction.id.desc())
    )


def counts_beside(correction_ids: Sequence[int]) -> dict[int, int]:
    """By correction, how many were proposed with it for other papers."""
    rows = db.session.execute(
        select(Correction.together_id, func.count())
        .where(Correction.together_id.in_(correction_ids))
        .group_by(Correction.together_id)
        .order_by(Correction.together_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def correction(correction_id: int) -> Correction:
    return db.session.scalars(corrections().where(Correction.id == correction_id)).one()


def waiting(form_id: int, slot: int, part: int | None) -> Correction | None:
    """A proposal that nobody has decided about, for the item or the same part of it."""
    query = corrections(form_id).where(
        Correction.slot == slot, Correction.approved_at.is_(None), Correction.declined_at.is_(None)
    )
    if part is not None:
        query = query.where(or_(Correction.part.is_(None), Correction.part == part))
    return db.session.scalars(query).first()


def proposals(but: int) -> int:
    """How many decisions are waited for that another one than an account asked for: about
    corrections, and about taking them back."""
    made = select(func.count(Correction.id)).where(
        Correction.approved_at.is_(None),
        Correction.declined_at.is_(None),
        Correction.together_id.is_(None),
        Correction.proposed_by_id != but,
    )
    undoing = select(func.count(UndoRequest.id)).where(
        UndoRequest.decided_at.is_(None), UndoRequest.asked_by_id != but
    )
    return db.session.scalar(select(made.scalar_subquery() + undoing.scalar_subquery())) or 0


def in_force(form_id: int) -> Sequence[Correction]:
    """The corrections in force, for those who read a paper."""
    return db.session.scalars(
        corrections(form_id)
        .where(Correction.approved_at.is_not(None), Correction.undone_at.is_(None))
        .order_by(None)
        .order_by(Correction.slot, Correction.id)
    ).all()


def changes_by(correction_ids: Collection[int], *, undoing: bool = False) -> list[Change]:
    """What corrections did to scores when they were applied, or taken back."""
    rows = db.session.execute(
        select(ScoreChange.attempt_id, ScoreChange.old, ScoreChange.new)
        .where(ScoreChange.correction_id.in_(correction_ids), ScoreChange.undoing.is_(undoing))
        .order_by(ScoreChange.attempt_id, ScoreChange.id)
    )
    return [Change(*row) for row in rows]


def changes_to(attempt_ids: Sequence[int]) -> Sequence[ScoreChange]:
    """What became of the scores of some attempts after they were given, oldest first."""
    return db.session.scalars(
        select(ScoreChange)
        .where(ScoreChange.attempt_id.in_(attempt_ids))
        .options(joinedload(ScoreChange.correction), joinedload(ScoreChange.recheck))
        .order_by(ScoreChange.id)
    ).all()


_OWN = Attempt.person_id == bindparam("person_id"), ScoreChange.at >= bindparam("since")
#: SQL: ``own_changes`` finds some.
ANY_OWN_CHANGES = exists(select(ScoreChange.id).join(ScoreChange.attempt).where(*_OWN))


def own_changes(person_id: int, since: datetime) -> Sequence[ScoreChange]:
    """What became of somebody's scores since a moment, the newest first."""
    return db.session.scalars(
        select(ScoreChange)
        .join(Attempt, Attempt.id == ScoreChange.attempt_id)
        .where(*_OWN)
        .options(joinedload(ScoreChange.attempt).joinedload(Attempt.session))
        .order_by(ScoreChange.id.desc()),
        {"person_id": person_id, "since": since},
    ).all()


def item_of(form_id: int, slot: int) -> Item:
    """The item of the bank that stands at a place of a form."""
    return db.session.scalars(
        select(Item)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .where(FormItem.form_id == form_id, FormItem.slot == slot)
    ).one()


def other_forms(form_id: int, revision_id: int) -> Sequence[Form]:
    """Other papers with the same item that people have handed in, or that are given out beside."""
    sat = select(Attempt.form_id).where(Attempt.submitted_at.is_not(None))
    mine = select(SessionForm.session_id).where(SessionForm.form_id == form_id)
    live = select(ExamSession.id).where(ExamSession.cancelled_at.is_(None))
    beside = select(SessionForm.form_id).where(
        SessionForm.session_id.in_(mine), SessionForm.session_id.in_(live)
    )
    return db.session.scalars(
        select(Form)
        .join(FormItem, FormItem.form_id == Form.id)
        .where(
            FormItem.revision_id == revision_id,
            Form.id != form_id,
            Form.sealed_at.is_not(None),
            or_(Form.id.in_(sat), Form.id.in_(beside)),
        )
        .options(defer(Form.snapshot))
        .order_by(Form.id)
    ).all()


def slot_with(form_id: int, revision_id: int) -> int:
    """Where a paper has an item."""
    return db.session.scalars(
        select(FormItem.slot).where(
            FormItem.form_id == form_id, FormItem.revision_id == revision_id
        )
    ).one()


def together(correction: Correction) -> list[Correction]:
    """A correction and those that were proposed with it for other papers, by paper."""
    first = correction.together_id or correction.id
    found = db.session.scalars(
        corrections().where(or_(Correction.id == first, Correction.together_id == first))
    )
    return sorted(found, key=lambda each: each.form_id)
