"""`xuefa exam …`: what the timer and the operator run. Safe to run twice."""

import sys
from datetime import datetime
from random import SystemRandom
from secrets import randbits

import click
import structlog
from flask.cli import with_appcontext

from core import clock
from core.cli import ROW, report, row_number
from core.db import db, only_reads
from exam.assembling import assembly, plans
from exam.attempts import timing
from exam.models import Attempt, Blueprint, ExamSession
from exam.papers.rebuilding import rebuilt
from exam.queries.assembling import building as building_queries
from exam.queries.attempts import taking as taking_queries
from exam.queries.sessions import keeping_apart as waiting_queries
from exam.queries.sessions import overview as session_queries
from exam.results.finals import PARTS
from exam.services.assembling import building, searching
from exam.services.attempts import taking
from exam.services.results import finals
from exam.services.sessions import keeping_apart

log = structlog.get_logger()


@click.group("exam")
def cli() -> None:
    """考试。"""


def hand_in_overdue() -> int:
    """Hand in and score every attempt whose time is over; a job of the server, too.

    Each in a transaction of its own: none waits long for it, and one that cannot be scored keeps
    nobody else's from being. How many were handed in.
    """
    at = clock.now()
    due = taking_queries.overdue(at - timing.SETTLE)
    db.session.rollback()
    return sum(_handed_in(attempt_id, at) for attempt_id in due)


def _handed_in(attempt_id: int, at: datetime) -> bool:
    try:
        taking.close(attempt_id=attempt_id, at=at)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("overdue attempt not handed in", attempt=attempt_id)
        return False
    return True


def keep_apart() -> int:
    """Deal anew to those who came into contact with their paper; a job of the server, too.

    The looking holds no lock, and each is dealt to in a transaction of its own. How many they were.
    """
    at, dealt = clock.now(), 0
    only_reads()
    at_hand = waiting_queries.at_hand(at)
    touched = [each for number in at_hand for each in keeping_apart.touched(number)]
    db.session.rollback()
    for candidate_id in touched:
        dealt += keeping_apart.keep_apart(candidate_id=candidate_id, rng=SystemRandom(), at=at)
        db.session.commit()
    return dealt


@cli.command()
@with_appcontext
def close_overdue() -> None:
    """为已到截止时间的作答自动交卷并评分。"""
    click.echo(f"已自动交卷 {hand_in_overdue()} 份。")


@cli.command()
@click.argument("blueprint")
@click.option("--forms", default=1, show_default=True, type=click.IntRange(1, building.MAX_FORMS),
              help="抽几套平行卷")  # fmt: skip
