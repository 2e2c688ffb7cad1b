"""What somebody is in the organisation, and how that counts in duties and statistics. Pure.

Source: 公务员法 articles 18 and 19 for levels and grades; docs/metrics.md for the counting rules.
"""

from dataclasses import dataclass
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


_GONE = {
    DutyStatus.RETIRED: "退休",
    DutyStatus.TRANSFERRED_OUT: "调离",
    DutyStatus.LEFT: "离任",
    DutyStatus.SUSPENDED: "停职受审查",
}
_AWAY = {
    DutyStatus.SECONDED_OUT: Counting(Line.APART, "借调出，单列"),
    DutyStatus.SECONDED_IN: Counting(Line.APART, "借调入，计入其他人员"),
    DutyStatus.TEMPORARY_POST: Counting(Line.APART, "挂职锻炼，计入其他人员"),
    DutyStatus.ASSIGNMENT_SUPPORT: Counting(
        Line.APART, "援派驻村，单列", target_factor=Decimal("0.5")
    ),
    DutyStatus.FULL_TIME_STUDY: Counting(Line.RANKED, defer=True),
    DutyStatus.SICK_LEAVE: Counting(Line.RANKED, defer=True),
    DutyStatus.MATERNITY_LEAVE: Counting(Line.RANKED, defer=True),
}
_HIRED = {
    StaffCategory.REHIRED: "离退休返聘，单列",
    StaffCategory.CONTRACT: "聘用人员，单列",
    StaffCategory.DISPATCHED: "劳务派遣，单列",
    StaffCategory.EXCHANGE: "来局锻炼，计入其他人员",
}


def counting(status: DutyStatus, category: StaffCategory) -> Counting:
    """How a person of this status and category counts at the moment of a roster snapshot."""
    if category is StaffCategory.OPERATOR:
        return Counting(Line.EXCLUDED, "系统运维账号，不在册")
    if status in _GONE:
        return Counting(Line.EXCLUDED, _GONE[status])
    if status in _AWAY:
        return _AWAY[status]
    if category in _HIRED:
        return Counting(Line.APART, _HIRED[category])
    return Counting(Line.RANKED)
