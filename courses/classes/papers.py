"""What a class gives out on paper: notice, roster, list of completions, certificate. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import clock
from core.figures import plain, titled
from core.official import Block, Grid, Level, Paper, in_words


@dataclass(frozen=True)
class Lecture:
    starts_at: datetime
    ends_at: datetime
    topic: str
    teacher: str
    hours: Decimal

    @property
    def when(self) -> str:
        first, last = clock.local(self.starts_at), clock.local(self.ends_at)
        return f"{first.month}月{first.day}日 {first:%H:%M}—{last:%H:%M}"


@dataclass(frozen=True)
class Facts:
    """What papers say of a class."""

    title: str
    organiser: str
    place: str
    starts_on: date
    ends_on: date
    days: Decimal
    hours: Decimal
    audience: str
    capacity: int | None
    signup_until: datetime
    approval: bool
    about: str
    contact: str
    lectures: Sequence[Lecture]
    rules: Sequence[str]


def notice(facts: Facts, today: date) -> Paper:
    """The notice of a class, in the order of the trade."""
    return Paper(
        title=f"关于举办{facts.title}的通知",
        addressees="各司（室）、直属单位",
        blocks=list(_notice(facts)),
        organ=facts.organiser,
        dated=today,
    )


def _notice(facts: Facts) -> Iterator[Block | Grid]:
    yield Block(
        "为加强干部法治教育培训，提高依法履职能力，"
        f"定于{span(facts.starts_on, facts.ends_on)}举办{facts.title}，现将有关事项通知如下。"
    )
    yield Block("一、培训对象", Level.FIRST)
    seats = f"，名额 {facts.capacity} 人" if facts.capacity else ""
    yield Block(f"{facts.audience}{seats}。")
    yield Block("二、时间和地点", Level.FIRST)
    yield Block(
        f"{span(facts.starts_on, facts.ends_on)}，共 {plain(facts.days)} 天、"
        f"{plain(facts.hours)} 学时，地点：{facts.place}。"
    )
    yield Block("三、培训内容", Level.FIRST)
    if facts.about:
        yield Block(facts.about)
    yield Grid(
        ("时间", "讲题", "授课人", "学时"),
        [
            (each.when, each.topic, each.teacher or "—", plain(each.hours))
            for each in facts.lectures
        ],
    )
    yield Block("四、报名办法", Level.FIRST)
    until = clock.local(facts.signup_until)
    approval = "，经部门负责人同意后由人事司审批" if facts.approval else ""
    yield Block(
        f"请于{in_words(until.date())}{until:%H:%M}前登录学法培训考试系统，在“培训班”中报名，"
        f"或由部门联络员统一报名{approval}。满额后按报名先后候补。"
    )
    yield Block("五、有关要求", Level.FIRST)
    for each in facts.rules:
        yield Block(each)
    if facts.contact:
        yield Block("六、联系方式", Level.FIRST)
        yield Block(facts.contact)


def span(first: date, last: date) -> str:
    """2026年3月2日至5日."""
    if first == last:
        return in_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{in_words(first)}至{last.day}日"
    return f"{in_words(first)}至{in_words(last)}"


def when(facts: Facts) -> str:
    return span(facts.starts_on, facts.ends_on)


@dataclass(frozen=True)
class Member:
    unit: str
    name: str
    post: str
    standing: str
    attended: str
    number: str = ""


def roster(facts: Facts, members: Sequence[Member]) -> Paper:
    return Paper(
        title=f"{facts.title}学员名册",
        blocks=[
            Block(
                f"时间：{span(facts.starts_on, facts.ends_on)}　地点：{facts.place}", Level.FLUSH
            ),
            Block(f"学员 {len(members)} 人", Level.FLUSH),
            Grid(
                ("序号", "部门", "姓名", "职务", "情况"),
                [
                    (str(number), each.unit, each.name, each.post, each.standing)
                    for number, each in enumerate(members, 1)
                ],
            ),
        ],
    )


def completions(facts: Facts, members: Sequence[Member], today: date) -> Paper:
    """结业名单."""
    return Paper(
        title=f"{facts.title}结业名单",
        blocks=[
            Block(
                f"{titled(facts.title)}于{when(facts)}在{facts.place}举办，"
                f"下列 {len(members)} 人达到结业要求，准予结业。"
            ),
            Grid(
                ("序号", "部门", "姓名", "出席学时", "证明编号"),
                [
                    (str(number), each.unit, each.name, each.attended, each.number)
                    for number, each in enumerate(members, 1)
                ],
            ),
        ],
        organ=facts.organiser,
        dated=today,
    )


def certificate(facts: Facts, member: Member, *, days: Decimal, on: date) -> Paper:
    """结业证明."""
    return Paper(
        title="结业证明",
        number=f"编号：{member.number}",
        blocks=[
            Block(
                f"兹证明　{member.name}　同志（{member.unit}）于{when(facts)}"
                f"参加{facts.organiser}举办的{titled(facts.title)}，出席 {member.attended} 学时"
                f"（{plain(days)} 天），达到结业要求，准予结业。"
            )
        ],
        organ=facts.organiser,
        dated=on,
    )
