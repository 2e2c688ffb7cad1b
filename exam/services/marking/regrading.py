"""What a correction makes of every script, and its writing.

The long part, scoring every script twice, reads only (``prepare``). Under the locks what was
prepared is brought up to date with those who handed in or were marked since (``brought_up``), and
written at once: a process that is killed has regraded everybody or nobody.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from core.db import db
from core.errors import Refused
from core.progress import Say, silent
from exam.attempts import responses
from exam.marking import corrections, double_marking, scoring
from exam.marking.corrections import Change, Ruled, Ruling, Stage
from exam.marking.double_marking import Scheme
from exam.marking.scoring import Score
from exam.models import Answer, Attempt, AttemptVector, Correction
from exam.on_paper import paper_scores
from exam.papers import drawing
from exam.papers.snapshot import Paper
from exam.queries.marking import corrections as queries
from exam.queries.marking.corrections import Script, Stand
from exam.services.attempts.taking import sealed


class NotAsScored(Refused):
    """A stored score is not what the rules give: somebody has to look before more is changed."""


@dataclass(frozen=True)
class Rewrite:
    """All that is written anew of one attempt."""

    change: Change
    unmarked: int
    #: What the attempt has of such answers so far.
    by_hand: int
    #: (answer, marks) of the answers whose marks change.
    answers: Sequence[tuple[int, Decimal | None]]
    vector: dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What scripts are scored by, before and after."""

    now: Sequence[Ruling]
    then: Sequence[Ruling]
    schemes: Mapping[int, Scheme]
    #: Sessions in which what persons marked is final.
    final: frozenset[int]


@dataclass(frozen=True)
class Prepared:
    """What a correction does to the scripts of its paper as they stood when it was computed."""

    setting: Setting
    rewrites: Mapping[int, Rewrite]
    stands: Mapping[int, Stand]

    def changes(self) -> list[Change]:
        """The scores that differ."""
        found = [self.rewrites[each].change for each in sorted(self.rewrites)]
        return [each for each in found if each.old != each.new]


def prepare(correction: Correction, *, say: Say = silent) -> Prepared:
    """What applying a correction writes anew, or taking it back if it is in force.

    Raises NotAsScored.
    """
    setting, stands = _setting(correction), queries.stands(correction.form_id)
    return Prepared(setting, _rewrites(correction, setting, None, len(stands), say), stands)


def brought_up(correction: Correction, prepared: Prepared) -> Prepared | None:
    """The same as of now, for the holder of the locks: only scripts that moved are scored.

    None where what they are scored by has changed. Raises NotAsScored.
    """
    setting, stands = _setting(correction), queries.stands(correction.form_id)
    if setting != prepared.setting:
        return None
    moved = {each for each, stand in stands.items() if prepared.stands.get(each) != stand}
    kept = {
        each: found
        for each, found in prepared.rewrites.items()
        if each in stands and each not in moved
    }
    again = _rewrites(correction, setting, moved, len(moved), silent) if moved else {}
    return Prepared(setting, {**kept, **again}, stands)


def _setting(correction: Correction) -> Setting:
    form_id = correction.form_id
    others, now = queries.rulings(form_id, but=correction.id), queries.rulings(form_id)
    mine = Ruling(correction.slot, correction.remedy, correction.key, correction.part)
    then = others if correction.stage is Stage.APPLIED else [*others, mine]
    sessions = queries.sessions_of(form_id)
    return Setting(
        now,
        then,
        {each.id: each.scheme for each in sessions},
        frozenset(each.id for each in sessions if each.marking_final),
    )


