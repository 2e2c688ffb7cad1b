"""组卷人 in front of a bank, and a form drawn from it."""

import pytest

from accounts.permissions import Role
from tests.exam.assembling.sending import M, S, T, draw, row, sent


@pytest.fixture
def setter(make, sign_in):
    return sign_in(make.account(Role.PAPER_SETTER))


@pytest.fixture
def bank(make):
    """Twelve single-choice, six multiple-choice and six true/false items on one article."""
    article = make.version(make.law("信访工作条例")).articles[0]
    return [
        make.revision(kind, article=article, difficulty=1 + n % 5, stem=f"{kind.label}题干{n}")
        for kind, count in ((S, 12), (M, 6), (T, 6))
        for n in range(count)
    ]


@pytest.fixture
def drawn(setter, bank):
    setter.post("/exam/blueprints/new", data=sent(row(0, count="4"), row(1, "true_false", "6")))
    return draw(setter).location
