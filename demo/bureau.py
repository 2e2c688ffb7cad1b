"""What the demonstration bureau consists of: its units, those whose status is not ordinary, duties.

Pure. The organisation's plan names the nine units and their order; divisions, sizes, levels and
circumstances are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.permissions import Role
from accounts.standing import DutyStatus, Establishment, Grade, StaffCategory


@dataclass(frozen=True)
class UnitPlan:
    """A unit, and what its people are like on the whole."""

    name: str
    #: A value of accounts.models.UnitKind.
    kind: str
    head_title: str
    divisions: Sequence[str]
    #: People on the unit's own line of the table, its leaders included.
    size: int
    #: How well its people know the law, in logits; the bureau's mean is about 1.5.
    ability: float
    #: The share of what they are to study that they get done.
    diligence: float


LEADERSHIP = "局领导"
UNITS = (
    UnitPlan(LEADERSHIP, "leadership", "局长", (), 5, 2.0, 0.8),
    UnitPlan(
        "办公室", "department", "主任",
        ("秘书处", "文电处", "保密档案处", "行政财务处"), 14, 1.3, 0.75,
    ),
    UnitPlan(
        "综合指导司", "department", "司长",
        ("综合处", "业务指导处", "联席会议处"), 12, 1.9, 0.85,
    ),
    UnitPlan("研究室", "department", "主任", ("综合研究处", "政策法规处"), 10, 2.4, 0.9),
    UnitPlan("人事司", "department", "司长", ("干部处", "机构编制处", "教育培训处"), 11, 2.0, 0.95),
    UnitPlan("机关党委", "department", "常务副书记", ("组织宣传处", "纪检工作处"), 8, 1.8, 0.9),
    UnitPlan(
        "办信司", "department", "司长",
        ("综合处", "办信一处", "办信二处", "网上信访处"), 18, 1.6, 0.8,
    ),
    UnitPlan(
        "来访接待司", "department", "司长",
        ("综合处", "接待一处", "接待二处", "接待三处"), 19, 1.2, 0.65,
    ),
    UnitPlan("督查室", "department", "主任", ("督查一处", "督查二处"), 11, 1.7, 0.8),
    UnitPlan("投诉办", "department", "主任", ("受理处", "热线管理处"), 11, 0.9, 0.6),
)  # fmt: skip


@dataclass(frozen=True)
class Apart:
    """Somebody beside a unit's own, ordinary people."""

    unit: str
    status: DutyStatus
    note: str
    post_title: str = "干部"
    grade: Grade | None = Grade.OFFICER_2
    category: StaffCategory = StaffCategory.CADRE
    establishment: Establishment = Establishment.CIVIL_SERVANT
    gender: str = ""
    division: int = 0
    #: Days before today on which they joined or left; 0 for not recent, not left.
    joined: int = 0
    left: int = 0


_D, _G, _C, _E = DutyStatus, Grade, StaffCategory, Establishment
_CLERK, _OFFICER_1, _OFFICER_3 = Grade.CLERK_1, Grade.OFFICER_1, Grade.OFFICER_3


def _hired(unit: str, note: str, title: str, division: int, category: StaffCategory) -> Apart:
    establishment = _E.DISPATCH if category is _C.DISPATCHED else _E.CONTRACT
    return Apart(
        unit, _D.ON_DUTY, note, title, None, category, establishment, division=division, joined=700
    )


def _visitor(unit: str, status: DutyStatus, note: str, division: int, joined: int) -> Apart:
    return Apart(
        unit, status, note, "干部", _G.RESEARCHER_4, _C.EXCHANGE, _E.SECONDED,
        division=division, joined=joined,
    )  # fmt: skip


