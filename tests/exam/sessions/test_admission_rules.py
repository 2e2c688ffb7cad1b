"""Rules of who sits and who does not: standings, eligibility, lists of people, appointments."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.standing import RankGroup
from exam.kinds import ExamKind
from exam.results.outcomes import GradeLevel, Outcome
from exam.sessions import appointment, eligibility, naming, notices, planning, standing
from exam.sessions.appointment import Verdict
from exam.sessions.eligibility import Facts, Names, Need, Rule
from exam.sessions.naming import Known
from exam.sessions.notices import Asked
from exam.sessions.planning import SessionPlan
from exam.sessions.standing import Act, Standing
from tests.factories import NOON

#: Every standing × every act: start, exempt, defer, recall, aid, remove, hand in, void, restore,
#: make up. "x" for possible.
GRID = {
    "waiting": "xxx.xx....",
    "sitting": "x...x.xx..",
    "done": "x...x.xx.x",
    "marking": "x...x.xx..",
    "absent": ".xx......x",
    "exempt": "..xx.x....",
    "deferred": ".x.x.x...x",
    "voided": "........x.",
    "unscored": ".xx.......",
    "called_off": "..........",
}


@pytest.mark.parametrize("where", Standing, ids=lambda each: each.value)
def test_a_standing_allows_its_own_acts_and_refuses_all_others_with_a_word(where) -> None:
    found = "".join("." if standing.refusal(where, act, "甲") else "x" for act in Act)
    assert found == GRID[where.value]
    for act in Act:
        why = standing.refusal(where, act, "甲")
        assert not why or (why.startswith("甲") and act.label in why)


def test_a_makeup_calls_the_absent_the_deferred_and_the_failed_only() -> None:
    owing = {
        (where.value, passed)
        for where in Standing
        for passed in (True, False)
        if standing.owes_makeup(where, passed=passed)
    }
    assert owing == {("absent", False), ("deferred", False), ("done", False)}


@pytest.mark.parametrize(
    ("first", "makeups", "owes"),
    [
        (Standing.DONE, [Standing.DONE], False),
        (Standing.ABSENT, [Standing.ABSENT], False),
        (Standing.DONE, [Standing.DEFERRED], True),
        (Standing.DONE, [Standing.DEFERRED, Standing.DONE], False),
        (Standing.DEFERRED, [Standing.DONE], True),
        (Standing.DEFERRED, [Standing.ABSENT], True),
        (Standing.DEFERRED, [Standing.DEFERRED, Standing.DONE], True),
        (Standing.DEFERRED, [Standing.DONE, Standing.DONE], False),
        (Standing.DEFERRED, [Standing.VOIDED], False),
        (Standing.DEFERRED, [Standing.EXEMPT], False),
        (Standing.DEFERRED, [Standing.MARKING], False),
    ],
)
def test_one_sitting_is_made_up_once_and_a_deferral_uses_up_none(first, makeups, owes) -> None:
    assert standing.owes_another(first, makeups) is owes


# ------------------------------------------------------------------ eligibility


def facts(**given) -> Facts:
    return Facts(**({"person_id": 1, "unit_id": 7, "rank_group": RankGroup.DIVISION} | given))


HOURS = Rule(Need.HOURS, hours=Decimal(40), bucket="online", law_only=True, until=date(2026, 6, 30))
NAMES = Names(
    courses={3: "宪法精讲"},
    sessions={5: "年度考试"},
    units={7: "办公室"},
    buckets={"online": "网络培训"},
)


@pytest.mark.parametrize(
    ("until", "again", "carried"),
    [
        (None, date(2026, 12, 28), None),
        (None, date(2027, 1, 8), date(2026, 12, 31)),
        (date(2026, 11, 30), date(2027, 1, 8), date(2026, 11, 30)),
    ],
)
def test_a_makeup_in_the_year_after_asks_for_the_hours_of_the_year_before(
    until, again, carried
) -> None:
    rule = Rule(Need.HOURS, hours=Decimal(40), until=until)
    found = eligibility.carried(rule, first=date(2026, 12, 4), again=again)
    assert (found.until, found.hours) == (carried, 40)


@pytest.mark.parametrize(
    ("hours", "lack"),
    [
        ("39.5", "2026-06-30 前网络培训法治学时满 40 学时，现有 39.5 学时，还差 0.5 学时"),
        ("39.99", "2026-06-30 前网络培训法治学时满 40 学时，现有 39.99 学时，还差 0.01 学时"),
        ("40", None),
        ("40.5", None),
    ],
)
def test_the_gate_opens_at_the_exact_hour(hours, lack) -> None:
    found = eligibility.lacks([HOURS], facts(hours={HOURS: Decimal(hours)}), NAMES)
    assert [each.text for each in found] == ([lack] if lack else [])


@pytest.mark.parametrize(
    ("rule", "has", "lack"),
    [
        (Rule(Need.COURSE, frozenset({3})), {"completed": {3}}, "尚未完成课程“宪法精讲”"),
        (Rule(Need.LISTED, frozenset({1})), {}, "不在本场次的资格名单中"),
        (Rule(Need.PASSED, frozenset({5})), {"passed": {5}}, "先考场次“年度考试”尚未合格"),
        (Rule(Need.UNIT, frozenset({7})), {}, "仅限部门：办公室"),
        (Rule(Need.RANK, ranks=frozenset({RankGroup.DIVISION})), {}, "仅限职级：处级"),
    ],
    ids=lambda each: each.need.value if isinstance(each, Rule) else "",
)
def test_each_need_lets_in_who_has_it_and_says_what_is_missing(rule, has, lack) -> None:
    assert eligibility.lacks([rule], facts(**has), NAMES) == []
    other = facts(person_id=2, unit_id=8, rank_group=RankGroup.SECTION)
    assert [each.text for each in eligibility.lacks([rule], other, NAMES)] == [lack]
    assert eligibility.read(rule.need, rule.terms()) == rule


def test_who_waits_for_a_result_is_told_so_and_not_that_they_failed() -> None:
    rule = Rule(Need.PASSED, frozenset({5, 6, 7}))
    names = Names(sessions={5: "甲", 6: "乙", 7: "丙"})
    [lack] = eligibility.lacks([rule], facts(passed={5}, awaited={6}), names)
    assert lack.text == "先考场次“丙”尚未合格；已参加先考场次“乙”，成绩公布、可以查看后开放"
    assert lack.session_ids == [6, 7]


def test_a_rule_must_ask_for_something() -> None:
    assert all(eligibility.fault(Rule(need)) for need in Need)
    assert eligibility.fault(Rule(Need.HOURS, hours=Decimal("NaN")))
    assert eligibility.fault(Rule(Need.HOURS, hours=Decimal("0.001")))
    assert eligibility.read(Need.HOURS, HOURS.terms()) == HOURS
    assert eligibility.fault(HOURS) == ""


# ------------------------------------------------------------------ the planned makeup


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (None, None, None),
        (30, 31, None),
        (2, 31, None),
        (30, None, "makeup_from"),
        (None, 31, "makeup_from"),
        (1, 31, "makeup_from"),
        (31, 31, "makeup_until"),
    ],
)
def test_a_planned_makeup_follows_the_session(begins, ends, field) -> None:
    days = [each and NOON + timedelta(days=each) for each in (begins, ends)]
    plan = SessionPlan(
        title="年度考试", exam_kind=ExamKind.ANNUAL, opens_at=NOON,
        closes_at=NOON + timedelta(days=2), minutes=60, pass_score=Decimal(60),
        excellent_score=Decimal(90), makeup_from=days[0], makeup_until=days[1],
    )  # fmt: skip
    faults = planning.faults(plan, total=Decimal(100))
    assert [each.field for each in faults] == ([field] if field else [])


def test_a_notice_names_the_planned_makeup_the_laws_and_the_conditions() -> None:
    plan = SessionPlan(
        title="年度考试", exam_kind=ExamKind.ANNUAL, opens_at=NOON,
        closes_at=NOON + timedelta(days=2), minutes=60, pass_score=Decimal(60),
        excellent_score=Decimal(90), makeup_from=NOON + timedelta(days=30),
        makeup_until=NOON + timedelta(days=31),
    )  # fmt: skip
    found = notices.draft(
        plan,
        by_unit=[("办公室", 2), ("督查室", 1)],
        papers=[Asked("", ["宪法", "信访工作条例"], ["单选题"])],
        conditions=["本年度学时满 40 学时"],
        today=date(2026, 3, 1),
    )
    assert found.people == "共 3 人，其中办公室 2 人、督查室 1 人。"
    assert found.content == "《宪法》《信访工作条例》。"
    assert "补考计划于2026年4月1日12:00至2026年4月2日12:00进行" in found.schedule
    assert "补考合格不计优秀" in found.requirements
    assert "参加考试前须本年度学时满 40 学时。" in found.requirements


def test_a_notice_tells_of_every_paper_and_of_those_for_the_same_people_as_one() -> None:
    plan = SessionPlan(
        title="年度考试", exam_kind=ExamKind.ANNUAL, opens_at=NOON,
        closes_at=NOON + timedelta(days=2), minutes=60, pass_score=Decimal(60),
        excellent_score=Decimal(90),
    )  # fmt: skip

    def drafted(*papers: Asked) -> tuple[str, str]:
        found = notices.draft(
            plan, by_unit=[], papers=papers, conditions=[], today=date(2026, 3, 1)
        )
        return found.content, found.manner.split("。", 2)[2]

    tail = "\n每人可作答 1 次。"
    a, b = Asked("", ["宪法"], ["单选题"]), Asked("", ["监察法"], ["单选题", "判断题"])
    assert drafted(a, b) == ("《宪法》《监察法》。", f"\n试题包括单选题、判断题。{tail}")
    led = Asked("司局级", ["公务员法"], ["案例分析题"])
    assert drafted(led, a) == (
        "司局级：《公务员法》。\n其他人员：《宪法》。",
        f"\n司局级的试题包括案例分析题。\n其他人员的试题包括单选题。{tail}",
    )
    assert drafted(Asked("司局级", a.laws, a.sections), a) == (
        "《宪法》。", f"\n试题包括单选题。{tail}",
    )  # fmt: skip


# ------------------------------------------------------------------ lists of people


REGISTER = [
    Known(1, "XF0001", "王芳", "办公室"),
    Known(2, "XF0002", "王芳", "督查室"),
    Known(3, "XF0003", "李 明", "研究室"),
]


def test_a_list_names_people_by_number_or_name_and_says_what_is_wrong_by_row() -> None:
    rows = naming.split("工号或姓名\nｘｆ0001，处长\n李明\n王芳\n\nxf0001\n赵六")
    found = naming.resolve(rows, REGISTER)
    assert [(each.row, each.known and each.known.person_id) for each in found] == [
        (2, 1), (3, 3), (4, None), (6, None), (7, None),
    ]  # fmt: skip
    faults = [each.fault for each in found[2:]]
    assert "2 位同名人员" in faults[0]
    assert "XF0002（督查室）" in faults[0]
    assert "第 2 行是同一人" in faults[1]
    assert "没有这个工号或姓名" in faults[2]


def test_nobody_on_a_list_is_left_out_without_a_word() -> None:
    rows = naming.split_people("XF0001、李明；XF0002，督查室")
    assert [each.known.person_id for each in naming.resolve(rows, REGISTER)] == [1, 3, 2]
    for line in ("XF0001，XF0002", "XF0003\t王芳", "XF0001,处长,李明"):
        [found] = naming.resolve(naming.split(line), REGISTER)
        assert found.known is None
        assert "请一人一行" in found.fault
    [found] = naming.resolve(naming.split("XF0001\t王 芳\t办公室"), REGISTER)
    assert found.known == REGISTER[0]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["处长", "2026年3月2日", "2026.3.6", "2026/3/16"], "2026-03-02 2026-03-06 2026-03-16"),
        (["处长"], "None None None"),
        ([""], "缺少拟任职务"),
        (["处长", "三月二日"], "公示开始日期“三月二日”无法识别"),
        (["处长", "", "2026-3-6"], "没有开始日期"),
        (["处长", "2026-3-6", "2026-3-2"], "早于开始日期"),
        (["处长", "2026-2-30"], "无法识别"),
    ],
)
def test_the_dates_of_an_appointee_are_read_or_refused(cells, found) -> None:
    said = naming.appointment(naming.Named(1, "甲", REGISTER[0], rest=cells))
    if isinstance(said, str):
        assert found in said
    else:
        assert f"{said.public_from} {said.public_until} {said.appointed_on}" == found


# ------------------------------------------------------------------ 任前考试


def test_the_year_ends_on_the_day_of_the_appointment_and_that_day_still_counts() -> None:
    since = date(2025, 3, 2)
    assert appointment.countdown(since, date(2026, 3, 2)).days_left == 0
    assert not appointment.countdown(since, date(2026, 3, 2)).overdue
    assert appointment.countdown(since, date(2026, 3, 3)).overdue
    assert appointment.due_on(date(2024, 2, 29)) == date(2025, 2, 28)


PASSED = (Standing.DONE, Outcome(Decimal(70), GradeLevel.PASSED))
FAILED = (Standing.DONE, Outcome(Decimal(50), GradeLevel.FAILED))
VOID = (Standing.VOIDED, Outcome(Decimal(0), GradeLevel.FAILED, voided=True))


def where(each: Standing) -> tuple[Standing, Outcome]:
    return each, Outcome(None, None)


@pytest.mark.parametrize(
    ("first", "makeup", "verdict"),
    [
        (where(Standing.WAITING), None, "waiting"),
        (where(Standing.SITTING), None, "waiting"),
        (where(Standing.MARKING), None, "waiting"),
        (PASSED, None, "passed"),
        (FAILED, PASSED, "passed"),
        (FAILED, None, "makeup"),
        (where(Standing.ABSENT), where(Standing.WAITING), "makeup"),
        (FAILED, where(Standing.MARKING), "makeup"),
        (FAILED, FAILED, "report"),
        (FAILED, where(Standing.ABSENT), "report"),
        (where(Standing.ABSENT), FAILED, "report"),
        (VOID, None, "voided"),
        (FAILED, VOID, "report"),
        (where(Standing.DEFERRED), FAILED, "makeup"),
        (where(Standing.DEFERRED), PASSED, "passed"),
        (where(Standing.EXEMPT), None, "exempt"),
        (FAILED, where(Standing.EXEMPT), "exempt"),
    ],
)
def test_two_failures_are_reported_and_one_is_made_up(first, makeup, verdict) -> None:
    assert appointment.verdict(first, makeup) is Verdict.of(verdict)
