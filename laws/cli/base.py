"""`xuefa laws …`: import, list and show what is on the register."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from flask.cli import with_appcontext

from core import clock, figures
from core.db import db, in_short_transactions
from core.errors import Refused
from laws import clauses, force, queries
from laws.models import Law, LawVersion
from laws.parsing import files as law_files
from laws.parsing import reading
from laws.parsing.text import Flaw
from laws.services import registering
from laws.services.registering import FileProblem, Report

T = TypeVar("T")


@click.group("laws")
def cli() -> None:
    """法律法规库。"""


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def import_(paths: tuple[Path, ...], as_json: bool) -> None:
    """导入法律文本（.docx、.txt、.md、.htm 文件，或者含有它们的文件夹、.zip）；可重复执行。"""
    files = _files(paths)
    if not files:
        raise click.UsageError("没有找到法律文本（.docx、.txt、.md、.htm 或 .zip 文件）。")
    with _bar(files, "读取") as watched:
        batch = reading.read_all(_contents(watched))
    with _bar(batch.laws, "登记") as laws:
        report = registering.register_batch(
            batch, at=clock.now(), progress=lambda _laws: in_short_transactions(laws)
        )
    db.session.commit()
    _print(report, as_json=as_json)
    sys.exit(2 if not batch.laws else 1 if report.problems else 0)


def _files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Files with the names to report them by: as typed, or the path inside the typed folder."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if _is_text(each.relative_to(path)))
            found += [
                (str(path / each.relative_to(path)), each) for each in inside if each.is_file()
            ]
        else:
            found.append((str(path), path))
    return found


def _is_text(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.suffix.lower() in (*law_files.SUFFIXES, *law_files.FOREIGN)


def _contents(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    for name, path in files:
        try:
            yield name, path.read_bytes()
        except OSError as error:
            raise click.FileError(name, error.strerror) from None


@contextmanager
def _bar(things: Sequence[T], label: str) -> Iterator[Iterable[T]]:
    """The things, with a progress bar on the error output where somebody watches it."""
    if not sys.stderr.isatty():
        yield things
        return
    with click.progressbar(things, label=label, file=sys.stderr, show_pos=True) as bar:
        yield bar


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        problems = [
            {"file": each.file, "problem": each.problem, "articles": list(each.articles)}
            for each in report.problems
        ]
        data = {"laws": report.laws, "versions": report.versions, "articles": report.articles}
        click.echo(json.dumps(data | {"problems": problems}, ensure_ascii=False))
        return
    click.echo(
        f"{report.laws} 部法律法规，{report.versions} 个版本（新登记 {report.new} 个），"
        f"{report.articles} 条。"
    )
    rejected = [each for each in report.problems if not each.registered]
    doubts = [each for each in report.problems if each.flaw is Flaw.UNDATED]
    flawed = [each for each in report.problems if each not in rejected and each not in doubts]
    _section(f"{len(rejected)} 个文件没有登记：", rejected)
    _section(f"{len(flawed)} 个文件已登记，但文本有问题：", flawed)
    _section(f"{len(doubts)} 个文件已登记，公布日期待核：", doubts)


def _section(title: str, problems: Sequence[FileProblem]) -> None:
    if problems:
        click.echo(title)
    for each in problems:
        numbers = f"：{'、'.join(each.articles)}" if each.articles else ""
        click.echo(f"  {each.file}  {each.problem}{numbers}")


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def list_(as_json: bool) -> None:
    """列出法律法规及其现在的版本。"""
    entries = queries.all_entries(clock.today())
    rows = [
        {
            "law": each.law.title,
            "categories": [row.category.label for row in each.law.categories],
            "version": each.version.label,
            "promulgated_on": each.version.promulgated_on.isoformat(),
            "in_force_from": each.version.begins_on.isoformat(),
            "state": each.state.label,
            "articles": each.articles,
            "versions": len(each.law.versions),
        }
        for each in entries
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    states = Counter(each.state.label for each in entries)
    for each in entries:
        click.echo(
            f"{each.law.title}  {each.version.label}  {each.state.label}  "
            f"{each.articles} 条  {'、'.join(kind.category.label for kind in each.law.categories)}"
        )
    counts = "，".join(f"{label} {count}" for label, count in states.items())
    click.echo(f"共 {len(entries)} 部" + (f"：{counts}。" if counts else "。"))


@cli.command()
@click.argument("law")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="在这一天有效的版本，如 2023-12-31"
)
@click.option("--article", "number", help="只显示一条或其中一款、一项，如 34 或 第三十四条第二款")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def show(law: str, as_of: object, number: str | None, as_json: bool) -> None:
    """显示法律文本；LAW 是全称、简称，或者只对应一部法律的一段名称。"""
    day = as_of.date() if isinstance(as_of, datetime) else clock.today()
    try:
        found = queries.law_named(law)
    except Refused as error:
        _fail(str(error))
    version = _version(found, day)
    articles = _articles(version, number)
    data = {
        "law": found.title,
        "version": version.label,
        "in_force_from": version.begins_on.isoformat(),
        "articles": [{"number": number, "text": text} for number, text in articles],
    }
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    state = force.state(version, found.versions, day).label
    click.echo(f"{found.title}（{version.label}，{_since(version)}，{state}）")
    for each in articles:
        click.echo(f"\n{each[0]}　" + "\n　　".join(each[1].split("\n")))


def _since(version: LawVersion) -> str:
    """From when a version applies, and whether that is known or only supposed."""
    day = figures.day(version.begins_on)
    stated = version.effective_on is not None
    return f"{day}起施行" if stated else f"文本没有写明施行日期，按{day}公布之日起算"


def _version(law: Law, day: date) -> LawVersion:
    version = force.current(law.versions, day)
    if version is None:
        known = "；".join(
            f"{each.label}，{_since(each)}"
            + (f"，{figures.day(each.repealed_on)}废止" if each.repealed_on else "")
            for each in law.versions
        )
        ended = "；".join(
            f"{figures.day(each.ends_on)}起废止"
            + (f"，由《{each.successor_title}》{each.article}取代" if each.successor_title else "")
            for each in queries.successions(law)
            if each.repealed_title == law.short_title and each.ends_on <= day
        )
        _fail(
            f"《{law.title}》在{figures.day(day)}没有有效的版本。已登记：{known or '无'}。"
            + (f"{ended}。" if ended else "")
        )
    return version


def _articles(version: LawVersion, number: str | None) -> Sequence[tuple[str, str]]:
    """Numbers and texts: all articles, or the one article or clause that is asked for."""
    if number is None:
        return [(each.number, each.text) for each in version.articles]
    try:
        where = clauses.address(number)
    except ValueError:
        _fail(
            f"“{number}”不是条号，请写成 34、第三十四条、第二百六十二条之一 或 第三十四条第二款。"
        )
    article = queries.article_of(version.id, where.article)
    if article is None:
        _fail(f"《{version.law.title}》（{version.label}）没有这一条：{number}")
    if not (where.paragraph or where.item):
        return [(article.number, article.text)]
    text = clauses.at(article.text, where)
    if text is None:
        count = len(clauses.tree(article.text))
        _fail(f"{article.number}共 {count} 款，没有（或不止一处）{where}，请核对款、项。")
    return [(str(where), text)]


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
