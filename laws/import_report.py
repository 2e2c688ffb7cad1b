"""What became of each file of an import, to be read afterwards. Pure."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.spreadsheets import Column, Table
from laws.parsing.reading import Batch

#: The name that a report is kept under.
NAME = "import-report.json"
REJECTED, FLAWED, FINE = "没有登记", "有问题", "正常"


@dataclass(frozen=True)
class Line:
    file: str
    #: REJECTED, FLAWED or FINE.
    state: str
    law: str = ""
    version: str = ""
    articles: int = 0
    #: What it was registered as.
    became: str = ""
    #: Why it was not registered, or what is wrong with the text.
    problem: str = ""


def lines(batch: Batch, stood: Mapping[str, str], done: Any) -> list[Line]:
    """A line for each file, those that failed first; ``stood``: what each text was to become.

    ``done``: the report of the registering, with the problems of each file.
    """
    problems: defaultdict[str, list[str]] = defaultdict(list)
    for each in done.problems:
        if each.registered:
            numbers = f"：{'、'.join(each.articles)}" if each.articles else ""
            problems[each.file].append(each.problem + numbers)
    failed = [Line(each.file, REJECTED, problem=each.reason) for each in batch.rejected]
    kept = [
        Line(
            file=each.file,
            state=FLAWED if problems[each.file] else FINE,
            law=each.title,
            version=each.label,
            articles=len(each.articles),
            became=stood.get(each.file, ""),
            problem="；".join(dict.fromkeys(problems[each.file])),
        )
        for each in batch.laws
    ]
    return failed + sorted(kept, key=lambda line: (line.state != FLAWED, line.file))


def written(report: Sequence[Line]) -> bytes:
    return json.dumps([asdict(each) for each in report], ensure_ascii=False).encode()


def read(data: bytes) -> list[Line]:
    return [Line(**each) for each in json.loads(data)]


def table(report: Sequence[Line]) -> Table:
    columns = [
        Column("文件", "file", 40), Column("结果", "state", 12), Column("法律", "law", 36),
        Column("版本", "version", 16), Column("条数", "articles"), Column("登记为", "became", 14),
        Column("原因或问题", "problem", 60),
    ]  # fmt: skip
    return Table("导入结果", columns, [asdict(each) for each in report], title="法律导入结果")
