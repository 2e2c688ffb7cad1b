"""`xuefa people …`: the roster from the command line."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from accounts.models import UnitKind
from accounts.queries import roster as queries
from accounts.queries import units as unit_queries
from accounts.roster import reading
from accounts.roster.columns import TITLES
from accounts.roster.planning import Kind, Plan, PlannedRow
from accounts.services import people as services
from accounts.services import units as unit_services
from core import clock
from core.cli import report
from core.db import db
from core.errors import Refused
from core.spreadsheets import Sheet


@click.group("people")
def cli() -> None:
    """人员名册。"""


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只核对，不写入")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="变更自何日起生效，默认今天")
@click.option("--create-units", is_flag=True, help="首次装入：文件中没有登记过的部门按出现次序新增")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def import_(
    file: Path, day: datetime | None, *, dry_run: bool, create_units: bool, as_json: bool
) -> None:
    """导入名册 FILE（.xlsx 或 .csv）：有误的行不导入并逐行说明，其余照办；可重复执行。"""
    today = clock.today()
    on = day.date() if day else today
    if on > today:
        raise click.UsageError("生效日期不能晚于今天。")
    try:
        sheets = reading.sheets_of(file.name, file.read_bytes())
        if create_units:
            _create_units(sheets, at=clock.now())
        plan, everybody = queries.planned(sheets, on=on, today=today, lock=not dry_run)
        if not dry_run:
            services.apply_roster(
                plan=plan, people=everybody, file=file.name, at=clock.now(), by=None
            )
    except (Refused, OSError) as error:
        db.session.rollback()
        click.echo(f"{file}：{error}", err=True)
        sys.exit(2)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    report(_data(plan, dry_run=dry_run), _lines(plan, dry_run=dry_run), as_json=as_json)
    sys.exit(1 if plan.counts[Kind.FAULTY] else 0)


def _create_units(sheets: Sequence[Sheet], *, at: datetime) -> None:
    for name in reading.unknown_units(sheets, unit_queries.lineage()):
        unit_services.add_unit_last(
            name=name, kind=UnitKind.DEPARTMENT, valid_from=clock.local(at).date(), at=at
        )


def _data(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    counts = plan.counts
    return {
        "dry_run": dry_run,
        "on": plan.on.isoformat(),
        "added": counts[Kind.NEW],
        "changed": counts[Kind.CHANGED],
        "unchanged": counts[Kind.SAME],
        "rejected": [
            {
                "row": row.number,
                "place": row.place,
                "field": TITLES[fault.field],
                "reason": fault.reason,
                "remedy": fault.remedy,
            }
            for row in plan.of(Kind.FAULTY)
            for fault in row.faults
        ],
        "changes": [
            {
                "row": row.number,
                "staff_number": row.staff_number,
                "name": row.name,
                "fields": [
                    {"field": change.title, "old": change.old, "new": change.new}
                    for change in row.changes
                ],
            }
            for row in plan.of(Kind.CHANGED)
        ],
        "missing": [
            {"staff_number": number, "name": name, "unit": unit}
            for number, name, unit in plan.missing
        ],
        "not_collected": list(plan.not_collected),
        "unknown_columns": list(plan.unknown),
    }


def _lines(plan: Plan, *, dry_run: bool) -> list[str]:
    counts = plan.counts
    done = "将" if dry_run else "已"
    summary = (
        f"{done}新增 {counts[Kind.NEW]} 人，{done}变更 {counts[Kind.CHANGED]} 人，"
        f"无变化 {counts[Kind.SAME]} 人；{counts[Kind.FAULTY]} 行有误，不导入。"
    )
    lines = [summary]
    lines += [_fault_line(row) for row in plan.of(Kind.FAULTY)]
    lines += [
        f"  变更 {row.staff_number} {row.name}："
        + "；".join(f"{each.title} {each.old} → {each.new}" for each in row.changes)
        for row in plan.of(Kind.CHANGED)
    ]
    if plan.missing:
        lines.append(f"名册中另有 {len(plan.missing)} 人不在文件中，未作改动。")
    for text, columns in (("不收集，已忽略", plan.not_collected), ("不识别，已忽略", plan.unknown)):
        if columns:
            lines.append(f"以下列{text}：{'、'.join(columns)}")
    return lines


def _fault_line(row: PlannedRow) -> str:
    who = f"{row.staff_number} {row.name}".strip()
    faults = "；".join(f"{TITLES[each.field]}：{each.reason}，{each.remedy}" for each in row.faults)
    return f"  有误 {row.place}{f'（{who}）' if who else ''}{faults}"
