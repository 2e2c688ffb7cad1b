"""F16: what a paper holds back never appears in practice, search or export."""

from datetime import timedelta
from random import Random

import pytest

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import Release
from exam.queries.assembling.building import practice_pool
from question_bank.life import Pool, Secrecy
from question_bank.models import ItemState
from question_bank.queries import holding
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("noon")

HOUR = timedelta(hours=1)
#: (opens, closes, key is released) of a paper's session; None for one that nobody sat yet.
STATES = {
    "sealed, no session": None,
    "sealed, to come": (HOUR, 2 * HOUR, False),
    "running": (-HOUR, HOUR, False),
    "closed, not released": (-2 * HOUR, -HOUR, False),
    "released": (-2 * HOUR, -HOUR, True),
}
BEFORE = ("sealed, no session", "sealed, to come", "running")


def sat(make, form, state: str, *people):
    """The paper as it stands in a state."""
    if (times := STATES[state]) is not None:
        opens, closes, released = times
        return make.exam_session(
            form, *people, opens_at=NOON + opens, closes_at=NOON + closes,
            key_release=Release.ON_PUBLICATION, published_at=NOON if released else None,
        )  # fmt: skip
    return None


@pytest.mark.parametrize("state", STATES)
def test_an_item_of_a_paper_is_practised_found_and_exported_only_once_it_may_be(
    make, begin, sign_in, state
) -> None:
    staff, setter = sign_in(make.account()), make.account(Role.STAFF, Role.PAPER_SETTER)
    form = make.sealed_form()
    revision = form.slots[0].revision
    form.sealed_at = form.snapshot = form.hash = None
    make.save(form)
    # Somebody practised it before it was put on the paper, and somebody is about to.
    done = begin(staff, "/drills", 1, count=5).location
    ahead = begin(staff, "/drills", 2, count=5).location
    answers = {"answers": [{"slot": 1, "seq": 1, "choice": []}]}
    staff.post(f"{done}/items/1", json=answers)
    make.save(seal(make, form, setter))
    sat(make, form, state)
    for who in (staff, sign_in(setter), sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))):
        begun = begin(who, "/drills", 3, count=5).location
        assert (begun == "/practice/") is (state != "released"), "the setter's practice, too"
    shown = "".join(
        staff.get(path, follow_redirects=True).text
        for path in (ahead, f"{ahead}/items/1", done, f"{done}/items/1", f"{done}/end",
                     "/practice/", "/practice/history", "/practice/mistakes")
    )  # fmt: skip
    assert (revision.stem in shown) is (state == "released")
    assert (revision.rationale in shown) is (state == "released")
    taken = staff.post(f"{ahead}/items/1", json=answers).status_code
    assert taken == (200 if state == "released" else 409)
    for role in (Role.EXAM_ADMIN, Role.ITEM_REVIEWER, Role.RESEARCH_OFFICE):
        other = sign_in(make.account(role))
        found = other.get("/search?in=items&q=题干").text + other.get("/bank/?q=题干").text
        exported = other.post("/bank/export", data={"format": "csv"}).data.decode()
        assert (revision.stem in found) is (state not in BEFORE), role
        assert (revision.stem in exported) is (state not in BEFORE), role
    assert revision.stem in sign_in(setter).get("/bank/?q=题干").text


def seal(make, form, setter):
    """The form as sealing leaves it."""
    whole = make.sealed_form()
    form.snapshot, form.hash, form.sealed_at = whole.snapshot, whole.hash, NOON
    form.sealed_by_id = setter.id
    other = whole.slots[0].revision.item
    other.pool = Pool.EXAM
    make.save(other)
    return form


def test_whatever_happens_to_items_and_papers_practice_draws_what_it_may(
    app, make, session
) -> None:
    chance, may = Random(16), set()
    article = make.version().articles[0]
    for _ in range(60):
        revision = make.revision(article=article)
        item = revision.item
        item.pool, item.secrecy = chance.choice(list(Pool)), chance.choice(list(Secrecy))
        item.state = chance.choice([ItemState.PUBLISHED] * 3 + list(ItemState))
        make.save(item)
        papers = [chance.choice(list(STATES)) for _ in range(chance.choice([0, 0, 1, 2]))]
        for state in papers:
            form = make.form(revision, sealed_at=NOON, snapshot="{}", hash="0")
            sat(make, form, state)
        if (
            item.pool is not Pool.EXAM
            and item.secrecy is not Secrecy.UNTIL_EXAM
            and item.state is ItemState.PUBLISHED
            and set(papers) <= {"released"}
        ):
            may.add(item.id)
    assert len(may) > 5
    with app.app_context():
        assert set(db.session.scalars(holding.practisable(NOON.date()))) == may
        assert {each.item_id for each in practice_pool(NOON.date())} == may


def test_a_key_that_is_never_released_and_a_paper_still_being_sat_stay_back(app, make) -> None:
    never, late = make.sealed_form(), make.sealed_form()
    past = {"opens_at": NOON - 2 * HOUR, "closes_at": NOON - HOUR}
    make.exam_session(never, key_release=Release.NEVER, **past)
    person = make.person()
    exam = make.exam_session(late, person, **past)
    attempt = make.attempt(exam, person, None, deadline=NOON + HOUR)
    with app.app_context():
        assert db.session.scalars(holding.practisable(NOON.date())).all() == []
        db.session.rollback()
        attempt.deadline = NOON
        make.save(attempt)
        with clock.frozen(NOON + HOUR):
            [practised] = db.session.scalars(holding.practisable(NOON.date()))
    assert practised == late.slots[0].revision.item_id
