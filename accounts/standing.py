"""What somebody is in the organisation, and how that counts in duties and statistics. Pure.

Source: 公务员法 articles 18 and 19 for levels and grades; docs/metrics.md for the counting rules.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.labels import Labelled


class LeaderLevel(Labelled):
    """领导职务层次, highest first."""

    NATIONAL_CHIEF = "national_chief", "国家级正职"
    NATIONAL_DEPUTY = "national_deputy", "国家级副职"
    PROVINCIAL_CHIEF = "provincial_chief", "省部级正职"
    PROVINCIAL_DEPUTY = "provincial_deputy", "省部级副职"
    BUREAU_CHIEF = "bureau_chief", "厅局级正职"
    BUREAU_DEPUTY = "bureau_deputy", "厅局级副职"
    DIVISION_CHIEF = "division_chief", "县处级正职"
    DIVISION_DEPUTY = "division_deputy", "县处级副职"
    SECTION_CHIEF = "section_chief", "乡科级正职"
    SECTION_DEPUTY = "section_deputy", "乡科级副职"


class Grade(Labelled):
    """综合管理类公务员职级, highest first."""

    INSPECTOR_1 = "inspector_1", "一级巡视员"
    INSPECTOR_2 = "inspector_2", "二级巡视员"
    RESEARCHER_1 = "researcher_1", "一级调研员"
    RESEARCHER_2 = "researcher_2", "二级调研员"
    RESEARCHER_3 = "researcher_3", "三级调研员"
    RESEARCHER_4 = "researcher_4", "四级调研员"
    OFFICER_1 = "officer_1", "一级主任科员"
    OFFICER_2 = "officer_2", "二级主任科员"
    OFFICER_3 = "officer_3", "三级主任科员"
    OFFICER_4 = "officer_4", "四级主任科员"
    CLERK_1 = "clerk_1", "一级科员"
    CLERK_2 = "clerk_2", "二级科员"


class RankGroup(Labelled):
    BUREAU_LEADER = "bureau_leader", "局领导"
    DEPT_LEADER = "dept_leader", "司局级"
    DIVISION = "division", "处级"
    SECTION = "section", "科级及以下"
    OTHER = "other", "其他"


class StaffCategory(Labelled):
    """人员类别."""

    CADRE = "cadre", "机关干部"
    WORKER = "worker", "工勤人员"
    REHIRED = "rehired", "离退休返聘"
    CONTRACT = "contract", "聘用人员"
    DISPATCHED = "dispatched", "劳务派遣"
    EXCHANGE = "exchange", "来局锻炼"
    OPERATOR = "operator", "系统运维"


class Establishment(Labelled):
    """编制状态."""

    CIVIL_SERVANT = "civil_servant", "公务员"
    QUASI_CIVIL = "quasi_civil", "参公管理"
    INSTITUTION = "institution", "事业编制"
    CONTRACT = "contract", "聘用"
    DISPATCH = "dispatch", "派遣"
    SECONDED = "seconded", "借调"


class DutyStatus(Labelled):
    """在岗状态."""

    ON_DUTY = "on_duty", "在编在岗"
    SECONDED_OUT = "seconded_out", "借调出"
    SECONDED_IN = "seconded_in", "借调入"
    TEMPORARY_POST = "temporary_post", "挂职锻炼"
    ASSIGNMENT_SUPPORT = "assignment_support", "援派驻村"
    FULL_TIME_STUDY = "full_time_study", "脱产学习"
    SICK_LEAVE = "sick_leave", "病假"
    MATERNITY_LEAVE = "maternity_leave", "产假"
    NEWLY_RECRUITED = "newly_recruited", "新录用"
    TRANSFERRED_IN = "transferred_in", "调入"
    RETIRED = "retired", "退休"
    TRANSFERRED_OUT = "transferred_out", "调离"
    LEFT = "left", "离任"
    SUSPENDED = "suspended", "停职受审查"


class Line(Labelled):
    """The line of a department's table on which a person is counted."""

    #: The department's own, ranked line.
    RANKED = "ranked", "参与排名"
    #: 单列: counted and shown, never ranked (secondment, temporary posts, hired staff …).
    APART = "apart", "单列"
    #: Not counted; the reason is kept.
    EXCLUDED = "excluded", "不计入"


@dataclass(frozen=True)
class Counting:
    line: Line
    #: Why the person is not on the ranked line; empty for those who are.
    reason: str = ""
    #: Proposed 缓考: the person owes the exam but cannot sit it now.
    defer: bool = False
    #: Study targets are multiplied by this.
    target_factor: Decimal = Decimal(1)


