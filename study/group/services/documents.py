"""The papers of a group as Word files: plan, record, sign-in sheet, circular, filing, report."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from core import clock, figures, official
from core.official import Block, Grid, Level, Paper
from study.group import wording
from study.group.attendance import Count
from study.group.kinds import MemberKind, Presence, SpeakerRole
from study.group.models.groups import GroupMember, GroupPlan, StudyGroup
from study.group.models.meetings import GroupAttendance, GroupMeeting, GroupStudiedLaw
from study.group.queries.meetings import Year
from study.group.rules import Finding
from study.group.wording import OwnYear, Period


def _first(text: str) -> Block:
    return Block(text, Level.FIRST)


def span(meeting: GroupMeeting) -> str:
    """2026年3月2日 09:00 至 11:00, with the second day where there is one."""
    begins, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    if begins.date() == ends.date():
        return f"{figures.moment(begins)} 至 {ends:%H:%M}"
    return f"{figures.moment(begins)} 至 {figures.moment(ends)}"


def ordinal(meeting: GroupMeeting) -> str:
    return f"{meeting.year}年第{meeting.number}次"


def studied(rows: Iterable[GroupStudiedLaw]) -> list[str]:
    """《信访工作条例》第一条、第三条, one line a law, with its version."""
    found: dict[int, tuple[str, list[str]]] = {}
    for each in rows:
        law = each.version.law
        title = f"{figures.titled(law.title)}（{each.version.label}）"
        numbers = found.setdefault(each.version_id, (title, []))[1]
        if each.article is not None:
            numbers.append(each.article.number)
    return [title + "、".join(numbers) for title, numbers in found.values()]


def laws_of(found: Year) -> list[str]:
    """The laws that a year's sessions studied, each once, in the order of the sessions."""
    return list(
        dict.fromkeys(
            each.version.law.title for meeting in found.meetings for each in meeting.studied
        )
    )


def plan(plan: GroupPlan, unit: str) -> Paper:
    rows = [
        [str(number), f"第{each.quarter}季度", each.form.label,
         each.theme + ("（已取消）" if each.dropped else ""), "、".join(each.law_titles), each.lead]
        for number, each in enumerate(plan.items, 1)
    ]  # fmt: skip
    blocks: list[Block | Grid] = [Block(plan.intro)] if plan.intro else []
    blocks.append(Grid(["序号", "季度", "形式", "主题", "法律法规", "主讲（重点发言）"], rows))
    decided = [each for each in plan.changes if each.approved]
    if decided:
        blocks.append(_first("计划调整"))
        blocks += [
            Block(f"第{each.number}号 {each.kind.label}："
                  f"{each.before or '无'} → {each.after or '取消'}。"
                  f"理由：{each.reason}。")
            for each in decided
        ]  # fmt: skip
    return Paper(
        title=f"{plan.group.name}{plan.year}年学习计划",
        blocks=blocks,
        organ=unit,
        dated=clock.local(plan.approved_at).date() if plan.approved_at else None,
    )


def minutes(meeting: GroupMeeting) -> Paper:
    """学习记录: all of it, with its corrections and its hash."""
    lines = meeting.lines
    named = [
        ("学习形式", meeting.form.label), ("时间", span(meeting)), ("地点", meeting.place),
        ("主持人", meeting.chair), ("记录人", meeting.recorder),
        ("出席", _names(lines, Presence.PRESENT, MemberKind.REGULAR)),
        ("列席", _names(lines, Presence.PRESENT, MemberKind.INVITED)),
        ("请假", _names(lines, Presence.LEAVE)), ("缺席", _names(lines, Presence.ABSENT)),
        ("补学", "、".join(each.person.name for each in lines if each.makeup_confirmed_at)),
    ]  # fmt: skip
    for role in SpeakerRole:
        spoke = [
            each.name + (figures.titled(each.subject) if each.subject else "")
            for each in meeting.speakers
            if each.role is role
        ]
        named.append((role.label, "、".join(spoke)))
    blocks: list[Block | Grid] = [_first("一、基本情况")]
    blocks += [Block(f"{label}：{value}") for label, value in named if value]
    blocks.append(_first("二、所学法律及条款"))
    blocks += [Block(each) for each in studied(meeting.studied)] or [Block("无")]
    blocks += [_first("三、纪要"), Block(meeting.minutes or "（未填写）")]
    if meeting.materials:
        blocks.append(_first("四、学习材料"))
        blocks += [Block(f"{each.file.kind.label}：{each.file.name}") for each in meeting.materials]
    if meeting.corrections:
        blocks.append(_first("更正"))
        blocks += [
            Block(f"第{each.number}号 {each.what}：由“{each.before}”更正为“{each.after}”。"
                  f"理由：{each.reason}。")
            for each in meeting.corrections
        ]  # fmt: skip
    if meeting.digest:
        blocks.append(Block(f"记录校验值（SHA-256）：{meeting.digest}"))
    return Paper(
        title=f"{meeting.group.name}{ordinal(meeting)}学习记录\n{meeting.topic}", blocks=blocks
    )


