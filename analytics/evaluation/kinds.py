"""Words of the evaluation. Pure."""

from accounts.standing import RankGroup
from core.labels import Labelled


class Group(Labelled):
    """人群: which set of weights applies to somebody."""

    STAFF = "staff", "科级及以下"
    LEADER = "leader", "处、司局级领导"


#: Everybody else is scored with the staff.
LEADERS = (RankGroup.BUREAU_LEADER, RankGroup.DEPT_LEADER, RankGroup.DIVISION)


def group_of(rank: RankGroup) -> Group:
    return Group.LEADER if rank in LEADERS else Group.STAFF


class Dimension(Labelled):
    STUDY = "study", "学"
    EXAM = "exam", "考"
    APPLY = "apply", "用"
    REPORT = "report", "述"


class Indicator(Labelled):
    """What a person is scored by."""

    REQUIRED = "required", "必修完成"
    HOURS = "hours", "学时达标"
    REGULAR = "regular", "经常性学习"
    MEETINGS = "meetings", "集体学法出席"
    ANNUAL = "annual", "年度考试"
    THEMATIC = "thematic", "专题与新法测试"
    USAGE = "usage", "用法"
    REPORTING = "reporting", "述法"


DIMENSIONS = {
    Indicator.REQUIRED: Dimension.STUDY,
    Indicator.HOURS: Dimension.STUDY,
    Indicator.REGULAR: Dimension.STUDY,
    Indicator.MEETINGS: Dimension.STUDY,
    Indicator.ANNUAL: Dimension.EXAM,
    Indicator.THEMATIC: Dimension.EXAM,
    Indicator.USAGE: Dimension.APPLY,
    Indicator.REPORTING: Dimension.REPORT,
}


class Measure(Labelled):
    """What a department's index is made of."""

    STUDIED = "studied", "参学率"
    SAT = "sat", "参考率"
    PASSED = "passed", "合格率（应考）"
    MEAN = "mean", "平均分"
    EXCELLENT = "excellent", "优秀率（应考）"
    NEW_LAW = "new_law", "新法知晓率"
    ATTAINED = "attained", "学时达标率"
    BALANCE = "balance", "月度均衡度"
    PLAN = "plan", "必修任务执行率"
    USAGE = "usage", "用法得分率"
    MEETINGS = "meetings", "集体学法出席率"
    MENDED = "mended", "问题整改率"


class Level(Labelled):
    """等次 of this evaluation; never one of the four of the statutory yearly assessment."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


class ReportItem(Labelled):
    """What counts as 述."""

    LECTURE = "lecture", "讲法"
    SPEECH = "speech", "研讨发言"
    COURT = "court", "旁听庭审"
    REPORT = "report", "述法"


class RunState(Labelled):
    PUBLIC = "public", "公示中"
    WAITING = "waiting", "公示期满，待定版"
    FINAL = "final", "已定版"
    REVERSED = "reversed", "已冲正"


#: What each mark of the rubric stands for (锚定量规).
RUBRIC = (
    "没有用法情况",
    "能说出本岗位适用的法律",
    "办事引用条文，偶有差错",
    "办事引用条文准确，有记录可查",
    "有用法事例，释法析理清楚，群众认可",
    "有可推广的用法、以案释法事例或合法性审查成果",
)
#: 1 in so many entries is drawn for a check.
SAMPLED = 10
PUBLIC_DAYS = 5
