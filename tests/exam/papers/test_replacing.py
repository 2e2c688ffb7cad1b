"""A paper is sealed, then the law changes: blocked until a second person approves an equal one."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from flask import Flask

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.models import BlueprintSection, ExamSession, Form
from exam.queries.assembling import building as building_queries
from exam.queries.papers import stopping
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.papers import replacing
from exam.services.sessions import checking, planning
from exam.services.sessions.dealing import PaperOf
from exam.sessions.planning import SessionPlan
from laws.following import Event
from question_bank.amendment import Decision
from question_bank.item_types import ItemType
from question_bank.models import ItemRevision, ItemState
from question_bank.queries import amending as amended
from question_bank.reach import EVERYTHING
from question_bank.services import amending, deciding
from tests.factories import NOON, Make

#: The law is amended on the day before the session of these tests opens.
BEFORE = NOON - timedelta(days=1)


class Hall:
    """A sealed paper of two items, the first of which cites an article that is then edited."""

    def __init__(self, make: Make) -> None:
        law = make.law()
        self.old = make.version(law, ["一。", "二。"])
        self.new = make.version(law, ["一改。", "二。"], promulgated_on=date(2026, 2, 20),
                                effective_on=date(2026, 6, 1))  # fmt: skip
        make.change("edited", self.old, self.new, 1, 1)
        make.change("unchanged", self.old, self.new, 2, 2)
        self.stopped = make.revision(article=self.old.articles[0])
        self.kept = make.revision(article=self.old.articles[1])
        self.spare = make.revision(article=self.old.articles[1])
        self.harder = make.revision(article=self.old.articles[1], difficulty=5)
        section = BlueprintSection(position=1, item_type=ItemType.SINGLE_CHOICE, count=2,
                                   marks=Decimal(50), difficulty_max=4)  # fmt: skip
        blueprint = make.blueprint(sections=[section])
        form = make.form(self.stopped, self.kept, marks=50, blueprint=blueprint)
        self.person = make.person()
        self.session = make.exam_session(form, self.person)
        self.setter = make.account(Role.PAPER_SETTER)
        self.second = make.account(Role.EXAM_ADMIN)
        building.seal(form=db.session.get_one(Form, form.id), at=NOON, by=None)
        db.session.commit()

    def amend(self) -> None:
        amending.follow(
            Event(self.old.law_id, self.new.id, BEFORE, None, [(self.old.id, self.new.id)])
        )
        db.session.commit()

    def planned(self) -> ExamSession:
        return db.session.get_one(ExamSession, self.session.id)

    def account(self, account: Account) -> Account:
        return db.session.get_one(Account, account.id)

    def propose(self) -> Form:
        return replacing.propose(
            form=building_queries.form(self.planned().form.id),
            rng=Random(1),
            at=BEFORE,
            by=self.account(self.setter),
        )

    def start(self) -> None:
        taking.start(session=self.planned(), person=db.session.merge(self.person), at=NOON)


@pytest.fixture
def hall(app: Flask, make: Make) -> Iterator[Hall]:
    with app.app_context():
        yield Hall(make)


def revisions(form: Form) -> list[int]:
    return [each.revision_id for each in building_queries.form(form.id).slots]


def test_an_amended_paper_does_not_open_until_a_second_person_approves_an_equal_one(
    hall: Hall,
) -> None:
    sealed = hall.planned().form.id
    hall.amend()
    with pytest.raises(taking.Suspended):
        hall.start()
    proposal = hall.propose()
    assert revisions(proposal) == [hall.spare.id, hall.kept.id]
    with pytest.raises(taking.Suspended):
        hall.start()
    with pytest.raises(replacing.OwnProposal):
        replacing.approve(form=proposal, at=BEFORE, by=hall.account(hall.setter))
    with pytest.raises(building.NeedsApproval):
        building.seal(form=proposal, at=BEFORE, by=hall.account(hall.second))
    replacing.approve(form=proposal, at=BEFORE, by=hall.account(hall.second))
    assert hall.planned().form.id == proposal.id
    hall.start()
    assert building.intact(building_queries.form(sealed))
    assert revisions(building_queries.form(sealed)) == [hall.stopped.id, hall.kept.id]


def test_a_paper_none_of_whose_items_was_touched_opens(hall: Hall) -> None:
    hall.amend()
    assert [slots for _, slots in stopping.stopped_papers(hall.planned())] == [[1]]
    case = db.session.scalars(amended.cases(EVERYTHING)).unique().one()
    deciding.decide(case=case, decision=Decision.STILL_APPLIES, at=BEFORE, by=None)
    assert stopping.stopped_papers(hall.planned()) == []
    hall.start()


def test_a_session_that_has_opened_is_not_touched(hall: Hall) -> None:
    amending.follow(Event(hall.old.law_id, hall.new.id, NOON, None, [(hall.old.id, hall.new.id)]))
    hall.start()
    assert stopping.threatened(NOON) == []


def test_a_session_that_was_arranged_after_its_opening_is_asked_of_the_law_of_its_arrangement(
    hall: Hall,
) -> None:
    # The law that its items cite came into force after the opening that somebody wrote.
    hall.planned().opens_at = NOON.replace(year=2000)
    assert stopping.stopped_papers(hall.planned()) == []
    hall.planned().created_at = NOON.replace(year=2000)
    assert [slots for _, slots in stopping.stopped_papers(hall.planned())] == [[1, 2]]


def test_a_session_is_warned_of_before_it_opens(hall: Hall) -> None:
    hall.amend()
    assert [each.id for each in stopping.threatened(BEFORE)] == [hall.session.id]
    assert [each.id for each in stopping.threatened(BEFORE, hall.new.id)] == [hall.session.id]
    assert stopping.threatened(BEFORE, hall.old.id) == []


def test_no_session_is_planned_on_a_paper_under_review(hall: Hall) -> None:
    hall.amend()
    form = building_queries.form(hall.planned().form.id)
    assert replacing.stopped(form, BEFORE) == [1]
    assert clock.local(hall.planned().opens_at).date() == date(2026, 3, 2)
    with pytest.raises(checking.LawChanged, match="第 1 题所引条文已被修改"):
        checking.check(plan_like(hall.planned()), [PaperOf(form)], [], BEFORE)


def plan_like(session: ExamSession) -> SessionPlan:
    return SessionPlan(**{name: getattr(session, name) for name in planning.PLANNED})


def test_only_one_proposal_waits_at_a_time_and_only_its_proposer_mends_it(hall: Hall) -> None:
    hall.amend()
    proposal = hall.propose()
    with pytest.raises(replacing.Proposed):
        hall.propose()
    with pytest.raises(building.NotByProposer):
        building.swap_at_random(
            form=proposal, slot=1, rng=Random(1), at=BEFORE, by=hall.account(hall.second)
        )


def test_a_proposal_changes_stopped_items_only(hall: Hall, make: Make) -> None:
    hall.amend()
    proposal = hall.propose()
    db.session.commit()
    extra = make.revision(article=hall.old.articles[1])
    amending.carry_on(db.session.get_one(ItemRevision, extra.id), at=BEFORE)
    building.swap_item(
        form=building_queries.form(proposal.id),
        slot=2,
        revision=db.session.get_one(ItemRevision, extra.id),
        at=BEFORE,
        by=hall.account(hall.setter),
    )
    with pytest.raises(replacing.MoreThanStopped, match="第 2 题"):
        replacing.approve(
            form=building_queries.form(proposal.id), at=BEFORE, by=hall.account(hall.second)
        )


def test_without_another_item_of_the_cell_nothing_is_proposed(hall: Hall) -> None:
    hall.amend()
    hall.propose()
    db.session.rollback()
    spare = db.session.get_one(ItemRevision, hall.spare.id)
    spare.item.state = ItemState.RETIRED
    db.session.commit()
    with pytest.raises(building.NoOther):
        hall.propose()


def test_a_paper_that_was_not_stopped_is_not_replaced(hall: Hall) -> None:
    with pytest.raises(replacing.NothingStopped):
        hall.propose()


def test_a_paper_quotes_the_version_of_its_day_only(hall: Hall) -> None:
    amending.carry_over(hall.old, hall.new, at=BEFORE)
    form = building_queries.form(hall.planned().form.id)
    form.sealed_at = form.snapshot = form.hash = None
    paper = building.paper_of(form)
    assert [len(each.citations) for each in paper.slots] == [1, 1]
    assert paper.slots[1].citations[0].article_id == hall.old.articles[1].id
    db.session.rollback()
