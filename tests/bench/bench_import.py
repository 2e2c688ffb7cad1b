"""How much processor time importing a workbook of 10,000 items takes, most of them near to others.

    python tests/bench/bench_import.py [--rows 10000] [--near 6000] [--family 2.5] [--profile]

Generated rows in a throw-away SQLite database: ``near`` of them are rewrites of the others, about
``family`` rows to a family. Each stage of what the page does is timed, the child process that
parses the workbook included; then the same file is read plainly by openpyxl and by calamine.
"""

import argparse
import cProfile
import io
import pstats
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import python_calamine
from sqlalchemy import func, select

from app import create_app
from core.config import Config
from core.db import Model, db
from core.spreadsheets import Column, Table, write_workbook
from question_bank.importing import readers
from question_bank.models import Item, NearPair
from question_bank.queries.importing import plan_of
from question_bank.services import importing
from tests.bench.bench_duplicates import CHARACTERS, item
from tests.factories import NOON
from tests.question_bank.planting import WAYS, Worded, rewritten

HEADINGS = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案", "难度", "知识点")


def workbook(rows: int, near: int, family: float) -> bytes:
    rng = Random(1)
    words = ["".join(rng.sample(CHARACTERS, 2)) for _ in range(4_000)]
    own = [item(rng, words) for _ in range(rows - near)]
    heads = own[: max(1, int(near / max(0.1, family - 1)))]
    ways = list(WAYS)
    again = [rewritten(heads[n % len(heads)], ways[n // len(heads) % len(ways)], rng)
             for n in range(near)]  # fmt: skip
    # Rewriting may leave an item as it was; a figure of its own makes a row of it.
    again = [Worded(f"{each.stem}（{n}件）", each.options, each.right)
             for n, each in enumerate(again)]  # fmt: skip
    columns = [Column(name, name) for name in HEADINGS]
    return write_workbook(Table("试题", columns, [_row(each) for each in [*own, *again]]))


def _row(each: Worded) -> dict[str, str]:
    right = each.right[0]
    key = "ABCD"[each.options.index(right)] if right in each.options else "A"
    values = ("单选题", each.stem, *each.options, key, "中等", "测试")
    return dict(zip(HEADINGS, values, strict=True))


def processor() -> float:
    own, children = (resource.getrusage(each)
                     for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))  # fmt: skip
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, clock = processor(), time.perf_counter()
    yield
    print(f"{what:<44} {processor() - began:6.2f} s CPU {time.perf_counter() - clock:6.2f} s")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=10_000)
    asked.add_argument("--near", type=int, default=6_000)
    asked.add_argument("--family", type=float, default=2.5)
    asked.add_argument("--profile", action="store_true")
    options = asked.parse_args()
    data = workbook(options.rows, options.near, options.family)
    print(f"{options.rows} rows, {options.near} of them rewrites, {len(data) // 1024} KB")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/x.db"
        app = create_app(Config(data_dir=Path(folder), database_url=url, secret_key="bench"))
        with app.app_context():
            Model.metadata.create_all(db.engine)
            profile = cProfile.Profile() if options.profile else None
            if profile:
                profile.enable()
            with timed("import, all stages"):
                _take_in(data)
            if profile:
                profile.disable()
                pstats.Stats(profile).sort_stats("tottime").print_stats(25)
                pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
            items = db.session.scalar(select(func.count(Item.id)))
            pairs = db.session.scalar(select(func.count(NearPair.id)))
            print(f"{items} items, {pairs} pairs near to each other")
            db.session.rollback()
    _plainly(data)


def _take_in(data: bytes) -> None:
    with timed("  read the file (page of the upload)"):
        readers.read(data)
    for page in ("preview", "confirming"):
        with timed(f"  read and judge ({page})"):
            plan = plan_of(readers.read(data), day=date(2026, 3, 2))
    with timed("  write"):
        importing.take_in(plan=plan, file_name="题库.xlsx", at=NOON, by=None)
    with timed("  commit"):
        db.session.commit()


def _plainly(data: bytes) -> None:
    with timed("plain openpyxl, cells only"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))
    with timed("plain calamine, cells only"):
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet.get_sheet_by_index(0).to_python()


if __name__ == "__main__":
    main()
