"""What a plan says that wrong choices cost is printed on the paper and taken off its score."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core.db import db
from exam.models import Attempt, Blueprint, Form
from exam.services.assembling import blueprints, building
from question_bank.item_types import ItemType
from tests.factories import NOON
from tests.pages import main, page


@pytest.fixture
def officer(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


def test_a_plans_penalty_is_kept_printed_and_scored(
    app, noon, make, session, seat, officer
) -> None:
    with app.app_context():
        plan = make.blueprint(title="倒扣方案", penalty_percent=50)
        other = blueprints.copy_blueprint(
            blueprint=db.session.get_one(Blueprint, plan.id), at=NOON, by=None
        )
        assert other.penalty_percent == 50
        db.session.commit()
    shown = page(officer.get(f"/exam/blueprints/{plan.id}/edit"))
    assert shown.select_one("input[name=penalty_percent]")["value"] == "50"
    assert "本题分值的 50%" in main(officer.get(f"/exam/blueprints/{plan.id}"))
    form = make.form(
        make.revision(), make.revision(), make.revision(ItemType.MULTIPLE_CHOICE),
        blueprint=plan, penalty_percent=plan.penalty_percent,
    )  # fmt: skip
    with app.app_context():
        building.seal(form=db.session.get_one(Form, form.id), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    place = seat(form=form)
    intro = main(place.client.get(f"/exam/sessions/{place.exam.id}"))
    session.rollback()
    assert "答错每题倒扣 2.5 分，不答不扣，全卷扣至 0 分为止" in intro
    place.answer(1, "A")
    place.answer(2, "B")
    place.answer(3, "A")
    place.submit()
    assert session.scalars(select(Attempt.earned)).one() == Decimal("2.5")
    session.rollback()
    assert "2.5" in place.result()