_BY_LEVEL = {
    LeaderLevel.NATIONAL_CHIEF: RankGroup.BUREAU_LEADER,
    LeaderLevel.NATIONAL_DEPUTY: RankGroup.BUREAU_LEADER,
    LeaderLevel.PROVINCIAL_CHIEF: RankGroup.BUREAU_LEADER,
    LeaderLevel.PROVINCIAL_DEPUTY: RankGroup.BUREAU_LEADER,
    LeaderLevel.BUREAU_CHIEF: RankGroup.DEPT_LEADER,
    LeaderLevel.BUREAU_DEPUTY: RankGroup.DEPT_LEADER,
    LeaderLevel.DIVISION_CHIEF: RankGroup.DIVISION,
    LeaderLevel.DIVISION_DEPUTY: RankGroup.DIVISION,
    LeaderLevel.SECTION_CHIEF: RankGroup.SECTION,
    LeaderLevel.SECTION_DEPUTY: RankGroup.SECTION,
}
_BY_GRADE = {
    Grade.INSPECTOR_1: RankGroup.DEPT_LEADER,
    Grade.INSPECTOR_2: RankGroup.DEPT_LEADER,
    Grade.RESEARCHER_1: RankGroup.DIVISION,
    Grade.RESEARCHER_2: RankGroup.DIVISION,
    Grade.RESEARCHER_3: RankGroup.DIVISION,
    Grade.RESEARCHER_4: RankGroup.DIVISION,
}


def rank_group(level: LeaderLevel | None, grade: Grade | None) -> RankGroup:
    """The group by leader level; by grade for those without one; OTHER for neither."""
    if level is not None:
        return _BY_LEVEL[level]
    if grade is not None:
        return _BY_GRADE.get(grade, RankGroup.SECTION)
    return RankGroup.OTHER


def levels_of(group: RankGroup) -> list[LeaderLevel]:
    """The leader levels that lie in the group, highest first."""
    return [level for level in LeaderLevel if rank_group(level, None) is group]


def grades_of(group: RankGroup) -> list[Grade]:
    """The grades that put those without a leader level into the group, highest first."""
    return [grade for grade in Grade if rank_group(None, grade) is group]


#: Those who no longer belong to the bureau.
GONE = (DutyStatus.RETIRED, DutyStatus.TRANSFERRED_OUT, DutyStatus.LEFT)
#: Known to those alone who keep the roster; everybody else reads DISCREET instead.
RESTRICTED = (DutyStatus.SUSPENDED,)
DISCREET = "暂停参学参考"

_EXCLUDED = {status: status.label for status in GONE} | dict.fromkeys(RESTRICTED, DISCREET)
_APART = {
    DutyStatus.SECONDED_OUT: "借调出，单列",
    DutyStatus.SECONDED_IN: "借调入，计入其他人员",
    DutyStatus.TEMPORARY_POST: "挂职锻炼，计入其他人员",
    DutyStatus.ASSIGNMENT_SUPPORT: "援派驻村，单列",
}
_HIRED = {
    StaffCategory.REHIRED: "离退休返聘，单列",
    StaffCategory.CONTRACT: "聘用人员，单列",
    StaffCategory.DISPATCHED: "劳务派遣，单列",
    StaffCategory.EXCHANGE: "来局锻炼，计入其他人员",
}
#: Owe the exam, but cannot sit it while it lasts.
_DEFERRED = (
    DutyStatus.FULL_TIME_STUDY,
    DutyStatus.SICK_LEAVE,
    DutyStatus.MATERNITY_LEAVE,
)
_FACTORS = {DutyStatus.ASSIGNMENT_SUPPORT: Decimal("0.5")}


def counting(status: DutyStatus, category: StaffCategory) -> Counting:
    """How a person of this status and category counts at the moment of a roster snapshot."""
    if category is StaffCategory.OPERATOR:
        return Counting(Line.EXCLUDED, "系统运维账号，不在册")
    if status in _EXCLUDED:
        return Counting(Line.EXCLUDED, _EXCLUDED[status])
    reason = _APART.get(status) or _HIRED.get(category, "")
    return Counting(
        Line.APART if reason else Line.RANKED,
        reason,
        defer=status in _DEFERRED,
        target_factor=_FACTORS.get(status, Decimal(1)),
    )


#: Months of leave after which an exemption may be asked for instead of a deferral.
EXEMPT_AFTER_MONTHS = 6


def may_be_exempted(status: DutyStatus, *, since: date, on: date) -> bool:
    """Whether sick or maternity leave has lasted more than six months on that day."""
    if status not in (DutyStatus.SICK_LEAVE, DutyStatus.MATERNITY_LEAVE):
        return False
    months = (on.year - since.year) * 12 + on.month - since.month
    return (months, on.day) > (EXEMPT_AFTER_MONTHS, since.day)


def status_label(status: DutyStatus, *, restricted: bool) -> str:
    """The status as it may be read: ``restricted`` says whether the reader keeps the roster."""
    return DISCREET if status in RESTRICTED and not restricted else status.label


def months_between(joined_on: date, left_on: date | None, first: date, last: date) -> int:
    """Calendar months between two days, both included, in which somebody was on the books for at
    least a day. ``left_on`` is the first day on which the person no longer was."""
    first = max(joined_on, first)
    last = last if left_on is None else min(last, left_on - timedelta(days=1))
    if first > last:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1
