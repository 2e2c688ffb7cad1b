"""`xuefa laws repeals FILE`: repeals that a list names."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from core import clock, figures, files
from core.db import db
from laws import repeal_lists
from laws.services import registering


@click.command("repeals")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def repeals(file: Path) -> None:
    """登记名单（JSON）所列的废止；可重复执行。库中有的法律随即标为废止，引用它的试题停用。"""
    try:
        found = repeal_lists.read(files.load(file))
    except files.Unreadable as error:
        click.echo(f"{file}：{error}", err=True)
        sys.exit(2)
    ended = registering.register_repeals(found.listed, at=clock.now())
    db.session.commit()
    click.echo(f"{len(found.listed)} 项废止已登记，库中有 {len(ended)} 个版本因此废止。")
    for each in ended:
        day = figures.day(each.repealed_on) if each.repealed_on else ""
        click.echo(f"  {each.law.title}（{each.label}）  {day}废止")
    if found.left:
        click.echo(f"{len(found.left)} 项没有登记：")
    for reason in found.left:
        click.echo(f"  {reason}")
    sys.exit(1 if found.left else 0)
