"""The order of what there is to do, and what is told together."""

from datetime import date, datetime, timedelta

from core import clock
from study import todo
from study.group.kinds import Presence
from study.group.reminders import Need, Standing, Task

AT = datetime(2026, 11, 26, 12, tzinfo=clock.now().tzinfo)


def line(title: str, due: date | datetime | None = None, *, now: bool = False) -> todo.Todo:
    return todo.Todo("课程", title, (), "study.home", {}, "去学习", due, now=now)


def test_now_comes_first_then_by_the_end_and_what_has_none_last() -> None:
    found = todo.in_order(
        [
            line("没有期限"),
            line("两天后", AT.date() + timedelta(days=2)),
            line("今晚", AT + timedelta(hours=3)),
            line("已逾期", AT.date() - timedelta(days=1)),
            line("现在签到", AT + timedelta(days=9), now=True),
        ]
    )
    assert [each.title for each in found] == ["现在签到", "已逾期", "今晚", "两天后", "没有期限"]


def test_soon_counts_what_ends_within_a_fortnight_not_what_is_over() -> None:
    ends = [AT.date() + timedelta(days=each) for each in (-1, 0, 13, 15)]
    assert todo.soon([line("", end) for end in [*ends, None]], AT) == 2


def test_a_session_is_one_line_led_by_what_presses_most() -> None:
    standing = Standing(
        line_id=1, meeting_id=7, topic="会前学法", starts_at=AT, ends_at=AT, place="一号会议室",
        closed=False, presence=Presence.UNKNOWN, makeup_handed_in=False, makeup_confirmed=False,
        unread=2, speech_id=3, signs_by_code=False,
    )  # fmt: skip
    needs = (Need.ATTEND, Need.READ, Need.OUTLINE)
    (found,) = todo.group(Task(need, standing) for need in needs)
    assert (found.act, found.note) == ("去提交", ("warn", "提交发言提纲", ""))
    assert found.facts[1:] == ["一号会议室", "参加学习", "2 份核心材料未阅"]
    (signing,) = todo.group([Task(Need.SIGN, standing), Task(Need.READ, standing)])
    assert (signing.endpoint, signing.now, signing.act) == ("group.sign", True, "签到")
