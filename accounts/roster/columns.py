"""The columns of a roster: how they are headed, what they may hold, how they are read. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.roster import cells
from accounts.standing import DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory
from core.labels import Labelled

#: Written into a cell to empty what the register holds; an empty cell leaves it alone.
CLEAR = "无"


@dataclass(frozen=True)
class RosterColumn:
    """One column. ``read`` turns a filled cell into a value or raises cells.Unclear; a column
    without it names a unit."""

    title: str
    #: The field of PersonEntry.
    field: str
    #: What it is also headed with, without brackets and what stands in them.
    others: Sequence[str]
    help: str
    read: Callable[[str], Any] | None
    width: float = 14
    required: bool = False
    #: The fixed list that its cells are taken from.
    words: type[Labelled] | None = None


#: Where people are numbered; never read.
ORDINAL = "序号"
COLUMNS: Sequence[RosterColumn] = (
    RosterColumn("姓名", "name", ("名字", "人员姓名"), "", cells.line, 12, required=True),
    RosterColumn("性别", "gender", (), "男、女", cells.gender, 8),
    RosterColumn(
        "工号",
        "staff_number",
        ("职工号", "员工号", "员工编号", "人员编号", "工作证号"),
        "以工号认人，不分大小写；不要填身份证号",
        cells.staff_number,
        14,
        required=True,
    ),
    RosterColumn(
        "部门(编制)",
        "home_unit_id",
        ("部门", "编制部门", "所在部门", "单位", "所在单位", "司局", "司室", "部门名称"),
        "机构全称、简称或曾用名",
        None,
        20,
        required=True,
    ),
    RosterColumn(
        "实际工作部门",
        "work_unit_id",
        ("工作部门", "现工作部门"),
        "与编制部门不同时填写",
        None,
        20,
    ),
    RosterColumn("统计部门", "stat_unit_id", ("统计单位",), "与编制部门不同时填写", None, 20),
    RosterColumn("处室", "division", ("内设处室", "所在处室"), "", cells.line, 16),
    RosterColumn("职务", "post_title", ("现任职务", "行政职务", "岗位"), "", cells.line, 18),
    RosterColumn(
        "职务层次",
        "leader_level",
        ("领导职务层次", "现任职务层次"),
        "没有领导职务的不填",
        cells.leader_level,
        14,
        words=LeaderLevel,
    ),
    RosterColumn("职级", "grade", ("公务员职级",), "", cells.grade, 14, words=Grade),
    RosterColumn(
        "人员类别",
        "staff_category",
        ("人员类型",),
        "新增时不填则为机关干部",
        cells.staff_category,
        14,
        words=StaffCategory,
    ),
    RosterColumn(
        "编制状态",
        "establishment",
        ("编制", "编制类型"),
        "新增时不填则为公务员",
        cells.establishment,
        14,
        words=Establishment,
    ),
    RosterColumn(
        "在岗状态",
        "duty_status",
        ("人员状态", "状态"),
        "新增时不填则为在编在岗",
        cells.duty_status,
        14,
        words=DutyStatus,
    ),
    RosterColumn(
        "是否中心组成员",
        "in_study_group",
        ("中心组成员", "中心组"),
        "是、否；新增时不填则为否",
        cells.flag,
        14,
    ),
    RosterColumn(
        "任现职时间", "post_since", ("任现职日期", "现职时间"), "可只写到月", cells.day, 14
    ),
    RosterColumn(
        "入职日期",
        "joined_on",
        ("入职时间", "来局时间", "到岗日期"),
        "如 2024-3-1、2024年3月1日",
        cells.day,
        14,
        required=True,
    ),
    RosterColumn(
        "离岗日期",
        "left_on",
        ("离岗时间", "离职日期", "离任日期"),
        "退休、调离、离任的必填",
        cells.day,
        14,
    ),
    RosterColumn("备注", "note", ("说明",), "不要填身份证号、手机号", cells.line, 24),
)
TITLES = {column.field: column.title for column in COLUMNS}
#: Not collected: the register holds no more of a person than its work needs.
PERSONAL = frozenset(
    (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码",
        "手机", "手机号", "手机号码", "移动电话", "联系电话", "电话",
        "出生日期", "出生年月", "民族", "籍贯", "政治面貌", "家庭住址", "住址", "银行卡号",
    )
)  # fmt: skip

_BRACKETED = re.compile(r"\([^)]*\)")


def heading(text: str) -> str:
    """A heading without what people write differently: width, spaces, stars, bracketed hints."""
    return _BRACKETED.sub("", cells.compact(text)).strip("*:：")


_BY_HEADING = {
    name: column for column in COLUMNS for name in (heading(column.title), *column.others)
}


def by_heading(text: str) -> RosterColumn | None:
    return _BY_HEADING.get(heading(text))
