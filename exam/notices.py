"""The notice of an exam: what it says before somebody edits it, and how it is laid out. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from core.figures import plain, titled
from core.official import Block, Level, Paper, in_words
from exam.planning import SessionPlan

_NUMERALS = "一二三四五六七八"


@dataclass(frozen=True)
class Notice:
    """The parts of a notice, in the order of the trade."""

    title: str
    number: str
    addressees: str
    basis: str
    people: str
    schedule: str
    content: str
    manner: str
    requirements: str
    contact: str
    organ: str
    dated: date


def draft(
    plan: SessionPlan,
    *,
    by_unit: Sequence[tuple[str, int]],
    laws: Sequence[str],
    sections: Sequence[str],
    conditions: Sequence[str],
    today: date,
) -> Notice:
    """What a session says of itself. ``sections``: the kinds of items; ``conditions``: rules of
    eligibility in words."""
    return Notice(
        title=f"关于举办{plan.title}的通知",
        number="",
        addressees="各司（室）、直属单位",
        basis="为深入学习宣传贯彻习近平法治思想，落实领导干部学法用法有关要求，检验学法成效，"
        f"现就{plan.title}有关事项通知如下。",
        people=_people(by_unit),
        schedule="\n".join(_schedule(plan)),
        content=_content(laws),
        manner="\n".join(_manner(plan, sections)),
        requirements="\n".join(_requirements(plan, conditions)),
        contact="人事司　联系人：　　　　电话：",
        organ="人事司",
        dated=today,
    )


def _people(by_unit: Sequence[tuple[str, int]]) -> str:
    total = sum(count for _, count in by_unit)
    return f"共 {total} 人，其中{'、'.join(f'{unit} {count} 人' for unit, count in by_unit)}。"


def _span(begins: datetime, ends: datetime) -> str:
    first, last = clock.local(begins), clock.local(ends)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{in_words(last)}{last:%H:%M}"
    return f"{in_words(first)}{first:%H:%M}至{until}"


def _schedule(plan: SessionPlan) -> Iterator[str]:
    yield (
        f"{_span(plan.opens_at, plan.closes_at)}，其间自行登录参加，"
        f"作答时长 {plan.minutes} 分钟，从点“开始作答”起算。"
    )
    if plan.makeup_from and plan.makeup_until:
        yield f"补考计划于{_span(plan.makeup_from, plan.makeup_until)}进行，缓考人员一并参加。"


def _content(laws: Sequence[str]) -> str:
    if not laws:
        return "机关干部应知应会的宪法、法律、行政法规和党内法规。"
    return f"{''.join(map(titled, laws))}。"


def _manner(plan: SessionPlan, sections: Sequence[str]) -> Iterator[str]:
    yield "线上机考。登录学法培训考试系统，在“我的考试”中进入本场次。"
    if sections:
        yield f"试题包括{'、'.join(sections)}。"
    counted = f"，{plan.score_policy.label}" if plan.max_attempts > 1 else ""
    yield f"每人可作答 {plan.max_attempts} 次{counted}。"


def _requirements(plan: SessionPlan, conditions: Sequence[str]) -> Iterator[str]:
    yield (
        f"{plain(plan.pass_score)} 分为合格，{plain(plan.excellent_score)} 分为优秀。"
        + ("补考合格不计优秀。" if plan.makeup_from else "")
    )
    if conditions:
        yield f"参加考试前须{'；'.join(conditions)}。"
    yield "应独立完成，替考、抄袭的成绩无效。"
    yield (
        f"因故不能参加的，请于{in_words(clock.local(plan.opens_at))}开考前在系统中提出免考、缓考申请并附"
        "证明材料，经部门负责人同意后由人事司审批；需要加时、大字版等便利的，同样申请。"
    )


def paper(notice: Notice) -> Paper:
    """The notice as an official paper."""
    parts = (
        ("参考人员", notice.people),
        ("考试时间", notice.schedule),
        ("考试内容", notice.content),
        ("考试方式", notice.manner),
        ("有关要求", notice.requirements),
        ("联系方式", notice.contact),
    )
    blocks = [Block(notice.basis)]
    for numeral, (heading, text) in zip(_NUMERALS, parts, strict=False):
        blocks += [Block(f"{numeral}、{heading}", Level.FIRST), Block(text)]
    return Paper(
        title=notice.title,
        blocks=blocks,
        number=notice.number,
        addressees=notice.addressees,
        organ=notice.organ,
        dated=notice.dated,
    )
