"""What registering a new version does to the items that cite the old one, and what follows."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Role
from core.db import db
from laws.following import Event
from laws.models import LawVersion
from question_bank.amendment import Decision, Stage
from question_bank.drafts import ItemDraft
from question_bank.models import AmendmentCase, Citation, Item, ItemRevision, ItemState
from question_bank.queries import amending as queries
from question_bank.services import amending, deciding, reviewing, writing
from tests.factories import NOON, Make

#: The day on which the new version of these tests takes effect, after NOON.
BEGINS = date(2026, 6, 1)


class Amended:
    """A law of four articles and its new version: 1 stays, 2 moves to 3, 3 is edited, 4 goes."""

    def __init__(self, make: Make) -> None:
        law = make.law()
        self.old = make.version(law, ["一。", "二。", "三。", "四。"])
        self.new = make.version(
            law,
            ["一。", "三改。", "二。"],
            promulgated_on=date(2026, 2, 1),
            effective_on=BEGINS,
            label="2026年修订",
        )
        make.change("unchanged", self.old, self.new, 1, 1)
        make.change("renumbered", self.old, self.new, 2, 3)
        make.change("edited", self.old, self.new, 3, 2)
        make.change("removed", self.old, self.new, 4, None)

    @property
    def event(self) -> Event:
        return Event(self.old.law_id, self.new.id, NOON, None, [(self.old.id, self.new.id)])


@pytest.fixture
def law(make: Make) -> Amended:
    return Amended(make)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def item(revision: ItemRevision) -> Item:
    return db.session.get_one(Item, revision.item_id)


def numbers(revision: ItemRevision) -> list[tuple[int, str]]:
    """The articles cited: (version, number)."""
    rows = db.session.scalars(
        select(Citation).where(Citation.revision_id == revision.id).order_by(Citation.id)
    )
    return [(each.version_id, each.article.number) for each in rows]


def case(revision: ItemRevision) -> AmendmentCase:
    return db.session.scalars(
        select(AmendmentCase)
        .where(AmendmentCase.item_id == revision.item_id)
        .order_by(AmendmentCase.id)
    ).first()  # type: ignore[return-value]  # the tests know there is one


def test_an_item_on_an_article_that_stands_gets_a_further_citation(
    in_app: None, make: Make, law: Amended
) -> None:
    kept, moved = (make.revision(article=law.old.articles[n]) for n in (0, 1))
    amending.follow(law.event)
    assert item(kept).state is item(moved).state is ItemState.PUBLISHED
    assert numbers(kept) == [(law.old.id, "第1条"), (law.new.id, "第1条")]
    assert numbers(moved) == [(law.old.id, "第2条"), (law.new.id, "第3条")]
    first, second = db.session.scalars(
        select(Citation).where(Citation.revision_id == moved.id).order_by(Citation.id)
    )
    assert (second.carried_from_id, second.carried_at) == (first.id, NOON)


def test_an_item_on_an_edited_or_removed_article_is_stopped(
    in_app: None, make: Make, law: Amended
) -> None:
    edited, removed = (make.revision(article=law.old.articles[n]) for n in (2, 3))
    amending.follow(law.event)
    assert item(edited).state is item(removed).state is ItemState.QUARANTINED
    assert numbers(edited) == [(law.old.id, "第3条")]
    assert queries.counts([law.new.id]) == {law.new.id: {
        Stage.WAITING: 2, Stage.WITH_WRITER: 0, Stage.REVISED: 0, Stage.SETTLED: 0,
    }}  # fmt: skip


def test_one_edited_article_of_two_stops_the_item_whole(
    in_app: None, make: Make, session: Session, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[0])
    make.save(Citation(revision_id=revision.id, article_id=law.old.articles[2].id))
    amending.follow(law.event)
    assert item(revision).state is ItemState.QUARANTINED
    assert numbers(revision) == [(law.old.id, "第1条"), (law.old.id, "第3条")]


def test_a_draft_stays_a_draft_and_a_retired_item_is_left_alone(
    in_app: None, make: Make, law: Amended
) -> None:
    draft = make.revision(article=law.old.articles[2], state=ItemState.DRAFT)
    retired = make.revision(article=law.old.articles[2], state=ItemState.RETIRED)
    amending.follow(law.event)
    assert item(draft).state is ItemState.DRAFT
    assert case(draft).was is ItemState.DRAFT
    assert case(retired) is None


def test_followed_twice_nothing_changes(in_app: None, make: Make, law: Amended) -> None:
    kept, edited = (make.revision(article=law.old.articles[n]) for n in (0, 2))
    amending.follow(law.event)
    amending.follow(law.event)
    assert len(numbers(kept)) == 2
    assert queries.counts([law.new.id])[law.new.id][Stage.WAITING] == 1
    deciding.decide(case=case(edited), decision=Decision.STILL_APPLIES, at=NOON, by=None)
    amending.follow(law.event)
    assert item(edited).state is ItemState.PUBLISHED


def test_a_repealed_law_stops_every_item_that_rests_on_it(in_app: None, make: Make) -> None:
    version = make.version(repealed_on=date(2026, 5, 1))
    revision, other = make.revision(article=version.articles[0]), make.revision()
    amending.follow(Event(version.law_id, version.id, NOON, None, repealed=True))
    assert item(revision).state is ItemState.QUARANTINED
    assert item(other).state is ItemState.PUBLISHED
    assert [move.new for move in queries.moves(case(revision))] == [None]
    deciding.decide(case=case(revision), decision=Decision.UNTIL_EFFECTIVE, at=NOON, by=None)
    assert item(revision).used_until == date(2026, 4, 30)


def test_an_older_version_registered_afterwards_stops_nothing_that_rests_on_a_newer(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[0])
    amending.follow(law.event)
    db.session.commit()
    between = make.version(
        law.old.law, ["一改。"], promulgated_on=date(2023, 1, 1), effective_on=date(2023, 1, 1)
    )
    make.change("edited", law.old, between, 1, 1)
    make.change("edited", between, law.new, 1, 1)
    pairs = [(law.old.id, between.id), (between.id, law.new.id)]
    amending.follow(Event(law.old.law_id, between.id, NOON, None, pairs))
    assert item(revision).state is ItemState.PUBLISHED


def test_still_applies_cites_the_new_article_and_publishes(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(case=case(revision), decision=Decision.STILL_APPLIES, at=NOON, by=None)
    assert item(revision).state is ItemState.PUBLISHED
    assert numbers(revision) == [(law.old.id, "第3条"), (law.new.id, "第2条")]
    assert queries.stage(case(revision)) is Stage.SETTLED


def test_nothing_can_rest_on_a_removed_article(in_app: None, make: Make, law: Amended) -> None:
    revision = make.revision(article=law.old.articles[3])
    amending.follow(law.event)
    with pytest.raises(deciding.Gone):
        deciding.decide(case=case(revision), decision=Decision.STILL_APPLIES, at=NOON, by=None)
    assert item(revision).state is ItemState.QUARANTINED


def test_a_writer_does_not_let_the_own_item_pass(in_app: None, make: Make, law: Amended) -> None:
    writer = make.account(Role.ITEM_WRITER)
    revision = make.revision(article=law.old.articles[2], writer=writer)
    amending.follow(law.event)
    for decision in (Decision.STILL_APPLIES, Decision.UNTIL_EFFECTIVE):
        with pytest.raises(reviewing.OwnItem):
            deciding.decide(case=case(revision), decision=decision, at=NOON, by=writer)


def test_until_effective_publishes_up_to_the_day_before(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(case=case(revision), decision=Decision.UNTIL_EFFECTIVE, at=NOON, by=None)
    assert item(revision).state is ItemState.PUBLISHED
    assert item(revision).used_until == date(2026, 5, 31)


def test_once_the_new_version_applies_there_is_no_until(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    with pytest.raises(deciding.InForce):
        deciding.decide(
            case=case(revision),
            decision=Decision.UNTIL_EFFECTIVE,
            at=NOON + timedelta(days=120),
            by=None,
        )


def test_an_item_sent_to_its_writer_is_passed_again_once_changed(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(
        case=case(revision), decision=Decision.REWRITE, at=NOON, by=None, note="期限改了"
    )
    assert queries.stage(case(revision)) is Stage.WITH_WRITER
    with pytest.raises(reviewing.LawAmended):
        reviewing.publish(item=item(revision), at=NOON, by=None)
    draft = ItemDraft(revision.item_type, "新题干", ["甲", "乙", "丙", "丁"], [1],
                      article_ids=[law.new.articles[1].id])  # fmt: skip
    writing.revise_item(item=item(revision), draft=draft, at=NOON, by=None)
    assert queries.stage(case(revision)) is Stage.REVISED
    reviewing.publish(item=item(revision), at=NOON, by=None)
    assert queries.stage(case(revision)) is Stage.SETTLED


@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_can_be_taken_back(
    in_app: None, make: Make, law: Amended, decision: Decision
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(case=case(revision), decision=decision, at=NOON, by=None)
    deciding.undo(case=case(revision), at=NOON, by=None)
    found = item(revision)
    assert (found.state, found.used_until) == (ItemState.QUARANTINED, None)
    assert numbers(revision) == [(law.old.id, "第3条")]
    assert queries.stage(case(revision)) is Stage.WAITING


def test_a_decision_is_not_taken_back_from_an_item_that_was_changed_since(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(case=case(revision), decision=Decision.STILL_APPLIES, at=NOON, by=None)
    draft = ItemDraft(revision.item_type, "新题干", ["甲", "乙", "丙", "丁"], [1],
                      article_ids=[law.new.articles[1].id])  # fmt: skip
    writing.revise_item(item=item(revision), draft=draft, at=NOON, by=None)
    with pytest.raises(deciding.NotToUndo):
        deciding.undo(case=case(revision), at=NOON, by=None)


def test_an_item_that_still_applies_waits_again_if_a_later_version_touches_it(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    db.session.commit()
    later = make.version(law.old.law, ["一。", "三又改。"], promulgated_on=date(2026, 3, 1),
                         effective_on=date(2026, 9, 1))  # fmt: skip
    make.change("edited", law.new, later, 2, 2)
    amending.follow(Event(law.old.law_id, later.id, NOON, None, [(law.new.id, later.id)]))
    assert queries.counts([later.id])[later.id][Stage.WAITING] == 0
    deciding.decide(case=case(revision), decision=Decision.STILL_APPLIES, at=NOON, by=None)
    assert item(revision).state is ItemState.QUARANTINED
    assert queries.counts([later.id])[later.id][Stage.WAITING] == 1


def test_a_retired_item_brought_back_waits_for_a_decision(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[2])
    amending.follow(law.event)
    deciding.decide(case=case(revision), decision=Decision.RETIRE, at=NOON, by=None)
    assert item(revision).state is ItemState.RETIRED
    reviewing.restore(item=item(revision), at=NOON, by=None)
    db.session.expire_all()
    assert queries.stage(case(revision)) is Stage.WAITING
    with pytest.raises(reviewing.LawAmended):
        reviewing.publish(item=item(revision), at=NOON, by=None)


def test_an_item_passed_later_follows_what_was_registered_meanwhile(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[1], state=ItemState.DRAFT)
    reviewing.publish(item=item(revision), at=NOON, by=None)
    assert numbers(revision) == [(law.old.id, "第2条"), (law.new.id, "第3条")]


def test_naming_any_version_over_which_an_item_was_carried_is_no_change(
    in_app: None, make: Make, law: Amended
) -> None:
    revision = make.revision(article=law.old.articles[1])
    amending.follow(law.event)
    found = item(revision)
    assert found.current is not None
    for article in (law.old.articles[1], law.new.articles[2]):
        same = ItemDraft(
            revision.item_type, revision.stem, revision.options, revision.key,
            revision.rationale, article_ids=[article.id],
        )  # fmt: skip
        with pytest.raises(writing.Unchanged):
            writing.revise_item(item=found, draft=same, at=NOON, by=None)


def test_a_law_version_without_items_is_followed_without_a_trace(
    in_app: None, make: Make, law: Amended
) -> None:
    amending.follow(law.event)
    assert db.session.get_one(LawVersion, law.new.id).label == "2026年修订"
    assert db.session.scalars(select(AmendmentCase)).all() == []
