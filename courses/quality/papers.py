"""A report of quality as a workbook and as an official paper. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.figures import NONE, fixed, percent
from core.official import Block, Grid, Level, Paper
from core.spreadsheets import Column, Table
from courses.quality.measuring import RETURNED, SATISFIED, Gain, Survey
from courses.quality.questions import SurveyKind

PERCENT = '0.00"%"'
SCORES = (
    Column("调查", "survey", 20),
    Column("项目", "question", 24),
    Column("有效答卷", "n", 10),
    Column("平均分（5 分制）", "mean", 14, "0.00"),
    Column("满意度", "satisfaction", 10, PERCENT),
    *(Column(f"{point} 分人数", f"p{point}", 10) for point in range(5, 0, -1)),
)
TOTALS = (
    Column("项目", "name", 26),
    Column("数值", "value", 16),
    Column("说明", "note", 50),
)
FOOT = "岗位行为的变化受多种因素影响，本报告只反映关联，不作因果结论。"


@dataclass(frozen=True)
class Facts:
    title: str
    classes: Sequence[tuple[str, str]]
    surveys: Sequence[tuple[SurveyKind, Survey]]
    gain: Gain


def conclusion(survey: Survey) -> str:
    """What may be said; nothing is concluded from too few."""
    if survey.hidden_because:
        return f"{survey.hidden_because}。"
    if not survey.concluded:
        return f"回收率 {percent(survey.return_rate)}，不足 {RETURNED}%，不下结论，数据仅供参考。"
    last = next((each for each in survey.scores if each.question.key == "overall"), None)
    last = last or (survey.scores[-1] if survey.scores else None)
    if last is None or last.satisfaction is None:
        return "没有可用的数据。"
    verdict = "达到" if last.satisfaction >= SATISFIED else "未达到"
    return (
        f"回收率 {percent(survey.return_rate)}，{last.question.label}满意度 "
        f"{percent(last.satisfaction)}，{verdict} {SATISFIED}%。"
    )


def gain_in_words(gain: Gain) -> str:
    if not gain.n:
        return "没有成对的训前、训后成绩。"
    if not gain.shown:
        return f"成对成绩 {gain.n} 人，不足 5 人，不显示。"
    effect = f"{fixed(gain.effect)}（{gain.size.label}）" if gain.size else NONE
    return (
        f"成对成绩 {gain.n} 人，训前平均 {fixed(gain.pre)} 分、训后平均 {fixed(gain.post)} 分，"
        f"平均提高 {fixed(gain.gain)} 分，标准化增益 {fixed(gain.normalised)}"
        f"（{gain.normalised_n} 人，训前满分者不计），效应量 {effect}。"
    )


def tables(facts: Facts) -> list[Table]:
    return [
        Table("概况", TOTALS, list(_totals(facts)), title=f"{facts.title}培训质量报告"),
        Table("分项", SCORES, list(_scores(facts))),
        Table("意见", (Column("调查", "survey", 20), Column("意见", "text", 80)),
              [{"survey": kind.label, "text": text}
               for kind, survey in facts.surveys for text in survey.comments]),
    ]  # fmt: skip


def _totals(facts: Facts) -> Iterator[dict[str, Any]]:
    for kind, survey in facts.surveys:
        yield {"name": f"{kind.label}：应答人数", "value": survey.asked, "note": ""}
        yield {"name": f"{kind.label}：收回", "value": survey.answered, "note": ""}
        yield {"name": f"{kind.label}：回收率", "value": percent(survey.return_rate),
               "note": conclusion(survey)}  # fmt: skip
    gain = facts.gain
    yield {"name": "训前训后成对人数", "value": gain.n, "note": gain_in_words(gain)}
    if gain.shown:
        yield {"name": "平均提高", "value": gain.gain, "note": "训后平均减训前平均，百分制"}
        yield {
            "name": "标准化增益",
            "value": gain.normalised,
            "note": "（训后−训前）÷（100−训前）的平均",
        }
        yield {"name": "效应量", "value": gain.effect, "note": "平均提高÷两次成绩的合并标准差"}


def _scores(facts: Facts) -> Iterator[dict[str, Any]]:
    for kind, survey in facts.surveys:
        for each in survey.scores:
            if each.shown:
                points = {f"p{point}": each.points.get(point, 0) for point in range(1, 6)}
                yield {
                    "survey": kind.label,
                    "question": each.question.label,
                    "n": each.n,
                    "mean": each.mean,
                    "satisfaction": each.satisfaction,
                } | points


def paper(facts: Facts, today: date) -> Paper:
    return Paper(
        title=f"{facts.title}\n培训质量报告",
        blocks=list(_blocks(facts)),
        organ="人事司",
        dated=today,
    )


def _blocks(facts: Facts) -> Iterator[Block | Grid]:
    yield Block("一、基本情况", Level.FIRST)
    yield Block("；".join(f"{title}（{when}）" for title, when in facts.classes) + "。")
    yield Block("二、学员反馈和训后应用", Level.FIRST)
    for kind, survey in facts.surveys:
        yield Block(f"{kind.label}：应答 {survey.asked} 人，收回 {survey.answered} 份。"
                    f"{conclusion(survey)}")  # fmt: skip
        rows = [
            (each.question.label, str(each.n), fixed(each.mean), percent(each.satisfaction))
            for each in survey.scores
            if each.shown
        ]
        if rows:
            yield Grid(("项目", "有效答卷", "平均分", "满意度"), rows)
    yield Block("三、学习效果", Level.FIRST)
    yield Block(gain_in_words(facts.gain))
    comments = [text for _, survey in facts.surveys for text in survey.comments]
    if comments:
        yield Block("四、意见和建议", Level.FIRST)
        for number, text in enumerate(comments, 1):
            yield Block(f"{number}．{text}")
    yield Block(FOOT)
