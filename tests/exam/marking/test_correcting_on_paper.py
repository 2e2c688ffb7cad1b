"""What a correction cannot do on paper: marks that persons gave, which persons look at again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import PaperState
from exam.marking.corrections import Remedy
from exam.models import Candidate, ExamSession
from exam.on_paper import paper_scores
from exam.on_paper.paper_scores import Entry, Item
from exam.services.assembling import building
from exam.services.attempts.taking import sealed
from exam.services.on_paper import scores as entering
from question_bank.item_types import ItemType
from tests.exam.after import AFTER, scores
from tests.exam.items import MULTIPLE, SHORT, SINGLE, Example, part
from tests.exam.steps import corrected, undone
from tests.factories import NOON
from tests.pages import main, page

HOUR = timedelta(hours=1)
CASE = Example(
    ItemType.CASE_ANALYSIS, "某日，来访人到接待大厅反映问题。", {},
    parts=[part(SINGLE, 1), part(MULTIPLE, 1), part(SHORT, 2)], right={}, wrong={},
)  # fmt: skip
#: By whose script it is, the marks entered of the case of 20; None where the total alone was.
MARKS = {"录五分": Decimal(5), "录满分": Decimal(20), "录总分": None}


@pytest.fixture
def officers(make):
    return make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER, Role.EXAM_ADMIN)


@pytest.fixture
def enter(app, officers):
    """Somebody's script is entered by one and checked by another."""

    def enter(candidate_id: int, marks: Decimal | None, at=NOON, reason: str = "") -> None:
        with app.app_context():
            candidate = db.session.get_one(Candidate, candidate_id)
            paper = sealed(entering.form_of(candidate))
            entry = Entry(PaperState.SCORED, Decimal(12), reason=reason)
            if marks is not None:
                entry = Entry(PaperState.SCORED, marks, [marks], {1: Item(marks=marks)}, reason)
            assert paper_scores.faults(entry, paper) == []
            first, second = (db.session.merge(each) for each in officers)
            score = entering.enter(candidate=candidate, entry=entry, at=at, by=first)
            entering.check(score=score, at=at, by=second)
            db.session.commit()

    return enter


@pytest.fixture
def exam(app, make, session, enter) -> ExamSession:
    form = make.form(make.revision(CASE.item_type, **CASE.columns), marks=20)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    people = [make.person(name=each) for each in MARKS]
    exam = make.exam_session(
        form, *people, on_paper=True, opens_at=NOON - 3 * HOUR, closes_at=NOON - HOUR
    )
    places = [(each.id, MARKS[each.person.name]) for each in exam.candidates]
    session.commit()
    for candidate_id, marks in places:
        enter(candidate_id, marks)
    return exam


def listed(client, number: int) -> dict[str, tuple[str, str]]:
    """By name, where the list leads and what it says."""
    found = page(client.get(f"/exam/corrections/{number}")).select("#by-hand tbody tr")
    return {
        str(row.th.get_text()): (str(row.th.a["href"]), " ".join(row.get_text(" ").split()))
        for row in found
    }


def test_scripts_that_persons_marked_are_named_to_be_looked_at_again(
    app, exam, make, session, officers, sign_in, enter
) -> None:
    seat = {each.person.name: each.id for each in exam.candidates}
    form_id, before = exam.form.id, scores(session, exam)
    desk = sign_in(officers[0])
    choose = f"/exam/forms/{form_id}/corrections/new?slot=1&part=1"
    with clock.frozen(AFTER):
        asked = desk.post(choose, data={"remedy": "new_key", "key": "D", "reason": "错"})
        number = int(asked.location.rsplit("/", 1)[1])
        # Another key may cost marks too.
        assert set(listed(desk, number)) == set(MARKS)
        assert "批准以后请逐份核对原卷" in main(desk.get(asked.location))
        desk.post(f"{asked.location}/decline", data={"opinion": "另行更正"})
        assert listed(desk, number) == {}
    number = corrected(app, form_id, officers, Remedy.EVERYBODY, slot=1, part=1)
    assert scores(session, exam) == before
    with clock.frozen(AFTER):
        told = listed(desk, number)
        assert set(told) == {"录五分", "录总分"}
        assert told["录五分"][0] == f"/exam/sessions/candidates/{seat['录五分']}/paper-score"
        assert "第 1 题 5 分（满分 20 分）" in told["录五分"][1]
        assert "只录了总分，12 分" in told["录总分"][1]
        enter(seat["录五分"], Decimal(10), AFTER + HOUR, "第 1 小题更正")
        assert "更正后登记" in listed(desk, number)["录五分"][1]
        undone(app, number, officers)
        assert set(listed(desk, number)) == {"录五分"}, "and has to be put back"
        assert "应当改回" in main(desk.get(f"/exam/corrections/{number}"))


def test_who_approves_without_seeing_names_sees_numbers_and_no_links(
    app, exam, make, officers, sign_in
) -> None:
    number = corrected(app, exam.form.id, officers, Remedy.EVERYBODY, slot=1, part=2)
    told = page(sign_in(make.account(Role.PAPER_SETTER)).get(f"/exam/corrections/{number}"))
    [panel] = told.select("#by-hand")
    assert ("录五分" in panel.get_text(), panel.select("tbody a")) == (False, [])
