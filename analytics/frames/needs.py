"""What training needs are made of: the board's figures of a year, and must-know entries."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import select

from accounts.models import Person
from accounts.standing import RankGroup
from analytics import mastery
from analytics.board import queries, topics
from analytics.board.models import BoardEdition
from analytics.board.queries import Filter
from analytics.board.topics import Sat, Topic
from analytics.frames.mastery import scripts
from analytics.frames.shape import frame
from analytics.mastery import EMPTY, MOMENTS, Cell, Subject
from analytics.needs import Entry
from core.db import db
from courses.models import CourseCategory
from courses.queries import following
from exam.models import Form
from exam.papers.snapshot import Slot
from exam.services.taking import sealed
from laws.lists import queries as lists
from laws.lists.models import MustKnowEntry
from laws.models import Law


def by_rank(edition: BoardEdition) -> Mapping[RankGroup, Sequence[Subject]]:
    """The laws for the people of each rank group."""
    found = {rank: queries.subjects(edition, Filter(rank=rank)) for rank in RankGroup}
    return {rank: subjects for rank, subjects in found.items() if subjects}


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


def entry_cell(edition: BoardEdition, entry: MustKnowEntry) -> Cell:
    return _cells(edition, [entry]).get(entry.id, EMPTY)


def _cells(edition: BoardEdition, wanted: Sequence[MustKnowEntry]) -> Mapping[int, Cell]:
    people = queries.people(edition, ("due",))
    if people is None or not wanted:
        return {}
    order = np.sort(people.loc[people["due"].eq(1), "person_id"].to_numpy())
    papers = [_about(each, wanted) for each in _sat(edition, order)]
    told = [
        (law, group, *sums)
        for (law, _), group, sums in topics.moments(papers, np.zeros(len(order), dtype=np.int64))
    ]
    return {int(each.law): each.whole for each in mastery.of_moments(frame(told, MOMENTS))}


def _sat(edition: BoardEdition, order: np.ndarray) -> Sequence[Sat]:
    sources = queries.whole(edition).content.get("sources", ())
    found = []
    for each in sources:
        ids, _units, shares = scripts(each["session_id"], each["form_id"])
        paper = sealed(db.session.get_one(Form, each["form_id"]))
        found.append(topics.sat(paper, ids, shares, order))
    return found


def _about(sat: Sat, wanted: Sequence[MustKnowEntry]) -> Sat:
    """The same scripts with the slots of each entry, by its id."""
    found: dict[Topic, Sequence[int]] = {}
    for entry in wanted:
        of = about(entry)
        slots = [n for n, slot in enumerate(sat.paper.slots) if of(slot)]
        if slots:
            found[str(entry.id), ""] = slots
    return replace(sat, slots=found)


def about(entry: MustKnowEntry) -> Callable[[Slot], bool]:
    """Whether an item is about an entry: about one of its articles, or of none its law."""
    wanted = {each.article_id for each in entry.articles}
    law = entry.law_version.law.title
    return lambda slot: any(
        each.article_id in wanted if wanted else each.law == law for each in slot.citations
    )


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
