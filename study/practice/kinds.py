"""Words for practice. Pure."""

from decimal import Decimal

from core.labels import Labelled


class RunKind(Labelled):
    DAILY = "daily", "今日五题"
    DRILL = "drill", "专项练习"
    AGAIN = "again", "再练错题"
    MOCK = "mock", "模拟考试"


class Reason(Labelled):
    """Why an item is among 今日五题, in the order in which they are asked."""

    DUE = "due", "到期复习"
    STUDIED = "studied", "学后检验"
    MISTAKE = "mistake", "旧错题"
    NEW_LAW = "new_law", "新法"
    POST = "post", "岗位必学"
    MUST_KNOW = "must_know", "应知应会"
    WEAK = "weak", "薄弱条文"
    FRESH = "fresh", "还没有练过"


class Outcome(Labelled):
    RIGHT = "right", "答对"
    PARTLY = "partly", "部分答对"
    WRONG = "wrong", "答错"


def outcome(fraction: Decimal) -> Outcome:
    if fraction >= 1:
        return Outcome.RIGHT
    return Outcome.PARTLY if fraction > 0 else Outcome.WRONG
