"""`xuefa questions …`: items in and out of the bank."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from accounts.models import Account
from core import clock, files
from core.audit import trail
from core.db import db
from core.files import Unreadable
from core.progress import Say, silent
from question_bank.exporting.writing import Exported
from question_bank.importing import readers
from question_bank.importing.formats import Format, detected
from question_bank.importing.plan import Accepted, Duplicate, Plan, Rejected
from question_bank.importing.readers import ReadFile
from question_bank.models import Item, ItemState
from question_bank.queries import browsing
from question_bank.queries.browsing import Filter
from question_bank.queries.importing import plan_of
from question_bank.reach import EVERYTHING
from question_bank.services import bundles, comparing, exporting, importing, sighting

FORMATS = click.Choice([each.value for each in Format])


@click.group("questions")
def cli() -> None:
    """题库。"""


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=FORMATS, help="文件格式；不写则按内容识别")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@click.option("--writer", help="记为哪个用户命题；不写则不记命题人")
@click.option("--with-doubtful", is_flag=True, help="有疑问的也导入（应先核对）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def import_(
    file: Path,
    format_: str | None,
    dry_run: bool,
    writer: str | None,
    with_doubtful: bool,
    as_json: bool,
) -> None:
    """导入试题为草稿；可重复执行，已有的试题不再导入。

    表格（.xlsx、.csv、.jsonl）、文字题库（.txt、.docx）、GIFT、Aiken、Moodle XML、QTI 包都可以，
    格式和编码按内容识别。
    """
    by = _account(writer)
    try:
        data = files.load(file)
        found = Format.of(format_) if format_ else detected(data)
        if found is Format.BUNDLE:
            _restore(data, file, by=by, dry_run=dry_run, as_json=as_json)
            return
        read = readers.read(data, found)
    except (Unreadable, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        _fail(f"{file.name}：{reason}")
    with _bars(shown=not as_json) as say:
        plan = plan_of(read, day=clock.today(), say=say)
        taken = plan if with_doubtful else replace(plan, accepted=plan.sure)
        if not dry_run and taken.accepted:
            importing.take_in(plan=taken, file_name=file.name, at=clock.now(), by=by, say=say)
            db.session.commit()
    left = () if with_doubtful else plan.doubtful
    _print(taken, left, read, as_json=as_json, dry_run=dry_run)
    sys.exit(1 if plan.rejected or left else 0)


def _account(username: str | None) -> Account | None:
    if not username:
        return None
    found = db.session.scalar(select(Account).where(Account.username == username))
    if found is None:
        _fail(f"没有用户“{username}”")
    return found


@contextmanager
def _bars(*, shown: bool) -> Iterator[Say]:
    """Shows each step of what is said inside as a bar on the terminal."""
    if not shown:
        yield silent
        return
    with ExitStack() as open_bars:
        bars: dict[str, Any] = {}

        def say(what: str, done: int, of: int) -> None:
            if what not in bars:
                open_bars.close()
                bar = click.progressbar(length=of, label=what, file=sys.stderr)
                bars[what] = open_bars.enter_context(bar)
            bars[what].update(done - bars[what].pos)

        yield say


def _restore(data: bytes, file: Path, *, by: Account | None, dry_run: bool, as_json: bool) -> None:
    """Put the items of a lossless bundle back, or say why not."""
    bundle = bundles.read(data)
    at = clock.now()
    restored = bundles.restore(bundle, file_name=file.name, at=at, by=by)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    if as_json:
        click.echo(json.dumps({
            "accepted": restored.accepted,
            "rejected": [{"row": each.number, "field": "整行", "reason": each.reason}
                         for each in restored.rejected],
            "duplicates": [{"row": each.number, "reason": each.reason}
                           for each in restored.present],
        }, ensure_ascii=False))  # fmt: skip
    else:
        click.echo(
            f"{'可以恢复' if dry_run else '已恢复'} {restored.accepted} 道试题及其全部版本，"
            f"{len(restored.rejected)} 道不能恢复，{len(restored.present)} 道已在题库中。"
        )
        for each in (*restored.rejected, *restored.present):
            click.echo(f"  第 {each.number} 行  {each.reason}")
    sys.exit(1 if restored.rejected else 0)


def _print(
    plan: Plan, left: Sequence[Accepted], read: ReadFile, *, as_json: bool, dry_run: bool
) -> None:
    unit = read.format.unit
    if as_json:
        data = {
            "accepted": len(plan.accepted),
            "uncited": sum(not each.draft.article_ids for each in plan.accepted),
            "rejected": [
                *(line for each in plan.rejected for line in _faults(each)),
                *(line for each in left for line in _doubts(each)),
            ],
            "duplicates": [_duplicate(each) for each in plan.duplicates],
        }
        notes = [{"row": each.row.number, "note": note}
                 for each in plan.accepted for note in each.notes]  # fmt: skip
        data |= {"notes": notes} if notes else {}
        data |= {"passed_over": list(read.passed_over)} if read.passed_over else {}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    skipped = [each for each in plan.duplicates if not each.taken]
    doubted = f"，{len(left)} 道有疑问未导入" if left else ""
    click.echo(
        f"{'可以导入' if dry_run else '已导入'} {len(plan.accepted)} 道试题，"
        f"{len(plan.rejected)} {unit}不能导入，{len(skipped)} {unit}与已有试题相同{doubted}"
        f"（{read.format.label}）。"
    )
    if uncited := sum(not each.draft.article_ids for each in plan.accepted):
        click.echo(f"其中 {uncited} 道未引用条文，补上条文后才能发布。")
    if read.unknown:
        click.echo(f"不认识的列，原样保存：{'、'.join(read.unknown)}")
    if read.passed_over:
        click.echo(
            f"没有当作试题的内容 {len(read.passed_over)} 处：{'；'.join(read.passed_over)[:500]}"
        )
    _list(plan, left, unit)


def _list(plan: Plan, left: Sequence[Accepted], unit: str) -> None:
    """What is to be known of single rows, a line each."""
    refused = [line for each in plan.rejected for line in _faults(each)]
    for line in (*refused, *(line for each in left for line in _doubts(each))):
        sheet = f"{line['sheet']} " if "sheet" in line else ""
        click.echo(f"  {sheet}第 {line['row']} {unit}  {line['field']}：{line['reason']}")
    for duplicate in plan.duplicates:
        click.echo(f"  第 {duplicate.row.number} {unit}  {duplicate.text}")
    for accepted in plan.accepted:
        for note in accepted.notes:
            click.echo(f"  第 {accepted.row.number} {unit}  说明：{note}")


def _doubts(accepted: Accepted) -> list[dict[str, Any]]:
    place: dict[str, Any] = {"row": accepted.row.number}
    place |= {"sheet": accepted.row.sheet} if accepted.row.sheet else {}
    return [place | {"field": "疑问", "reason": f"{each}；核对无误的可加 --with-doubtful 导入"}
            for each in accepted.row.doubts]  # fmt: skip


def _faults(rejected: Rejected) -> list[dict[str, Any]]:
    place: dict[str, Any] = {"row": rejected.row.number}
    place |= {"sheet": rejected.row.sheet} if rejected.row.sheet else {}
    return [place | {"field": each.field, "reason": each.reason} for each in rejected.faults]


def _duplicate(duplicate: Duplicate) -> dict[str, Any]:
    return {
        "row": duplicate.row.number,
        "of_row": duplicate.of_row,
        "of_item": duplicate.of_item,
        "taken": duplicate.taken,
        "reason": duplicate.text,
    }


@cli.command()
@click.option("--format", "format_", type=FORMATS, required=True, help="文件格式")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="写到哪个文件",
)
@click.option("--state", type=click.Choice([each.value for each in ItemState]), help="只导出此状态")
@click.option("--to", "taker", help="文件交给哪个用户；记为接触这些试题（命题回避）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def export(format_: str, output: Path, state: str | None, taker: str | None, as_json: bool) -> None:
    """把试题导出为文件；导出的文件可以再导入。"""
    by = _account(taker)
    query = browsing.items(Filter(state=state or ""), EVERYTHING, descending=False)
    found: Sequence[Any] = db.session.scalars(browsing.with_citations(query)).unique().all()
    narrowed = [f"状态：{ItemState.of(state).label}"] if state else []
    wanted = Format.of(format_)
    beside = output.with_name(f"{output.name}.说明.txt")
    try:
        made = bundles.write(found) if wanted is Format.BUNDLE else exporting.written(found, wanted)
    except OSError as error:
        _fail(f"不能导出：{error.strerror}")
    exporting.note_export(
        items=made.count,
        format_=wanted,
        narrowed=narrowed,
        at=clock.now(),
        taker=by.username if by else "",
        file=str(output),
    )
    if by is not None:
        sighting.note_exported(
            revision_ids=query.with_only_columns(Item.current_id, maintain_column_froms=True),
            at=clock.now(),
            by=by,
        )
    # What leaves is on the trail before it does.
    db.session.commit()
    _put(made, output, beside)
    if by is None:
        click.echo(f"没有写明领用人（--to）：命题回避查不到是谁，审计日志只记下操作系统用户"
                   f" {trail.user()}。", err=True)  # fmt: skip
    _say_exported(made, output, beside, as_json=as_json)


def _put(made: Exported, output: Path, beside: Path) -> None:
    try:
        output.write_bytes(made.data)
        if made.report:
            beside.write_text(made.report, encoding="utf-8-sig", newline="")
    except OSError as error:
        _fail(f"不能写入 {output}：{error.strerror}")


def _say_exported(made: Exported, output: Path, beside: Path, *, as_json: bool) -> None:
    report: dict[str, Any] = {"exported": made.count, "file": str(output)}
    if made.losses:
        report["losses"] = [{"item": each.number, "whole": each.whole, "what": each.what}
                            for each in made.losses]  # fmt: skip
        report["report"] = str(beside)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(f"已导出 {made.count} 道试题到 {output}。")
    if made.losses:
        click.echo(
            f"{made.format.label}保存不了的内容有 {len(made.losses)} 处，逐题列在 {beside}："
        )
        for each in made.losses[:20]:
            click.echo(f"  {each.text}")


@cli.command()
@with_appcontext
def compare() -> None:
    """把全库试题两两比对，记下相近的；可以重复执行。"""
    found = comparing.note_all_near()
    db.session.commit()
    click.echo(f"找到 {found} 对相近的试题；请在“题库 → 查重”中核对。")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
