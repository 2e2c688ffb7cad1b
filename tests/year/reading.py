"""Reading pages and files, and saying where they differ from what was counted."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from core import clock
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.reckoning import Reckoning, half_up, rate
from tests.year.replay import Year


class Reading:
    def __init__(self, year: Year) -> None:
        self.year, self.bureau = year, year.bureau
        self.found = Reckoning(year.bureau.members, year.log)
        self.wrong: list[str] = []
        #: How many numbers were compared.
        self.compared = 0

    def same(self, what: str, shown: Any, counted: Any) -> None:
        self.compared += 1
        if shown != counted:
            self.wrong.append(f"{what}：显示 {shown}，应为 {counted}")

    def browser(self, who: str, on: date) -> FlaskClient:
        with clock.frozen(moment(on, 21)):
            return self.bureau.browser(who)

    # -- reading -------------------------------------------------------------------------------

    @staticmethod
    def sheet(data: bytes, number: int = 0, key: str = "部门") -> list[dict[str, Any]]:
        """The rows of a sheet below the line of its titles."""
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[number]
        rows = list(sheet.iter_rows(values_only=True))
        head = next(n for n, row in enumerate(rows) if key in row)
        found = []
        for row in rows[head + 1 :]:
            if row[rows[head].index(key)] in (None, "") or row.count(None) > len(row) - 3:
                break
            found.append(dict(zip(rows[head], row, strict=False)))
        return found

    @staticmethod
    def table(text: str, label: str) -> tuple[list[str], list[Tag]]:
        """Titles and rows of the table that is called so."""
        soup = BeautifulSoup(text, "html.parser")
        for table in soup.find_all("table"):
            named = " ".join([str(table.get("aria-label", "")),
                              *(c.get_text() for c in table.find_all("caption"))])  # fmt: skip
            if label in named or any(label in str(p.get("aria-label", ""))
                                     for p in table.parents if isinstance(p, Tag)):  # fmt: skip
                heads = [said(each) for each in table.find_all("th", scope="col")]
                rows = [each for each in table.find_all("tr") if each.find("th", scope="row")]
                return heads, rows
        raise AssertionError(f"no table {label}")

    def _says(self, words: str, sentence: str) -> None:
        self.compared += 1
        if sentence not in words.replace("\n", ""):
            self.wrong.append(f"没有写“{sentence}”：{words[:400]}")


def percent(part: int, whole: int) -> str:
    found = rate(part, whole)
    return "—" if found is None else f"{found:.2f}%"


def said(tag: Tag | Any) -> str:
    return tag.get_text("", strip=True).replace("\u200b", "").removesuffix("，点击排序")


def exact(value: Any) -> Any:

    return Fraction(value)


def number(value: Any) -> Any:
    """Numbers alike, whatever a file keeps them as."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in ("是", "否"):
        return int(value == "是")
    if isinstance(value, int | float | Decimal):
        return half_up(Decimal(repr(value) if isinstance(value, float) else value))
    return value


def in_order(counted: Mapping[str, Any]) -> list[str]:
    """Departments in their order with their lines, then the sums."""
    sums = [each for each in ("各部门小计", "单列和其他人员小计", "合计") if each in counted]
    body = [f"{unit}{word}" for unit in plan.UNITS for word in ("", "（单列）", "（其他人员）")]
    return [each for each in body if each in counted] + sums
