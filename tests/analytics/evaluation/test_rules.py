"""Scores and indices worked out by hand."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from analytics.evaluation import departments, papers, records, rules, scoring, trying
from analytics.evaluation.kinds import Group, Indicator, Level, Measure, RunState
from analytics.evaluation.rules import PRESET, Rules, Weights
from analytics.learning import HOURS, Basis
from tests.factories import NOON


def sitting(score: int | None, **given: Any) -> dict[str, Any]:
    """An exam; ``score`` in marks."""
    defaults = {
        "session": 1, "title": "年度考试", "new_law": False,
        "score": None if score is None else score * 100, "makeup": False, "exempt": False,
        "absent": False, "taken": score is not None, "passed": (score or 0) >= 60,
        "excellent": (score or 0) >= 90, "cheated": False,
    }  # fmt: skip
    return defaults | given


def person(**given: Any) -> dict[str, Any]:
    """Somebody who did everything that is asked of the staff."""
    defaults: dict[str, Any] = {
        "person_id": 1, "unit_id": 1, "unit": "办信司", "line": "ranked", "group": "staff",
        "months": 12, "share": 1200, "studied": True, "required": 4, "done": 4,
        "hours": dict.fromkeys(HOURS, 0) | {"law": 4000}, "minutes": [60] * 12,
        "expected": 0, "present": 0, "annual": sitting(100), "thematic": [sitting(100)],
        "usage": 5, "report": ["court", "speech"],
    }  # fmt: skip
    return defaults | given


def scored(**given: Any) -> scoring.Score:
    return scoring.score(person(**given), PRESET)


def test_who_did_everything_has_the_full_score() -> None:
    made = scored()
    assert (made.total, made.level, made.explained) == (Decimal(100), Level.EXCELLENT, "")


def test_each_part_is_its_value_times_its_weight() -> None:
    made = scored(
        done=3, hours=dict.fromkeys(HOURS, 0) | {"law": 2000}, minutes=[60] * 6 + [2] * 6,
        annual=sitting(80), thematic=[sitting(70), sitting(90)], usage=4, report=["court"],
    )  # fmt: skip
    points = {part.indicator: part.points for part in made.parts}
    assert points == {
        Indicator.REQUIRED: Fraction(45, 4),  # 15 × 3/4
        Indicator.HOURS: Fraction(15, 2),  # 15 × 20/40
        Indicator.REGULAR: 5,  # 10 × 6/12
        Indicator.ANNUAL: 20,  # 25 × 80/100
        Indicator.THEMATIC: 8,  # 10 × 160/200
        Indicator.USAGE: 12,  # 15 × 4/5
        Indicator.REPORTING: 5,  # 10 × 1/2
    }
    assert (made.total, made.level) == (Decimal("68.75"), Level.PASSED)


def test_hours_are_folded_and_more_than_asked_earns_no_more() -> None:
    half = scored(
        months=6, share=600, hours=dict.fromkeys(HOURS, 0) | {"law": 2000}, minutes=[60] * 6
    )
    assert half.total == 100
    much = scored(hours=dict.fromkeys(HOURS, 0) | {"law": 90000})
    assert much.total == 100


def test_missing_indicators_share_out_their_weight_and_say_so() -> None:
    made = scored(usage=None, report=None, done=2)
    # 75 points are left: 15 × 1/2 is lost of them.
    assert made.total == Decimal("90.00")
    assert "用法、述法没有数据" in made.explained
    assert "75" in made.explained
    assert sum(part.share for part in made.parts) == 100


def test_an_exemption_takes_the_exams_out() -> None:
    made = scored(annual=sitting(None, exempt=True), thematic=[sitting(10)])
    assert made.total == 100
    assert {part.indicator for part in made.parts if part.missing} == {
        Indicator.ANNUAL, Indicator.THEMATIC,
    }  # fmt: skip


def test_nothing_to_score_is_no_score() -> None:
    made = scored(
        required=0, done=0, months=0, share=0, minutes=[0] * 12, annual=None, thematic=[],
        usage=None, report=None,
    )  # fmt: skip
    assert (made.total, made.level) == (None, None)


def test_a_makeup_counts_no_more_than_sixty() -> None:
    assert scored(annual=sitting(95, makeup=True)).total == 90  # 25 × 40/100 are lost
    assert scored(annual=sitting(50, makeup=True)).total == Decimal("87.50")


def test_who_waits_for_a_makeup_is_not_scored_and_who_was_absent_has_nothing() -> None:
    assert scored(annual=sitting(None)).total == 100
    made = scored(annual=sitting(None, absent=True))
    assert (made.total, made.level) == (75, Level.PASSED)


def test_bottom_lines_come_before_the_score() -> None:
    cheat = scored(thematic=[sitting(0, cheated=True)])
    assert (cheat.total, cheat.level) == (90, Level.FAILED)
    light = replace(PRESET, weights={
        **PRESET.weights,
        Group.STAFF: Weights(
            {**dict.fromkeys(Indicator, Decimal(0)), Indicator.REQUIRED: Decimal(95),
             Indicator.ANNUAL: Decimal(5)},
            Decimal(0), Basis.LAW, 2, False,
        ),
    })  # fmt: skip
    absent = scoring.score(person(annual=sitting(None, absent=True)), light)
    assert (absent.total, absent.level) == (95, Level.GOOD)
    off = replace(light, absence_bars=False)
    again = scoring.score(person(annual=sitting(None, absent=True)), off)
    assert again.level is Level.EXCELLENT


def test_a_leader_without_a_report_has_nothing_for_it() -> None:
    leader = person(group="leader", expected=4, present=4, report=["court", "speech"])
    assert scoring.score(leader, PRESET).total == 85
    leader["report"] = ["report", "speech"]
    assert scoring.score(leader, PRESET).total == 100


def only(key: Indicator) -> Rules:
    weights = Weights(
        {**dict.fromkeys(Indicator, Decimal(0)), key: Decimal(100)}, Decimal(0), Basis.LAW, 2, False
    )
    return replace(PRESET, weights=dict.fromkeys(Group, weights))


@pytest.mark.parametrize(
    ("done", "required", "total", "level"),
    [
        (1, 3, "33.33", Level.FAILED),
        (2, 3, "66.67", Level.PASSED),
        # The third decimal is 5: 89.995 is 90.00, 79.985 is 79.99, and the level follows.
        (17999, 20000, "90.00", Level.EXCELLENT),
        (15997, 20000, "79.99", Level.PASSED),
        (17998, 20000, "89.99", Level.GOOD),
    ],
)
def test_only_the_score_is_rounded_half_up(done, required, total, level) -> None:
    made = scoring.score(person(done=done, required=required), only(Indicator.REQUIRED))
    assert (made.total, made.level) == (Decimal(total), level)


def test_rules_survive_being_stored() -> None:
    assert Rules.of_json(PRESET.as_json()) == PRESET
    assert PRESET.faults() == {}


def test_weights_that_do_not_add_up_are_named() -> None:
    staff = PRESET.weights[Group.STAFF]
    odd = replace(
        PRESET,
        weights={**PRESET.weights,
                 Group.STAFF: replace(staff, points={**staff.points, Indicator.USAGE: Decimal(9)})},
        measures={**PRESET.measures, Measure.MENDED: Decimal(6)},
        good=Decimal(95),
    )  # fmt: skip
    assert set(odd.faults()) == {"staff_required", "measure_studied", "excellent"}
    assert "94" in odd.faults()["staff_required"]


def test_shifted_weights_add_up_as_before() -> None:
    moved = rules.shifted({"a": Decimal(60), "b": Decimal(40)}, "b", Decimal(5))
    assert moved == {"a": Decimal(55), "b": Decimal(45)}
    assert rules.shifted({"a": Decimal(98), "b": Decimal(2)}, "b", Decimal(-5)) is None
    assert rules.shifted({"a": Decimal(100)}, "a", Decimal(-5)) is None


def unit(number: int, size: int, **given: Any) -> list[dict[str, Any]]:
    return [person(unit_id=number, unit=f"第{number}司", **given) for _ in range(size)]


def test_ties_share_a_place_and_small_departments_have_none() -> None:
    good, fair, poor = {}, {"annual": sitting(80)}, {"annual": sitting(40)}
    people = [*unit(1, 5), *unit(2, 5, **fair), *unit(3, 6, **fair), *unit(4, 5, **poor),
              *unit(5, 4, **good)]  # fmt: skip
    rows = departments.indices(people, PRESET)
    assert [each.rank for each in rows] == [1, 2, 2, 4, None]
    assert rows[4].total == rows[0].total


def test_an_index_is_made_of_people_and_leaves_out_what_has_no_denominator() -> None:
    people = [*unit(1, 4), *unit(1, 1, annual=sitting(50), done=1, studied=False,
                                 minutes=[120] + [0] * 11)]  # fmt: skip
    [row] = departments.indices(people, PRESET)
    value = {each.measure: each.value for each in row.shares}
    assert value[Measure.STUDIED] == Fraction(4, 5)
    assert value[Measure.PASSED] == Fraction(4, 5)
    assert value[Measure.MEAN] == Fraction(450, 500)
    assert value[Measure.PLAN] == Fraction(17, 20)
    assert value[Measure.MEETINGS] is None
    assert value[Measure.MENDED] is None
    assert sum(each.share for each in row.shares) == 100
    assert row.groups[Group.STAFF][0] == 5
    assert row.groups[Group.LEADER] == (0, None)


def test_people_listed_apart_are_not_in_the_index() -> None:
    people = [*unit(1, 5), *unit(1, 1, line="apart", annual=sitting(0))]
    [row] = departments.indices(people, PRESET)
    assert (row.people, row.total) == (5, 100)


def test_nobody_and_everybody_exempt() -> None:
    assert departments.indices([], PRESET) == []
    [row] = departments.indices(unit(1, 5, annual=sitting(None, exempt=True)), PRESET)
    value = {each.measure: each.value for each in row.shares}
    assert value[Measure.SAT] is None
    assert value[Measure.MEAN] is None
    assert row.total == 100


def test_hours_are_asked_month_by_month_and_older_editions_by_their_one_factor() -> None:
    own = PRESET.weights[Group.STAFF]
    # 40 hours a year: 6 months and 6 × 0.5 are 9 of 12; 7 of 12 are 23.333…, as hours 23.33.
    assert scoring.wanted_hours(person(share=900), own) == 30
    assert scoring.wanted_hours(person(share=700), own) == Fraction(2333, 100)
    older = person(months=7, factor=100)
    del older["share"]
    assert scoring.wanted_hours(older, own) == Fraction(70, 3)


def test_gini_of_months() -> None:
    assert departments.gini([3, 3, 3, 3]) == 0
    assert departments.gini([0, 0, 0, 8]) == Fraction(3, 4)
    assert departments.gini([1, 3]) == Fraction(1, 4)
    assert departments.gini([0, 0]) is None


def test_too_little_weight_gives_a_score_and_no_level() -> None:
    """Of 25 + 10 + 15 + 10 with 学 left out: 60 of 100. Without 述 50, which is less than 60."""
    study = {"required": 0, "months": 0, "share": 0, "expected": 0}
    enough = scoring.score(person(**study), PRESET)
    assert (enough.total, enough.level, enough.notes) == (100, Level.EXCELLENT, [])
    little = scoring.score(person(**study, report=None), PRESET)
    assert (little.total, little.level) == (100, None)
    assert little.notes == ["有数据的权重只有 50，低于最低有效权重 60，不定等次"]
    assert scoring.worded(little.level, little.total) == "不定等次"
    assert scoring.worded(None, None) == "不评"
    cheat = person(**study, report=None, annual=sitting(0, cheated=True))
    assert scoring.score(cheat, PRESET).level is Level.FAILED
    unbound = scoring.score(person(**study, report=None), replace(PRESET, least_weight=Decimal(0)))
    assert (unbound.level, unbound.notes) == (Level.EXCELLENT, [])


def test_rule_sets_from_before_keep_their_results() -> None:
    old = PRESET.as_json()
    del old["least_weight"]
    assert Rules.of_json(old).least_weight == 0
    assert Rules.of_json(PRESET.as_json()) == PRESET
    known = person(required=0, months=0, expected=0, report=None)
    assert scoring.score(known, Rules.of_json(old)).level is Level.EXCELLENT


def test_a_simulation_says_who_moves() -> None:
    people = [*unit(1, 5), *unit(2, 5, annual=sitting(60), person_id=2)]
    now, after = PRESET, replace(PRESET, passed=Decimal(60), excellent=Decimal(95))
    outcome = trying.compare(people, now, after)
    # 100 − 25 × 0.4 = 90: no longer excellent under a line at 95.
    assert {(each.person_id, each.before, each.after) for each in outcome.moves} == {
        (2, Level.EXCELLENT, Level.GOOD)
    }
    assert [(each.before, each.after) for each in outcome.places] == [(1, 1), (2, 2)]


def test_sensitivity_equals_scoring_everybody_anew() -> None:
    people = [*unit(1, 5, usage=1), *unit(2, 5, annual=sitting(62)), *unit(3, 5, done=2)]
    rows = trying.sensitivity(people, PRESET)
    assert {each.group for each in rows} == {Group.STAFF, Group.LEADER, None}
    for each in rows:
        if each.group is Group.STAFF:
            own = PRESET.weights[Group.STAFF]
            points = rules.shifted(own.points, each.key, each.by)
            assert points is not None
            other = replace(PRESET, weights={
                **PRESET.weights, Group.STAFF: replace(own, points=points),
            })  # fmt: skip
            assert list(each.moves) == trying.moves(people, PRESET, other)
        if each.group is None:
            weights = rules.shifted(PRESET.measures, each.key, each.by)
            assert weights is not None
            places = trying.places(people, PRESET, replace(PRESET, measures=weights))
            assert list(each.places) == [one for one in places if one.moved]
    # 用 at 1 of 5: 15 × 0.8 lost of 100 is 88; with 20 of 100 on 用, 84. With 10, 92: 优秀.
    raised = next(each for each in rows if each.key is Indicator.USAGE and each.by < 0
                  and each.group is Group.STAFF)  # fmt: skip
    told = [(each.before, each.score_before, each.after, each.score_after) for each in raised.moves]
    assert told[:5] == [(Level.GOOD, 88, Level.EXCELLENT, 92)] * 5


def test_the_digest_tells_any_change() -> None:
    rows = [{"inputs": person(), "total": "100.00"}]
    first = records.digest(PRESET.as_json(), 1, rows)
    assert first == records.digest(PRESET.as_json(), 1, [dict(rows[0])])
    assert first != records.digest(PRESET.as_json(), 2, rows)
    assert first != records.digest(PRESET.as_json(), 1, [rows[0] | {"total": "99.99"}])


def test_where_an_edition_stands() -> None:
    def state(**given: Any) -> RunState:
        known = {"until": NOON, "finalised_at": None, "reversed_at": None, "at": NOON}
        return records.state(**known | given)

    assert state() is RunState.WAITING
    assert state(until=NOON.replace(hour=5)) is RunState.PUBLIC
    assert state(finalised_at=NOON) is RunState.FINAL
    assert state(finalised_at=NOON, reversed_at=NOON) is RunState.REVERSED


def test_the_paper_lists_the_ranked_first() -> None:
    rows = departments.indices([*unit(1, 2), *unit(2, 5, annual=sitting(60)), *unit(3, 5)], PRESET)
    made = papers.paper(rows, title="某年度", basis=["规则"], state="公示中", dated=NOON.date())
    grid = next(each for each in made.blocks if hasattr(each, "rows"))
    assert [row[:2] for row in grid.rows] == [("1", "第3司"), ("2", "第2司"), ("—", "第1司")]
