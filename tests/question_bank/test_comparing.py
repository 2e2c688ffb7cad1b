"""Pairs in the bank: noted as items come in, decided, undone."""

import pytest
from sqlalchemy import delete, select

from core.db import db
from question_bank import cli
from question_bank.drafts import ItemDraft
from question_bank.duplicates.judging import Compared
from question_bank.item_types import ItemType
from question_bank.life import Nearness
from question_bank.models import Item, ItemState, NearPair
from question_bank.queries import nearness
from question_bank.services import comparing, writing
from tests.factories import NOON

STEM = "信访事项应当自受理之日起几日内办结：{}"


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def statement(stem: str, right: int = 0) -> Item:
    draft = ItemDraft(ItemType.TRUE_FALSE, stem, (), (right,))
    return writing.create_item(draft=draft, at=NOON, by=None)


def pairs() -> list[tuple[int, int, Nearness]]:
    rows = db.session.execute(nearness.open_pairs()).all()
    return [(one, other, pair.kind) for pair, one, other in rows]


def test_a_pair_is_noted_as_the_second_item_is_written() -> None:
    one = statement("信访事项应当自受理之日起六十日内办结。")
    statement("行政复议机关收到申请后进行审查。")
    other = statement("信访事项，应在受理之日起60日以内办结")
    turned = statement("信访事项应当自受理之日起九十日内办结。")
    assert sorted(pairs()) == [
        (one.id, other.id, Nearness.NEAR),
        (one.id, turned.id, Nearness.TURNED),
        (other.id, turned.id, Nearness.TURNED),
    ]


def test_both_are_kept_and_nobody_is_asked_again() -> None:
    one, other = statement("信访人不得围堵国家机关。"), statement("信访人不能围堵国家机关")
    decision = comparing.keep_both(one=one, other=other, at=NOON, by=None)
    assert pairs() == []
    comparing.note_all_near()
    assert pairs() == []
    with pytest.raises(comparing.AlreadyDecided):
        comparing.merge(kept=other, retired=one, at=NOON, by=None)
    comparing.undo(decision=decision, at=NOON, by=None)
    assert [each[:2] for each in pairs()] == [(one.id, other.id)]


def test_of_two_one_is_kept_and_the_other_comes_back_on_undoing() -> None:
    one, other = statement("信访人不得围堵国家机关。"), statement("信访人不能围堵国家机关")
    decision = comparing.merge(kept=one, retired=other, at=NOON, by=None)
    assert (one.state, other.state) == (ItemState.DRAFT, ItemState.RETIRED)
    assert pairs() == []
    comparing.undo(decision=decision, at=NOON, by=None)
    assert other.state is ItemState.DRAFT
    with pytest.raises(comparing.AlreadyUndone):
        comparing.undo(decision=decision, at=NOON, by=None)


def test_undoing_leaves_what_was_changed_since() -> None:
    one, other = statement("信访人不得围堵国家机关。"), statement("信访人不能围堵国家机关")
    decision = comparing.merge(kept=one, retired=other, at=NOON, by=None)
    other.state = ItemState.DRAFT
    db.session.flush()
    with pytest.raises(comparing.ChangedSince):
        comparing.undo(decision=decision, at=NOON, by=None)


def test_an_old_revision_is_near_to_nothing() -> None:
    one, other = statement("信访人不得围堵国家机关。"), statement("信访人不能围堵国家机关")
    draft = ItemDraft(ItemType.TRUE_FALSE, "复查申请应在三十日内提出。", (), (0,))
    writing.revise_item(item=other, draft=draft, at=NOON, by=None)
    assert pairs() == []
    found = nearness.near_to(Compared("信访人不得围堵国家机关"))
    assert [each.item_id for each in found] == [one.id]


def test_what_was_rolled_back_is_forgotten() -> None:
    statement("信访人不得围堵国家机关。")
    db.session.commit()
    statement("行政机关应当自收到申请之日起二十个工作日内答复。")
    db.session.rollback()
    # The next revision takes the id of the one that was rolled back.
    other = statement("复核机关应当自收到复核请求之日起三十日内提出复核意见。")
    db.session.commit()
    asked = Compared("复核机关应自收到复核请求之日起30日内提出复核意见")
    assert [each.item_id for each in nearness.near_to(asked)] == [other.id]
    old = Compared("行政机关应当自收到申请之日起二十个工作日内答复。")
    assert nearness.near_to(old) == []


def test_the_same_wording_with_another_answer_says_so() -> None:
    statement("信访人不得围堵国家机关。")
    statement("信访人不得围堵国家机关", right=1)
    (pair,) = db.session.scalars(select(NearPair)).all()
    assert (pair.kind, pair.other_key) == (Nearness.SAME, True)


def test_drafts_of_an_import_are_compared_all_at_once() -> None:
    item = statement("信访人不得围堵国家机关。")
    said = ["信访人不能围堵国家机关", "公务员应当接受培训。", "公务员必须接受培训"]
    found = nearness.near([ItemDraft(ItemType.TRUE_FALSE, each, (), (0,)) for each in said])
    assert [[(each.item_id, each.index) for each in some] for some in found] == [
        [(item.id, None)], [], [(None, 1)],
    ]  # fmt: skip


def test_the_whole_bank_is_compared_by_command(app) -> None:
    statement("信访人不得围堵国家机关。")
    statement("信访人不能围堵国家机关")
    db.session.execute(delete(NearPair))
    db.session.commit()
    for _ in range(2):
        result = app.test_cli_runner().invoke(cli.cli, ["compare"])
        assert "找到 1 对" in result.output
    assert len(pairs()) == 1
