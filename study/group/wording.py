"""Sentences of circulars and law reports, made of the figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import figures
from study.group.attendance import Count
from study.group.kinds import SessionForm
from study.group.rules import Finding, Held, Verdict, on_law


def half(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a half-year, 1 or 2."""
    if number == 1:
        return date(year, 1, 1), date(year, 6, 30)
    return date(year, 7, 1), date(year, 12, 31)


def half_name(number: int) -> str:
    return "上半年" if number == 1 else "下半年"


def by_form(held: Sequence[Held]) -> str:
    """集体学习研讨 2 次、会前学法 3 次."""
    counts = [(form, sum(each.form is form for each in held)) for form in SessionForm]
    return "、".join(f"{form.label} {number} 次" for form, number in counts if number)


@dataclass(frozen=True)
class Period:
    """What a circular tells of."""

    name: str
    held: Sequence[Held]
    laws: Sequence[str]
    count: Count
    findings: Sequence[Finding]
    #: Studies of the plan due by the end of the period, and how many of them were held.
    planned: int
    done: int
    #: Members whose own attendance lies under the threshold; who still owe a speech, a writing.
    under: int
    no_speech: int
    no_writing: int
    percent: int


def facts(period: Period) -> list[str]:
    """一、基本情况."""
    if not period.held:
        return [f"{period.name}没有已归档的学习记录。"]
    law = len(on_law(period.held))
    count = period.count
    words = f"{period.name}共组织学习 {len(period.held)} 次，其中{by_form(period.held)}；"
    found = [f"{words}法治专题 {law} 次。"]
    if period.laws:
        titles = "".join(figures.titled(each) for each in period.laws)
        found.append(f"学习法律法规 {len(period.laws)} 部：{titles}。")
    found.append(
        f"应到 {count.expected} 人次，出席 {count.present} 人次，"
        f"出勤率 {figures.percent(count.rate)}；请假 {count.leave} 人次，缺席 {count.absent} 人次，"
        f"已补学 {count.made_up} 人次（请假不从应到中扣除，补学不计入出席）。"
    )
    return found


def strengths(period: Period) -> list[str]:
    """二、主要特点."""
    found = []
    met = [each for each in period.findings if each.verdict is Verdict.MET]
    if met:
        words = "，".join(f"{each.title} {each.found}" for each in met)
        found.append(f"已达到制度要求的有：{words}。")
    if period.planned and period.done == period.planned:
        found.append(f"计划安排的 {period.planned} 项学习全部完成。")
    if period.count.missed and not period.count.owed:
        found.append("请假、缺席人员全部完成补学。")
    return found or ["各项指标正在推进。"]


def problems(period: Period) -> list[str]:
    """三、存在问题."""
    found = [
        f"{each.title} {each.found}，{each.verdict.value}“{each.wanted}”的要求。"
        for each in period.findings
        if each.verdict is Verdict.MISSED
    ]
    if period.done < period.planned:
        found.append(f"计划安排 {period.planned} 项，完成 {period.done} 项。")
    if period.count.owed:
        found.append(f"尚有 {period.count.owed} 人次未完成补学。")
    if period.under:
        found.append(f"有 {period.under} 名成员出勤率低于 {period.percent}%。")
    if period.no_speech:
        found.append(f"有 {period.no_speech} 名成员本年度尚未交流发言。")
    if period.no_writing:
        found.append(f"有 {period.no_writing} 名成员本年度尚未提交心得、调研报告或理论文章。")
    return found or ["未发现低于制度要求的情形。"]


def demands(period: Period) -> list[str]:
    """四、有关要求, one for each kind of problem."""
    found = []
    missed = [each for each in period.findings if each.verdict is Verdict.MISSED]
    if missed or period.done < period.planned:
        found.append("对照年度计划和制度要求列出未完成的学习，明确时间和主讲人，抓紧组织落实。")
    if period.count.owed:
        found.append("请假、缺席人员应当尽快补学，将补学材料交学习秘书确认。")
    if period.under:
        found.append("成员应当统筹安排工作，确需请假的事先说明原因。")
    if period.no_speech or period.no_writing:
        found.append("尚未交流发言、提交学习成果的成员，应当在年底前完成。")
    return found or ["继续保持，按计划组织好下一阶段的学习。"]


@dataclass(frozen=True)
class OwnYear:
    """A leader's study of law in a year."""

    year: int
    count: Count
    days: int
    laws: Sequence[str]
    articles: int
    courses: Sequence[str]
    exams: int
    passed: int
    hours: Decimal
    law_hours: Decimal
    group_hours: Decimal
    speeches: Sequence[str]
    writings: Sequence[str]


def law_report(own: OwnYear) -> list[str]:
    """学法用法 paragraphs of a yearly report, to be edited by who signs it."""
    found = []
    count = own.count
    if count.expected:
        missed = f"；请假、缺席 {count.missed} 次，已补学 {count.made_up} 次"
        found.append(
            f"{own.year} 年，本人应参加中心组集体学习 {count.expected} 次，"
            f"出席 {count.present} 次，出勤率 {figures.percent(count.rate)}"
            f"{missed if count.missed else ''}。"
        )
    else:
        found.append(f"{own.year} 年没有本人应参加的中心组集体学习记录。")
    if own.laws:
        titles = "".join(figures.titled(each) for each in own.laws)
        words = f"集体学习法律法规 {len(own.laws)} 部：{titles}"
        found.append(words + (f"，涉及具体条文 {own.articles} 条。" if own.articles else "。"))
    found.append(
        f"全年登记学时 {figures.plain(own.hours)}，其中法治学时 {figures.plain(own.law_hours)}、"
        f"集体学习学时 {figures.plain(own.group_hours)}。"
    )
    if own.courses:
        titles = "".join(figures.titled(each) for each in own.courses)
        found.append(f"完成在线课程 {len(own.courses)} 门：{titles}。")
    if own.exams:
        found.append(f"参加学法考试 {own.exams} 次，已公布成绩的合格 {own.passed} 次。")
    if own.speeches:
        titles = "".join(figures.titled(each) for each in own.speeches)
        found.append(f"在集体学习中发言 {len(own.speeches)} 次：{titles}。")
    if own.writings:
        titles = "".join(figures.titled(each) for each in own.writings)
        found.append(f"撰写心得、调研报告和理论文章 {len(own.writings)} 篇：{titles}。")
    return found
