"""What each number of a department's exam table is: one record, read by page and workbook. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """A number of people."""

    key: str
    title: str
    definition: str


@dataclass(frozen=True)
class Rate:
    """A percentage; numerator and denominator are keys of counts."""

    key: str
    title: str
    numerator: str
    denominator: str
    why: str


COUNTS = (
    Count("roster", "在册", "名单快照中在册人员（不含退休、调离、停职等剔除人员）"),
    Count("exempt", "免考", "经批准免考"),
    Count("deferred", "缓考", "经批准缓考，待补考"),
    Count("due", "应参考", "在册 − 免考"),
    Count("first_due", "首考应参考", "应参考 − 缓考"),
    Count("taken", "实参考", "至少有一次有效交卷（成绩无效者计入）"),
    Count("passed", "合格", "取用成绩达到合格线"),
    Count("excellent", "优秀", "取用成绩达到优秀线；补考不计优秀"),
    Count("absent", "缺考", "首考应参考而未交卷"),
    Count("voided", "成绩无效", "因违纪成绩作废；计入实参考，不计合格、优秀"),
)
RATES = (
    Rate("participation", "参考率", "taken", "due", "应考的人考了没有"),
    Rate("pass_due", "合格率（应考）", "passed", "due", "排名用它，防止劝不考"),
    Rate("pass_taken", "合格率（实考）", "passed", "taken", "考了的人过了没有"),
    Rate("excellent_due", "优秀率（应考）", "excellent", "due", "学得好的人有多少"),
)
TITLES = {each.key: each.title for each in COUNTS}
