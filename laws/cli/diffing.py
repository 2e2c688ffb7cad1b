"""`xuefa laws diff OLD NEW`: two texts compared article by article."""

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from core import clock
from core.errors import Refused
from laws import comparison_files, force, queries
from laws.alignment import ArticleText, ChangeKind
from laws.comparison import Comparison, Side, compare
from laws.models import LawVersion
from laws.parsing import body, files, reading, source
from laws.parsing.text import Flaw, ParsedLaw, Unreadable
from laws.wording import Mark, Piece

_SIGNS = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--all", "every", is_flag=True, help="也列出未变的条文")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写成修订对照表：.docx 或 .xlsx",
)
@with_appcontext
def diff(old: str, new: str, as_json: bool, every: bool, output: Path | None) -> None:
    """逐条对照两个文本。

    OLD 和 NEW 是文件（或者装着同一部法律各编的文件夹），或者库里的版本：
    名称@日期（那一天有效的，或者那一天公布的版本）、名称（现行版本）、版本编号。
    """
    if output and output.suffix.lower() not in (".docx", ".xlsx"):
        _fail("--output 请写成 .docx 或 .xlsx 文件。")
    found = compare(_side(old), _side(new))
    if output:
        _write(found, output)
    if as_json:
        rows = [
            {"kind": row.kind.value, "old": row.old_number or None, "new": row.new_number or None}
            for row in found.rows
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif not output:
        _print(found, every=every)
    else:
        click.echo(f"已写入 {output}：{comparison_files.summary(found)}。")


def _write(found: Comparison, output: Path) -> None:
    make = comparison_files.docx if output.suffix.lower() == ".docx" else comparison_files.xlsx
    try:
        output.write_bytes(make(found, made_on=clock.today()))
    except OSError as error:
        _fail(f"不能写入 {output}：{error.strerror}")


def _print(found: Comparison, *, every: bool) -> None:
    click.echo(comparison_files.title(found))
    click.echo(f"修改前：{comparison_files.side(found.old)}")
    click.echo(f"修改后：{comparison_files.side(found.new)}")
    click.echo(f"{comparison_files.summary(found)}。\n")
    for row in found.rows:
        if row.kind is ChangeKind.UNCHANGED and not every:
            continue
        numbers = " → ".join(filter(None, (row.old_number, row.new_number)))
        note = f"（{row.note}）" if row.note else ""
        click.echo(f"{row.kind.label}  {numbers}{note}")
        if row.kind is ChangeKind.EDITED:
            click.echo(f"  - {_text(row.old)}\n  + {_text(row.new)}")
        elif row.kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
            sign, pieces = ("+", row.new) if row.new_number else ("-", row.old)
            click.echo(
                "\n".join(f"  {sign} {each.text}" for each in pieces).replace("\n", "\n    ")
            )


def _text(pieces: Sequence[Piece]) -> str:
    return _indented("".join(_SIGNS[each.mark].format(each.text) for each in pieces))


def _plain(pieces: Sequence[Piece]) -> str:
    return _indented("".join(each.text for each in pieces))


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _side(named: str) -> Side:
    """The text that an argument means: a file, a folder, or a version on the register."""
    path = Path(named)
    try:
        if path.exists():
            return _of_files(path)
        if path.suffix.lower() in files.SUFFIXES or path.parent != Path():
            _fail(f"没有这个文件：{named}")
        return _of_version(_version(named))
    except (Refused, Unreadable) as error:
        _fail(f"{named}：{error}")
    except OSError as error:
        _fail(f"不能读取 {named}：{error.strerror}")


def _of_files(path: Path) -> Side:
    found = sorted(each for each in path.rglob("*") if _is_text(each)) if path.is_dir() else [path]
    if not found:
        raise Unreadable(f"文件夹里没有 {'、'.join(files.SUFFIXES)} 文件")
    batch = reading.read_all((str(each), each.read_bytes()) for each in found)
    if len(found) == 1 and not batch.laws:
        return _without_date(path, batch.rejected[0].reason)
    if batch.rejected:
        raise Unreadable("；".join(f"{each.file}：{each.reason}" for each in batch.rejected[:3]))
    if len(batch.laws) != 1:
        titles = "、".join(each.title for each in batch.laws[:5])
        raise Unreadable(f"文件夹里有 {len(batch.laws)} 部法律法规（{titles}），请指定其中一部")
    return _of_text(batch.laws[0])


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in files.SUFFIXES


def _of_text(law: ParsedLaw) -> Side:
    for each in law.problems:
        if each.flaw is not Flaw.UNDATED:
            numbers = f"：{'、'.join(each.articles)}" if each.articles else ""
            click.echo(f"注意：{law.file}  {each.text}{numbers}", err=True)
    return Side(
        title=law.title,
        label=law.label,
        promulgated_on=law.promulgated_on,
        effective_on=law.effective_on,
        articles=[ArticleText(each.number, each.text) for each in law.articles],
    )


def _without_date(path: Path, reason: str) -> Side:
    """A text that could not be registered, for want of a date, can be compared all the same."""
    if path.suffix.lower() not in files.TEXTS:
        raise Unreadable(reason)
    origin = source.split(path.name, files.lines(path.name, path.read_bytes()).lines)
    content = body.read(origin.body, amendment="修正案" in origin.title)
    if not content.articles:
        raise Unreadable(reason)
    articles = [ArticleText(each.number, each.text) for each in content.articles]
    return Side(origin.title or path.stem, "", None, None, articles)


class NoVersion(Refused):
    """No version fits what was typed."""


def _version(named: str) -> LawVersion:
    name, _, day = named.rpartition("@") if "@" in named else (named, "", "")
    if named.isdecimal():
        found = queries.version_numbered(int(named))
        if found is None:
            raise NoVersion("没有这个编号的版本，也没有这个文件")
        return found
    try:
        on = date.fromisoformat(day) if day else clock.today()
    except ValueError:
        raise NoVersion(f"日期“{day}”请写成 2024-01-31 的样子") from None
    law = queries.law_named(name)
    promulgated = [each for each in law.versions if day and each.promulgated_on == on]
    version = promulgated[0] if promulgated else force.current(law.versions, on)
    if version is None:
        known = "；".join(f"{each.label}（{each.promulgated_on}公布）" for each in law.versions)
        raise NoVersion(f"这一天没有有效的版本。已登记：{known or '无'}")
    return version


def _of_version(version: LawVersion) -> Side:
    return Side(
        title=version.law.title,
        label=version.label,
        promulgated_on=version.promulgated_on,
        effective_on=version.effective_on,
        articles=[ArticleText(each.number, each.text) for each in version.articles],
    )


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
