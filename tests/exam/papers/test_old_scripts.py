"""What was sat stays as it was sat: text, key and score of an old script, after the law changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.models import Attempt, Form
from exam.services.assembling import building
from laws.following import Event
from question_bank.item_types import ItemType
from question_bank.models import Item, ItemRevision, ItemState
from question_bank.services import amending
from tests.factories import NOON

AFTER = NOON + timedelta(hours=2)


@pytest.fixture
def amended(app, make, session):
    """A sealed paper of two items, and the act that amends the law of the first."""
    law = make.law("信访工作条例")
    old = make.version(law, ["六十日内办结。", "就地解决。"])
    first = make.revision(article=old.articles[0], stem="办结期限", rationale="见原文")
    second = make.revision(ItemType.MULTIPLE_CHOICE, article=old.articles[1])
    form = make.form(first, second, marks=50)
    with clock.frozen(NOON), app.app_context():
        building.seal(form=db.session.get_one(Form, form.id), at=NOON, by=None)
        db.session.commit()
    session.expire_all()

    def amend() -> None:
        new = make.version(
            law, ["三十日内办结。", "就地解决。"],
            promulgated_on=date(2026, 3, 2), effective_on=date(2026, 3, 2),
        )  # fmt: skip
        make.change("edited", old, new, 1, 1)
        make.change("unchanged", old, new, 2, 2)
        event = Event(law.id, new.id, AFTER, None, [(old.id, new.id)])
        item_id = first.item_id
        session.commit()
        with app.app_context():
            amending.follow(event)
            revised = ItemRevision(
                item_id=item_id, number=2, item_type=ItemType.SINGLE_CHOICE, stem="新的办结期限",
                options=["甲", "乙"], key=[1], rationale="见新文", fingerprint="new",
                created_at=AFTER,
            )  # fmt: skip
            db.session.add(revised)
            db.session.flush()
            found = db.session.get_one(Item, item_id)
            assert found.state is not ItemState.PUBLISHED
            found.current_id = revised.id
            db.session.commit()

    return form, amend


def script(client, url: str) -> bytes:
    """The page's content to the byte, without what every request has of its own."""
    answer = client.get(url)
    assert answer.status_code == 200
    content = BeautifulSoup(answer.data, "html.parser").find("main")
    for each in content.select("input[name=csrf_token]"):
        each.decompose()
    return content.encode()


@pytest.mark.parametrize("shuffled", [False, True], ids=["as sealed", "shuffled"])
def test_an_old_script_reads_the_same_to_the_byte_after_an_amendment(
    app, seat, amended, make, sign_in, session, shuffled
) -> None:
    form, amend = amended
    with clock.frozen(NOON):
        place = seat(form=form, shuffle_items=shuffled)
        place.answer(1, "A")
        place.answer(2, "A")
        place.submit()
    pages = [f"{place.url}/result", f"{place.url}/paper"]
    with clock.frozen(AFTER):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        session.rollback()
        readers = [place.client, officer]
        before = [script(one, url) for one, url in zip(readers, pages, strict=True)]
        for said in ("办结期限", "六十日内办结。", "见原文", "正确答案", "得 50 / 50 分"):
            assert said in before[0].decode()
        scored = _scored(session, place.attempt_id)
        amend()
        session.rollback()
        after = [script(one, url) for one, url in zip(readers, pages, strict=True)]
        assert after == before
        assert _scored(session, place.attempt_id) == scored


def _scored(session, attempt_id: int) -> tuple[Decimal | None, str | None, str | None]:
    found = session.execute(
        select(Attempt.earned, Form.hash, Form.snapshot)
        .join(Form, Form.id == Attempt.form_id)
        .where(Attempt.id == attempt_id)
    ).one()
    session.rollback()
    return found[0], found[1], found[2]
