"""What somebody has to do, from all rooms, as one list: what is due first comes first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from core import clock
from core.figures import day, moment
from study.group.reminders import Need
from study.group.reminders import Task as GroupTask
from study.tasks import SOON as FORTNIGHT
from study.tasks import CourseTask, ExamTask, TrainingTask

#: A badge: its tone, its words, its icon.
Note = tuple[str, str, str]
OVERDUE: Note = ("bad", "已逾期", "exclamation-octagon")
SOON: Note = ("warn", "即将到期", "clock")


@dataclass(frozen=True)
class Todo:
    """One line: what it is, until when, and the page that does it."""

    kind: str
    title: str
    facts: Sequence[str]
    endpoint: str
    values: Mapping[str, Any]
    act: str
    due: date | datetime | None = None
    note: Note | None = None
    #: It can be done right now only: a running attempt, a check-in.
    now: bool = False
    is_exam: bool = False


def in_order(todos: Iterable[Todo]) -> list[Todo]:
    """What can be done right now only, then by when it is due; what has no end comes last."""
    return sorted(todos, key=lambda each: (not each.now, each.due is None, _end(each.due)))


def _end(due: date | datetime | None) -> datetime:
    if isinstance(due, datetime):
        return clock.local(due).replace(tzinfo=None)
    return datetime.combine(due or date.max, time.max)


def soon(todos: Iterable[Todo], at: datetime) -> int:
    """How many of them end within a fortnight."""
    now = _end(at)
    return sum(each.due is not None and now <= _end(each.due) <= now + FORTNIGHT for each in todos)


def exam(task: ExamTask) -> Todo:
    begun = task.running_until
    if task.paused:
        when, note = "正在作答，考试暂停" if begun else "考试暂停", None
    elif begun is not None:
        when, note = f"正在作答，截止 {moment(clock.local(begun))}", None
    elif task.is_upcoming:
        when, note = f"{moment(clock.local(task.opens_at))} 开始", ("info", "未开始", "")
    else:
        when, note = f"{moment(clock.local(task.closes_at))} 前完成", None
        if task.is_reminded:
            note = ("warn", "即将结束，请尽快参加", "bell")
    act = "看安排" if task.is_upcoming else "继续作答" if begun else "去考试"
    return Todo(
        "考试", task.title, (when, f"限时 {task.minutes} 分钟"), "exam.intro",
        {"session_id": task.session_id}, act, begun or task.closes_at, note,
        now=begun is not None, is_exam=task.is_open,
    )  # fmt: skip


def course(task: CourseTask) -> Todo:
    until = f"{day(task.due_on)}{'截止' if task.overdue else '前完成'}"
    note = OVERDUE if task.overdue else SOON if task.due_soon else None
    if task.next_lesson_id is None:
        return Todo(
            "课程", task.title, (until, "课时已学完，待结业测试"), "courses.course",
            {"course_id": task.course_id}, "看结业测试", task.due_on, note,
        )  # fmt: skip
    act = "继续学习" if task.started else "开始学习"
    return Todo(
        "课程", task.title, (until, f"已学 {task.done} / {task.lessons} 课时"), "courses.lesson",
        {"lesson_id": task.next_lesson_id}, act, task.due_on, note,
    )  # fmt: skip


def training(task: TrainingTask) -> Todo:
    note = ("warn", "请尽快办理", "clock") if task.urgent else None
    return Todo("培训", task.title, task.facts, task.endpoint, task.values, task.act,
                task.due, note, now=task.now)  # fmt: skip


def restudy(lesson_id: int, title: str, course_title: str, reason: str) -> Todo:
    """A lesson learned already that a change of law brought up to date."""
    return Todo("重新学习", title, (course_title, reason), "courses.lesson",
                {"lesson_id": lesson_id}, "去学习")  # fmt: skip


def deadline(label: str, due_on: date, since: date, left: int) -> Todo:
    """Training after an appointment or on joining."""
    if left < 0:
        note = ("bad", f"已过 {-left} 天", "exclamation-octagon")
    else:
        note = ("warn" if left <= 60 else "info", f"还有 {left} 天", "clock")
    facts = (f"{day(due_on)}前完成", f"{day(since)}起算")
    return Todo("培训", label, facts, "hours.mine", {"_anchor": "deadlines"}, "看要求",
                due_on, note)  # fmt: skip


#: What the button of a study group's task says; of several at one session the last leads.
ACTS = {
    Need.ATTEND: "看安排",
    Need.READ: "去阅读",
    Need.OUTLINE: "去提交",
    Need.EXPLAIN: "去说明",
    Need.MAKE_UP: "去补学",
    Need.SIGN: "签到",
}


def group(tasks: Iterable[GroupTask]) -> list[Todo]:
    """One line for each session, however much is to be done for it."""
    sessions: dict[int, list[GroupTask]] = {}
    for each in tasks:
        sessions.setdefault(each.standing.meeting_id, []).append(each)
    return [_session(found) for found in sessions.values()]


def _session(tasks: Sequence[GroupTask]) -> Todo:
    one = tasks[0].standing
    *others, need = sorted((each.need for each in tasks), key=list(ACTS).index)
    facts = [moment(clock.local(one.starts_at)), *([one.place] if one.place else [])]
    facts += [each.value for each in others if each is not Need.READ]
    if Need.READ in (*others, need):
        facts.append(f"{one.unread} 份核心材料未阅")
    tone = "info" if need in {Need.ATTEND, Need.READ} else "warn"
    signing = need is Need.SIGN
    return Todo(
        "中心组", one.topic, facts, "group.sign" if signing else "group.session",
        {"meeting_id": one.meeting_id}, ACTS[need], one.starts_at, (tone, need.value, ""),
        now=signing,
    )  # fmt: skip
