"""通报: the circular about an exam, its findings written from the figures of the table. Pure.

It names departments, never persons. Every number in it is one of the department table's.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.items import Subject
from analytics.masking import without_scores_of_few
from analytics.measures import EXAM
from analytics.tables import SMALLEST_RANKED, Row
from core import figures
from core.figures import titled
from core.official import Block, Grid, Level, Paper

#: Laws and articles that are named as strong and as weak.
NAMED = 3
STRONG, WEAK = Decimal(90), Decimal(80)
#: Percentage points below the bureau at which a department is named.
BEHIND = Decimal(10)
COLUMNS: Sequence[tuple[str, str]] = (
    ("due", "应参考"),
    ("taken", "实参考"),
    ("participation", "参考率"),
    ("passed", "合格"),
    ("pass_due", "合格率"),
    ("excellent_due", "优秀率"),
    ("mean", "平均分"),
)


@dataclass(frozen=True)
class Exam:
    title: str
    opened: str
    closed: str
    pass_score: Decimal
    makeup_to_come: str
    roster: str


@dataclass(frozen=True)
class Circular:
    title: str
    sections: Sequence[tuple[str, Sequence[str]]]
    table: Grid
    #: What the figures were made of, and their digest.
    source: str


def draft(
    exam: Exam,
    rows: Sequence[Row],
    laws: Sequence[Subject],
    articles: Sequence[Subject],
    earlier: tuple[str, Row] | None = None,
) -> Circular:
    """``earlier``: title and bureau's row of the exam to compare with."""
    told = as_told(rows)
    total, ranked = told[-1], [each for each in rows if each.rank is not None]
    scored = [each for each in told if each.rank is not None]
    return Circular(
        title=f"关于{exam.title}情况的通报",
        sections=(
            ("基本情况", _situation(exam, total, earlier)),
            ("主要特点", _strengths(total, ranked, scored, laws)),
            ("存在问题", _problems(total, ranked, scored, laws, articles)),
            ("有关要求", _requests(exam, total, laws)),
        ),
        table=_table(told),
        source=f"{exam.roster}；数据摘要 {digest(rows)}",
    )


def as_told(rows: Sequence[Row]) -> list[Row]:
    """The rows as everybody may see them."""
    return without_scores_of_few(rows, EXAM, opens_scores=lambda _: False)


def digest(rows: Sequence[Row]) -> str:
    """SHA-256 of all values and figures, its first 16 digits: the same figures, the same digest."""
    told = [
        [row.key, row.title, {k: str(v) for k, v in (row.values | row.figures).items()}]
        for row in rows
    ]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def paper(circular: Circular, **given: object) -> Paper:
    """The circular as an official paper; ``given``: number, addressees, organ, dated."""
    blocks: list[Block | Grid] = []
    for number, (title, lines) in zip("一二三四", circular.sections, strict=True):
        blocks.append(Block(f"{number}、{title}", Level.FIRST))
        blocks += [Block(line) for line in lines]
    blocks += [Block("各部门情况如下：", Level.FLUSH), circular.table, Block(circular.source)]
    return Paper(title=circular.title, blocks=blocks, **given)  # type: ignore[arg-type]


def _situation(exam: Exam, total: Row, earlier: tuple[str, Row] | None) -> list[str]:
    v, f = total.values, total.figures
    spared = "、".join(
        f"{name} {v[key]} 人" for key, name in (("exempt", "免考"), ("deferred", "缓考")) if v[key]
    )
    lines = [
        f"{exam.title}于{exam.opened}至{exam.closed}举行。在册 {v['roster']} 人"
        + (f"，其中{spared}" if spared else "")
        + f"，应参考 {v['due']} 人，实参考 {v['taken']} 人，"
        f"参考率 {figures.percent(f['participation'])}。",
    ]
    if v["score_sum"] is None:
        lines.append(f"已出成绩不足 {SMALLEST_RANKED} 人，不列成绩。")
        return lines
    lines.append(
        f"合格分 {figures.plain(exam.pass_score)} 分，合格 {v['passed']} 人，"
        f"合格率（应考）{figures.percent(f['pass_due'])}；优秀 {v['excellent']} 人，"
        f"优秀率 {figures.percent(f['excellent_due'])}；平均分 {figures.fixed(f['mean'])} 分。"
    )
    if v["unmarked"]:
        lines.append(f"另有 {v['unmarked']} 人的答卷尚待评阅，评完后计入。")
    if earlier is not None:
        lines.append(_compared(total, *earlier))
    return lines


