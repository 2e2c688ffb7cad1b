import pytest
from sqlalchemy.exc import IntegrityError

from accounts.permissions import Role
from core.db import db
from question_bank import drafts, item_types
from question_bank.drafts import ItemDraft
from question_bank.item_types import ItemType
from question_bank.models import Item, ItemState
from question_bank.services import reviewing, writing
from tests.factories import NOON

DRAFT = ItemDraft(ItemType.SINGLE_CHOICE, "题干", ("甲", "乙"), (0,))


@pytest.fixture
def inside(app):
    with app.app_context():
        yield


def test_an_item_without_an_article_is_not_published(inside) -> None:
    item = writing.create_item(draft=DRAFT, at=NOON, by=None)
    with pytest.raises(reviewing.NotCited, match="条文"):
        reviewing.publish(item=item, at=NOON, by=None)


def test_nor_does_the_database_let_it(inside) -> None:
    db.session.add(Item(state=ItemState.PUBLISHED, created_at=NOON))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_writers_do_not_pass_their_own_items(inside, make) -> None:
    account, article = make.account(Role.ITEM_WRITER), make.version().articles[0].id
    writer = db.session.merge(account)
    draft = ItemDraft(ItemType.TRUE_FALSE, "题干", (), (0,), article_ids=(article,))
    item = writing.create_item(draft=draft, at=NOON, by=writer)
    with pytest.raises(reviewing.OwnItem):
        reviewing.publish(item=item, at=NOON, by=writer)
    reviewing.publish(item=item, at=NOON, by=None)
    assert item.state is ItemState.PUBLISHED


def test_an_edit_is_a_new_revision_and_waits_to_be_passed(inside, make) -> None:
    revision = make.revision(stem="旧题干")
    item = db.session.get(Item, revision.item_id)
    writing.revise_item(item=item, draft=DRAFT, at=NOON, by=None)
    assert [each.stem for each in item.revisions] == ["旧题干", "题干"]
    assert item.state is ItemState.DRAFT


@pytest.mark.parametrize(
    ("item_type", "options", "key", "fault"),
    [
        (ItemType.SINGLE_CHOICE, ["甲", "乙"], [], "缺少正确答案"),
        (ItemType.SINGLE_CHOICE, ["甲", "甲"], [0], "选项重复"),
        (ItemType.SINGLE_CHOICE, ["甲", "乙"], [2], "答案不在选项之中"),
        (ItemType.SINGLE_CHOICE, ["甲", "乙"], [0, 1], "只能有一个正确答案"),
        (ItemType.MULTIPLE_CHOICE, ["甲", "乙"], [0], "多选题至少有两个正确选项"),
        (ItemType.SINGLE_CHOICE, ["甲", " "], [0], "选项不能为空"),
    ],
)
def test_faults_are_named(item_type, options, key, fault) -> None:
    assert fault in item_types.faults(item_type, options, key)


def test_width_and_punctuation_do_not_make_another_item() -> None:
    one = drafts.fingerprint("信访事项应在１５日内办理？", ["甲。", "乙"])
    assert one == drafts.fingerprint("信访事项应在15日内办理", ["乙", "甲"])
    assert one != drafts.fingerprint("信访事项应在60日内办理", ["乙", "甲"])