def _names(
    lines: Sequence[GroupAttendance], presence: Presence, kind: MemberKind | None = None
) -> str:
    return "、".join(
        each.person.name + (f"（{each.reason}）" if presence is not Presence.PRESENT else "")
        for each in lines
        if each.presence is presence and kind in (None, each.kind)
    )


def sign_sheet(meeting: GroupMeeting) -> Paper:
    """A sheet to sign on paper, for when codes cannot be used."""
    rows = [
        [str(number), each.person.name, each.person.post_title, each.kind.label, ""]
        for number, each in enumerate(meeting.lines, 1)
    ]
    return Paper(
        title=f"{meeting.group.name}{ordinal(meeting)}学习签到表",
        blocks=[
            Block(f"主题：{meeting.topic}"),
            Block(f"时间：{span(meeting)}　地点：{meeting.place}"),
            Grid(["序号", "姓名", "职务", "身份", "签名"], rows),
            Block("请假、缺席人员不签名，由学习秘书注明原因。"),
        ],
    )


def attendance_of(meeting: GroupMeeting) -> Paper:
    """One session's list, as it was kept."""
    rows = [
        [str(number), each.person.name, each.kind.label, each.presence.label, each.method.label,
         each.reason, "已补学" if each.makeup_confirmed_at else ""]
        for number, each in enumerate(meeting.lines, 1)
    ]  # fmt: skip
    return Paper(
        title=f"{meeting.group.name}{ordinal(meeting)}学习考勤表",
        blocks=[
            Block(f"主题：{meeting.topic}"),
            Block(f"时间：{span(meeting)}"),
            Grid(["序号", "姓名", "身份", "出席情况", "方式", "原因", "补学"], rows),
        ],
    )


def attendance_grid(found: Year, members: Sequence[GroupMember]) -> Grid:
    rows = []
    for person_id, name in _people(members):
        rows.append([name, *_figures(found.of_person(person_id))])
    rows.append(["合计", *_figures(found.count)])
    return Grid(["姓名", "应到", "出席", "请假", "缺席", "补学", "出勤率"], rows)


def _people(members: Sequence[GroupMember]) -> list[tuple[int, str]]:
    regular = (each for each in members if each.kind is MemberKind.REGULAR)
    return list({each.person_id: each.person.name for each in regular}.items())


def _figures(count: Count) -> list[str]:
    numbers = [count.expected, count.present, count.leave, count.absent, count.made_up]
    return [*map(str, numbers), figures.percent(count.rate)]


def dates(meeting: GroupMeeting) -> str:
    """2026-03-02, with the last day where it is another."""
    if meeting.last_day == meeting.day:
        return f"{meeting.day:%Y-%m-%d}"
    return f"{meeting.day:%Y-%m-%d} 至 {meeting.last_day:%Y-%m-%d}"


def days(meeting: GroupMeeting) -> str:
    return figures.NONE if meeting.days is None else str(meeting.days)


def sessions_grid(found: Year) -> Grid:
    rows = [
        [str(each.number), dates(each), each.form.label, each.topic, days(each),
         figures.plain(each.hours), figures.percent(found.of_meeting(each.id).rate)]
        for each in found.meetings
    ]  # fmt: skip
    return Grid(["次序号", "日期", "形式", "主题", "天数", "学时", "出勤率"], rows)


def ledger(group: StudyGroup, found: Year, year: int) -> Paper:
    """集体学法台账: every closed session with its dates, days, hours and attendance."""
    rows = [
        [str(each.number), dates(each), each.form.label, each.topic, days(each),
         figures.plain(each.hours), *_figures(found.of_meeting(each.id))]
        for each in found.meetings
    ]  # fmt: skip
    hours = sum((each.hours for each in found.meetings), Decimal(0))
    whole = sum(each.days or 0 for each in found.meetings)
    rows.append(
        ["合计", "", "", f"{len(found.meetings)} 次", str(whole), figures.plain(hours),
         *_figures(found.count)]
    )  # fmt: skip
    heading = ["次序号", "日期", "形式", "主题", "天数", "学时", "应到", "出席", "请假", "缺席",
               "补学", "出勤率"]  # fmt: skip
    note = "学时为归档时登记给每名出席人员的学时；会前学法、决策前学法按次，不计天数。"
    return Paper(
        title=f"{group.name}{year}年集体学法台账",
        blocks=[Block(note), Grid(heading, rows)],
        landscape=True,
    )