def _compared(total: Row, title: str, before: Row) -> str:
    parts = []
    for key, name, unit in (
        ("participation", "参考率", "个百分点"),
        ("pass_due", "合格率（应考）", "个百分点"),
        ("mean", "平均分", "分"),
    ):
        now, then = total.figures[key], before.figures[key]
        if now is None or then is None:
            continue
        change = now - then
        word = "持平" if not change else f"{'上升' if change > 0 else '下降'} {abs(change)} {unit}"
        parts.append(f"{name}{word}")
    return f"与{titled(title)}相比，{'，'.join(parts)}。" if parts else ""


def _strengths(
    total: Row, ranked: Sequence[Row], scored: Sequence[Row], laws: Sequence[Subject]
) -> list[str]:
    """``scored``: of the ranked rows those whose scores may be told."""
    lines = []
    if full := [each.title for each in ranked if each.figures["participation"] == 100]:
        lines.append(f"{_listed(full)}应参考人员全部参考。")
    best = [each for each in scored if each.rank == 1]
    if best and best[0].figures["pass_due"] is not None:
        rate = figures.percent(best[0].figures["pass_due"])
        lines.append(f"{_listed([each.title for each in best])}合格率最高，为 {rate}。")
    strong = [each for each in reversed(laws) if (each.score_rate or 0) >= STRONG][:NAMED]
    if strong:
        lines.append(f"掌握较好的法律法规：{_rated(strong)}。")
    return lines or [f"实参考 {total.values['taken']} 人，各项情况见附表。"]


def _problems(
    total: Row,
    ranked: Sequence[Row],
    scored: Sequence[Row],
    laws: Sequence[Subject],
    articles: Sequence[Subject],
) -> list[str]:
    lines = []
    if weak := [each for each in laws if _is_weak(each)][:NAMED]:
        lines.append(f"失分较多的法律法规：{_rated(weak)}。")
    if weak := [each for each in articles if _is_weak(each)][:NAMED]:
        lines.append(f"失分较多的条文：{_rated(weak, marked=False)}。")
    bureau = total.figures["pass_due"]
    behind = [
        each
        for each in scored
        if bureau is not None
        and (rate := each.figures["pass_due"]) is not None
        and rate <= bureau - BEHIND
    ]
    if behind:
        named = [f"{each.title}（{figures.percent(each.figures['pass_due'])}）" for each in behind]
        lines.append(f"合格率低于全局 {BEHIND} 个百分点以上的部门：{_listed(named)}。")
    if total.values["absent"]:
        away = [
            f"{each.title} {each.values['absent']} 人" for each in ranked if each.values["absent"]
        ]
        named_away = f"，其中{_listed(away)}" if away else ""
        lines.append(f"缺考 {total.values['absent']} 人{named_away}。")
    if total.values["voided"]:
        lines.append(f"成绩无效 {total.values['voided']} 人，按 0 分计入平均分。")
    return lines or ["未发现突出问题，各项情况见附表。"]


def _is_weak(subject: Subject) -> bool:
    return subject.score_rate is not None and subject.score_rate < WEAK


def _requests(exam: Exam, total: Row, laws: Sequence[Subject]) -> list[str]:
    lines = []
    failed = (total.values["taken"] or 0) - (total.values["passed"] or 0)
    away = (total.values["absent"] or 0) + (total.values["pending"] or 0)
    if exam.makeup_to_come and (failed or away):
        lines.append(
            f"未合格、缺考和缓考人员按时参加补考（{exam.makeup_to_come}），各部门负责督促。"
        )
    weak = [each for each in laws if _is_weak(each)][:NAMED]
    if weak:
        laws_named = "".join(f"《{each.title}》" for each in weak)
        lines.append(f"各部门结合业务组织学习{laws_named}，重点学习失分较多的条文。")
    lines.append("考试情况按规定记入个人学法档案，作为年度学法用法评价的依据。")
    return lines


def _listed(names: Sequence[str]) -> str:
    return "、".join(names)


def _rated(subjects: Sequence[Subject], *, marked: bool = True) -> str:
    named = [(f"《{each.title}》" if marked else each.title, each) for each in subjects]
    return "、".join(f"{name}（得分率 {figures.percent(each.score_rate)}）" for name, each in named)


def _table(rows: Sequence[Row]) -> Grid:
    cells = []
    for row in rows:
        line = [row.title]
        for key, _ in COLUMNS:
            if key in row.values:
                line.append(figures.plain(row.values[key]))
            else:
                value = row.figures[key]
                line.append(figures.fixed(value) if key == "mean" else figures.percent(value))
        cells.append([*line, str(row.rank or figures.NONE)])
    return Grid(["部门", *(title for _, title in COLUMNS), "名次"], cells)


NOTE = (
    f"应参考不足 {SMALLEST_RANKED} 人的部门只列数、不排名；"
    f"已出成绩不足 {SMALLEST_RANKED} 人的不列成绩，以免由此得知个人成绩"
)
