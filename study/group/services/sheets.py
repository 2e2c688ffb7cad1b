"""集体学法台账 as a workbook: a row for each closed session and for each line of its list."""

from collections.abc import Iterable

from core.spreadsheets import Column, Table
from study.group.attendance import Count
from study.group.kinds import MemberKind
from study.group.models.meetings import GroupAttendance, GroupMeeting
from study.group.queries.meetings import Year

_COUNTS = (
    Column("应到", "expected", 8, "0"),
    Column("出席", "present", 8, "0"),
    Column("请假", "leave", 8, "0"),
    Column("缺席", "absent", 8, "0"),
    Column("补学", "made_up", 8, "0"),
    Column("出勤率", "rate", 10, '0.00"%"'),
)


def ledger(title: str, found: Year) -> list[Table]:
    sessions = [_session(each, found.of_meeting(each.id)) for each in found.meetings]
    total = _counted(found.count) | {
        "topic": "合计",
        "days": sum(each.days or 0 for each in found.meetings),
        "hours": sum(each.hours for each in found.meetings),
    }
    return [
        Table(
            "学习",
            [
                Column("次序号", "number", 8, "0"),
                Column("开始日期", "first", 12, "yyyy-mm-dd"),
                Column("结束日期", "last", 12, "yyyy-mm-dd"),
                Column("形式", "form", 14),
                Column("法治专题", "is_law", 10),
                Column("主题", "topic", 36),
                Column("所学法律", "laws", 36),
                Column("天数", "days", 8, "0"),
                Column("学时", "hours", 8, "0.00"),
                *_COUNTS,
            ],
            [*sessions, total],
            title=title,
            notes=[
                "只计已归档的学习和成员；学时为登记给每名出席人员的学时；会前学法、决策前学法不计天数。"
            ],
        ),
        Table(
            "出席",
            [
                Column("次序号", "number", 8, "0"),
                Column("开始日期", "first", 12, "yyyy-mm-dd"),
                Column("主题", "topic", 36),
                Column("姓名", "name", 12),
                Column("身份", "kind", 10),
                Column("出席情况", "presence", 10),
                Column("方式", "method", 12),
                Column("原因", "reason", 24),
                Column("补学", "made_up", 10),
                Column("天数", "days", 8, "0.00"),
                Column("学时", "hours", 8, "0.00"),
            ],
            [_line(each, line) for each in found.meetings for line in _listed(each)],
            title=f"{title}（出席情况）",
        ),
    ]


def _session(meeting: GroupMeeting, count: Count) -> dict[str, object]:
    return _counted(count) | {
        "number": meeting.number, "first": meeting.day, "last": meeting.last_day,
        "form": meeting.form.label, "is_law": "是" if meeting.is_law else "否",
        "topic": meeting.topic, "days": meeting.days, "hours": meeting.hours,
        "laws": "、".join(dict.fromkeys(one.version.law.short_title for one in meeting.studied)),
    }  # fmt: skip


def _counted(count: Count) -> dict[str, object]:
    return {
        "expected": count.expected, "present": count.present, "leave": count.leave,
        "absent": count.absent, "made_up": count.made_up, "rate": count.rate,
    }  # fmt: skip


def _listed(meeting: GroupMeeting) -> Iterable[GroupAttendance]:
    return (each for each in meeting.lines if each.kind is not MemberKind.SECRETARY)


def _line(meeting: GroupMeeting, line: GroupAttendance) -> dict[str, object]:
    credit = line.credit
    return {
        "number": meeting.number, "first": meeting.day, "topic": meeting.topic,
        "name": line.person.name, "kind": line.kind.label, "presence": line.presence.label,
        "method": line.method.label, "reason": line.reason,
        "made_up": "已补学" if line.makeup_confirmed_at else "",
        "days": credit.days if credit else None, "hours": credit.hours if credit else None,
    }  # fmt: skip
