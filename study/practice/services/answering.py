"""Answers of practice: marked by the rules of exams, logged once and for good."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from core import clock
from core.db import db, lock
from core.errors import Refused
from core.figures import half_up
from exam.attempts import responses
from exam.attempts.responses import Shape
from exam.marking import rubric, scoring
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Slot
from exam.queries.assembling.building import versions_for
from exam.services.assembling.building import slot_of
from question_bank.types import kind_of
from study.practice.kinds import SELF_MARKED, RunKind
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeEssay, PracticeRun
from study.practice.queries import runs as queries


class Stopped(Refused):
    """The item was revised, withdrawn or put on a paper since it was drawn."""

    message = "本题已暂停练习，请继续下一题"


#: Seconds beyond which it does not matter how long an answer took.
LONGEST = 24 * 60 * 60


class HandedIn(Refused):
    message = "这次模拟考试已经交卷"


def entry_of(run: PracticeRun, slot: int) -> PracticeEntry:
    """NoResultFound, shown as 404, for a slot that the run does not have."""
    for each in run.entries:
        if each.slot == slot:
            return each
    raise NoResultFound


def shapes(run: PracticeRun) -> list[Shape]:
    """What reading an answer needs to know of each item of the run."""
    return [
        (each.revision.item_type, kind_of(each.revision.item_type).shape(each.revision))
        for each in run.entries
    ]


def slots(entries: Sequence[PracticeEntry], on: date) -> list[Slot]:
    """The items as a paper shows them, with the law that is in force on the day."""
    versions = versions_for(on)
    kinds = groupby(entries, key=lambda each: (each.revision.item_type, each.marks))
    return [
        slot_of(each, section, versions) for section, (_, some) in enumerate(kinds) for each in some
    ]


def paper(run: PracticeRun, on: date, askable: set[int]) -> Paper:
    """The paper of a mock exam, of those items that may be asked on the day."""
    asked = slots([each for each in run.entries if each.revision_id in askable], on)
    penalty = Decimal(run.penalty_percent) / 100
    sections = [
        snapshot.section(
            number + 1, first.item_type, len(some), first.marks, run.multi_rule, penalty
        )
        for number, some in (
            (number, list(each)) for number, each in groupby(asked, key=lambda one: one.section)
        )
        for first in some[:1]
    ]
    total = sum((each.marks for each in asked), Decimal(0))
    return Paper(run.title, run.multi_rule, total, sections, asked, penalty)


def answer(*, run: PracticeRun, slot: int, response: str, at: datetime) -> None:
    """Log the answer to an item of a drill, and mark it unless its writer has to judge it.

    The first one counts. Raises Stopped.
    """
    entry = entry_of(run, slot)
    lock(run)
    if _logged(entry):
        return
    day = clock.local(at).date()
    if run.kind is RunKind.MOCK or entry.revision_id not in queries.askable(
        [entry.revision_id], day
    ):
        raise Stopped
    if entry.revision.item_type in SELF_MARKED:
        db.session.add(PracticeEssay(entry_id=entry.id, at=at, response=response))
        db.session.flush()
    else:
        _log(run, [entry], {slot: response}, at, _seconds(run, at))


def take_over(
    *, run: PracticeRun, answers: Mapping[int, str], seconds: Mapping[int, int], at: datetime
) -> None:
    """Mark and log a whole run at once, as it was answered elsewhere. Once; raises Stopped."""
    lock(run)
    if any(_logged(each) for each in run.entries[:1]):
        return
    if run.kind is RunKind.MOCK:
        raise Stopped
    for made in _log(run, run.entries, answers, at):
        made.seconds = seconds[made.entry.slot]
    db.session.flush()


def _seconds(run: PracticeRun, at: datetime) -> int:
    """How long ago the run was last answered or begun; a day at most."""
    before = [each.answer.at for each in run.entries if each.answer is not None]
    gap = at - max([run.started_at, *before])
    return max(0, min(int(gap.total_seconds()), LONGEST))


def judge(*, run: PracticeRun, slot: int, found: Mapping[str, Sequence[int]], at: datetime) -> None:
    """What the writer of an answer finds in it; said again, the newest counts, for them alone.

    Raises Stopped where it may not be looked at, Refused for points that the guide does not have.
    """
    entry = entry_of(run, slot)
    lock(run)
    essay = entry.essay
    if essay is None or entry.revision_id not in queries.shown([entry.revision_id]):
        raise Stopped
    [item] = slots([entry], clock.local(at).date())
    asked = {each.name: each for each in rubric.questions(item, responses.of(essay.response))}
    points = {name: sorted(set(found.get(name, ()))) for name, each in asked.items() if each.text}
    for name, ticked in points.items():
        if not set(ticked) <= set(range(len(asked[name].points))):
            raise Refused("所选采分点不在评分标准之中，请刷新页面后重选")
    essay.points, essay.judged_at = points, at
    db.session.flush()


def judged_share(run: PracticeRun, slot: Slot, essay: PracticeEssay) -> Decimal | None:
    """The share of the marks by its writer's judgement; None before that."""
    if essay.points is None:
        return None
    judged = {name: set(points) for name, points in essay.points.items()}
    paper = Paper(run.title, run.multi_rule, Decimal(0), [], [slot])
    return scoring.share(paper, slot, responses.of(essay.response), run.seed, judged)


def keep(*, run: PracticeRun, answers: Mapping[int, str]) -> None:
    """Write down what a mock exam holds so far. Raises HandedIn."""
    lock(run)
    if run.finished_at is not None or run.kind is not RunKind.MOCK:
        raise HandedIn
    _keep(run, answers)


def _keep(run: PracticeRun, answers: Mapping[int, str]) -> None:
    for entry in run.entries:
        entry.draft = answers.get(entry.slot, entry.draft)
    db.session.flush()


def hand_in(*, run: PracticeRun, answers: Mapping[int, str], at: datetime) -> None:
    """Mark a mock exam; what may not be asked any more is left out. Once, whoever asks again."""
    lock(run)
    if run.finished_at is not None or run.kind is not RunKind.MOCK:
        return
    _keep(run, answers)
    askable = queries.askable([each.revision_id for each in run.entries], clock.local(at).date())
    asked = [each for each in run.entries if each.revision_id in askable]
    _log(run, asked, {each.slot: each.draft or "{}" for each in asked}, at)
    run.finished_at = at
    db.session.flush()


def _logged(entry: PracticeEntry) -> bool:
    kept = (
        select(table.id).where(table.entry_id == entry.id)
        for table in (PracticeAnswer, PracticeEssay)
    )
    return any(db.session.scalar(query) is not None for query in kept)


def _log(
    run: PracticeRun,
    entries: Sequence[PracticeEntry],
    given: Mapping[int, str],
    at: datetime,
    seconds: int | None = None,
) -> list[PracticeAnswer]:
    asked = slots(entries, clock.local(at).date())
    penalty = Decimal(run.penalty_percent) / 100
    whole = Paper(run.title, run.multi_rule, Decimal(0), [], asked, penalty)
    read = {slot: responses.of(each) for slot, each in given.items() if each != "{}"}
    shares = scoring.score(whole, read, seed=run.seed).shares
    made = [
        PracticeAnswer(
            entry=entry,
            person_id=run.person_id,
            revision_id=entry.revision_id,
            article_id=slot.citations[0].article_id,
            at=at,
            seconds=seconds,
            fraction=half_up(rubric.exact(shares[slot.slot] or Decimal(0)), 4),
            response=given[slot.slot],
        )
        for entry, slot in zip(entries, asked, strict=True)
    ]
    db.session.add_all(made)
    db.session.flush()
    return made
