"""A writer and a reviewer in front of the bank's pages, and a law to cite."""

import pytest
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from laws.models import Law
from tests.factories import Make
from tests.question_bank.pages import SignIn


@pytest.fixture
def writer(make: Make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_WRITER)


@pytest.fixture
def writing(writer: Account, sign_in: SignIn) -> FlaskClient:
    return sign_in(writer)


@pytest.fixture
def reviewer(make: Make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_REVIEWER)


@pytest.fixture
def reviewing(reviewer: Account, sign_in: SignIn) -> FlaskClient:
    return sign_in(reviewer)


@pytest.fixture
def law(make: Make) -> Law:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("总则。", "应在六十日内办结。"))
    return law
