"""A wrong key of one sub-question of a case, put right without touching the others."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from core.errors import Refused
from exam.attempts.responses import Response
from exam.marking import corrections, scoring
from exam.marking.corrections import Remedy, Ruling
from exam.models import Attempt, Correction, ExamSession, Form
from exam.papers import snapshot
from exam.services.attempts import taking
from question_bank.item_types import ItemType
from tests.exam.after import AFTER, stored
from tests.exam.items import MULTIPLE, SHORT, SINGLE, Example, part
from tests.exam.marked import Hall, grader, seated
from tests.exam.steps import corrected, propose, undone
from tests.factories import NOON
from tests.pages import main

#: Two choices of weight 1 each and a short answer of weight 2; of 20 marks 5, 5 and 10.
CASE = Example(
    ItemType.CASE_ANALYSIS, "某日，来访人到接待大厅反映问题。", {},
    parts=[part(SINGLE, 1), part(MULTIPLE, 1), part(SHORT, 2)], right={}, wrong={},
)  # fmt: skip


def answers(text: str) -> list[Response]:
    """As ``single/multiple/words``."""
    one, several, words = text.split("/")
    body = {"parts": [{"choice": list(one)}, {"choice": list(several)}, {"text": words}]}
    return [Response(1, 1, json.dumps(body, ensure_ascii=False))]


SAT = ["A/AB/", "B/AB/", "C/AC/", "A/AC/"]


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    return seated(app, make, session, SAT, examples=(CASE,), answers=answers)


@pytest.fixture
def officers(make):
    return make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER)


def share(paper, rulings: list[Ruling], text: str) -> Decimal:
    body = json.loads(answers(text)[0].body)
    found = scoring.score_ruled(corrections.ruled(paper, rulings), {1: body})
    return found.by_slot[1] or Decimal(0)


def test_keys_of_parts_are_replaced_and_added_one_by_one(hall: Hall, session) -> None:
    paper = snapshot.load(session.scalars(select(Form.snapshot)).one() or "")
    single, several = (each["key"] for each in paper.slots[0].parts[:2])
    first = "ABCD"[single[0]]
    both = "".join("ABCD"[n] for n in several)
    other = next(n for n in range(4) if n != single[0])
    third = [n for n in range(4) if n not in several][:2]
    right, also = f"{first}/{both}/", f"{'ABCD'[other]}/{''.join('ABCD'[n] for n in third)}/"
    assert (share(paper, [], right), share(paper, [], also)) == (10, 0)
    new = [Ruling(1, Remedy.NEW_KEY, [other], 1)]
    assert (share(paper, new, right), share(paper, new, also)) == (5, 5)
    # What is accepted beside the keys of two parts counts in every combination.
    beside = [Ruling(1, Remedy.ALSO, [other], 1), Ruling(1, Remedy.ALSO, third, 2)]
    mixed = f"{first}/{''.join('ABCD'[n] for n in third)}/"
    assert [share(paper, beside, each) for each in (right, also, mixed)] == [10, 10, 10]
    for_all = [Ruling(1, Remedy.EVERYBODY, None, 2)]
    assert [share(paper, for_all, each) for each in (right, also)] == [10, 5]
    nobody = corrections.ruled(paper, for_all)
    assert scoring.score_ruled(nobody, {}).earned == nobody.blank(paper.slots[0]) == 5
    assert corrections.remedies_of(paper.slots[0], 3) == [Remedy.EVERYBODY]
    assert Remedy.NEW_KEY not in corrections.remedies_of(paper.slots[0])


def test_one_part_is_corrected_previewed_and_taken_back(
    app, hall: Hall, make, session, officers
) -> None:
    before = stored(session, hall.exam)
    session.rollback()
    old = hall.earned()
    number = corrected(app, hall.form_id, officers, Remedy.NEW_KEY, slot=1, key="C", part=1)
    new = hall.earned()
    assert [a - b for a, b in zip(new, old, strict=True)] == [
        {"C": 5, hall_key(session): -5}.get(each[0], 0) for each in SAT
    ]
    undone(app, number, officers)
    assert stored(session, hall.exam) == before


def hall_key(session) -> str:
    paper = snapshot.load(session.scalars(select(Form.snapshot)).one() or "")
    session.rollback()
    return "ABCD"[paper.slots[0].parts[0]["key"][0]]


def test_a_part_for_everybody_asks_no_marker_for_it(app, noon, make, session, officers, sign_in):
    hall = seated(
        app, make, session, ["A/AB/写了一点", "B/AB/"], examples=(CASE,), answers=answers
    )  # fmt: skip
    corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1, part=3)
    waits, blank = hall.earned()
    assert (waits is not None, blank) == (True, blank)
    assert "第 1 题" not in main(grader(make, sign_in, "评卷甲").get("/exam/marking"))
    desk = sign_in(officers[0])
    with clock.frozen(AFTER):
        url = f"/exam/sessions/{hall.exam_id}/marking"
        assert f'action="{url}/close"' in desk.get(url).text
        assert "已定评" in main(desk.post(f"{url}/close", follow_redirects=True))


def test_two_parts_wait_side_by_side_and_the_whole_with_neither(
    app, hall: Hall, session, officers
) -> None:
    def ask(part: int | None, remedy: Remedy) -> None:
        propose(app, hall.form_id, officers[0], part=part, remedy=remedy, key="C")

    ask(1, Remedy.NEW_KEY)
    ask(2, Remedy.EVERYBODY)
    for part_of, remedy in ((1, Remedy.ALSO), (None, Remedy.STRUCK)):
        with pytest.raises(Refused, match="待批准"):
            ask(part_of, remedy)
    for part_of in (0, 4):
        with pytest.raises(Refused, match="没有这个小题"):
            ask(part_of, Remedy.EVERYBODY)
    with pytest.raises(Refused, match="不能这样更正"):
        ask(3, Remedy.NEW_KEY)
    session.rollback()


def test_the_pages_name_the_sub_question(app, hall: Hall, officers, sign_in, session) -> None:
    desk = sign_in(officers[0])
    with clock.frozen(AFTER):
        url = f"/exam/forms/{hall.form_id}/corrections/new"
        choose = desk.get(url)
        assert "第 1 题第 2 小题" in main(choose)
        assert "slot=1&amp;part=2" in choose.text
        ask = main(desk.get(f"{url}?slot=1&part=2"))
        assert ("第 2 小题" in ask, "本小题全体给满分" in ask, "删去本题" in ask) == (
            True,
            True,
            False,
        )
        assert "返回选题" in main(desk.get(f"{url}?slot=1"))
        assert desk.get(f"{url}?slot=1&part=9").status_code == 409
        sent = {"remedy": "everybody", "reason": "两个选项都对"}
        made = desk.post(f"{url}?slot=1&part=2", data=sent)
        assert "第 1 题第 2 小题更正" in main(desk.get(made.location))
    assert session.scalars(select(Correction.part)).all() == [2]


def test_what_nobody_marked_is_not_asked_of_markers_once_scores_are_published(
    app, noon, make, session, officers, sign_in
) -> None:
    hall = seated(app, make, session, ["A/AB/写了一点"], examples=(CASE,), answers=answers)
    number = corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1, part=3)
    undone(app, number, officers)
    assert hall.earned() == [None]
    number = corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1, part=3)
    session.get_one(ExamSession, hall.exam_id).published_at = AFTER
    session.commit()
    with pytest.raises(Refused, match="1 份已公布成绩的答卷要由人评阅"):
        undone(app, number, officers)
    session.rollback()
    with clock.frozen(AFTER):
        url = f"/exam/corrections/{number}"
        told = sign_in(officers[0]).get(url).text
    assert ("不能撤销" in told, f'action="{url}/undo"' in told) == (True, False)


def test_an_answer_that_waits_only_after_an_undoing_is_told_no_sooner(
    app, noon, make, session, officers, sign_in
) -> None:
    """Handed in while everybody earned it, marked after that was taken back."""
    first = seated(app, make, session, ["A/AB/一"], examples=(CASE,), answers=answers)
    number = corrected(app, first.form_id, officers, Remedy.EVERYBODY, slot=1, part=3)
    session.rollback()
    late = make.exam_session(session.get_one(Form, first.form_id), make.person(name="后考"))
    late_id = late.id
    session.rollback()
    with app.app_context():
        here = db.session.get_one(ExamSession, late_id)
        attempt = taking.start(session=here, person=here.candidates[0].person, at=NOON)
        taking.save_answers(attempt=attempt, answers=answers("A/AB/二"), at=NOON)
        taking.submit(attempt=attempt, at=NOON)
        db.session.commit()
        made = attempt.id
        assert (attempt.unmarked, attempt.by_hand) == (0, 0)
    undone(app, number, officers)
    waits = session.get_one(Attempt, made)
    assert (waits.unmarked, waits.by_hand, waits.settled) == (1, 1, False)
    session.rollback()


def test_what_waits_for_a_decision_stands_first_on_the_list(
    app, hall: Hall, officers, sign_in, session
) -> None:
    first = corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1, part=1)
    corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1, part=2)
    desk = sign_in(officers[0])
    with clock.frozen(AFTER):
        desk.post(f"/exam/corrections/{first}/undo/ask", data={"opinion": "有误"})
        told = main(desk.get("/exam/corrections"))
    assert told.index("第 1 小题") < told.index("第 2 小题")
    assert "撤销待批准" in told
