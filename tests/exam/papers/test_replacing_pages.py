"""From the warning on a session's page to the approval by a second person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from exam.models import Form, SessionForm
from tests.exam.papers.test_replacing import BEFORE, Hall
from tests.factories import NOON, Make
from tests.pages import main

SignIn = Callable[[Account], FlaskClient]


@pytest.fixture
def hall(app: Flask, make: Make) -> Hall:
    with app.app_context():
        hall = Hall(make)
        hall.amend()
        return hall


def test_a_paper_is_replaced_by_two_people(
    make: Make, sign_in: SignIn, session: Session, hall: Hall
) -> None:
    sealed = session.scalars(select(SessionForm.form_id)).one()
    session.commit()
    with clock.frozen(BEFORE):
        setter, second = sign_in(hall.setter), sign_in(hall.second)
        assert "换题批准前不能开考" in main(second.get(f"/exam/sessions/{hall.session.id}/manage"))
        assert hall.session.title in main(setter.get("/changes/"))
        assert "换题批准前不能开考" in main(setter.get(f"/exam/forms/{sealed}"))
        proposed = setter.post(f"/exam/forms/{sealed}/propose")
        url = proposed.location
        assert "须由另一人批准" in main(setter.get(url))
        assert "批准换题并封存" not in main(setter.get(url))
        assert setter.post(f"{url}/approve").status_code == 409
        assert setter.post(f"{url}/seal").status_code == 409
        assert "批准换题并封存" in main(second.get(url))
        assert second.post(f"{url}/slots/1/swap").status_code == 409
        assert second.post(f"{url}/approve").status_code == 303
        assert "换题批准前" not in main(second.get(f"/exam/sessions/{hall.session.id}/manage"))
        assert "由换题方案封存" in main(second.get(url))
        assert "已批准换题" in main(second.get(f"/exam/forms/{sealed}"))
    new = session.scalars(select(Form).where(Form.replaces_id == sealed)).one()
    assert session.scalars(select(SessionForm.form_id)).one() == new.id


def test_a_candidate_is_told_why_the_exam_does_not_open(
    make: Make, sign_in: SignIn, hall: Hall
) -> None:
    candidate = make.account(Role.STAFF, person=hall.person)
    with clock.frozen(NOON + timedelta(minutes=1)):
        answer = sign_in(candidate).post(f"/exam/sessions/{hall.session.id}/attempts")
    assert answer.status_code == 409
    assert "有试题因法律修改正在更换" in answer.get_data(as_text=True)
