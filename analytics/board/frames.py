"""Everybody on a roster, with all that the board counts of them in a period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from accounts.models import Person, RosterEntry, RosterSnapshot
from accounts.standing import RankGroup
from analytics.board import spans, topics
from analytics.board.facts import FACTS, GROUP, MONTHS, NONE
from analytics.board.topics import Sat
from analytics.frames import exam, mastery
from analytics.frames import learning as learning_frames
from analytics.frames.shape import frame
from analytics.periods import Period, months_on_books
from core import clock
from core.db import db
from courses.hours import duties, queries
from courses.hours.duties import Duty, Learner
from courses.hours.factors import Course
from courses.models import StudyDay
from exam.kinds import ExamKind
from exam.models import ExamSession, Form
from exam.queries.attempts.taking import ends_at, scores_out
from exam.services.attempts.taking import sealed

#: A month counts as one of study from so many credited seconds on.
ACTIVE = 180
#: Exams that the whole bureau, or those called, must sit; tests around a class are not among them.
KINDS = (
    ExamKind.ANNUAL, ExamKind.THEMATIC, ExamKind.NEW_LAW, ExamKind.PARTY_RULES, ExamKind.SPOT,
)  # fmt: skip
#: Duties are worked out for so many people at a time.
CHUNK = 5_000


def facts(snapshot: RosterSnapshot, period: Period, at: datetime) -> pd.DataFrame:
    """A frame of FACTS, the people of the roster in the order of the bureau."""
    day = min(period.last, clock.local(at).date())
    people = learning_frames.counted(snapshot, period, None)
    found = people.merge(_entries(snapshot.id), on="person_id", how="left", validate="one_to_one")
    due = found["due"]
    seconds, active, on_books = _months(found, period, day)
    exams = _exams(found["person_id"], period, at)
    duty = _duties(found.loc[due], day, learning_frames.factors_of(snapshot))
    found = found.drop(columns="score", errors="ignore").merge(exams, on="person_id", how="left")
    found = found.merge(duty, on="person_id", how="left")
    obliged, finished = found["obliged"], found["finished"]
    sat = found["told_taken"].eq(1) & due
    numbers = {
        "begun": obliged & (found["studied"] | found["pairs_done"].gt(0)),
        "months_due": on_books.where(due, 0),
        "months_active": active.where(due, 0),
        "tested": finished & sat,
        "settled": finished & sat & found["exam_passed"].eq(1),
    } | {key: found[key].where(due, 0) for key in (*_EXAM, "score_sum", *_DUTY)}
    found = found.assign(
        **numbers,
        **{key: seconds[key].where(due, 0) for key in MONTHS},
        score=found["score"].where(due & found["exam_scored"].eq(1), NONE),
    )
    return found.fillna(dict.fromkeys((*_EXAM, *_DUTY, "score_sum"), 0)).astype(FACTS)[list(FACTS)]


_EXAM = ("exam_due", "exam_taken", "exam_told", "exam_scored", "exam_passed", "excellent")
_DUTY = ("judged", "pace", "met")


def _entries(snapshot_id: int) -> pd.DataFrame:
    rows = db.session.execute(
        select(
            RosterEntry.person_id,
            RosterEntry.rank_group,
            RosterEntry.staff_category,
            Person.joined_on,
            Person.left_on,
        )
        .join(Person, Person.id == RosterEntry.person_id)
        .where(RosterEntry.snapshot_id == snapshot_id)
        .order_by(RosterEntry.id)
    )
    return frame(
        [(r.person_id, r.rank_group.value, r.staff_category.value, r.joined_on, r.left_on)
         for r in rows],
        {"person_id": "int64", "rank_group": "str", "staff_category": "str",
         "joined_on": "object", "left_on": "object"},
    )  # fmt: skip


def _months(
    people: pd.DataFrame, period: Period, day: date
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Credited seconds of each person by month; months of study; months on the books so far."""
    months = spans.months(period, day)[: len(MONTHS)]
    places = {person: place for place, person in enumerate(people["person_id"].tolist())}
    seconds = np.zeros((len(people), len(MONTHS)), dtype=np.int64)
    for place, first in enumerate(months):
        upto = months[place + 1] if place + 1 < len(months) else None
        query = (
            select(StudyDay.person_id, func.sum(StudyDay.seconds))
            .where(StudyDay.day >= max(first, period.first), StudyDay.day <= day)
            .group_by(StudyDay.person_id)
            .order_by(StudyDay.person_id)
        )
        if upto is not None:
            query = query.where(StudyDay.day < upto)
        for person_id, total in db.session.execute(query):
            if person_id in places:
                seconds[places[person_id], place] = total
    so_far = Period(period.first, max(period.first, day))
    on_books = [
        months_on_books(joined, left, so_far) if months else 0
        for joined, left in zip(people["joined_on"], people["left_on"], strict=True)
    ]
    return (
        pd.DataFrame(seconds, columns=list(MONTHS), index=people.index),
        pd.Series((seconds >= ACTIVE).sum(axis=1), index=people.index),
        pd.Series(on_books, index=people.index, dtype="int64"),
    )


