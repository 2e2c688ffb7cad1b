"""The figures of the board: one record each, read by every page, chart and export. Pure."""

from analytics.measures import Count, Measures, Ratio, Total

#: What is left out of every ratio, said once.
LEFT_OUT = "名单上“不计入”的人员（退休、调离、停职等，及统计期内不在册的）"

BOARD = Measures(
    counts=(
        Count("due", "应参学", "名单上在册、且统计期内在册的人员，含单列人员和其他人员"),
        Count("studied", "参学", "统计期内至少有一条有效学习记录"),
        Count("obliged", "有必修任务", "统计期内至少有一门必修课"),
        Count("begun", "已开始", "有必修任务，且期内有学习记录或已学完至少一门必修课"),
        Count("finished", "完成全部必修", "有必修任务，且到统计期末全部学完"),
        Count("pairs_due", "应学（人·课）", "应参学人员与其必修课逐一相配的对数", "对"),
        Count("pairs_done", "完成（人·课）", "其中到统计期末已学完的对数", "对"),
        Count("judged", "有学时要求", "按职级组有集中培训学时要求的应参学人员"),
        Count("pace", "学时跟上进度", "集中培训学时或天数不低于“要求 × 考核期已过的比例”"),
        Count("met", "学时达标", "集中培训学时或天数达到考核期的全部要求"),
        Count("months_due", "在册（人·月）", "统计期开始至今，各人在册的自然月数之和", "人月"),
        Count("months_active", "学习（人·月）", "其中当月课时学习满 3 分钟的月数之和", "人月"),
        Count("exam_due", "应参考", "应参学人员中，统计期内至少应考一场已结束的考试"),
        Count("exam_taken", "实参考", "应参考人员中，应考的每一场都有交卷（含补考）"),
        Count("exam_told", "应参考（已公布）", "应参考人员中，至少应考一场成绩已公布的考试"),
        Count("exam_scored", "已出成绩", "应参考人员中，至少一场已有成绩且已公布"),
        Count("exam_passed", "合格", "应考且成绩已公布的每一场都合格", tells_score=True),
        Count("excellent", "优秀", "应考且成绩已公布的每一场都优秀", tells_score=True),
        Count("tested", "学完并参考", "完成全部必修，且应考、成绩已公布的每一场都已参考"),
        Count("settled", "学完并合格", "学完并参考，且其中每一场都合格", tells_score=True),
        Count("excluded", "不计入", LEFT_OUT),
    ),
    totals=(
        Total("hours", "学时合计", "期内登记的学时相加，已冲正的不计", "学时"),
        Total("law", "法治学时", "学时合计中标明法治的", "学时"),
        Total(
            "score_sum", "成绩之和", "已出成绩人员各自的平均成绩（百分制）相加；成绩无效按 0 计",
            "分", True,
        ),
    ),
    ratios=(
        Ratio("study", "参学率", "studied", "due", "该学的人学了没有"),
        Ratio("completion", "必修完成率", "finished", "obliged",
              "必修学完的人有多少；没有必修任务的人不在分母"),
        Ratio("course_completion", "课程完成率", "pairs_done", "pairs_due",
              "必修课学完了几成，与时间进度对照看是否按计划"),
        Ratio("keeping", "学时进度率", "pace", "judged",
              "学时是否跟得上时间；没有学时要求的人不在分母"),
        Ratio("attainment", "学时达标率", "met", "judged", "考核期的学时要求是否已经达到"),
        Ratio("regularity", "经常性", "months_active", "months_due",
              "是否月月在学，不是年底突击"),
        Ratio("participation", "参考率", "exam_taken", "exam_due",
              "应考的人考了没有，成绩公布以前也计；没有应考的人不在分母"),
        Ratio("pass_due", "合格率（应考）", "exam_passed", "exam_told",
              "应考的人过了没有；按应考计，防止劝不考；只计成绩已公布的考试"),
        Ratio("excellent_due", "优秀率（应考）", "excellent", "exam_told", "学得好的人有多少"),
        Ratio("mean", "平均分", "score_sum", "exam_scored",
              "每人先平均各场（百分制），再按人平均；不含缺考", unit="分"),
        Ratio("hours_each", "人均学时", "hours", "due", "按应参学人数平均", unit="学时"),
        Ratio("law_each", "人均法治学时", "law", "due", "按应参学人数平均", unit="学时"),
    ),
)  # fmt: skip

COUNTS = tuple(each.key for each in BOARD.counts)
#: Kept in hundredths by frames and cells.
TOTALS = tuple(each.key for each in BOARD.totals)
#: From assigned to passed; each stage is a part of the one before.
FUNNEL = ("obliged", "begun", "finished", "tested", "settled")


def exclusions(key: str) -> str:
    """Who is left out of a figure, in words."""
    return BOARD.exclusions(key, LEFT_OUT, "应参学人员")


def seen_by(key: str) -> str:
    """Who may know by name whom a figure counts."""
    return BOARD.seen_by(key)