def _rewrites(
    correction: Correction,
    setting: Setting,
    only: Collection[int] | None,
    of: int,
    say: Say,
) -> dict[int, Rewrite]:
    """By attempt, where something changes; nothing where the item was not drawn."""
    paper, found, wrong, done = sealed(correction.form), {}, [], 0
    whole = corrections.ruled(paper, setting.now), corrections.ruled(paper, setting.then)
    what = f"重新判分：{correction.form.title}"
    say(what, 0, of)
    for chunk in queries.scripts(correction.form_id, only=only):
        for script in chunk:
            now, then = whole
            if paper.alternatives > 1:
                mine = drawing.drawn(paper, script.draw_seed, script.left_out)
                if correction.slot not in {each.slot for each in mine.slots}:
                    continue
                now, then = (corrections.ruled(mine, each) for each in (setting.now, setting.then))
            old, new = _scored(script, now, then, paper, correction.slot, setting)
            if old.earned != script.earned:
                wrong.append(script.attempt_id)
            elif (rewrite := _rewrite(script, old, new, paper, setting)) is not None:
                found[script.attempt_id] = rewrite
        done += len(chunk)
        say(what, done, of)
    if wrong:
        named = "、".join(map(str, wrong[:5]))
        raise NotAsScored(
            f"有 {len(wrong)} 份答卷现存的分数与按现行规则重算的不一致（作答编号 {named}），"
            "请先查明再更正"
        )
    return found


def _scored(
    script: Script, now: Ruled, then: Ruled, paper: Paper, slot: int, setting: Setting
) -> tuple[Score, Score]:
    if script.items is not None:
        old, new = (paper_scores.scored(paper, script.items, each) for each in (now, then))
        return old, new
    given = {n: responses.of(kept.response) for n, kept in script.answers.items()}
    scheme = setting.schemes[script.session_id]
    judged = double_marking.judged(paper.slots, script.readings, scheme)
    old = scoring.score_ruled(now, given, seed=script.seed, judged=judged)
    return old, scoring.score_anew(then, old, slot, given, seed=script.seed, judged=judged)


def _rewrite(
    script: Script, old: Score, new: Score, paper: Paper, setting: Setting
) -> Rewrite | None:
    """None for a script of which nothing changes."""
    answers = [
        (kept.id, new.by_slot[slot])
        for slot, kept in script.answers.items()
        if slot in new.by_slot and kept.earned != new.by_slot[slot]
    ]
    held = () if script.session_id in setting.final else script.readings.keys()
    vector = scoring.vector(paper.slots, new, held)
    same = old.earned == new.earned and old.unmarked == new.unmarked
    if same and not answers and vector == scoring.vector(paper.slots, old, held):
        return None
    change = Change(script.attempt_id, script.earned, new.earned)
    return Rewrite(change, len(new.unmarked), script.by_hand, answers, vector)


def write(prepared: Prepared) -> None:
    """Write scores, marks and vectors of all scripts; they are read anew after it."""
    found = [prepared.rewrites[each] for each in sorted(prepared.rewrites)]
    for start in range(0, len(found), queries.CHUNK):
        _write_chunk(found[start : start + queries.CHUNK])
    db.session.flush()
    db.session.expire_all()


def _write_chunk(chunk: Sequence[Rewrite]) -> None:
    answers = [{"id": number, "earned": marks} for each in chunk for number, marks in each.answers]
    if answers:
        db.session.execute(update(Answer), answers)
    db.session.execute(
        update(Attempt),
        [
            {
                "id": each.change.attempt_id,
                "earned": each.change.new,
                "unmarked": each.unmarked,
                "by_hand": max(each.by_hand, each.unmarked),
            }
            for each in chunk
        ],
    )
    vectors = _vectors([each.change.attempt_id for each in chunk])
    rows = [
        {"id": vectors[each.change.attempt_id], **each.vector}
        for each in chunk
        if each.change.attempt_id in vectors
    ]
    if rows:
        db.session.execute(update(AttemptVector), rows)


def _vectors(attempt_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(AttemptVector.attempt_id, AttemptVector.id)
        .where(AttemptVector.attempt_id.in_(attempt_ids))
        .order_by(AttemptVector.id)
    )
    return {row.attempt_id: row.id for row in rows}


def candidates_of(attempt_ids: Sequence[int]) -> Iterator[int]:
    for start in range(0, len(attempt_ids), queries.CHUNK):
        yield from db.session.scalars(
            select(Attempt.candidate_id)
            .where(Attempt.id.in_(attempt_ids[start : start + queries.CHUNK]))
            .order_by(Attempt.id)
        )
