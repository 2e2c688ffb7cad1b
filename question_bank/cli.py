"""`xuefa questions …`: items in and out of the bank."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext

from core import clock
from core.db import db
from core.files import Unreadable
from question_bank.importing import readers
from question_bank.importing.plan import Duplicate, Plan, Rejected
from question_bank.importing.formats import Format
from question_bank.importing.readers import ReadFile
from question_bank.models import ItemState
from question_bank.queries import browsing
from question_bank.queries.browsing import Filter
from question_bank.queries.importing import plan_of
from question_bank.reach import EVERYTHING
from question_bank.services import exporting, importing

FORMATS = click.Choice([each.value for each in Format])


@click.group("questions")
def cli() -> None:
    """题库。"""


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=FORMATS, help="文件格式；不写则按内容识别")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def import_(file: Path, format_: str | None, dry_run: bool, as_json: bool) -> None:
    """从 .xlsx、.csv 或 .jsonl 文件导入试题为草稿；可重复执行，已有的试题不再导入。"""
    try:
        read = readers.read(file.read_bytes(), Format.of(format_) if format_ else None)
    except (Unreadable, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        _fail(f"{file.name}：{reason}")
    plan = plan_of(read, day=clock.today())
    if not dry_run and plan.accepted:
        importing.take_in(plan=plan, file_name=file.name, at=clock.now(), by=None)
        db.session.commit()
    _print(plan, read, as_json=as_json, dry_run=dry_run)
    sys.exit(1 if plan.rejected else 0)


def _print(plan: Plan, read: ReadFile, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        data = {
            "accepted": len(plan.accepted),
            "uncited": sum(not each.draft.article_ids for each in plan.accepted),
            "rejected": [line for each in plan.rejected for line in _faults(each)],
            "duplicates": [_duplicate(each) for each in plan.duplicates],
        }
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    skipped = [each for each in plan.duplicates if not each.taken]
    click.echo(
        f"{'可以导入' if dry_run else '已导入'} {len(plan.accepted)} 道试题，"
        f"{len(plan.rejected)} 行不能导入，{len(skipped)} 行与已有试题相同。"
    )
    if uncited := sum(not each.draft.article_ids for each in plan.accepted):
        click.echo(f"其中 {uncited} 道未引用条文，补上条文后才能发布。")
    if read.unknown:
        click.echo(f"不认识的列，原样保存：{'、'.join(read.unknown)}")
    for line in (line for each in plan.rejected for line in _faults(each)):
        click.echo(
            f"  {line.get('sheet', '')}第 {line['row']} 行  {line['field']}：{line['reason']}"
        )
    for duplicate in plan.duplicates:
        click.echo(f"  第 {duplicate.row.number} 行  {duplicate.text}")


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
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def export(format_: str, output: Path, state: str | None, as_json: bool) -> None:
    """把试题导出为文件；导出的文件可以再导入。"""
    query = browsing.items(Filter(state=state or ""), EVERYTHING, descending=False)
    items: Sequence[Any] = db.session.scalars(browsing.with_citations(query)).unique().all()
    narrowed = [f"状态：{ItemState.of(state).label}"] if state else []
    try:
        output.write_bytes(exporting.written(items, Format.of(format_)))
    except OSError as error:
        _fail(f"不能写入 {output}：{error.strerror}")
    exporting.note_export(
        items=len(items), format_=Format.of(format_), narrowed=narrowed, at=clock.now()
    )
    db.session.commit()
    report = {"exported": len(items), "file": str(output)}
    click.echo(json.dumps(report, ensure_ascii=False) if as_json
               else f"已导出 {len(items)} 道试题到 {output}。")  # fmt: skip


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
