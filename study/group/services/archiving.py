"""The yearly archive (专卷): every document in its place, an index and a list of hashes."""

from collections.abc import Callable
from datetime import date, timedelta

from core import official
from core.db import db
from core.official import Block, Grid, Paper
from study.group import files, rules, wording
from study.group.files import Entry
from study.group.kinds import FileKind, MemberKind, SessionForm, WorkKind, quarter_of
from study.group.models.groups import GroupFile, GroupPlan, GroupWork, StudyGroup
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.queries.meetings import Year
from study.group.services import documents
from study.group.wording import Period

#: The folders of the archive, in its fixed order (专卷目录).
PLAN, MINUTES, ATTENDANCE, BRIEFS, OUTLINES, SELF_PLANS, NOTES, SURVEYS, FILING = (
    "01 计划与总结", "02 会议记录", "03 考勤", "04 纪要简报与材料", "05 发言提纲",
    "06 个人自学计划", "07 心得文章", "08 调研报告", "09 年度报备",
)  # fmt: skip
FOLDERS = (PLAN, MINUTES, ATTENDANCE, BRIEFS, OUTLINES, SELF_PLANS, NOTES, SURVEYS, FILING)
_WORKS = {
    WorkKind.SUMMARY: PLAN, WorkKind.SELF_PLAN: SELF_PLANS, WorkKind.NOTES: NOTES,
    WorkKind.THEORY: NOTES, WorkKind.SURVEY: SURVEYS,
}  # fmt: skip

Put = Callable[[str, str, bytes], None]
PutPaper = Callable[[str, Paper, str], None]


def period(
    group: StudyGroup, *, year: int, first: date, last: date, name: str, today: date
) -> tuple[Period, Year]:
    """The figures of a span of days of a year, for circulars and filings."""
    whole = queries.year(group.id, year, last=last)
    found = queries.year(group.id, year, first=first, last=last)
    parameters = group_queries.parameters(group.id, year)
    plan = group_queries.plan(group.id, year)
    members = [
        each.person_id
        for each in group_queries.members_of_year(group, year)
        if each.kind is MemberKind.REGULAR and (each.left_on is None or each.left_on >= last)
    ]
    duties = queries.duties(whole, group.id, year, members)
    planned, done = _planned(plan, whole, first, last)
    rates = [found.of_person(each).rate for each in duties]
    over = last.month == 12
    return (
        Period(
            name=name,
            held=found.held,
            laws=documents.laws_of(found),
            count=found.count,
            findings=_findings(group, whole, first=first, last=last, today=today),
            planned=planned,
            done=done,
            under=sum(rate is not None and rate < parameters.attendance_percent for rate in rates),
            no_speech=sum(each.speeches < parameters.speeches for each in duties.values())
            if over
            else 0,
            no_writing=sum(each.writings < parameters.writings for each in duties.values())
            if over
            else 0,
            percent=parameters.attendance_percent,
        ),
        found,
    )


def _findings(
    group: StudyGroup, whole: Year, *, first: date, last: date, today: date
) -> list[rules.Finding]:
    parameters = group_queries.parameters(group.id, last.year)
    # On the day after it, a quarter that ended with it is over.
    upto = min(today, last + timedelta(days=1))
    found = rules.findings(whole.held, whole.count, parameters, year=last.year, today=upto)
    return rules.of_span(found, first, last)


def _planned(plan: GroupPlan | None, whole: Year, first: date, last: date) -> tuple[int, int]:
    """Studies that the plan puts into the days, and how many were held by the last of them."""
    if plan is None:
        return 0, 0
    quarters = {quarter_of(first), quarter_of(last)}
    wanted = {
        each.id
        for each in plan.items
        if not each.dropped and min(quarters) <= each.quarter <= max(quarters)
    }
    held = {each.plan_item_id for each in whole.meetings}
    return len(wanted), len(wanted & held)


def circular(
    group: StudyGroup, *, year: int, half: int, unit: str, today: date
) -> tuple[Paper, Period]:
    first, last = wording.half(year, half)
    name = f"{year}年{wording.half_name(half)}"
    told, found = period(group, year=year, first=first, last=last, name=name, today=today)
    title = f"关于{name}{group.name}学习情况的通报"
    paper = documents.circular(group, told, found, title=title, unit=unit, dated=today)
    return paper, told


def attendance(group: StudyGroup, *, year: int, half: int) -> Paper:
    """Who was there in a half-year, by name: kept inside, apart from the circular."""
    first, last = wording.half(year, half)
    found = queries.year(group.id, year, first=first, last=last)
    members = [
        each
        for each in group_queries.members_of_year(group, year)
        if each.joined_on <= last and (each.left_on is None or each.left_on >= first)
    ]
    title = f"{group.name}{year}年{wording.half_name(half)}成员出勤情况"
    return documents.attendance(found, members, title=title)


