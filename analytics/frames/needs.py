"""What training needs are made of: the board's figures of a year, and must-know entries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import select

from accounts.models import Person
from accounts.standing import RankGroup
from analytics import masking, mastery
from analytics.board import queries, topics
from analytics.board.models import BoardEdition
from analytics.board.queries import Filter
from analytics.board.topics import Sat, Topic
from analytics.frames.mastery import scripts
from analytics.frames.shape import frame
from analytics.mastery import EMPTY, MARKS, MOMENTS, Cell, Subject
from analytics.needs import Entry
from core.db import db
from courses.models import CourseCategory
from courses.queries import following
from exam.models import Form
from exam.papers.snapshot import Slot
from exam.services.attempts.taking import sealed
from laws.lists import queries as lists
from laws.lists.models import MustKnowEntry
from laws.models import Law


def by_rank(
    edition: BoardEdition, laws: Sequence[Subject]
) -> Mapping[RankGroup, Sequence[Subject]]:
    """The laws for the people of each rank group, without what tells of a handful."""
    cells = {
        rank: {each.law: each.whole for each in queries.subjects(edition, Filter(rank=rank))}
        for rank in RankGroup
    }
    parts = [
        replace(each, by_unit={place: cells[rank][each.law]
                               for place, rank in enumerate(RankGroup) if each.law in cells[rank]})
        for each in laws
    ]  # fmt: skip
    told = masking.discreet_cells(parts, own=lambda _: False)
    return {
        rank: [replace(each, whole=each.of(place), by_unit={}) for each in told]
        for place, rank in enumerate(RankGroup)
    }


def entries(edition: BoardEdition, day: date) -> list[Entry]:
    """Of the lists that apply on the day, by the papers and the people of the edition."""
    found = [
        (version.owner.title, each) for version in lists.current(day) for each in version.entries
    ]
    cells = _cells(edition, [each for _, each in found])
    return [
        Entry(title, each.title, each.law_version.law.title, cells.get(each.id, EMPTY), each.id)
        for title, each in found
    ]


def cell(edition: BoardEdition, entry: MustKnowEntry) -> Cell:
    """How well an entry is known."""
    return _cells(edition, [entry]).get(entry.id, EMPTY)


def earned(edition: BoardEdition, entry: MustKnowEntry) -> pd.DataFrame:
    """What each earned of the items on an entry (mastery.MARKS); their shares make its cell."""
    people = _counting(edition)
    papers = [_about(each, [entry]) for each in _sat(edition, people)]
    got, possible, items = topics.earned(papers, _topic(entry), len(people))
    found = people[["person_id", "unit_id"]].assign(
        law=entry.law_version.law.title, items=items, earned=got, possible=possible
    )
    return found[found["possible"] > 0].astype(MARKS)[list(MARKS)]


def _cells(edition: BoardEdition, wanted: Sequence[MustKnowEntry]) -> Mapping[int, Cell]:
    people = _counting(edition)
    papers = [_about(each, wanted) for each in _sat(edition, people)] if wanted else []
    told = [
        (law, group, *sums)
        for (law, _), group, sums in topics.moments(papers, np.zeros(len(people), dtype=np.int64))
    ]
    return {int(each.law): each.whole for each in mastery.of_moments(frame(told, MOMENTS))}


def _counting(edition: BoardEdition) -> pd.DataFrame:
    people = queries.people(edition, ("due",))
    if people is None:
        return frame([], {"person_id": "int64", "unit_id": "int64"})
    return people[people["due"].eq(1)].sort_values("person_id")


def _sat(edition: BoardEdition, people: pd.DataFrame) -> Sequence[Sat]:
    sources = queries.whole(edition).content.get("sources", ())
    order, found = people["person_id"].to_numpy(), []
    for each in sources:
        ids, _units, shares = scripts(each["session_id"], each["form_id"])
        paper = sealed(db.session.get_one(Form, each["form_id"]))
        found.append(topics.sat(paper, ids, shares, order))
    return found


def _topic(entry: MustKnowEntry) -> Topic:
    return str(entry.id), ""


def _about(sat: Sat, wanted: Sequence[MustKnowEntry]) -> Sat:
    """The same scripts with the slots of each entry."""
    found: dict[Topic, Sequence[int]] = {}
    for each in wanted:
        articles = {one.article_id for one in each.articles}
        law = each.law_version.law.title
        slots = [n for n, slot in enumerate(sat.paper.slots) if _meets(slot, law, articles)]
        if slots:
            found[_topic(each)] = slots
    return replace(sat, slots=found)


def _meets(slot: Slot, law: str, wanted: set[int]) -> bool:
    """Whether an item is about an entry: about one of its articles, or of none its law."""
    return any(each.article_id in wanted if wanted else each.law == law for each in slot.citations)


def entry(entry_id: int, day: date) -> MustKnowEntry | None:
    """Of the lists that apply on the day."""
    return next(
        (each for version in lists.current(day) for each in version.entries if each.id == entry_id),
        None,
    )


def people(day: date) -> Mapping[RankGroup, int]:
    """How many are on the books."""
    return Counter(each.rank_group for each in following.on_the_books(day, None))


def on_the_books(day: date, rank: RankGroup | None) -> list[Person]:
    """Those, of a rank group or (None) of all."""
    everybody = following.on_the_books(day, None)
    return [each for each in everybody if rank is None or each.rank_group is rank]


def categories(titles: Sequence[str]) -> Mapping[str, CourseCategory]:
    """By title what a plan would call the content."""
    found = {}
    for each in db.session.scalars(select(Law).where(Law.title.in_(titles)).order_by(Law.id)):
        names = [one.category.value for one in each.categories]
        known = (category for category in CourseCategory if category.value in names)
        found[each.title] = next(known, CourseCategory.LAW)
    return found
