"""What there is in a study group's work: forms of sessions, kinds of members, attendance. Pure."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from core.labels import Labelled


class MemberKind(Labelled):
    """Who is expected: the figures count regular members only."""

    REGULAR = "regular", "成员"
    INVITED = "invited", "列席人员"
    SECRETARY = "secretary", "学习秘书"


class SessionForm(Labelled):
    DISCUSSION = "discussion", "集体学习研讨"
    LECTURE = "lecture", "专题讲座"
    SELF_STUDY = "self_study", "个人自学"
    SURVEY = "survey", "专题调研"
    PRE_MEETING = "pre_meeting", "会前学法"
    PRE_DECISION = "pre_decision", "决策前学法"
    ENLARGED = "enlarged", "扩大学习"


#: Forms in which the group comes together to study: what the rule of a session a quarter counts.
COLLECTIVE = frozenset({SessionForm.DISCUSSION, SessionForm.LECTURE, SessionForm.ENLARGED})
#: Forms that take a day's meeting, and not the minutes before another one.
WHOLE = COLLECTIVE | {SessionForm.SURVEY}


class Presence(Labelled):
    """How somebody on a session's list stands; UNKNOWN until it is said."""

    UNKNOWN = "unknown", "未登记"
    PRESENT = "present", "出席"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


class Method(Labelled):
    """How a presence came onto the list."""

    NONE = "none", "—"
    LIST = "list", "名单登记"
    CODE = "code", "扫码签到"
    PAPER = "paper", "纸质签到"
    MANUAL = "manual", "人工补登"


class PlanState(Labelled):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"


class ChangeKind(Labelled):
    ADD = "add", "增加"
    EDIT = "edit", "调整"
    DROP = "drop", "取消"


class SpeakerRole(Labelled):
    LECTURER = "lecturer", "主讲"
    KEY = "key", "重点发言"
    TALK = "talk", "交流发言"


class WorkKind(Labelled):
    SELF_PLAN = "self_plan", "个人自学计划"
    NOTES = "notes", "学习心得"
    SURVEY = "survey", "调研报告"
    THEORY = "theory", "理论文章"
    SUMMARY = "summary", "年度学习小结"


#: What the yearly duty of one piece of writing is met by.
WRITINGS = frozenset({WorkKind.NOTES, WorkKind.SURVEY, WorkKind.THEORY})


class FileKind(Labelled):
    CORE = "core", "核心材料"
    ATTACHMENT = "attachment", "附件材料"
    OUTLINE = "outline", "发言提纲"
    MINUTES = "minutes", "纪要简报"
    MAKE_UP = "make_up", "补学材料"
    WORK = "work", "成果材料"


#: Materials that everybody on a session's list reads; the others belong to somebody.
SHARED_FILES = frozenset({FileKind.CORE, FileKind.ATTACHMENT, FileKind.MINUTES})
#: What may be attached, and how large (bytes).
FILE_KINDS = ("pdf", "docx", "xlsx", "pptx", "txt", "jpg", "jpeg", "png")
MAX_FILE = 20 * 1024 * 1024


class Stage(Enum):
    """Where a session stands; derived."""

    PLANNED = "待召开"
    HELD = "待归档"
    CLOSED = "已归档"
    CANCELLED = "已取消"


def stage(
    *, ends_at: datetime, closed_at: datetime | None, cancelled_at: datetime | None, at: datetime
) -> Stage:
    if cancelled_at is not None:
        return Stage.CANCELLED
    if closed_at is not None:
        return Stage.CLOSED
    return Stage.PLANNED if at < ends_at else Stage.HELD


def plan_state(
    *,
    submitted_at: datetime | None,
    approved_at: datetime | None,
    returned_at: datetime | None,
) -> PlanState:
    if approved_at is not None:
        return PlanState.APPROVED
    if submitted_at is not None:
        return PlanState.SUBMITTED
    return PlanState.RETURNED if returned_at is not None else PlanState.DRAFT


def quarter_of(day: date) -> int:
    """1 to 4."""
    return (day.month + 2) // 3


def minutes_of(begins: datetime, ends: datetime) -> list[Decimal]:
    """Minutes of each day of a session, moments being local. One of several days is held at the
    same time each day, unless it ends at an earlier one than it begins."""
    days = days_of(begins.date(), ends.date())
    same = datetime.combine(begins.date(), ends.time(), begins.tzinfo)
    if same > begins:
        return [_minutes(begins, same)] * days
    midnights = [
        datetime.combine(begins.date() + timedelta(days=number), time(), begins.tzinfo)
        for number in range(days + 1)
    ]
    return [_minutes(max(begins, first), min(ends, last)) for first, last in pairwise(midnights)]


def _minutes(begins: datetime, ends: datetime) -> Decimal:
    return Decimal((ends - begins) // timedelta(minutes=1))


def days_of(begins: date, ends: date) -> int:
    return (ends - begins) // timedelta(days=1) + 1


def study_days(form: SessionForm, begins: date, ends: date) -> int | None:
    """The days that a session takes; None for what is done before another meeting or alone."""
    return days_of(begins, ends) if form in WHOLE else None
