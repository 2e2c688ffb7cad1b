"""The rules of everyday study: mastery, regularity, pace, the draw, the law of the day, privacy."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from scipy.stats import beta

from study.cases import privacy
from study.daily import departments, law_of_day, pace, regularity
from study.daily.departments import Member
from study.daily.drawing import arrange
from study.daily.law_of_day import Listed
from study.daily.mastery import Mastery, quantile
from study.daily.pace import Timed
from study.practice.kinds import Reason


# ------------------------------------------------------------------------------ mastery
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 21), (3.5, 1.5), (12, 8), (80, 300)])
def test_quantiles_are_those_of_the_beta_distribution(share, a, b) -> None:
    assert quantile(share, a, b) == pytest.approx(beta.ppf(share, a, b), abs=1e-6)


def test_intervals_cover_what_they_say() -> None:
    """People of every mastery, as the rule takes them; of what it says in 95 % it holds."""
    rng, covered, people = Random(7), 0, 6_000
    for _ in range(people):
        true = rng.random()
        answers = [Decimal(rng.random() < true) for _ in range(rng.choice([1, 3, 5, 10, 20]))]
        found = Mastery.of(answers)
        covered += found.low <= true <= found.high
    assert 0.93 <= covered / people <= 0.97, covered / people


def test_mastery_narrows_and_says_when_it_knows_too_little() -> None:
    none, few, many = (Mastery.of([Decimal(1)] * n) for n in (0, 2, 20))
    assert (none.mean, none.answers, none.is_known, none.is_weak) == (0.5, 0, False, False)
    assert few.high - few.low > many.high - many.low
    assert many.is_known
    assert Mastery.of([Decimal(0), Decimal("0.5"), Decimal("-0.2")]).is_weak


# ------------------------------------------------------------------------------ regularity
def test_a_day_counts_with_considered_answers_or_minutes() -> None:
    one, two, three, four = (date(2026, 3, n) for n in (1, 2, 3, 4))
    assert regularity.active_days({one: 2, two: 3}, {one: 179, three: 180, four: 0}) == {two, three}


def test_months_gap_and_busiest_month_by_hand() -> None:
    days = {date(2026, 1, 10), date(2026, 1, 11), date(2026, 3, 1), date(2025, 12, 31)}
    found = regularity.of_year(2026, days, today=date(2026, 3, 20))
    assert found.months == {1: 2, 2: 0, 3: 1}
    assert found.active_months == 2
    gap = found.longest_gap
    # 12 to 31 January are 20 days, and February has 28.
    assert gap
    assert (gap.begins, gap.ends, gap.days) == (date(2026, 1, 12), date(2026, 2, 28), 48)
    assert found.busiest_share == Decimal("66.67")
    # Today is no day without study until it is over.
    assert found.ends == date(2026, 3, 19)
    done = regularity.of_year(2026, days | {date(2026, 3, 20)}, today=date(2026, 3, 20))
    assert done.ends == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("joined", "begins"), [(None, date(2026, 1, 1)), (date(2026, 2, 10), date(2026, 2, 10))]
)
def test_nothing_studied_is_one_long_gap_since_january_or_since_joining(joined, begins) -> None:
    found = regularity.of_year(2026, set(), today=date(2026, 3, 1), joined=joined)
    assert found.longest_gap
    assert (found.longest_gap.begins, found.longest_gap.ends) == (begins, date(2026, 2, 28))
    assert found.busiest_share is None


def test_the_first_of_january_has_no_past() -> None:
    found = regularity.of_year(2026, set(), today=date(2026, 1, 1))
    assert (found.begins, found.ends) == (date(2026, 1, 1), date(2026, 1, 1))


# ------------------------------------------------------------------------------ pace
@pytest.mark.parametrize(("characters", "seconds"), [(0, 3), (60, 3), (61, 4), (200, 10)])
def test_nobody_reads_faster_than_this(characters, seconds) -> None:
    assert pace.answer_seconds(characters) == seconds


def test_a_series_is_made_of_neighbours_that_were_all_too_fast() -> None:
    def run(*seconds: int | None) -> list[Timed]:
        return [Timed(n, each, 100) for n, each in enumerate(seconds, 1) if each is not None]

    assert pace.series(run(1, 1, 1, 1)) == []
    assert pace.series(run(1, 1, 9, 1, 1, 1)) == []
    assert pace.series(run(1, 1, None, 1, 1, 1)) == []
    (found,) = pace.series(run(9, 1, 2, 1, 1, 4, 9, 1))
    assert (found.first, found.last, found.count) == (2, 6, 5)
    assert (found.seconds, found.needed) == (9, 25)


# ------------------------------------------------------------------------------ the draw
def test_reasons_come_in_their_order_and_none_takes_all_the_room() -> None:
    queues = {
        Reason.DUE: [1, 2, 3, 4, 5, 6],
        Reason.MISTAKE: [2, 7, 8],
        Reason.NEW_LAW: [9],
        Reason.FRESH: [10, 11],
    }
    assert arrange(queues, 5) == [
        (1, Reason.DUE), (2, Reason.DUE), (3, Reason.DUE), (7, Reason.MISTAKE),
        (9, Reason.NEW_LAW),
    ]  # fmt: skip


def test_what_room_is_left_is_filled_and_too_few_are_too_few() -> None:
    assert [each for each, _ in arrange({Reason.FRESH: [1, 2, 2, 3]}, 5)] == [1, 2, 3]
    assert arrange({}, 5) == []


# ------------------------------------------------------------------------------ law of the day
def laws(*titles: str, begins: date = date(2020, 1, 1)) -> list[Listed]:
    return [Listed(n, title, begins, must_know=n % 2 == 0) for n, title in enumerate(titles)]


def test_occasions_and_days_of_effect_have_their_law() -> None:
    known = [*laws("民法典", "宪法", "信访工作条例"), Listed(9, "新法", date(2026, 6, 1), False)]
    for day, law_id, said in (
        (date(2026, 12, 4), 1, "国家宪法日"),
        (date(2026, 5, 1), 2, "《信访工作条例》施行纪念日"),
        (date(2026, 6, 1), 9, "《新法》今日起施行"),
    ):
        choice = law_of_day.choose(day, known)
        assert choice
        assert (choice.law_id, choice.occasion) == (law_id, said)


def test_ordinary_days_go_through_the_lists_and_are_the_same_for_everybody() -> None:
    known = laws("甲法", "乙法", "丙法", "丁法")
    days = [date(2026, 1, 5) + timedelta(n) for n in range(60)]
    chosen = [law_of_day.choose(day, known) for day in days]
    assert chosen == [law_of_day.choose(day, known) for day in days]
    assert {each.law_id for each in chosen if each} == {0, 2}
    assert law_of_day.choose(days[0], []) is None


# ------------------------------------------------------------------------------ privacy
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("信访人甲，某县，第三十四条", []),
        ("身份证110101199003078515号", ["身份证号码（110…）"]),
        ("电话13812345678或010-63091234", ["手机号码（138…）", "固定电话（010…）"]),
        ("卡号6222021234567890123，邮箱a@b.cn", ["银行卡号（622…）", "电子邮箱（a@b…）"]),
        ("车牌京A12345", ["车牌号码（京A1…）"]),
        ("文号〔2024〕12号，金额1234567890元", []),
    ],
)
def test_what_points_to_a_person_is_named(text, found) -> None:
    assert privacy.identifying(text) == found


def test_departments_show_counts_from_five_people_on_and_no_total_gives_the_others_away() -> None:
    def of(unit: int, *active: int, months: int = 8) -> list[Member]:
        return [Member(unit, f"第{unit}司", months, each) for each in active]

    rows, total = departments.table([*of(1, 8, 6, 5, 1, 0), *of(2, 8, 8, 8, 8)])
    assert [(each.unit, each.people, each.shown) for each in rows] == [
        ("第1司", 5, True), ("第2司", 4, False),
    ]  # fmt: skip
    first = rows[0]
    assert (first.active, first.regular, first.active_months) == (4, 2, 20)
    assert (first.active_rate, first.regular_rate) == (Decimal("80.00"), Decimal("40.00"))
    assert first.mean_months == 4
    assert (total.people, total.active, total.regular) == (5, 4, 2)
    rows, total = departments.table([])
    assert (rows, total.active_rate, total.mean_months) == ([], None, None)
    # Somebody without any study is not regular, however short the time.
    assert not Member(1, "", 0, 0).regular
