"""Reading the pages and workbooks of figures, forty days after the exam that they tell of."""

import io
from datetime import timedelta

import openpyxl
from bs4 import BeautifulSoup

from tests.factories import NOON

LATER = NOON + timedelta(days=40)


def soup(answer) -> BeautifulSoup:
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.data, "html.parser")
    assert len(page.find_all("h1")) == 1
    assert page.find("h1").get_text(strip=True) in page.title.get_text()
    return page


def table(page: BeautifulSoup) -> dict[str, list[str]]:
    rows = page.select(".xf-figures tbody tr, .xf-figures tfoot tr")
    return {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in rows
    }


def sheets(answer) -> openpyxl.Workbook:
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))
