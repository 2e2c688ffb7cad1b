"""What the surveys ask, whom and when. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.labels import Labelled


class SurveyKind(Labelled):
    REACTION = "reaction", "培训反馈"
    FOLLOW_UP = "follow_up", "训后三个月（本人）"
    SUPERIOR = "superior", "训后三个月（上级）"


@dataclass(frozen=True)
class Question:
    key: str
    label: str
    text: str


#: The words of the five points, the best last.
POINTS: Mapping[int, str] = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}
AGREEMENT: Mapping[int, str] = {1: "完全没有", 2: "较少", 3: "一般", 4: "较多", 5: "非常明显"}

REACTION: Sequence[Question] = (
    Question("design", "课程设计", "课程安排合理，内容衔接得当"),
    Question("content", "内容针对性", "内容贴近岗位，能解决工作中的问题"),
    Question("teaching", "师资水平", "授课人熟悉业务，讲解清楚"),
    Question("method", "教学方法", "教学方式得当，有讨论和练习"),
    Question("service", "组织服务", "通知、场地、签到等组织有序"),
    Question("gain", "学习收获", "掌握了新的法律知识和方法"),
    Question("overall", "总体评价", "总体上对这次培训满意"),
)
FOLLOW_UP: Sequence[Question] = (
    Question("use", "学用结合", "工作中用到了培训所学的法律知识"),
    Question("quality", "依法办事", "办理事项时更注意依据和程序"),
    Question("habit", "主动学法", "遇到问题会主动查找法律规定"),
    Question("share", "带动他人", "向同事介绍、交流过培训内容"),
)
QUESTIONS: Mapping[SurveyKind, Sequence[Question]] = {
    SurveyKind.REACTION: REACTION,
    SurveyKind.FOLLOW_UP: FOLLOW_UP,
    SurveyKind.SUPERIOR: FOLLOW_UP,
}
OPEN_QUESTION: Mapping[SurveyKind, str] = {
    SurveyKind.REACTION: "您对课程、师资、组织还有哪些意见和建议？",
    SurveyKind.FOLLOW_UP: "培训内容对工作有哪些帮助？还需要哪方面的培训？",
    SurveyKind.SUPERIOR: "您认为还需要加强哪方面的培训？",
}
#: How long a survey stays open, and when the later ones begin.
REACTION_DAYS = 14
FOLLOW_UP_MONTHS = 3
FOLLOW_UP_DAYS = 30
#: Days before the end from which those who have not answered are reminded.
REMIND_DAYS = 7
#: Longest answer in words.
LONGEST = 1000


@dataclass(frozen=True)
class Window:
    """The days on which a survey can be answered, both included."""

    first: date
    last: date

    def open(self, today: date) -> bool:
        return self.first <= today <= self.last

    def over(self, today: date) -> bool:
        return today > self.last

    def ending(self, today: date) -> bool:
        return self.open(today) and (self.last - today).days < REMIND_DAYS


def window(kind: SurveyKind, ends_on: date) -> Window:
    """Feedback opens on the last day of the class, the follow-ups three months later."""
    if kind is SurveyKind.REACTION:
        return Window(ends_on, ends_on + timedelta(days=REACTION_DAYS))
    first = months_after(ends_on, FOLLOW_UP_MONTHS)
    return Window(first, first + timedelta(days=FOLLOW_UP_DAYS))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def teacher_key(teacher_id: int) -> str:
    """The question about one teacher."""
    return f"teacher-{teacher_id}"
