"""Rules of study groups, without app: rates, the year's requirements, codes, calendars, files."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from core import clock
from study.group import calendars, codes, files, reminders, rules, wording
from study.group.attendance import Count, Line
from study.group.calendars import Event
from study.group.files import Entry
from study.group.kinds import Presence, SessionForm, minutes_of
from study.group.reminders import Need, Standing
from study.group.rules import Held, Parameters, Verdict

AT = datetime(2026, 3, 2, 1, 0, 7, tzinfo=UTC)
P, L, A, U = Presence.PRESENT, Presence.LEAVE, Presence.ABSENT, Presence.UNKNOWN


def lines(*presences: Presence, made_up: int = 0) -> list[Line]:
    found = [Line(n, 1, each) for n, each in enumerate(presences)]
    missed = [n for n, each in enumerate(presences) if each in (L, A)][:made_up]
    return [Line(each.person_id, 1, each.presence, n in missed) for n, each in enumerate(found)]


@pytest.mark.parametrize(
    ("presences", "made_up", "rate"),
    [
        ((P, P, P), 0, "100.00"),
        ((P, P, L), 0, "66.67"),  # leave stays in the denominator
        ((P, L, A), 2, "33.33"),  # made up is not present
        ((P, U), 0, "50.00"),  # nobody said: not there
        ((P,) * 1 + (A,) * 7, 0, "12.50"),
        ((P,) * 5 + (L,) * 3, 0, "62.50"),
        ((P,) * 2 + (L,) * 4, 0, "33.33"),
    ],
)
def test_attendance_is_present_over_expected(presences, made_up, rate) -> None:
    assert str(Count.of(lines(*presences, made_up=made_up)).rate) == rate


def test_half_a_hundredth_is_rounded_up_and_nobody_expected_is_no_rate() -> None:
    # 2001 of 16000: 12.50625 %.
    assert Count(expected=16_000, present=2_001).rate == Decimal("12.51")
    assert Count().rate is None
    assert Count.of(lines(P, L, A, made_up=1)).owed == 1


def session(month: int, form=SessionForm.DISCUSSION, *, law=False, number=1) -> Held:
    return Held(number, number, date(2026, month, 10), form, "主题", law)


def test_a_missing_quarter_is_found_and_the_sessions_counted_are_named() -> None:
    held = [
        session(2, number=1), session(5, SessionForm.LECTURE, law=True, number=2),
        session(6, SessionForm.PRE_MEETING, law=True, number=3), session(11, law=True, number=4),
    ]  # fmt: skip
    found = rules.findings(held, Count(4, 3, 1), Parameters(), year=2026, today=date(2027, 1, 5))
    table = [(each.title, each.found, each.verdict, [one.number for one in each.counted])
             for each in found]  # fmt: skip
    assert table == [
        ("第一季度集体学习", "1 次", Verdict.MET, [1]),
        ("第二季度集体学习", "1 次", Verdict.MET, [2]),
        ("第三季度集体学习", "0 次", Verdict.MISSED, []),
        ("第四季度集体学习", "1 次", Verdict.MET, [4]),
        ("法治专题集体学习", "2 次", Verdict.MET, [2, 4]),
        ("会前学法", "1 次", Verdict.MISSED, [3]),
        ("累计出勤率", "75.00%", Verdict.MISSED, [1, 2, 3, 4]),
    ]


def test_law_sessions_are_counted_in_one_way_and_a_half_year_tells_of_its_own_quarters() -> None:
    held = [
        session(2, law=True, number=1), session(5, SessionForm.PRE_MEETING, law=True, number=2),
        session(8, SessionForm.SELF_STUDY, law=True, number=3), session(11, number=4),
        session(12, SessionForm.ENLARGED, law=True, number=5),
    ]  # fmt: skip
    assert [each.number for each in rules.on_law(held)] == [1, 5]
    whole = rules.findings(held, Count(4, 4), Parameters(), year=2026, today=date(2027, 1, 5))
    second = rules.of_span(whole, date(2026, 7, 1), date(2026, 12, 31))
    assert [(each.title, each.found) for each in second] == [
        ("第三季度集体学习", "0 次"), ("第四季度集体学习", "2 次"),
        ("本年法治专题集体学习", "2 次"), ("本年会前学法", "1 次"), ("本年累计出勤率", "100.00%"),
    ]  # fmt: skip
    assert rules.of_span(whole, date(2026, 1, 1), date(2026, 12, 31)) == whole
    told = wording.facts(
        wording.Period("2026年下半年", held[2:], [], Count(), second, 0, 0, 0, 0, 0, 80)
    )
    assert "法治专题 1 次。" in told[0]


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2026, 9, 30), Verdict.OPEN),
        (date(2026, 10, 1), Verdict.MISSED),
    ],
)
def test_a_quarter_is_missed_only_once_it_is_over(today, verdict) -> None:
    third = rules.findings([], Count(), Parameters(), year=2026, today=today)[2]
    assert third.verdict is verdict


def test_parameters_are_those_of_the_year_or_of_the_latest_before_it() -> None:
    by_year = {2025: Parameters(per_quarter=2), 2027: Parameters(per_quarter=3)}
    found = [rules.in_force(by_year, year).per_quarter for year in (2024, 2025, 2026, 2027, 2030)]
    assert found == [1, 2, 2, 3, 3]


def test_hours_are_by_form_and_day() -> None:
    given = Parameters(session_hours=Decimal(3), short_hours=Decimal("0.5"))
    day = Decimal("7.5")
    assert given.hours(SessionForm.DISCUSSION, [day, day]) == 6
    assert given.hours(SessionForm.PRE_MEETING, [day]) == Decimal("0.5")
    assert given.hours(SessionForm.SELF_STUDY, [day]) == 0
    # Six minutes are no half day, and a short one no more than they are.
    assert given.hours(SessionForm.DISCUSSION, [Decimal("0.13")]) == Decimal("0.13")
    assert given.hours(SessionForm.DISCUSSION, [Decimal("2.5"), day]) == Decimal("5.5")
    assert given.hours(SessionForm.PRE_DECISION, [Decimal("0.42")]) == Decimal("0.42")
    assert given.standard(SessionForm.LECTURE, 2) == 6


# ------------------------------------------------------------------ codes


def test_no_code_counts_outside_the_window() -> None:
    begins, ends = AT + timedelta(minutes=30), AT + timedelta(minutes=150)
    found = [
        codes.is_open(starts_at=begins, ends_at=ends, at=at)
        for at in (AT - timedelta(seconds=1), AT, begins, ends - timedelta(seconds=1), ends)
    ]
    assert found == [False, True, True, True, False]


# ------------------------------------------------------------------ calendars


def test_a_feed_is_folded_escaped_and_in_shanghais_time() -> None:
    title = "集体学习研讨：学习《信访工作条例》，研讨“第三十四条；六十日”的适用" * 2
    data = calendars.feed(
        [
            Event(
                "a@b", AT, AT + timedelta(hours=2), title, "一楼,会议室", "甲\n乙\\丙", "http://x/1"
            )
        ],
        name="学法",
    )
    rows = data.split(b"\r\n")
    assert rows[0] == b"BEGIN:VCALENDAR"
    assert rows[-1] == b""
    assert max(map(len, rows)) <= 75
    text = data.decode().replace("\r\n ", "")
    assert f"SUMMARY:{title.replace(';', chr(92) + ';')}" in text
    assert "LOCATION:一楼\\,会议室" in text
    assert "DESCRIPTION:甲\\n乙\\\\丙" in text
    assert "DTSTART;TZID=Asia/Shanghai:20260302T090007" in text
    assert all(each.decode() for each in rows[:-1])  # no character was cut in two


def test_no_line_of_a_feed_begins_another_property() -> None:
    text = "x\r\nATTENDEE:mailto:a"
    assert "\r\nATTENDEE" not in calendars.feed([Event("u", AT, AT, text)], name="n").decode()


def test_months_follow_one_another() -> None:
    assert calendars.step(2026, 12, 1) == (2027, 1)
    assert calendars.step(2026, 1, -1) == (2025, 12)
    weeks = calendars.weeks(2026, 3)
    assert weeks[0][0] == date(2026, 2, 23)
    assert weeks[-1][-1] == date(2026, 4, 5)


# ------------------------------------------------------------------ files


def test_an_archive_has_the_same_bytes_and_hashes_that_check() -> None:
    made = [Entry("01 计划", "a/b:c.docx", b"1"), Entry("02 记录", "a/b:c.docx", b"2")]
    packed = files.numbered(made)
    assert [path for path, _ in packed] == ["01 计划/001 a_b_c.docx", "02 记录/002 a_b_c.docx"]
    everything = [*packed, ("SHA256SUMS.txt", files.sums(packed))]
    assert files.pack(everything) == files.pack(everything)
    with zipfile.ZipFile(io.BytesIO(files.pack(everything))) as archive:
        for row in archive.read("SHA256SUMS.txt").decode().splitlines():
            digest, path = row.split("  ", 1)
            assert files.digest(archive.read(path)) == digest


# ------------------------------------------------------------------ reminders


def standing(**given) -> Standing:
    values = {
        "line_id": 1, "meeting_id": 1, "topic": "t", "starts_at": AT, "place": "",
        "ends_at": AT + timedelta(hours=2), "closed": False, "presence": U,
        "makeup_handed_in": False, "makeup_confirmed": False, "unread": 0, "speech_id": None,
        "signs_by_code": False,
    } | given  # fmt: skip
    return Standing(**values)


@pytest.mark.parametrize(
    ("given", "hours", "needs"),
    [
        ({}, -24, [Need.ATTEND]),
        ({}, -24 * 31, []),
        ({"unread": 2, "speech_id": 3}, -24, [Need.ATTEND, Need.READ, Need.OUTLINE]),
        ({"signs_by_code": True}, 0, [Need.SIGN]),
        ({"presence": L}, -24, []),
        ({}, 3, [Need.EXPLAIN]),
        ({"closed": True, "presence": A}, 3, [Need.MAKE_UP]),
        ({"closed": True, "presence": L, "makeup_handed_in": True}, 3, []),
        ({"closed": True, "presence": P}, 3, []),
        ({"presence": P, "speech_id": 3}, 3, [Need.OUTLINE]),
        ({"closed": True, "presence": A}, 24 * 200, []),
    ],
)
def test_what_a_member_has_to_do_follows_from_the_list(given, hours, needs) -> None:
    found = reminders.tasks([standing(**given)], AT + timedelta(hours=hours))
    assert [each.need for each in found] == needs


def test_findings_of_a_circular_follow_the_figures() -> None:
    for owed, under in product((0, 2), (0, 1)):
        period = wording.Period(
            name="2026年上半年", held=[session(2)], laws=["信访工作条例"],
            count=Count(6, 4, 2, 0, 2 - owed), findings=[], planned=2, done=1, under=under,
            no_speech=0, no_writing=0, percent=80,
        )  # fmt: skip
        said = "".join(wording.problems(period))
        assert ("未完成补学" in said) == bool(owed)
        assert ("低于 80%" in said) == bool(under)
        assert "计划安排 2 项，完成 1 项" in said
        assert "应到 6 人次，出席 4 人次，出勤率 66.67%" in "".join(wording.facts(period))


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        ((5, 9, 0), (5, 9, 6), [6]),
        ((5, 9, 0), (7, 11, 30), [150, 150, 150]),
        ((5, 14, 0), (6, 12, 0), [600, 720]),
        ((5, 23, 57), (6, 0, 3), [3, 3]),
    ],
)
def test_a_session_has_the_minutes_of_each_of_its_days(begins, ends, minutes) -> None:
    def moment(day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, 3, day, hour, minute, tzinfo=clock.LOCAL)

    assert minutes_of(moment(*begins), moment(*ends)) == minutes