@dataclass(frozen=True)
class Ended:
    """An exam of the period that everybody's time is over for."""

    session: ExamSession
    #: Its scores are out. Before, nothing counts of it but who sat.
    told: bool


def exams(period: Period, at: datetime) -> list[Ended]:
    """Main sessions of the period that have ended, in the order in which they did.

    Who sat on paper is known only as scores are entered: such a session counts from when they are
    out.
    """
    closed = db.session.scalars(
        select(ExamSession)
        .where(
            ExamSession.exam_kind.in_(KINDS),
            ExamSession.makeup_of_id.is_(None),
            ExamSession.cancelled_at.is_(None),
            ExamSession.closes_at >= period.begins,
            ExamSession.closes_at < period.ends,
            ExamSession.closes_at <= at,
        )
        .order_by(ExamSession.closes_at, ExamSession.id)
    ).all()
    found = [Ended(each, scores_out(each, at)) for each in closed]
    return [
        each
        for each in found
        if each.told or (not each.session.on_paper and ends_at(each.session) <= at)
    ]


#: What is added up of the exams that somebody owes; ``told`` and ``told_taken`` are due and taken
#: of those whose scores are out.
_KEYS = ("due", "taken", "told", "told_taken", "scored", "passed", "excellent")


def _exams(person_ids: pd.Series, period: Period, at: datetime) -> pd.DataFrame:
    """0 and 1 by person, and the mean score in hundredths of a hundred marks."""
    parts = [_sat(each, at)[["person_id", *_KEYS, "score"]] for each in exams(period, at)]
    if not parts:
        names = ("person_id", *_EXAM, "told_taken", "score_sum", "score")
        return frame([], dict.fromkeys(names, "int64"))
    every = pd.concat(parts, ignore_index=True)
    every = every[every["person_id"].isin(person_ids)]
    sums = every.astype(dict.fromkeys(_KEYS, "int64")).groupby("person_id").sum()
    owes, told = sums["due"] > 0, sums["told"] > 0
    scored = told & (sums["scored"] > 0)
    # Half up, in whole numbers.
    mean = (2 * sums["score"] + sums["scored"]) // (2 * sums["scored"]).where(scored, 1)
    return pd.DataFrame(
        {
            "person_id": sums.index,
            "exam_due": owes.to_numpy(),
            "exam_taken": (owes & sums["taken"].eq(sums["due"])).to_numpy(),
            "exam_told": told.to_numpy(),
            "told_taken": (told & sums["told_taken"].eq(sums["told"])).to_numpy(),
            "exam_scored": scored.to_numpy(),
            "exam_passed": (told & sums["passed"].eq(sums["told"])).to_numpy(),
            "excellent": (told & sums["excellent"].eq(sums["told"])).to_numpy(),
            "score_sum": mean.where(scored, 0).to_numpy(),
            "score": mean.where(scored, NONE).to_numpy(),
        }
    ).astype("int64")


