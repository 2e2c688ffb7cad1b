"""情景题: a blueprint asks for a share of scenes, and no form has fewer."""

from collections import Counter
from decimal import Decimal

import pytest

from core.db import db
from exam.assembling import plans, solving
from exam.assembling.assembly import PoolItem, Rules, SectionPlan, Shortage, overlap
from exam.kinds import ExamKind
from exam.models import Blueprint, Form
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.services.assembling import blueprints, building, searching
from question_bank.item_types import CognitiveLevel, ItemType, MultiRule, Scene
from tests.factories import NOON

S, M, C = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.CASE_ANALYSIS


def pool(*kinds: tuple[ItemType, bool, int]) -> list[PoolItem]:
    items = []
    for item_type, is_scene, count in kinds:
        for _ in range(count):
            n = len(items) + 1
            items.append(
                PoolItem(n, n, item_type, n % 5 + 1, CognitiveLevel.APPLY, frozenset({1}),
                         f"{n:064}", is_scene)
            )  # fmt: skip
    return items


def plan(item_type: ItemType, count: int, **given) -> SectionPlan:
    return SectionPlan(item_type, count, Decimal(2), **given)


def one_form(bank, *sections, scenes=0, seed=1) -> list[list[PoolItem]]:
    return solving.assemble(bank, sections, Rules(scenes=scenes), seed=seed)[0]


def scenes(form) -> int:
    return sum(item.is_scene for section in form for item in section)


@pytest.mark.parametrize(
    ("percent", "items", "needed"), [(30, 10, 3), (30, 11, 4), (30, 80, 24), (0, 9, 0), (100, 7, 7)]
)
def test_the_share_is_rounded_up_to_whole_items(percent: int, items: int, needed: int) -> None:
    assert plans.scenes(percent, items) == needed


@pytest.mark.parametrize("seed", range(20))
def test_a_form_has_the_scenes_asked_for_whatever_the_chance(seed: int) -> None:
    bank = pool((S, True, 3), (S, False, 60), (M, True, 2), (M, False, 40))
    form = one_form(bank, plan(S, 10), plan(M, 5), scenes=5, seed=seed)
    assert scenes(form) == 5
    assert [len(each) for each in form] == [10, 5]


def test_scenes_are_found_where_sections_fight_for_them() -> None:
    # All scenes are easy ones; the row that takes any difficulty must leave them to the easy row.
    easy = pool((S, True, 4), (S, False, 30))
    bank = [PoolItem(**{**vars(each), "difficulty": 1 if each.is_scene else 5}) for each in easy]
    form = one_form(bank, plan(S, 10), plan(S, 4, difficulty_max=2), scenes=4)
    assert scenes(form) == 4


def test_a_bank_with_fewer_scenes_is_said_to_lack_them() -> None:
    bank = pool((S, True, 2), (S, False, 60))
    with pytest.raises(Shortage, match="全卷情景题（来访、来信、网上件）缺 1 题"):
        one_form(bank, plan(S, 10), scenes=3)
    assert [gap.section for gap in solving.stock(bank, [plan(S, 10)], Rules(scenes=3)).gaps] == [0]


def test_parallel_forms_share_the_scenes_out() -> None:
    bank = pool((S, True, 9), (S, False, 60), (M, True, 4), (M, False, 40))
    forms = solving.assemble(bank, [plan(S, 10), plan(M, 5)], Rules(scenes=3), forms=4, seed=3)
    assert all(scenes(form) >= 3 for form in forms)
    assert overlap(forms) == 0
    assert all([len(each) for each in form] == [10, 5] for form in forms)


def test_without_a_share_the_draw_is_what_it_was() -> None:
    bank = pool((S, True, 10), (S, False, 30))
    seen = Counter(scenes(one_form(bank, plan(S, 10), seed=n)) for n in range(40))
    assert len(seen) > 2


@pytest.fixture
def drawn(app, noon, make, session):
    """A form of ten single choices, three of them scenes, from a bank with no other scene."""
    article = make.version().articles[0]
    for n in range(14):
        make.revision(article=article, scene=Scene.VISIT if n < 3 else None)
    with app.app_context():
        blueprint = blueprints.create_blueprint(
            title="方案", exam_kind=ExamKind.ANNUAL, multi_rule=MultiRule.ALL_OR_NOTHING,
            sections=[plan(S, 10)], at=NOON, by=None,
        )  # fmt: skip
        form = building.draw_form(blueprint=blueprint, title="卷", seed=1, at=NOON, by=None)
        db.session.commit()
        yield form


def test_a_blueprint_asks_for_three_in_ten_unless_told_otherwise(drawn: Form) -> None:
    assert drawn.blueprint.scene_percent == 30
    assert queries.scenes_held(drawn) == 3


def test_a_scene_that_is_needed_is_swapped_for_scenes_only(drawn: Form) -> None:
    scene = next(each.slot for each in drawn.slots if each.revision.scene is not None)
    other = next(each.slot for each in drawn.slots if each.revision.scene is None)
    assert drawing.alternatives(drawn, scene, NOON) == []
    assert len(drawing.alternatives(drawn, other, NOON)) == 4


def test_a_form_with_fewer_scenes_is_not_sealed(drawn: Form) -> None:
    blueprint = db.session.get_one(Blueprint, drawn.blueprint_id)
    blueprint.scene_percent = 40
    with pytest.raises(building.TooFewScenes, match="还缺 1 题"):
        building.seal(form=drawn, at=NOON, by=None)
    blueprint.scene_percent = 30
    building.seal(form=drawn, at=NOON, by=None)


def test_a_bank_without_scenes_gives_no_form(app, noon, make) -> None:
    article = make.version().articles[0]
    for _ in range(12):
        make.revision(article=article)
    with app.app_context():
        blueprint = blueprints.create_blueprint(
            title="方案", exam_kind=ExamKind.ANNUAL, multi_rule=MultiRule.ALL_OR_NOTHING,
            sections=[plan(S, 10)], at=NOON, by=None,
        )  # fmt: skip
        with pytest.raises(searching.TooFewItems, match="情景题"):
            building.draw_form(blueprint=blueprint, title="卷", seed=1, at=NOON, by=None)


def test_case_groups_are_a_row_of_a_blueprint_like_any_other(app, noon, make) -> None:
    part = {"item_type": "true_false", "stem": "小题", "options": [], "key": [0], "weight": 1}
    article = make.version().articles[0]
    for _ in range(2):
        make.revision(C, article=article, scene=Scene.LETTER, key={}, options=[], parts=[part])
    make.revision(article=article)
    with app.app_context():
        blueprint = blueprints.create_blueprint(
            title="方案", exam_kind=ExamKind.ANNUAL, multi_rule=MultiRule.ALL_OR_NOTHING,
            sections=[plan(S, 1), plan(C, 2)], at=NOON, by=None,
        )  # fmt: skip
        form = building.draw_form(blueprint=blueprint, title="卷", seed=1, at=NOON, by=None)
        titles = [each.title for each in building.paper_of(form).sections]
    assert titles == ["一、单选题", "二、案例分析题"]
