"""What is drawn when the law changes: never a stopped item, only law in force on the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from exam.assembling import solving
from exam.assembling.assembly import SectionPlan
from exam.kinds import ExamKind
from exam.queries.assembling import building as queries
from laws.following import Event
from laws.models import LawVersion
from question_bank.item_types import ItemType
from question_bank.models import AmendmentCase, Citation, Item, ItemState
from question_bank.services import amending
from tests.factories import NOON, Make

BEGINS = date(2026, 6, 1)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def drawn_on(day: date, kind: ExamKind | None = None) -> set[int]:
    return {each.item_id for each in queries.pool(day, kind)}


def event(old: LawVersion, new: LawVersion) -> Event:
    return Event(old.law_id, new.id, NOON, None, [(old.id, new.id)])


def test_of_200_items_exactly_those_on_touched_articles_are_stopped_and_never_drawn(
    in_app: None, make: Make
) -> None:
    law = make.law()
    old = make.version(law, [f"旧{n}。" for n in range(40)])
    new = make.version(law, [f"新{n}。" for n in range(36)], promulgated_on=date(2026, 2, 1),
                       effective_on=BEGINS)  # fmt: skip
    kinds = {}
    for place in range(1, 41):
        kinds[place] = ("unchanged", "renumbered", "edited", "edited")[place % 4]
        if place > 36:
            kinds[place] = "removed"
        make.change(kinds[place], old, new, place, place if place <= 36 else None)
    items = {}
    for n in range(200):
        place = n % 40 + 1
        revision = make.revision(article=old.articles[place - 1])
        items[revision.item_id] = place
    # Every tenth item cites a second article, so that one touched article of two is enough.
    places: dict[int, set[int]] = {item: {place} for item, place in items.items()}
    for item in list(items)[::10]:
        second = items[item] % 40 + 1
        places[item].add(second)
        current = db.session.scalar(select(Item.current_id).where(Item.id == item))
        db.session.rollback()
        make.save(Citation(revision_id=current, article_id=old.articles[second - 1].id))
    key = {item for item, cited in places.items()
           if any(kinds[place] in {"edited", "removed"} for place in cited)}  # fmt: skip

    amending.follow(event(old, new))
    db.session.commit()

    stopped = set(db.session.scalars(select(Item.id).where(Item.state == ItemState.QUARANTINED)))
    assert stopped == key
    assert 0 < len(key) < 200
    for day in (BEGINS - timedelta(days=1), BEGINS):
        pool = queries.pool(day)
        assert {each.item_id for each in pool} == set(items) - key
        plan = SectionPlan(ItemType.SINGLE_CHOICE, 20, Decimal(5))
        for seed in range(40):
            ((section,),) = solving.assemble(pool, [plan], seed=seed)
            assert not {each.item_id for each in section} & key


def test_a_registration_that_fails_leaves_nothing_half_done(in_app: None, make: Make) -> None:
    law = make.law()
    old = make.version(law, ["一。", "二。"])
    new = make.version(law, ["一。", "二改。"], promulgated_on=date(2026, 2, 1))
    make.change("unchanged", old, new, 1, 1)
    make.change("edited", old, new, 2, 2)
    revisions = [make.revision(article=each) for each in old.articles]
    amending.follow(event(old, new))
    assert db.session.scalar(select(func.count()).select_from(AmendmentCase)) == 1
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AmendmentCase)) == 0
    assert db.session.scalar(select(func.count()).select_from(Citation)) == 2
    states = db.session.scalars(
        select(Item.state).where(Item.id.in_([each.item_id for each in revisions]))
    )
    assert set(states) == {ItemState.PUBLISHED}


def test_around_the_day_of_effect_only_law_in_force_is_drawn(in_app: None, make: Make) -> None:
    """Every date of a year, against the plain reading of the rule."""
    law, other = make.law(), make.law()
    old = make.version(law, ["一。"], promulgated_on=date(2015, 1, 1),
                       effective_on=date(2015, 3, 1))  # fmt: skip
    new = make.version(law, ["一。", "二。"], promulgated_on=date(2026, 2, 1), effective_on=BEGINS)
    ended = make.version(other, ["甲。"], promulgated_on=date(2010, 1, 1),
                         effective_on=date(2010, 1, 1), repealed_on=date(2026, 8, 1))  # fmt: skip
    make.change("unchanged", old, new, 1, 1)
    on_old = make.revision(article=old.articles[0]).item_id
    fresh = make.revision(article=new.articles[1]).item_id
    on_ended = make.revision(article=ended.articles[0]).item_id
    both = make.revision(article=new.articles[1])
    make.save(Citation(revision_id=both.id, article_id=ended.articles[0].id))
    until = make.revision(article=ended.articles[0])
    amending.follow(event(old, new))
    db.session.get_one(Item, until.item_id).used_until = date(2026, 4, 1)
    db.session.commit()

    for offset in range(-120, 245):
        day = BEGINS + timedelta(days=offset)
        expected = {on_old}
        if day >= BEGINS:
            expected.add(fresh)
        if day < date(2026, 8, 1):
            expected.add(on_ended)
        if BEGINS <= day < date(2026, 8, 1):
            expected.add(both.item_id)
        if day <= date(2026, 4, 1):
            expected.add(until.item_id)
        assert drawn_on(day) == expected, day


def test_a_test_of_new_law_may_ask_what_is_not_yet_in_force(in_app: None, make: Make) -> None:
    law = make.law()
    make.version(law, ["一。"])
    new = make.version(law, ["一改。"], promulgated_on=date(2026, 2, 1), effective_on=BEGINS)
    item = make.revision(article=new.articles[0]).item_id
    before = BEGINS - timedelta(days=1)
    assert item not in drawn_on(before)
    assert item in drawn_on(before, ExamKind.NEW_LAW)
    assert item not in drawn_on(date(2026, 1, 31), ExamKind.NEW_LAW)


def test_only_a_contrast_of_old_and_new_asks_superseded_and_repealed_law(
    in_app: None, make: Make
) -> None:
    law = make.law()
    old = make.version(law, ["一。"])
    make.version(law, ["一改。"], promulgated_on=date(2025, 1, 1), effective_on=date(2025, 1, 1))
    repealed = make.version(repealed_on=date(2025, 1, 1))
    items = {make.revision(article=each.articles[0]).item_id for each in (old, repealed)}
    day = date(2026, 3, 2)
    assert not items & drawn_on(day)
    assert not items & drawn_on(day, ExamKind.NEW_LAW)
    assert items <= drawn_on(day, ExamKind.CONTRAST)
