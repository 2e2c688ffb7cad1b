"""What each figure of the department tables is: one record, read by page, workbook and chart. Pure.

A row's values are its counts (whole numbers of people or of pairs) and its totals (marks, hours);
its figures are ratios of two values. docs/metrics.md is the same in prose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.figures import half_up, rate

Value = int | Decimal | None


@dataclass(frozen=True)
class Count:
    """A number of people, or of pairs of a person and a course."""

    key: str
    title: str
    definition: str
    unit: str = "人"
    #: Whoever is on the list is known to have reached some score.
    tells_score: bool = False


@dataclass(frozen=True)
class Total:
    """A sum or an extreme in marks or hours, with up to two decimals."""

    key: str
    title: str
    definition: str
    unit: str
    tells_score: bool = False


@dataclass(frozen=True)
class Ratio:
    """A percentage or a mean; numerator and denominator are keys of counts or totals."""

    key: str
    title: str
    numerator: str
    denominator: str
    why: str
    #: Unit of a mean; a percentage has "%".
    unit: str = "%"

    @property
    def is_percentage(self) -> bool:
        return self.unit == "%"

    def of(self, values: Mapping[str, Value]) -> Decimal | None:
        """The figure, rounded half up to two decimals; None (—) without a denominator."""
        numerator, denominator = values[self.numerator], values[self.denominator]
        if numerator is None or not denominator:
            return None
        if self.is_percentage:
            return rate(numerator, denominator)
        return half_up(Decimal(numerator) / Decimal(denominator))


@dataclass(frozen=True)
class Measures:
    """Everything that one kind of department table shows."""

    counts: tuple[Count, ...]
    totals: tuple[Total, ...]
    ratios: tuple[Ratio, ...]

    @property
    def values(self) -> tuple[Count | Total, ...]:
        return (*self.counts, *self.totals)

    @property
    def records(self) -> tuple[Count | Total | Ratio, ...]:
        return (*self.counts, *self.totals, *self.ratios)

    @property
    def titles(self) -> dict[str, str]:
        return {each.key: each.title for each in self.records}

    def record(self, key: str) -> Count | Total | Ratio:
        """Raises KeyError."""
        return {each.key: each for each in self.records}[key]

    def count(self, key: str) -> Count:
        """Raises KeyError."""
        return {each.key: each for each in self.counts}[key]

    def ratio(self, key: str) -> Ratio:
        """Raises KeyError."""
        return {each.key: each for each in self.ratios}[key]

    def tells_score(self, key: str) -> bool:
        """Whether the list of people behind a figure tells something of their scores."""
        record = self.record(key)
        if isinstance(record, Ratio):
            return self.tells_score(record.numerator) or self.tells_score(record.denominator)
        return record.tells_score

    def formula(self, ratio: Ratio) -> str:
        titles = self.titles
        return f"{titles[ratio.numerator]} ÷ {titles[ratio.denominator]}"

    def exclusions(self, key: str, left_out: str, whole: str) -> str:
        """Who is left out of a figure, in words; ``left_out``: who is of every one."""
        record = self.record(key)
        if isinstance(record, Ratio):
            base = self.record(record.denominator).title
            return f"{left_out}；{whole}中不属于“{base}”的"
        return left_out

    def seen_by(self, key: str) -> str:
        """Who may see a figure, and know by name whom it counts."""
        figures = "数：人事司、研究室、局领导、部门负责人和联络员（本部门）"
        if self.tells_score(key):
            return f"{figures}；名单：人事司、本部门负责人"
        return f"{figures}；名单：人事司、本部门负责人和联络员"

    def figures(self, values: Mapping[str, Value]) -> dict[str, Decimal | None]:
        return {each.key: each.of(values) for each in self.ratios}


EXAM = Measures(
    counts=(
        Count("roster", "在册", "名单快照中列入本场的人员，含单列人员和其他人员"),
        Count("exempt", "免考", "经批准免考，不计入应参考"),
        Count("deferred", "缓考", "经批准缓考，计入应参考，不计入首考应参考"),
        Count("due", "应参考", "在册 − 免考"),
        Count("first_due", "首考应参考", "应参考 − 缓考"),
        Count("taken", "实参考", "首考或补考至少有一次有效交卷；成绩无效者计入"),
        Count("scored", "已出成绩", "实参考 − 待阅卷"),
        Count(
            "unmarked", "待阅卷", "已交卷，取用的答卷还有主观题没有评完：计入实参考，成绩评完后计入"
        ),
        Count("first_taken", "首考实参考", "首考应参考人员中，首考有交卷的"),
        Count("passed", "合格", "首考或补考达到合格线", tells_score=True),
        Count("first_passed", "首考合格", "首考应参考人员中，首考达到合格线的", tells_score=True),
        Count("excellent", "优秀", "首考达到优秀线；补考不计优秀", tells_score=True),
        Count("absent", "缺考", "首考窗口结束仍未参考；缓考者补考窗口结束仍未参考也计缺考"),
        Count("pending", "待补考", "缓考未考，补考窗口尚未结束"),
        Count("waiting", "尚未参考", "场次仍在进行，尚未交卷，不作缺考"),
        Count("voided", "成绩无效", "因违纪成绩作废：计入实参考并按 0 分计，不计合格、优秀"),
        Count("excluded", "不计入", "名单快照中已退休、调离、离任、停职或尚未入职等，不在册"),
    ),
    totals=(
        Total("score_sum", "取用成绩之和", "已出成绩人员取用成绩相加；成绩无效按 0 计", "分", True),
        Total("highest", "最高", "已出成绩人员中最高的取用成绩", "分", True),
        Total("lowest", "最低", "已出成绩人员中最低的取用成绩；成绩无效按 0 计", "分", True),
    ),
    ratios=(
        Ratio("participation", "参考率", "taken", "due", "应考的人考了没有；补考计入"),
        Ratio("first_participation", "首考参考率", "first_taken", "first_due", "首考到得齐不齐"),
        Ratio("pass_due", "合格率（应考）", "passed", "due", "排名用它，防止劝不考"),
        Ratio("pass_taken", "合格率（实考）", "passed", "scored", "考了的人过了没有"),
        Ratio("first_pass", "首考合格率", "first_passed", "first_due", "不靠补考的合格"),
        Ratio("excellent_due", "优秀率（应考）", "excellent", "due", "学得好的人有多少"),
        Ratio("excellent_taken", "优秀率（实考）", "excellent", "scored", "考了的人中有多少优秀"),
        Ratio(
            "mean",
            "平均分",
            "score_sum",
            "scored",
            "不含缺考和待阅卷；成绩无效按 0 计入",
            unit="分",
        ),
    ),
)

LEARNING = Measures(
    counts=(
        Count("due", "应参学", "名单快照中在册、且统计期内在册的人员，含单列人员和其他人员"),
        Count("studied", "参学", "统计期内至少有一条有效学习记录"),
        Count("obliged", "有必修任务", "统计期内至少有一门必修课的应参学人员"),
        Count("finished", "完成全部必修", "有必修任务且至统计期末全部完成"),
        Count("attained", "学时达标", "期内学时达到个人折算目标"),
        Count("pairs_due", "应学（人·课）", "应参学人员与其必修课逐一相配的对数", "对"),
        Count("pairs_done", "完成（人·课）", "其中至统计期末已完成的对数", "对"),
        Count("excluded", "不计入", "名单快照中不在册，或统计期内尚未入职、已离岗"),
    ),
    totals=(
        Total("hours", "学时合计", "期内登记学时相加，已冲正的不计", "学时"),
        Total("concentrated", "集中培训", "其中集中培训学时", "学时"),
        Total("online", "网络培训", "其中网络培训学时", "学时"),
        Total("self_study", "自学", "其中自学学时", "学时"),
        Total("group_study", "集体学习", "其中集体学习学时", "学时"),
        Total("law", "法治学时", "学时合计中标明法治的；与各桶交叉，不另加", "学时"),
        Total("accredited", "认可的集中培训", "集中培训学时中主管部门认可的", "学时"),
    ),
    ratios=(
        Ratio("participation", "参学率", "studied", "due", "该学的人学了没有"),
        Ratio("completion", "必修完成率", "finished", "obliged", "必修课学完的人有多少"),
        Ratio("course_completion", "课程完成率", "pairs_done", "pairs_due", "必修课学完了几成"),
        Ratio("attainment", "学时达标率", "attained", "due", "学时够不够"),
        Ratio("hours_each", "人均学时", "hours", "due", "按应参学人数平均", unit="学时"),
        Ratio("concentrated_each", "人均集中", "concentrated", "due", "集中培训", unit="学时"),
        Ratio("online_each", "人均网络", "online", "due", "网络培训", unit="学时"),
        Ratio("self_study_each", "人均自学", "self_study", "due", "自学", unit="学时"),
        Ratio("group_study_each", "人均集体学习", "group_study", "due", "集体学习", unit="学时"),
        Ratio("law_each", "人均法治学时", "law", "due", "法治学时", unit="学时"),
    ),
)