def _sat(each: Ended, at: datetime) -> pd.DataFrame:
    """Who owed an exam and sat it; and what it came to, once that is told."""
    found = exam.counted(each.session, at, untold=False)
    if not each.told:
        nothing = dict.fromkeys(("told", "told_taken", "scored", "passed", "excellent"), False)
        return found.assign(**nothing, score=0)
    total = int(sealed(each.session.form).total * 100)
    return _percent(found.assign(told=found["due"], told_taken=found["taken"]), total)


def _percent(candidates: pd.DataFrame, total: int) -> pd.DataFrame:
    """Scores as hundredths of a hundred marks, half up; ``total``: hundredths of the paper's."""
    return candidates.assign(score=(2 * candidates["score"] * 10_000 + total) // (2 * total))


def _duties(people: pd.DataFrame, day: date, courses: Mapping[int, Course]) -> pd.DataFrame:
    """Whether hours are asked of each person, kept up with, and reached; ``courses``: how the
    factor of each went."""
    rules = queries.duties_set()
    rows: list[tuple[int, int, int, int]] = []
    columns = ["person_id", "rank_group", "joined_on", "left_on"]
    for start in range(0, len(people), CHUNK):
        some = people.iloc[start : start + CHUNK]
        credits = queries.credits_of(some["person_id"].tolist())
        for person_id, rank, joined, left in some[columns].itertuples(index=False, name=None):
            group = RankGroup.of(rank)
            duty = duties.in_force(rules, group, day.year)
            before = duties.in_force(rules, group, day.year - 1)
            if duty is not None:
                who = Learner(joined, left, factors=courses[person_id])
                rows.append((person_id, 1, *_kept(duty, before, who, credits[person_id], day)))
    return frame(rows, {"person_id": "int64", **dict.fromkeys(_DUTY, "int64")})


def _kept(
    duty: Duty, before: Duty | None, who: Learner, credits: Sequence[Any], day: date
) -> tuple[int, int]:
    window, span = next(iter(duties.windows(duty, day).items()))
    standing = duties.standing(duty, window, span, who, credits, before)
    gone, whole = spans.elapsed(Period(span.first, span.last), day)
    sides = (standing.hours, standing.days)
    pace = any(side.done * whole >= (side.target or 0) * gone for side in sides)
    return int(pace), int(standing.met)


@dataclass(frozen=True)
class Source:
    """A paper that was sat in a session, and its scripts of people who count."""

    session: ExamSession
    form: Form
    sat: Sat

    def told(self) -> dict[str, Any]:
        """As plain JSON: what the rates of laws and articles rest on."""
        return {
            "session_id": self.session.id,
            "session": self.session.title,
            "form_id": self.form.id,
            "form": self.form.title,
            "scripts": len(self.sat.places),
            "laws": sorted({law for law, _ in self.sat.slots}),
        }


def sources(facts_: pd.DataFrame, period: Period, at: datetime) -> list[Source]:
    """In the order of the sessions; those that nobody sat who counts are left out."""
    order = _counting(facts_)["person_id"].to_numpy()
    found = []
    for session_id, form in mastery.papers(period, at):
        ids, _units, shares = mastery.scripts(session_id, form.id)
        sat = topics.sat(sealed(form), ids, shares, order)
        if len(sat.places):
            found.append(Source(db.session.get_one(ExamSession, session_id), form, sat))
    return found


def _counting(facts_: pd.DataFrame) -> pd.DataFrame:
    return facts_[facts_["due"].eq(1)].sort_values("person_id")


def known(facts_: pd.DataFrame, papers: Sequence[Source]) -> Iterable[Any]:
    """What those who count earned of each law and article, by group (topics.moments), with the
    groups themselves: ((unit_id, line, rank_group, staff_category), topic, sums)."""
    people = _counting(facts_)
    keys = people[list(GROUP)]
    groups: Any
    different: Any
    groups, different = keys.apply(tuple, axis=1).factorize() if len(people) else ([], [])
    for topic, place, sums in topics.moments([each.sat for each in papers], np.asarray(groups)):
        yield different[place], topic, sums