APART = (
    Apart("办公室", _D.SICK_LEAVE, "长期病假，已连续七个月", "一级主任科员", _OFFICER_1),
    Apart("办公室", _D.RETIRED, "年中到龄退休", "二级巡视员", _G.INSPECTOR_2, left=150),
    Apart("办公室", _D.NEWLY_RECRUITED, "试用期", "试用期干部", _CLERK, joined=120, division=1),
    Apart("办公室", _D.ON_DUTY, "公务用车管理", "驾驶员", None, _C.WORKER, _E.INSTITUTION, "男", 3),
    _hired("办公室", "文印室劳务派遣人员", "文印员", 1, _C.DISPATCHED),
    _hired("办公室", "机要交换劳务派遣人员", "收发员", 2, _C.DISPATCHED),
    Apart("综合指导司", _D.SECONDED_OUT, "借调至其他中央单位", "三级调研员", _G.RESEARCHER_3),
    Apart("综合指导司", _D.FULL_TIME_STUDY, "党校脱产学习四个月", "一级主任科员", _OFFICER_1),
    _visitor("综合指导司", _D.TEMPORARY_POST, "省级信访局来局挂职", 1, 200),
    Apart("研究室", _D.SECONDED_OUT, "借调参加专项文件起草", "二级主任科员"),
    Apart("研究室", _D.ASSIGNMENT_SUPPORT, "援派西部地区", "一级主任科员", _OFFICER_1, gender="男"),
    Apart("研究室", _D.NEWLY_RECRUITED, "试用期", "试用期干部", _CLERK, joined=120, division=1),
    _hired("研究室", "退休后返聘，承担政策咨询", "政策顾问", 0, _C.REHIRED),
    Apart("人事司", _D.MATERNITY_LEAVE, "产假", "二级主任科员", gender="女", division=1),
    Apart("人事司", _D.TRANSFERRED_OUT, "调往其他单位", "二级主任科员", left=80),
    Apart("人事司", _D.TRANSFERRED_IN, "年内调入", "三级主任科员", _OFFICER_3, joined=190),
    Apart("机关党委", _D.NEWLY_RECRUITED, "试用期", "试用期干部", _CLERK, joined=110),
    Apart("办信司", _D.SECONDED_OUT, "借调至其他中央单位", "一级主任科员", _OFFICER_1),
    Apart(
        "办信司", _D.MATERNITY_LEAVE, "产假", "三级主任科员", _OFFICER_3, gender="女", division=1
    ),
    Apart(
        "办信司", _D.ASSIGNMENT_SUPPORT, "驻村第一书记", "四级调研员", _G.RESEARCHER_4, division=2
    ),
    _visitor("办信司", _D.SECONDED_IN, "省级信访局借调来局", 1, 260),
    _visitor("办信司", _D.SECONDED_IN, "省级信访局借调来局", 3, 90),
    Apart("办信司", _D.NEWLY_RECRUITED, "试用期", "试用期干部", _CLERK, joined=120, division=2),
    Apart("办信司", _D.LEFT, "辞去公职", "三级主任科员", _OFFICER_3, left=40, division=3),
    Apart("来访接待司", _D.SICK_LEAVE, "病假两个月", "二级主任科员", division=2),
    Apart("来访接待司", _D.RETIRED, "年中到龄退休", "一级调研员", _G.RESEARCHER_1, left=120),
    _visitor("来访接待司", _D.SECONDED_IN, "省级信访局借调来局", 1, 230),
    _visitor("来访接待司", _D.TEMPORARY_POST, "省级信访局来局挂职", 2, 300),
    _visitor("来访接待司", _D.ON_DUTY, "年轻干部岗位锻炼", 3, 60),
    Apart("来访接待司", _D.NEWLY_RECRUITED, "试用期", "试用期干部", _CLERK, joined=120, division=1),
    _hired("来访接待司", "退休后返聘，承担疏导工作", "接待顾问", 1, _C.REHIRED),
    _hired("来访接待司", "接待大厅劳务派遣人员", "引导员", 0, _C.DISPATCHED),
    _hired("来访接待司", "接待大厅劳务派遣人员", "安检员", 0, _C.DISPATCHED),
    _visitor("督查室", _D.SECONDED_IN, "省级信访局借调来局", 0, 150),
    Apart("督查室", _D.TRANSFERRED_OUT, "调往地方任职", "二级调研员", _G.RESEARCHER_2, left=200),
    Apart("投诉办", _D.SUSPENDED, "接受审查，暂停履行职务", "二级主任科员"),
    _hired("投诉办", "聘用制法律咨询人员", "法律咨询员", 0, _C.CONTRACT),
    _hired("投诉办", "热线劳务派遣人员", "热线坐席", 1, _C.DISPATCHED),
    _hired("投诉办", "热线劳务派遣人员", "热线坐席", 1, _C.DISPATCHED),
)

#: Who works elsewhere than where they belong, without having been seconded: home to work unit.
LENT = ("督查室", "投诉办")

#: The three administrators are technical staff who hold no other role.
ADMINISTRATORS = (
    (Role.SYS_ADMIN, "系统管理员"),
    (Role.SEC_ADMIN, "安全管理员"),
    (Role.AUDITOR, "安全审计员"),
)

#: Roles beside one's ordinary work: unit, division, how many hold it. Taken from the people on
#: duty in that division, each person at most once, so that writers never review nor graders set.
DUTIES = (
    ("人事司", "教育培训处", Role.EXAM_ADMIN, 2),
    ("人事司", "干部处", Role.PAPER_SETTER, 1),
    ("研究室", "政策法规处", Role.ITEM_WRITER, 1),
    ("研究室", "政策法规处", Role.RESEARCH_OFFICE, 1),
    ("研究室", "综合研究处", Role.ITEM_REVIEWER, 1),
    ("研究室", "综合研究处", Role.RESEARCH_OFFICE, 1),
    ("办信司", "办信一处", Role.ITEM_WRITER, 1),
    ("来访接待司", "接待一处", Role.ITEM_WRITER, 1),
    ("督查室", "督查一处", Role.ITEM_REVIEWER, 1),
    ("机关党委", "组织宣传处", Role.STUDY_SECRETARY, 1),
    ("综合指导司", "业务指导处", Role.GRADER, 1),
    ("督查室", "督查二处", Role.GRADER, 1),
    ("投诉办", "受理处", Role.GRADER, 1),
)
