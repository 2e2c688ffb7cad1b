"""`xuefa analytics items`: item and test statistics of a plain matrix."""

import sys
from pathlib import Path
from typing import Any

import click
import numpy as np

from analytics.psychometrics.flags import Flag
from analytics.psychometrics.irt import IrtModel
from analytics.psychometrics.layout import NOTHING
from analytics.psychometrics.reading import Matrix, Unreadable, read
from analytics.psychometrics.report import compared, report
from core import figures
from core.cli import report as say

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("responses", type=_FILE)
@click.option("--key", type=_FILE, help="答案（CSV）；给出时 RESPONSES 里是所选的选项")
@click.option("--items", "only", help="只统计这些列，逗号分隔")
@click.option("--blank", type=click.Choice(["wrong", "absent"]), default="wrong",
              show_default=True, help="空白的格：答错，或没有被问到")  # fmt: skip
@click.option("--group", help="按这一列的值比较题目功能差异（DIF）")
@click.option("--focal", help="目标组的值；默认该列人数较少的值")
@click.option("--least", type=click.IntRange(1), help="少于此人数不出结论；默认见 docs/metrics.md")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def items(
    responses: Path,
    key: Path | None,
    only: str | None,
    blank: str,
    group: str | None,
    focal: str | None,
    least: int | None,
    as_json: bool,
) -> None:
    """作答矩阵的题目与试卷统计：难度、区分度、信度、Rasch 与双参数模型。

    \b
    RESPONSES：CSV，首行题名（可以没有），一行一人；0/1、分数，或（同时给出 --key）选项。
    JSON：{"n", "k", "mean", "sd", "alpha", "sem",
     "items": [{"item", "n", "p", "r_total", "r_rest", "upper_lower", "alpha_if_deleted",
       "reason": 没有相关的原因或 null, "flags": [标记], "better_key": 选项或 null,
       "options": [{"option", "share", "r_rest", "key"}]}],
     "rasch": {"b": [], "log_likelihood", "information": [{"ability", "information", "error"}],
       "abilities": {"eap": [], "eap_se": [], "wle": [], "wle_se": [], "eap_reliability"},
       "score_levels": [{"score", "n", "eap", "eap_se", "wle", "wle_se", "ml", "ml_se"}], …},
     "one_slope", "rasch_cml", "twopl": {"a": [], "b": [], …},
     "dif": [{"item", "odds_ratio", "delta", "chi_square", "p", "class",
       "unpurified": {"odds_ratio", "delta", "chi_square", "p", "class"}}],
     "dif_groups": {"column", "focal", "focal_n", "reference": [], "reference_n", "left_out"},
     "refused": {项目: 原因}, "ignored": [未计入的列],
     "missing": [按没有作答处理的代码，如 "9"]}；不能得出的为 null。
    """
    try:
        matrix = read(
            responses.read_bytes(),
            key.read_bytes() if key else None,
            only=[each.strip() for each in only.split(",") if each.strip()] if only else (),
            blank_is_wrong=blank == "wrong",
            beside=group,
        )
        found = report(matrix.responses, least=least)
        found["dif"], found["dif_groups"] = None, None
        if group:
            _compare(found, matrix, group, focal, DIF_LEAST if least is None else least)
    except Unreadable as reason:
        click.echo(f"{responses}：{reason}。", err=True)
        sys.exit(2)
    found["ignored"], found["missing"] = list(matrix.ignored), list(matrix.missing)
    say(found, _lines(found), as_json=as_json)


#: People on either side at least, unless the caller says otherwise.
DIF_LEAST = 30


def _compare(
    found: dict[str, Any], matrix: Matrix, group: str, focal: str | None, least: int
) -> None:
    """Add what differs between the focal group and all others, or why it is not said."""
    if group not in matrix.others:
        raise Unreadable(f"没有名为“{group}”的列，或它是一道题")
    every = np.array(matrix.others[group])
    # Of whom no group is known, nothing can be compared.
    known = ~np.isin(np.char.upper(every), list(NOTHING))
    column, responses = every[known], matrix.responses.people_of(known)
    values, counts = np.unique(column, return_counts=True)
    chosen = focal if focal is not None else str(values[counts.argmin()]) if len(values) else ""
    if chosen not in values or len(values) < 2:
        raise Unreadable(f"列“{group}”里没有可以比较的两组")
    is_focal = column == chosen
    focal_n, reference_n = int(is_focal.sum()), int((~is_focal).sum())
    found["dif_groups"] = {
        "column": group, "focal": chosen, "focal_n": focal_n,
        "reference": [str(each) for each in values if each != chosen], "reference_n": reference_n,
        "left_out": int((~known).sum()),
    }  # fmt: skip
    if min(focal_n, reference_n) < least:
        found["refused"]["dif"] = (
            f"两组各要 {least} 人以上才比较（“{chosen}” {focal_n} 人，其余 {reference_n} 人）"
        )
        return
    found["dif"] = compared(responses, is_focal)


def _lines(found: dict[str, Any]) -> list[str]:
    head = (
        f"{found['n']} 人，{found['k']} 题；平均 {figures.fixed(found['mean'])}，"
        f"标准差 {_number(found['sd'])}，信度 α {_number(found['alpha'])}，"
        f"测量标准误 {_number(found['sem'])}"
    )
    lines = [
        head,
        *([f"{'、'.join(found['missing'])} 按没有作答处理。"] if found["missing"] else []),
        *(f"{reason}。" for reason in dict.fromkeys(found["refused"].values())),
    ]
    if found["items"]:
        lines.append(
            "\t".join(["题", "难度", "题总相关", "题余相关", "高低分组差", "删后 α", "提示"])
        )
    for each in found["items"]:
        keys = ("p", "r_total", "r_rest", "upper_lower", "alpha_if_deleted")
        notes = [Flag.of(flag).label for flag in each["flags"]]
        if each["better_key"]:
            notes.append(f"疑应为 {each['better_key']}")
        lines.append(
            "\t".join([each["item"], *(_number(each[name]) for name in keys), "、".join(notes)])
        )
    return [
        *lines,
        *(_model(model, found[model.value]) for model in IrtModel if found[model.value]),
    ]


def _model(model: IrtModel, told: dict[str, Any]) -> str:
    reliability = _number(told["abilities"]["eap_reliability"])
    return (
        f"{model.label}：对数似然 {_number(told['log_likelihood'])}，AIC {_number(told['aic'])}，"
        f"BIC {_number(told['bic'])}，能力估计的信度 {reliability}"
        + ("" if told["converged"] else "；没有收敛，各数不能采用")
    )


def _number(value: float | None) -> str:
    return figures.plain(value, 3)