@click.option("--overlap", default=0, show_default=True, type=click.IntRange(0),
              help="任两套最多有几题相同（必选题除外）")  # fmt: skip
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="考试日期（默认今天）")
@click.option("--seed", type=click.IntRange(0), help="随机种子：相同的种子抽出相同的题")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def assemble(
    blueprint: str,
    forms: int,
    overlap: int,
    on: datetime | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """按组卷方案 BLUEPRINT（编号或名称）试抽，列出每套的试题编号；不保存试卷。

    题库不足时列出缺题的各行，退出状态为 1。
    """
    found = _blueprint(blueprint)
    if found is None:
        click.echo(f"没有编号或名称为“{blueprint}”的组卷方案。", err=True)
        sys.exit(2)
    if on and not plans.is_day(on.date()):
        first, last = plans.DAYS
        raise click.BadParameter(f"应在 {first} 至 {last} 之间", param_hint="'--on'")
    wanted = searching.wanted(
        found,
        copies=forms,
        seed=randbits(48) if seed is None else seed,
        exam_on=on.date() if on else clock.today(),
        overlap=overlap,
    )
    try:
        drawn = searching.find_forms(wanted).forms
    except searching.TooFewItems as refusal:
        gaps = refusal.gaps
        lines = [f"题库不足{refusal.note}：", *map(str, gaps)]
        counted = [{"cell": gap.cell, "short": gap.short} for gap in gaps]
        report({"forms": [], "gaps": counted}, lines, as_json=as_json)
        sys.exit(1)
    except searching.TooHard as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    ids = [[item.item_id for section in form for item in section] for form in drawn]
    lines = [f"第 {n} 套：{' '.join(map(str, each))}" for n, each in enumerate(ids, 1)]
    means = [assembly.expected_mean(form, wanted.plans) for form in drawn]
    shared = assembly.overlap(drawn, but=wanted.conditions.must)
    alike = f"任两套最多有 {shared} 题相同，" if forms > 1 else ""
    lines.append(f"种子 {wanted.seed}，{alike}预估平均分 {min(means):.1f}–{max(means):.1f}。")
    report({"forms": ids, "gaps": []}, lines, as_json=as_json)


@cli.command()
@click.argument("attempt", type=ROW)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def rebuild_paper(attempt: int, as_json: bool) -> None:
    """由封存的试卷和种子还原编号为 ATTEMPT 的作答所见的试题与选项次序；不含答案。

    试卷校验不通过时退出状态为 1，还原结果不可信。
    """
    found = db.session.get(Attempt, attempt)
    if found is None:
        click.echo(f"没有编号为 {attempt} 的作答。", err=True)
        sys.exit(2)
    places = rebuilt(
        taking.sealed(found.form),
        seed=found.seed,
        draw_seed=found.draw_seed,
        left_out=found.left_out,
    )
    intact = building.intact(found.form)
    answer = {
        "attempt": found.id,
        "form": found.form_id,
        "seal": found.form.hash,
        "intact": intact,
        "seed": found.seed,
        "draw_seed": found.draw_seed,
        "left_out": found.left_out,
        "places": [
            {
                "number": each.number,
                "slot": each.slot.slot,
                "revision": each.slot.revision_id,
                "stem": each.slot.stem,
                "order": each.order,
                "options": list(each.shown.options),
            }
            for each in places
        ],
    }
    lines = [f"试卷 {found.form.title}（校验{'通过' if intact else '未通过'}）"]
    for each in places:
        order = "" if each.order is None else f"，选项次序 {each.order}"
        lines.append(
            f"第 {each.number} 题：编号 {each.slot.slot}，修订 {each.slot.revision_id}{order}"
        )
    report(answer, lines, as_json=as_json)
    if not intact:
        sys.exit(1)


def _blueprint(name: str) -> Blueprint | None:
    """The blueprint of this id, or else the newest of this title."""
    titled = building_queries.blueprints_titled(name)
    if (number := row_number(name)) and (numbered := db.session.get(Blueprint, number)):
        return numbered
    return titled[0] if titled else None


@cli.command()
@click.argument("session")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def verify(session: str, as_json: bool) -> None:
    """由库中各行重算场次 SESSION（编号或名称）的定版摘要，与定版时比对。

    一致时退出状态为 0；不一致、尚未定版为 1。
    """
    found = _session(session)
    if found is None:
        click.echo(f"没有编号或名称为“{session}”的场次。", err=True)
        sys.exit(2)
    proof = finals.verify(found)
    if proof is None:
        none: dict[str, object] = {
            "session": found.id, "number": None, "intact": False, "differs": [],
        }  # fmt: skip
        report(none, [f"{found.title}尚未定版。"], as_json=as_json)
        sys.exit(1)
    body = {
        "session": found.id,
        "number": proof.final.number,
        "hash": proof.final.hash,
        "recomputed": proof.hash,
        "intact": proof.intact,
        "differs": list(proof.differing),
    }
    where = "、".join(PARTS[each] for each in proof.differing) or "定版记录"
    lines = [
        f"{found.title}第 {proof.final.number} 版",
        f"定版摘要 {proof.final.hash}",
        f"重算摘要 {proof.hash}",
        "一致：定版后没有改动。" if proof.intact else f"不一致：{where}与定版时不同。",
    ]
    report(body, lines, as_json=as_json)
    sys.exit(0 if proof.intact else 1)


def _session(name: str) -> ExamSession | None:
    """The session of this id, or else the newest of this title."""
    if (number := row_number(name)) and (numbered := db.session.get(ExamSession, number)):
        return numbered
    return next(iter(session_queries.sessions_titled(name)), None)