def rules_grid(findings: Sequence[Finding]) -> Grid:
    rows = [
        [each.title, each.wanted, each.found, each.verdict.value,
         "、".join(f"第{one.number}次" for one in each.counted)]
        for each in findings
    ]  # fmt: skip
    return Grid(["要求", "标准", "实际", "结果", "计入的学习"], rows)


def circular(
    group: StudyGroup, period: Period, found: Year, *, title: str, unit: str, dated: date
) -> Paper:
    """The circular; it names no member, who was there is a paper of its own (attendance)."""
    blocks: list[Block | Grid] = []
    for heading, sentences in (
        ("一、基本情况", wording.facts(period)),
        ("二、主要特点", wording.strengths(period)),
        ("三、存在问题", wording.problems(period)),
        ("四、有关要求", wording.demands(period)),
    ):
        blocks.append(_first(heading))
        blocks += [Block(each) for each in sentences]
    blocks += [_first("附表1：学习情况"), sessions_grid(found)]
    blocks += [_first("附表2：制度要求完成情况"), rules_grid(period.findings)]
    return Paper(
        title=title, blocks=blocks, addressees=f"{group.name}各成员", organ=unit, dated=dated
    )


def attendance(found: Year, members: Sequence[GroupMember], *, title: str) -> Paper:
    """成员出勤情况, by name: not circulated."""
    note = "内部掌握，不随通报印发。请假不从应到中扣除，补学不计入出席。"
    return Paper(title=title, blocks=[Block(note), attendance_grid(found, members)])


def members_list(group: StudyGroup, members: Sequence[GroupMember], year: int) -> Paper:
    rows = [
        [str(number), each.person.name, each.person.post_title,
         "组长" if each.is_head else each.kind.label, f"{each.joined_on:%Y-%m-%d}",
         f"{each.left_on:%Y-%m-%d}" if each.left_on else ""]
        for number, each in enumerate(members, 1)
    ]  # fmt: skip
    grid = Grid(["序号", "姓名", "职务", "身份", "入组日期", "离组日期"], rows)
    return Paper(title=f"{group.name}{year}年成员名单", blocks=[grid])


def filing(
    group: StudyGroup, *, year: int, members: Sequence[GroupMember], plan_: GroupPlan | None,
    last: Period, found: Year, unit: str, dated: date,
) -> Paper:  # fmt: skip
    """年度报备: the members, this year's plan, last year's work."""
    planned = [
        f"{number}．第{each.quarter}季度 {each.form.label}：{each.theme}"
        + (f"（{'、'.join(each.law_titles)}）" if each.laws else "")
        + (f"，{each.lead}" if each.lead else "")
        for number, each in enumerate((one for one in plan_.items if not one.dropped), 1)
    ] if plan_ else []  # fmt: skip
    state = f"本年度学习计划{plan_.state.label}。" if plan_ else "本年度学习计划尚未制定。"
    today = [each for each in members if each.left_on is None]
    names = "、".join(
        each.person.name + ("（组长）" if each.is_head else "")
        for each in today
        if each.kind is MemberKind.REGULAR
    )
    return Paper(
        title=f"关于{group.name}{year}年度学习情况的报备",
        blocks=[
            _first("一、成员名单"),
            Block(names or "尚无成员。"),
            _first("二、本年度学习计划"),
            Block(state),
            *[Block(each) for each in planned],
            _first("三、上年度学习情况"),
            *[Block(each) for each in wording.facts(last)],
            Block("（一）制度要求完成情况", Level.SECOND),
            rules_grid(last.findings),
            Block("（二）成员出勤情况", Level.SECOND),
            attendance_grid(found, members),
        ],
        organ=unit,
        dated=dated,
    )


def law_report(own: OwnYear, name: str) -> Paper:
    """述法: the leader's own figures and a draft of the paragraphs."""
    count = own.count
    rows = [
        ["中心组集体学习应到（次）", str(count.expected)],
        ["出席（次）", str(count.present)],
        ["请假、缺席（次）", str(count.missed)],
        ["其中已补学（次）", str(count.made_up)],
        ["出勤率", figures.percent(count.rate)],
        ["集中学习（天）", str(own.days)],
        ["学习法律法规（部）", str(len(own.laws))],
        ["登记学时", figures.plain(own.hours)],
        ["其中法治学时", figures.plain(own.law_hours)],
        ["完成课程（门）", str(len(own.courses))],
        ["参加学法考试（次）", str(own.exams)],
        ["交流发言（次）", str(len(own.speeches))],
        ["心得、报告、文章（篇）", str(len(own.writings))],
    ]
    return Paper(
        title=f"{own.year}年度述法学法数据",
        blocks=[
            Block(f"姓名：{name}"),
            _first("一、学法数据"),
            Grid(["项目", "数量"], rows),
            _first("二、学法用法情况（草稿，由本人修改）"),
            *[Block(each) for each in wording.law_report(own)],
        ],
    )


def docx(paper: Paper) -> bytes:
    return official.write(paper)
