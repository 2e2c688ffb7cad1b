"""The ladder of reminders: nobody is told twice, and nobody missed. No database."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.reminding import escalation
from courses.reminding.escalation import LADDER, Days, Ladder, Matter, Owed, Ring, Step, Urgency

START = date(2026, 3, 1)
#: Persons 1–4 work in units 1 and 2; 3 is liaison of unit 1, 4 is its head, unit 2 has neither.
RING = Ring({1: 1, 2: 2, 3: 1, 4: 1}, {1: [3]}, {1: [4]})


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[Owed, int | None]], list[int], Days]:
    """Things owed with the day on which each is done, and the days on which the job runs; exams
    have days of their own."""
    matters = [draw(st.sampled_from([Matter.COURSE, Matter.EXAM])) for _ in range(5)]
    owed = [
        (Owed(draw(st.integers(1, 4)), matters[ref].value, ref, f"事{ref}",
              START + timedelta(days=draw(st.integers(0, 40))), matters[ref]),
         draw(st.none() | st.integers(0, 60)))
        for ref in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    runs = sorted(draw(st.lists(st.integers(0, 60), min_size=1, max_size=25)))  # some days twice
    shared, own = (Ladder(draw(st.integers(1, 10)), draw(st.integers(1, 10))) for _ in range(2))
    return owed, runs, Days(shared, {Matter.EXAM: own})


@settings(max_examples=150, deadline=None)
@given(histories())
def test_nobody_is_told_twice_and_nobody_missed(
    history: tuple[list[tuple[Owed, int | None]], list[int], Days],
) -> None:
    owed, runs, days = history
    log: dict[escalation.Key, int] = {}
    for run in runs:
        today = START + timedelta(days=run)
        left = [each for each, done in owed if done is None or run < done]
        for notice in escalation.to_tell(left, today, days, RING, log.keys()):
            assert notice.key not in log
            log[notice.key] = run
    expected = {}
    for each, done in owed:
        for step in LADDER:
            ladder = days.own[Matter.EXAM] if each.matter is Matter.EXAM else days.shared
            day = (ladder.day(step, each.due_on) - START).days
            run = next((n for n in runs if n >= day), None)
            if run is None or (done is not None and run >= done):
                continue
            for recipient in RING.recipients(step, each.person_id):
                key = (recipient, each.person_id, each.kind, each.ref_id, step, each.due_on)
                expected[key] = run
    assert log == expected


def test_a_press_tells_each_person_once_a_day() -> None:
    owed = [
        Owed(1, "course", 1, "甲", START, Matter.COURSE),
        Owed(2, "exam", 1, "乙", START, Matter.EXAM),
    ]
    first = escalation.pressed([*owed, owed[0]], START, [])
    assert [(each.recipient_id, each.step) for each in first] == [
        (1, Step.PRESSED), (2, Step.PRESSED),
    ]  # fmt: skip
    told = [each.key for each in first]
    assert escalation.pressed(owed, START, told) == []
    assert len(escalation.pressed(owed, START + timedelta(days=1), told)) == 2


def test_a_due_day_that_is_put_off_begins_the_ladder_anew() -> None:
    before = Owed(1, "course", 1, "甲", START, Matter.COURSE)
    told = {each.key for each in escalation.to_tell([before], START, Days(), RING, [])}
    later = Owed(1, "course", 1, "甲", START + timedelta(days=30), Matter.COURSE)
    assert escalation.to_tell([later], START, Days(), RING, told) == []
    again = escalation.to_tell([later], START + timedelta(days=30), Days(), RING, told)
    assert [each.step for each in again] == [Step.PERSON, Step.LIAISON]


def test_what_is_far_off_is_not_listed() -> None:
    owed = Owed(1, "course", 1, "甲", START, Matter.COURSE)
    days = {-8: None, -7: Urgency.NEAR, 0: Urgency.NEAR, 1: Urgency.OVERDUE}
    found = {n: owed.urgency(START + timedelta(days=n), Days()) for n in days}
    assert found == days
    assert escalation.sentence(owed, START, "张三") == "张三：课程“甲”，2026-03-01 前完成，今天到期"
    assert "已逾期 2 天" in escalation.sentence(owed, START + timedelta(days=2))


def test_a_matter_goes_by_its_own_days_until_it_follows_the_shared_ones_again() -> None:
    def version(month: int, before: int, matter: Matter | None = None, **given: Any) -> Ladder:
        return Ladder(before, 7, valid_from=date(2026, month, 1), id=month, matter=matter, **given)

    rules = [
        version(2, 5), version(3, 14, Matter.EXAM), version(4, 6),
        version(5, 0, Matter.EXAM, follows=True), version(6, 3, Matter.GROUP),
    ]  # fmt: skip
    wanted = {1: (7, 7, 7), 2: (5, 5, 5), 3: (5, 14, 5), 4: (6, 14, 6), 5: (6, 6, 6), 6: (6, 6, 3)}
    found = {}
    for month in wanted:
        days = escalation.in_force(rules, date(2026, month, 15))
        found[month] = tuple(
            days.of(each).before for each in (Matter.COURSE, Matter.EXAM, Matter.GROUP)
        )
    assert found == wanted