def entries(group: StudyGroup, *, year: int, unit: str, today: date) -> list[Entry]:
    """Every document of a year, in the order of the catalogue; closed sessions only."""
    found = queries.year(group.id, year)
    members = group_queries.members_of_year(group, year)
    plan = group_queries.plan(group.id, year)
    made: dict[str, list[Entry]] = {each: [] for each in FOLDERS}

    def put(folder: str, name: str, data: bytes) -> None:
        made[folder].append(Entry(folder, name, data))

    def put_paper(folder: str, paper: Paper, name: str) -> None:
        put(folder, f"{name}.docx", official.write(paper))

    if plan is not None:
        put_paper(PLAN, documents.plan(plan, unit), f"{year}年学习计划")
    told, _ = period(group, year=year, first=date(year, 1, 1), last=date(year, 12, 31),
                     name=f"{year}年", today=today)  # fmt: skip
    put_paper(PLAN, _summary(group, told, year), f"{year}年学习情况总结")
    grid = documents.attendance_grid(found, members)
    attendance = Paper(title=f"{group.name}{year}年考勤汇总", blocks=[grid])
    put_paper(ATTENDANCE, attendance, f"{year}年考勤汇总")
    put_paper(MINUTES, documents.ledger(group, found, year), f"{year}年集体学法台账")
    for each in found.meetings:
        _put_session(each, put, put_paper)
    for work in _works(group, year):
        _put_work(work, put)
    last_year = queries.year(group.id, year - 1)
    last, _ = period(group, year=year - 1, first=date(year - 1, 1, 1),
                     last=date(year - 1, 12, 31), name=f"{year - 1}年", today=today)  # fmt: skip
    put_paper(FILING, documents.members_list(group, members, year), f"{year}年成员名单")
    paper = documents.filing(
        group, year=year, members=members, plan_=plan, last=last, found=last_year, unit=unit,
        dated=min(today, date(year, 12, 31)),
    )  # fmt: skip
    put_paper(FILING, paper, f"{year}年度报备")
    return [each for folder in FOLDERS for each in made[folder]]


def _works(group: StudyGroup, year: int) -> list[GroupWork]:
    return list(db.session.scalars(group_queries.works(group.id, year)).all())


def _summary(group: StudyGroup, told: Period, year: int) -> Paper:
    sentences = [*wording.facts(told), *wording.strengths(told), *wording.problems(told)]
    return Paper(
        title=f"{group.name}{year}年学习情况总结",
        blocks=[*map(Block, sentences), documents.rules_grid(told.findings)],
    )


def _put_session(meeting: GroupMeeting, put: Put, put_paper: PutPaper) -> None:
    name = f"第{meeting.number:02}次 {meeting.day:%Y%m%d} {meeting.topic}"
    put_paper(MINUTES, documents.minutes(meeting), name)
    if meeting.form is not SessionForm.SELF_STUDY:
        put_paper(ATTENDANCE, documents.attendance_of(meeting), f"{name} 考勤")
    for each in meeting.materials:
        label = "纪要简报" if each.file.kind is FileKind.MINUTES else each.file.kind.label
        put(BRIEFS, f"第{meeting.number:02}次 {label} {each.file.name}", _bytes(each.file))
    for line in meeting.lines:
        if line.makeup_confirmed_at is not None and line.makeup_file is not None:
            title = f"第{meeting.number:02}次 补学 {line.person.name} {line.makeup_file.name}"
            put(ATTENDANCE, title, _bytes(line.makeup_file))
    for speech in meeting.speakers:
        title = f"第{meeting.number:02}次 {speech.name} {speech.subject}".strip()
        if speech.outline:
            put(OUTLINES, f"{title}.txt", _text(speech.outline))
        if speech.file is not None:
            put(OUTLINES, f"{title} {speech.file.name}", _bytes(speech.file))


def _put_work(work: GroupWork, put: Put) -> None:
    name = f"{work.person.name} {work.kind.label} {work.title}"
    folder = _WORKS[work.kind]
    if work.body:
        put(folder, f"{name}.txt", _text(f"{work.title}\n{work.person.name}\n\n{work.body}"))
    if work.file is not None:
        put(folder, f"{name} {work.file.name}", _bytes(work.file))


def _text(text: str) -> bytes:
    """As Windows editors read it."""
    return b"\xef\xbb\xbf" + text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _bytes(file: GroupFile) -> bytes:
    return group_queries.content(file)


def catalogue(group: StudyGroup, year: int, packed: list[tuple[str, bytes]]) -> Paper:
    """专卷目录: what lies where, with the hash of each document."""
    rows = [
        [str(number), *path.split("/", 1), files.digest(data)[:16]]
        for number, (path, data) in enumerate(packed, 1)
    ]
    return Paper(
        title=f"{group.name}{year}年学习专卷目录",
        blocks=[
            Grid(["序号", "类别", "文件", "校验值（前16位）"], rows),
            Block("完整校验值见“SHA256SUMS.txt”，可用 sha256sum -c 核对。"),
        ],
    )


def archive(group: StudyGroup, *, year: int, unit: str, today: date) -> tuple[bytes, int]:
    """The zip and how many documents it holds; the same records give the same bytes."""
    packed = files.numbered(entries(group, year=year, unit=unit, today=today))
    index = official.write(catalogue(group, year, packed))
    everything = [("00 专卷目录.docx", index), *packed]
    return files.pack([*everything, ("SHA256SUMS.txt", files.sums(everything))]), len(packed)
