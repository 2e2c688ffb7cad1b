"""Two people at one paper: nobody seals, approves or gives up what they were not shown."""

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.models import Form, FormItem, SessionForm
from exam.papers import snapshot
from exam.queries.assembling import building as queries
from exam.services.assembling import building as services
from tests.exam.assembling.sending import S, draw, row, seen, sent, soup, text
from tests.exam.papers.test_replacing import BEFORE, Hall
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("noon")


def fields(page, action: str) -> dict[str, str]:
    """What the form with that address sends, as the page came."""
    [form] = soup(page).select(f"form[action='{action}']")
    return {each["name"]: each["value"] for each in form.select("input[name]")}


@pytest.fixture
def other(make, sign_in):
    return sign_in(make.account(Role.PAPER_SETTER))


def slots(session) -> list[int]:
    return seen(session, select(FormItem.revision_id).order_by(FormItem.form_id, FormItem.slot))


def test_a_paper_that_another_mended_meanwhile_is_not_sealed(setter, other, drawn, session) -> None:
    shown = fields(setter.get(drawn), f"{drawn}/seal")
    other.post(f"{drawn}/slots/1/swap")
    refused = setter.post(f"{drawn}/seal", data=shown)
    assert refused.status_code == 409
    assert "试卷换过题或改过名，没有封存" in text(refused)
    assert seen(session, select(Form.sealed_at)) == [None]
    other.post(f"{drawn}/rename", data={"title": "改名"})
    again = fields(setter.get(drawn), f"{drawn}/seal")
    assert setter.post(f"{drawn}/seal", data=again).status_code == 302


def test_an_item_that_another_chose_meanwhile_is_not_given_up(
    setter, other, drawn, session
) -> None:
    act = f"{drawn}/slots/2/swap"
    shown = fields(setter.get(drawn), act)
    [choice, *_] = soup(setter.get(f"{drawn}/slots/2")).select("[name=revision]")
    other.post(act)
    chosen = slots(session)
    for data in (shown, shown | {"revision": choice["value"]}):
        refused = setter.post(act, data=data)
        assert refused.status_code == 409
        assert "第 2 题已经换过" in text(refused)
    assert slots(session) == chosen
    assert setter.post(act, data=fields(setter.get(drawn), act)).status_code == 302


def test_of_a_set_the_paper_that_another_mended_meanwhile_is_left(
    setter, other, bank, session
) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0, count="3")))
    page = draw(setter, copies="2").location
    shown = fields(setter.get(page), f"{page}/seal")
    other.post("/exam/forms/2/slots/1/swap")
    said = text(setter.post(f"{page}/seal", data=shown, follow_redirects=True))
    assert "“年度试卷 B卷”没有封存：您打开本页以后，试卷换过题" in said
    sealed = seen(session, select(Form.sealed_at.is_not(None)).order_by(Form.id))
    assert sealed == [True, False]


def test_a_proposal_that_was_mended_meanwhile_is_not_approved(app, make, sign_in, session) -> None:
    with app.app_context():
        hall = Hall(make)
        hall.amend()
    sealed = seen(session, select(SessionForm.form_id))[0]
    with clock.frozen(BEFORE):
        setter, second = sign_in(hall.setter), sign_in(hall.second)
        url = setter.post(f"/exam/forms/{sealed}/propose").location
        shown = fields(second.get(url), f"{url}/approve")
        setter.post(f"{url}/rename", data={"title": "改过名的卷"})
        assert "没有封存" in text(second.post(f"{url}/approve", data=shown))
        again = fields(second.get(url), f"{url}/approve")
        assert second.post(f"{url}/approve", data=again).status_code == 303


def test_what_is_sealed_is_what_the_paper_holds_when_it_is_locked(
    app, drawn, bank, session
) -> None:
    """Somebody swaps an item after the paper was read and before it is held."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("one transaction writes at a time")
        form = queries.form(1)
        place = session.scalars(select(FormItem).where(FormItem.slot == 1)).one()
        held = set(session.scalars(select(FormItem.revision_id)))
        place.revision_id = next(
            each.id for each in bank if each.item_type is S and each.id not in held
        )
        session.commit()
        services.seal(form=form, at=NOON, by=None)
        db.session.commit()
        assert snapshot.load(form.snapshot).slots[0].revision_id == place.revision_id
