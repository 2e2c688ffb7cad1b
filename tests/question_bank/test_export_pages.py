"""Exporting the list as it is narrowed: who may, what comes out, what the trail says."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core.audit.models import AuditRecord
from question_bank.models import ItemState
from tests.factories import Make
from tests.question_bank.pages import SignIn, read


def test_the_list_is_exported_as_narrowed_and_the_trail_says_so(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    make.revision(stem="题一", difficulty=1)
    make.revision(stem="题二", difficulty=2)
    make.revision(stem="题三", difficulty=1, state=ItemState.DRAFT)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    answer = client.post("/bank/export?difficulty=1", data={"format": "csv"})
    text = answer.data.decode("utf-8-sig")
    assert "题一" in text
    assert "题二" not in text
    assert "题三" not in text, "a draft of somebody else"
    (record,) = read(session, select(AuditRecord))
    assert record.action == "item.export"
    assert '"items": 1' in record.body or '"items":1' in record.body
    assert "难度：易" in record.body
    assert client.post("/bank/export", data={"format": "pdf"}).status_code == 400


def test_who_may_not_export_does_not(make: Make, sign_in: SignIn, writing: FlaskClient,
                                     writer: Account) -> None:  # fmt: skip
    make.revision(stem="别人的题")
    make.revision(stem="我的题", writer=writer)
    assert sign_in(make.account(Role.PAPER_SETTER)).post("/bank/export").status_code == 403
    own = writing.post("/bank/export", data={"format": "jsonl"}).text
    assert "我的题" in own
    assert "别人的题" not in own
