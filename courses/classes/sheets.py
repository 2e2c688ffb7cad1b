"""The columns of the workbooks of classes. Pure."""

from core.spreadsheets import Column

ROSTER = (
    Column("序号", "number", 6),
    Column("部门", "unit", 18),
    Column("姓名", "name", 12),
    Column("工号", "staff_number", 12),
    Column("职务", "post", 22),
    Column("情况", "standing", 12),
    Column("报名时间", "asked_at", 18),
    Column("报名方式", "way", 10),
    Column("出席学时", "attended", 10),
    Column("请假学时", "leave", 10),
    Column("缺席学时", "absent", 10),
    Column("证明编号", "certificate", 20),
)
#: HR 对接列 of the trade; 身份证号 is not collected (docs/security.md) and stays empty.
PERSONNEL = (
    Column("培训年度", "year", 10),
    Column("姓名", "name", 12),
    Column("性别", "gender", 6),
    Column("工号", "staff_number", 12),
    Column("身份证号", "identity", 20),
    Column("现任职务层次", "level", 14),
    Column("现工作单位及职务全称", "post", 30),
    Column("单位编码", "unit_code", 12),
    Column("培训类别", "kind", 10),
    Column("培训种类", "training_kind", 14),
    Column("班名", "title", 30),
    Column("主办单位", "organiser", 18),
    Column("地点", "place", 18),
    Column("开始日期", "starts_on", 12),
    Column("结束日期", "ends_on", 12),
    Column("天数", "days", 8),
    Column("获得学时数", "hours", 10),
    Column("离岗状态", "full_time", 10),
    Column("考勤", "attendance", 26),
    Column("考试类别", "exam_kind", 12),
    Column("考试时间", "exam_at", 18),
    Column("考试成绩", "score", 10),
    Column("是否结业", "completed", 10),
    Column("优秀学员", "excellent", 10),
    Column("培训小结", "summary", 40),
    Column("网络总学时", "online", 10),
    Column("网络必修完成情况", "required", 14),
)
PERSONNEL_NOTES = (
    "身份证号一列为空：本系统不收集身份证号（最少个人信息），由人事系统按工号匹配。",
    "单位编码取自“机构设置”中填写的编码，未填的为空；离岗状态按培训班是否脱产填写。",
    "网络总学时为培训年度内网络培训学时（冲正后）；网络必修完成情况为“已完成/必修”门数。",
)
