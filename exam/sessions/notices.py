"""The notice of an exam: what it says before somebody edits it, and how it is laid out. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from core.figures import plain, titled
from core.official import Block, Level, Paper, in_words
from exam.sessions.planning import SessionPlan

_NUMERALS = "一二三四五六七八"
#: What the draft leaves for somebody to fill in, and the last of it.
BLANK = "　" * 4
PHONE = "电话："


@dataclass(frozen=True)
class Asked:
    """One paper of a session, as a notice tells of it."""

    #: Whom it is for in words; "" for everybody.
    whom: str
    laws: Sequence[str]
    #: The kinds of its items.
    sections: Sequence[str]


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
    papers: Sequence[Asked],
    conditions: Sequence[str],
    today: date,
) -> Notice:
    """What a session says of itself. ``conditions``: rules of eligibility in words.

    Papers for the same people are told of as one: nobody knows which they will get.
    """
    told = _together(papers)
    return Notice(
        title=f"关于举办{plan.title}的通知",
        number="",
        addressees="各司（室）、直属单位",
        basis="为深入学习宣传贯彻习近平法治思想，落实领导干部学法用法有关要求，检验学法成效，"
        f"现就{plan.title}有关事项通知如下。",
        people=_people(by_unit),
        schedule="\n".join(_schedule(plan)),
        content="\n".join(_content(told)),
        manner="\n".join(_manner(plan, told)),
        requirements="\n".join(_requirements(plan, conditions)),
        contact=f"人事司　联系人：{BLANK}{PHONE}",
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
    if plan.on_paper:
        yield f"{_span(plan.opens_at, plan.closes_at)}，时长 {plan.minutes} 分钟。地点：{BLANK}"
    else:
        yield (
            f"{_span(plan.opens_at, plan.closes_at)}，其间自行登录参加，"
            f"作答时长 {plan.minutes} 分钟，从点“开始作答”起算。"
        )
    if plan.makeup_from and plan.makeup_until:
        yield f"补考计划于{_span(plan.makeup_from, plan.makeup_until)}进行，缓考人员一并参加。"


def _together(papers: Sequence[Asked]) -> list[Asked]:
    """One for each of those whom papers are for; those that are asked alike are not told apart."""
    found: dict[str, Asked] = {}
    for each in papers:
        had = found.get(each.whom, Asked(each.whom, (), ()))
        found[each.whom] = Asked(
            each.whom,
            list(dict.fromkeys([*had.laws, *each.laws])),
            list(dict.fromkeys([*had.sections, *each.sections])),
        )
    told = list(found.values())
    if all((each.laws, each.sections) == (told[0].laws, told[0].sections) for each in told):
        return [Asked("", each.laws, each.sections) for each in told[:1]]
    rest = "其他人员" if any(each.whom for each in told) else ""
    return [Asked(each.whom or rest, each.laws, each.sections) for each in told]


def _content(papers: Sequence[Asked]) -> Iterator[str]:
    if len({tuple(each.laws) for each in papers}) == 1:
        papers = [Asked("", papers[0].laws, ())]
    for each in papers:
        laws = "".join(map(titled, each.laws))
        laws = laws or "机关干部应知应会的宪法、法律、行政法规和党内法规"
        yield f"{each.whom}：{laws}。" if each.whom else f"{laws}。"


def _manner(plan: SessionPlan, papers: Sequence[Asked]) -> Iterator[str]:
    if plan.on_paper:
        yield "线下纸笔考试。"
    else:
        yield "线上机考。登录学法培训考试系统，在“我的考试”中进入本场次。"
    if len({tuple(each.sections) for each in papers}) == 1:
        papers = [Asked("", (), papers[0].sections)]
    for each in papers:
        if each.sections:
            yield f"{f'{each.whom}的' if each.whom else ''}试题包括{'、'.join(each.sections)}。"
    counted = f"，{plan.score_policy.label}" if plan.max_attempts > 1 else ""
    if not plan.on_paper:
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


def is_unfinished(parts: Iterable[str]) -> bool:
    """Whether something that a draft leaves to somebody is still to be filled in."""
    return any(BLANK in each or each.rstrip().endswith(PHONE) for each in parts)


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
