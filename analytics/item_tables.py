"""Item quality as a workbook: every figure of the pages, with how many it rests on, and in words
why one is not there. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.psychometrics import abilities, irt
from analytics.psychometrics.classical import Choice, ItemFigures, TestFigures
from analytics.psychometrics.dif import Dif
from analytics.psychometrics.flags import ENOUGH, Flag
from analytics.psychometrics.irt import IrtModel
from analytics.psychometrics.kept import Fitted
from analytics.psychometrics.report import LEVELS, curve
from core.spreadsheets import Column, Table
from exam.papers.snapshot import Slot

FINE, COARSE, WHOLE, SHARE = "0.000", "0.00", "0", "0.0%"
#: The classical figures of an item.
FIGURES = {
    "p": "难度",
    "r_total": "题总相关",
    "r_rest": "题余相关",
    "upper_lower": "高低分组差",
    "alpha_if_deleted": "删后 α",
}
FIFTHS = ("最差 1/5", "较差", "中间", "较好", "最好 1/5")
#: The scale of every figure of a model.
SCALE = "能力与难度用同一把尺：全体考生的平均为 0，标准差为 1"
_PLACE = [Column("题号", "slot", 6, WHOLE), Column("题型", "type", 12)]


@dataclass(frozen=True)
class Person:
    """Who sat, with an ability by each model that there is."""

    staff_number: str
    name: str
    unit: str
    earned: Decimal | None


@dataclass(frozen=True)
class Calibrated:
    """A model of the paper, or why there is none."""

    model: IrtModel
    fitted: Fitted | None
    refused: str


@dataclass(frozen=True)
class Compared:
    """A group against all others."""

    title: str
    people: int
    others: int
    found: Sequence[Dif]


def overview(
    test: TestFigures, models: Sequence[Calibrated], title: str, flagged: int, basis: str
) -> Table:
    few = test.n < ENOUGH
    why = f"答卷不足 {ENOUGH} 份，不出结论" if few else ""
    rows = [
        _fact("答卷", test.n, "每人取第一份有效答卷；无效的不计"),
        _fact("题数", test.k, "待阅的题和没有抽到的题不计入该题"),
        _fact("平均分", None if few else test.mean, why),
        _fact("标准差", None if few else test.sd, why),
        _fact("信度 α", None if few else test.alpha, why or test.no_alpha or "0.8 以上为好"),
        _fact("测量标准误", None if few else test.sem, why or test.no_alpha or "分"),
        _fact("要看的题", None if few else flagged, why or "有提示的题数"),
    ]
    for each in models:
        rows += _about(each)
    columns = [Column("项目", "what", 30), Column("数值", "value", 14), Column("说明", "note", 60)]
    return Table("全卷", columns, rows, title=f"{title}：试题与试卷质量", notes=[basis])


def _fact(what: str, value: float | None, note: str) -> dict[str, Any]:
    return {"what": what, "value": cell(value), "note": note}


def _about(each: Calibrated) -> list[dict[str, Any]]:
    name = each.model.label
    if each.fitted is None:
        return [_fact(name, None, f"{each.refused}，不出结果")]
    found = each.fitted.calibration
    known = each.fitted.abilities.reliability
    left = "；全部答对或全部答错的题不能标定"
    return [
        _fact(f"{name}：题数", len(found.items), f"{found.people} 人{left}"),
        _fact(f"{name}：对数似然", found.log_likelihood, "" if found.converged else "没有收敛"),
        _fact(f"{name}：AIC", found.aic, "两个模型相比，小的较好"),
        _fact(f"{name}：BIC", found.bic, "两个模型相比，小的较好"),
        _fact(f"{name}：能力估计的信度", known, "EAP 的方差 ÷（EAP 的方差 + 误差方差的平均）"),
    ]


def items(
    rows: Iterable[tuple[Slot, ItemFigures, Sequence[Flag]]], title: str, basis: str
) -> Table:
    columns = [
        *_PLACE,
        Column("所引条文", "articles", 40),
        Column("答卷", "n", 8, WHOLE),
        *(Column(label, key, 12, FINE) for key, label in FIGURES.items()),
        Column("提示", "flags", 24),
    ]
    return Table(
        "试题质量",
        columns,
        [_item(*each) for each in rows],
        title=title,
        notes=[
            f"答过的人不足 {ENOUGH} 人的题不出结论；某题所有人得分相同时，相关无从计算，为空",
            basis,
        ],
    )


def _item(slot: Slot, figures: ItemFigures, flags: Sequence[Flag]) -> dict[str, Any]:
    enough = figures.n >= ENOUGH
    said = "、".join(flag.label for flag in flags)
    return {
        **_of(slot),
        "articles": "；".join(f"《{each.law}》{each.article}" for each in slot.citations),
        "n": figures.n,
        "flags": said if enough else "人数太少",
    } | {key: cell(getattr(figures, key)) if enough else None for key in FIGURES}


def _of(slot: Slot) -> dict[str, Any]:
    return {"slot": slot.slot, "type": slot.item_type.label}


def cell(value: float | None) -> Decimal | int | None:
    if value is None or isinstance(value, int):
        return value
    return None if value != value else Decimal(repr(round(value, 6)))  # NaN


#: A slot, how many were asked it, and of each option its figures and the share of each fifth.
Options = tuple[Slot, int, Sequence[Choice], Sequence[Sequence[float]]]


def options(found: Iterable[Options], title: str) -> Table:
    """Letters only: what an option says stays in the bank."""
    columns = [
        *_PLACE,
        Column("选项", "option", 6),
        Column("答案", "is_key", 6),
        Column("答过的人", "n", 9, WHOLE),
        Column("选择率", "share", 9, SHARE),
        Column("与其余各题相关", "r_rest", 14, FINE),
        *(Column(label, f"fifth_{n}", 10, SHARE) for n, label in enumerate(FIFTHS)),
        Column("说明", "note", 20),
    ]
    rows = [
        _option(slot, n, each, list(fifths))
        for slot, n, choices, shares in found
        for each, fifths in zip(choices, shares, strict=True)
    ]
    return Table(
        "选项", columns, rows, title=title,
        notes=["把人按其余各题的得分从差到好分为五份，看各份有多少人选了每个选项",
               "干扰项选择率低于 5% 的，宜改写"],
    )  # fmt: skip


def _option(slot: Slot, n: int, each: Choice, fifths: Sequence[float]) -> dict[str, Any]:
    told = n >= ENOUGH
    idle = not each.is_key and each.share < 0.05
    row = {
        **_of(slot), "option": each.option, "is_key": "是" if each.is_key else "", "n": n,
        "share": cell(each.share) if told else None,
        "r_rest": cell(each.r_rest) if told else None,
        "note": ("少有人选" if idle else "") if told else "人数太少，不出结论",
    }  # fmt: skip
    return row | {
        f"fifth_{place}": cell(share) if told else None for place, share in enumerate(fifths)
    }


def model(each: Calibrated, slots: Sequence[Slot], asked: Sequence[int], title: str) -> Table:
    """An item a row with how many were asked it; those that all answered alike with the reason."""
    slopes = each.model is IrtModel.TWO_PARAMETER
    columns = [
        *_PLACE,
        Column("答卷", "n", 8, WHOLE),
        *([Column("区分度 a", "a", 10, FINE), Column("a 的标准误", "a_error", 10, FINE)]
          if slopes else []),
        Column("难度 b", "b", 10, FINE),
        Column("b 的标准误", "b_error", 10, FINE),
        Column("拟合 S-X²", "chi_square", 10, COARSE),
        Column("自由度", "freedom", 8, WHOLE),
        Column("P", "p_value", 8, FINE),
        *(Column(f"能力 {_signed(at)} 处的信息量", f"at{at:+.0f}", 12, FINE) for at in LEVELS),
        Column("说明", "note", 30),
    ]  # fmt: skip
    rows = [] if each.fitted is None else list(_calibrated(each.fitted, slots, asked))
    said = [SCALE, "多选等题只有得满分才算对；P 小于 0.01 的题不合模型"]
    if each.fitted is None:
        said = [f"{each.refused}，没有结果"]
    elif not each.fitted.fits:
        said.append("各人所答的题不同，不作拟合检验")
    return Table(SHEETS[each.model], columns, rows, title=title, notes=said)


def _signed(at: float) -> str:
    return f"{at:+.0f}" if at else "0"


SHEETS = {IrtModel.RASCH: "Rasch 标定", IrtModel.ONE_SLOPE: "单参数标定",
          IrtModel.TWO_PARAMETER: "双参数标定"}  # fmt: skip


def _calibrated(
    found: Fitted, slots: Sequence[Slot], asked: Sequence[int]
) -> Iterable[dict[str, Any]]:
    known = found.calibration
    places = {column: place for place, column in enumerate(known.columns)}
    for column, slot in enumerate(slots):
        place = places.get(column)
        if place is None:
            yield {
                **_of(slot),
                "n": asked[column],
                "note": "全部答对、全部答错或没有人答，不能标定",
            }
            continue
        a, b = known.a[place : place + 1], known.b[place : place + 1]
        fit = found.fits[place] if found.fits else None
        row = {
            **_of(slot), "n": asked[column], "a": cell(float(known.a[place])),
            "a_error": cell(float(known.a_error[place])), "b": cell(float(known.b[place])),
            "b_error": cell(float(known.b_error[place])),
            "note": "不合模型" if fit and fit.p_value is not None and fit.p_value < 0.01 else "",
        }  # fmt: skip
        if fit is not None:
            row |= {"chi_square": cell(fit.chi_square), "freedom": fit.freedom,
                    "p_value": cell(fit.p_value)}  # fmt: skip
        told = irt.information(a, b, np.array(LEVELS)).tolist()
        yield row | {f"at{at:+.0f}": cell(each) for at, each in zip(LEVELS, told, strict=True)}


def information(models: Sequence[Calibrated], title: str) -> Table:
    columns = [
        Column("模型", "model", 24), Column("能力", "at", 8, COARSE),
        Column("信息量", "information", 10, FINE), Column("测量标准误", "error", 12, FINE),
    ]  # fmt: skip
    rows = [
        {"model": each.model.label, "at": cell(at), "information": cell(known),
         "error": cell(error)}
        for each in models if each.fitted is not None
        for at, known, error in curve(each.fitted.calibration, LEVELS)
    ]  # fmt: skip
    notes = ["信息量越大，那个水平的人测得越准；测量标准误 = 1 ÷ √信息量", *refusals(models)]
    return Table("测试信息量", columns, rows, title=title, notes=notes)


def refusals(models: Sequence[Calibrated]) -> list[str]:
    return [f"{each.model.label}：{each.refused}" for each in models if each.fitted is None]


def spread(models: Sequence[Calibrated], title: str) -> Table:
    columns = [
        Column("模型", "model", 24), Column("能力不低于", "low", 12, COARSE),
        Column("低于", "high", 8, COARSE), Column("人数", "people", 8, WHOLE),
    ]  # fmt: skip
    rows = [
        {"model": each.model.label, "low": cell(low), "high": cell(high), "people": people}
        for each in models if each.fitted is not None
        for low, high, people in abilities.spread(each.fitted.abilities.eap)
    ]  # fmt: skip
    return Table(
        "能力分布", columns, rows, title=title, notes=[SCALE, "能力取 EAP", *refusals(models)]
    )


def levels(models: Sequence[Calibrated], title: str) -> Table:
    columns = [
        Column("模型", "model", 24), Column("答对题数", "score", 10, WHOLE),
        Column("人数", "people", 8, WHOLE), Column("EAP", "eap", 8, FINE),
        Column("EAP 标准误", "eap_error", 11, FINE), Column("WLE", "wle", 8, FINE),
        Column("WLE 标准误", "wle_error", 11, FINE), Column("ML", "ml", 8, FINE),
        Column("ML 标准误", "ml_error", 11, FINE),
    ]  # fmt: skip
    keys = ("eap", "eap_error", "wle", "wle_error", "ml", "ml_error")
    rows = [
        {"model": each.model.label, "score": level.score, "people": level.people}
        | {key: cell(getattr(level, key)) for key in keys}
        for each in models if each.fitted is not None
        for level in each.fitted.levels
    ]  # fmt: skip
    return Table(
        "分数与能力", columns, rows, title=title,
        notes=["答对题数只计标定了的题；全对、全错没有 ML",
               "斜率不同或各人题目不同时，答对题数不足以决定能力，不列", *refusals(models)],
    )  # fmt: skip


def people(who: Sequence[Person], models: Sequence[Calibrated], title: str) -> Table:
    """For those who may know them."""
    there = [each for each in models if each.fitted is not None]
    columns = [
        Column("序号", "number", 6, WHOLE), Column("工号", "staff_number", 12),
        Column("姓名", "name", 12), Column("部门", "unit", 20),
        Column("卷面分", "earned", 9, COARSE),
    ]  # fmt: skip
    for each in there:
        short = SHEETS[each.model].split(" ")[0].removesuffix("标定")
        columns += [
            Column(f"{short} {label}", f"{each.model.value}_{key}", 14, FINE)
            for key, label in _ABILITIES.items()
        ]
    rows = []
    for place, person in enumerate(who):
        row: dict[str, Any] = {
            "number": place + 1, "staff_number": person.staff_number, "name": person.name,
            "unit": person.unit, "earned": person.earned,
        }  # fmt: skip
        for each in there:
            row |= _ability(each, place)
        rows.append(row)
    return Table(
        "能力（个人）", columns, rows, title=title,
        notes=[SCALE, "能力估计有误差：相差不到两个标准误的，不能说谁高谁低", *refusals(models)],
    )  # fmt: skip


_ABILITIES = {"eap": "EAP", "eap_error": "EAP 标准误", "wle": "WLE", "wle_error": "WLE 标准误"}


def _ability(each: Calibrated, place: int) -> Mapping[str, Any]:
    if each.fitted is None:
        return {}
    known = each.fitted.abilities
    return {
        f"{each.model.value}_{key}": cell(float(getattr(known, key)[place])) for key in _ABILITIES
    }


def differences(found: Sequence[Compared], slots: Sequence[Slot], least: int, title: str) -> Table:
    columns = [
        Column("人群", "group", 20), Column("本组人数", "people", 9, WHOLE),
        Column("其余人数", "others", 9, WHOLE), *_PLACE, Column("优势比", "ratio", 10, FINE),
        Column("Δ", "delta", 8, FINE), Column("χ²", "chi_square", 8, FINE),
        Column("P", "p_value", 8, FINE), Column("差异", "size", 16),
    ]  # fmt: skip
    rows = [
        {"group": each.title, "people": each.people, "others": each.others, **_of(slot),
         "ratio": cell(one.odds_ratio), "delta": cell(one.delta),
         "chi_square": cell(one.chi_square), "p_value": cell(one.p_value), "size": _size(one)}
        for each in found
        for slot, one in zip(slots, each.found, strict=True)
    ]  # fmt: skip
    said = [
        f"Mantel–Haenszel，按总分分层，不含已显出差异的题；两边各至少 {least} 人才比较",
        "Δ 为负：总分相同的人当中，这道题对本组更难；差异只说明值得看，不说明题有错",
    ]
    if not found:
        said.insert(0, f"没有哪个职级组或部门与其余的人都达到 {least} 人，不作比较")
    return Table("题目功能差异", columns, rows, title=title, notes=said)


def _size(one: Dif) -> str:
    if one.size is None:
        return "无从比较"
    return f"{one.size.value} {one.size.label}"
