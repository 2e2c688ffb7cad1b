"""Nothing that tells of a handful: the rules by linear algebra, the pages one after another.

What a reader sees of some groups of people are sums over them. A group is given away if its own
figures are a combination of those that are shown; which is so for every set of hidden groups, too.
"""

import io
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from docx import Document

from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade
from analytics import masking, tables
from analytics.board import services, spans
from analytics.board.measures import BOARD
from analytics.items import Scored
from analytics.mastery import Cell, Subject
from analytics.tables import Row
from core import clock
from core.db import db
from exam.models import AttemptVector
from exam.papers import snapshot
from tests.analytics.figures import sheets, soup
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


def told(shown: Sequence[Collection[str]], sizes: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The sets of groups of fewer than five people whose sum follows from the sums shown."""
    names = [name for name, size in sizes.items() if size]
    known = np.array([[name in each for name in names] for each in shown], dtype=float)
    _u, strength, axes = np.linalg.svd(known.reshape(-1, len(names)), full_matrices=False)
    axes = axes[strength > 1e-9]
    found = []
    for count in range(1, 5):
        for some in combinations(names, count):
            if sum(sizes[name] for name in some) < masking.SMALLEST:
                wanted = np.array([name in some for name in names], dtype=float)
                if np.allclose(axes.T @ (axes @ wanted), wanted):
                    found.append(some)
    return found


def test_the_measure_of_these_tests_finds_what_subtraction_finds() -> None:
    sizes = {"a": 9, "b": 8, "c": 2}
    assert told([{"a", "b", "c"}, {"a"}], sizes) == []
    assert told([{"a", "b", "c"}, {"a"}, {"b"}], sizes) == [("c",)]


# -- the rules ---------------------------------------------------------------------------------


def random_rows(dice: Random) -> list[Row]:
    """Departments with lines of 1 to 9 people, of whom some have scores, and the sums."""
    units = range(1, dice.randint(1, 6) + 1)
    found = []
    for unit in units:
        for kind in (tables.RANKED, tables.APART, tables.OTHERS):
            if kind == tables.RANKED or dice.random() < 0.3:
                due = dice.choice([1, 2, 4, 5, 6, 9])
                found.append(row(f"{unit}-{kind}", kind, due, dice.randint(0, due), unit))
    for kind, covered in masking._SUMS.items():
        some = [each for each in found if each.kind in covered]
        due, scored = (sum(int(each.values[key]) for each in some) for key in ("due", "exam_due"))
        if some and (kind == tables.TOTAL or any(each.kind != tables.RANKED for each in found)):
            found = [*found, row(kind, kind, due, scored, None)]
    return found


def row(key: str, kind: str, due: int, scored: int, unit_id: int | None) -> Row:
    values = dict.fromkeys((each.key for each in BOARD.values), 0) | {
        "due": due, "exam_due": scored, "exam_told": scored, "exam_scored": scored,
    }  # fmt: skip
    return Row(key, key, kind, unit_id, values, BOARD.figures(values))


def holds(row: Row, rows: Sequence[Row]) -> set[str]:
    """The lines that a row sums up."""
    covered = masking._SUMS.get(row.kind)
    if covered is None:
        return {row.key}
    return {each.key for each in rows if each.kind in covered}


@pytest.mark.parametrize("own", [None, 1], ids=["of nobody", "of a department"])
def test_whoever_knows_the_people_learns_nothing_of_a_handful_of_others(own: int | None) -> None:
    dice, blank = Random(6), 0
    for _ in range(150):
        rows = random_rows(dice)
        opens = {"opens": lambda each: each.unit_id == own and own is not None}
        shown = masking.masked(rows, [], BOARD, opens_scores=opens["opens"], **opens)
        lines = [each for each in rows if not each.is_sum]
        mine = {each.key for each in lines if own is not None and each.unit_id == own}
        blank += sum(map(masking.is_hidden, shown))
        for base, key in (("due", "due"), ("exam_scored", "score_sum")):
            sizes = {each.key: int(each.values[base] or 0) for each in lines}
            sums = [holds(each, rows) for each in shown if each.values[key] is not None]
            given = [*sums, *({key} for key in mine)]
            if any(sizes[each] for each in sizes):
                assert [each for each in told(given, sizes) if not mine & set(each)] == []
    assert blank > 150


def test_where_all_are_many_nothing_is_hidden() -> None:
    rows = [row("1-ranked", "ranked", 9, 9, 1), row("2-ranked", "ranked", 5, 5, 2),
            row("total", "total", 14, 14, None)]  # fmt: skip
    nobody = {"opens": lambda each: False, "opens_scores": lambda each: False}
    assert masking.masked(rows, [], BOARD, **nobody) == rows


def law(**people: int) -> Subject:
    def cell(size: int) -> Cell:
        return Cell(size, 0.5, 0.4, 0.6) if size >= 5 else Cell(size, None, None, None)

    by_unit = {int(unit[1:]): cell(size) for unit, size in people.items()}
    return Subject("法", 1, cell(sum(people.values())), by_unit)


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"u1": 9, "u2": 8}, [1, 2]),
        # Two of three would give the third away: the smallest goes with it.
        ({"u1": 9, "u2": 8, "u3": 2}, [1]),
        ({"u1": 9, "u2": 8, "u3": 2, "u4": 3}, [1, 2]),
        ({"u1": 9, "u2": 8, "u3": 2, "u4": 2}, [1]),
    ],
)
def test_a_cell_of_a_handful_is_not_the_whole_less_the_rest(people, shown) -> None:
    [found] = masking.discreet_cells([law(**people)], own=lambda unit: False)
    assert [unit for unit, cell in found.by_unit.items() if cell.rate is not None] == shown
    assert found.whole.rate == 0.5


def test_beside_the_own_department_the_whole_tells_of_the_other_few() -> None:
    [found] = masking.discreet_cells([law(u1=9, u2=3)], own=lambda unit: unit == 1)
    assert (found.of(1).rate, found.whole.rate) == (0.5, None)
    [found] = masking.discreet_cells([law(u1=9, u2=3, u3=2)], own=lambda unit: unit == 1)
    assert (found.of(1).rate, found.whole.rate) == (0.5, 0.5)


def test_an_item_that_a_handful_answered_is_in_no_sum(make: Make) -> None:
    paper = snapshot.load(make.sealed_form().snapshot)
    slot = paper.slots[0].slot

    def kept(papers: int, own: int | None = None, *, knows: bool = False) -> int:
        mine = None if own is None else [(paper, Scored(own, {slot: own}))]
        [(left, _)] = masking.of_enough(
            [(paper, Scored(papers, {slot: papers}))], mine, knows_own=knows
        )
        return len(left.slots)

    assert [kept(papers) for papers in (0, 1, 4, 5)] == [1, 0, 0, 1]
    assert [kept(9, own, knows=True) for own in (0, 4, 5, 9)] == [1, 1, 0, 1]
    assert [kept(4, 4, knows=knows) for knows in (False, True)] == [0, 1]


# -- the pages ---------------------------------------------------------------------------------

#: People of each line; all have scores but one of 来访接待司.
SIZES = {"办信司": 9, "来访接待司": 8, "研究室": 6, "督查室": 4, "投诉办": 2, "信息中心": 1,
         "办信司（其他人员）": 1}  # fmt: skip
SMALL = ("督查室", "投诉办", "信息中心", "办信司（其他人员）")
SCORED = SIZES | {"来访接待司": 7}


@pytest.fixture
def bureau(app, make: Make) -> dict[str, Any]:
    with clock.frozen(LATER):
        units = {name: make.unit(name) for name in SIZES if "（" not in name}
        people = {
            name: [
                make.person(
                    units[name.partition("（")[0]], name=f"{name}{n}", grade=Grade.CLERK_1,
                    **({"duty_status": DutyStatus.SECONDED_IN} if "（" in name else {}),
                )
                for n in range(size)
            ]
            for name, size in SIZES.items()
        }  # fmt: skip
        everybody = [each for some in people.values() for each in some]
        form = make.sealed_form()
        exam = make.exam_session(form, *everybody, title="年度考试")
        for number, person in enumerate(everybody):
            if person is people["来访接待司"][0]:
                continue
            score = 41 + number % 57
            attempt = make.attempt(exam, person, score)
            make.save(AttemptVector(
                attempt_id=attempt.id, session_id=exam.id, form_id=form.id, person_id=person.id,
                unit_id=person.stat_unit_id, right=bytes([0]), share=bytes([score]),
            ))  # fmt: skip
        make.assignment(make.course(title="宪法导读"))
        for some in people.values():
            make.credit(some[0], "7.5")
        make.roster(*everybody, title="全员名单")
        with app.app_context():
            span = spans.running(clock.local(LATER).date())[0]
            services.keep(services.prepare(span.period, LATER), at=LATER, asked=False)
            db.session.commit()
        yield {"units": units, "exam": exam, "form": form}


def lines(page: BeautifulSoup) -> dict[str, list[str]]:
    return {
        each.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in each.select("td")]
        for each in page.select("#table tbody tr, #table tfoot tr")
    }


def sheet(answer: Any, name: str) -> dict[str, list[str]]:
    """The rows of a sheet by 部门, as text."""
    _title, names, *rest = sheets(answer)[name].iter_rows(values_only=True)
    place = names.index("部门")
    return {
        str(each[place]): ["—" if cell in (None, "") else str(cell) for cell in each[place + 1 :]]
        for each in rest
        if len(each) > place and each[place]
    }


def columns_told(table: Mapping[str, Sequence[str]], sizes: Mapping[str, int]) -> set[Any]:
    """What the columns of a department table give away."""
    assert set(SMALL) <= set(table)
    found: set[Any] = set()
    for place in range(len(next(iter(table.values())))):
        sums = []
        for title, cells in table.items():
            if cells[place] == "—" or cells[place].startswith("— "):
                continue
            if title in sizes:
                sums.append({title})
            else:
                own = {each for each in sizes if "（" not in each}
                sums.append({"各部门小计": own, "合计": set(sizes)}.get(title, set(sizes) - own))
        found |= {(place, *each) for each in told(sums, sizes)}
    return found


@pytest.mark.parametrize("role", [Role.RESEARCH_OFFICE, Role.BUREAU_LEADER])
def test_no_page_of_the_statistics_tells_of_a_handful(bureau, make, sign_in, role) -> None:
    client = sign_in(make.account(role))
    exam_id = bureau["exam"].id
    for where in (
        "/analytics/learning", "/analytics/learning?view=hours", "/analytics/learning?view=counts",
        "/analytics/learning?sort=hours&dir=desc",
        "/analytics/board/", "/analytics/board/?view=counts", "/analytics/board/?rank=section",
    ):  # fmt: skip
        table = lines(soup(client.get(where)))
        assert {cell for name in SMALL for cell in table[name]} == {"—"}, where
        assert columns_told(table, SIZES) == set(), where
    for where, name in (
        ("/analytics/learning/table.xlsx", "学习汇总表"),
        ("/analytics/board/figures.xlsx", "全部指标"),
    ):
        table = sheet(client.get(where), name)
        assert {cell for small in SMALL for cell in table[small]} == {"—"}, where
        assert columns_told(table, SIZES) == set(), where
    # Of an exam 人数照列: how many of each department were to sit it, and did; not their scores.
    scores = lines(soup(client.get("/analytics/")))
    kept = {name: [cells[place] for place in (2, 3, 4, 5, 6, 7, 8, 10)]
            for name, cells in scores.items()}  # fmt: skip
    assert {cell for name in SMALL for cell in kept[name]} == {"—"}
    assert columns_told(kept, SCORED) == set()
    printed = client.get(f"/analytics/sessions/{exam_id}/print").text
    assert all(f"{name}0" not in printed for name in SIZES)
    rows = client.get("/analytics/board/figures.json").get_json()["rows"]
    assert {each["unit"] for each in rows if each["hidden"]} >= set(SMALL)


def test_a_board_to_be_passed_on_tells_of_nobody_whoever_took_it(bureau, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert lines(soup(client.get("/analytics/board/")))["信息中心"][0] != "—"
    [table] = Document(io.BytesIO(client.get("/analytics/board/figures.docx").data)).tables
    rows = {each.cells[0].text: [cell.text for cell in each.cells[1:]] for each in table.rows[1:]}
    assert columns_told(rows, SIZES) == set()
    circular = f"/analytics/sessions/{bureau['exam'].id}/circular.docx"
    [table] = Document(io.BytesIO(client.get(circular).data)).tables
    rows = {each.cells[0].text: [each.cells[n].text for n in (4, 5, 6, 7)]
            for each in table.rows[1:]}  # fmt: skip
    assert {cell for name in SMALL for cell in rows[name]} == {"—"}


@pytest.mark.parametrize("role", [Role.RESEARCH_OFFICE, Role.BUREAU_LEADER])
def test_of_what_is_not_known_no_cell_tells_of_a_handful(bureau, make, sign_in, role) -> None:
    client = sign_in(make.account(role))
    heads, [cells] = heat(client.get("/analytics/mastery"))
    known = dict(zip(heads[2:], cells[2:], strict=True))
    groups = {name: size for name, size in SCORED.items() if "（" not in name} | {
        "单列和其他人员": 1
    }
    assert set(known) == set(groups)
    # 其他人员 are in no department's cell, here as in every other table.
    assert known["办信司"].endswith("9 人")
    shown = [{name} for name, cell in known.items() if "%" in cell]
    assert told([set(groups), *shown], groups) == []
    book = sheets(client.get("/analytics/mastery/workbook")).active
    body = [[cell.value for cell in each] for each in book.iter_rows()]
    place = next(n for n, each in enumerate(body) if each[0] == "法律法规")
    rates = dict(zip(body[place][2:9], body[place + 1][2:9], strict=True))
    assert told([set(groups), *({name} for name, rate in rates.items() if rate)], groups) == []
    title = snapshot.load(bureau["form"].snapshot).slots[0].citations[0].law
    page = soup(client.get(f"/analytics/board/laws?title={title}"))
    line = {each.th.get_text(strip=True): each.td.get_text(strip=True)
            for each in page.select("table")[0].select("tbody tr")}  # fmt: skip
    shown = [{name} for name, cell in line.items() if cell != "—"]
    assert told([set(groups), *shown], groups) == []
    assert page.select_one("table tbody tr").select("td")[-1].get_text() == "9"


def heat(answer: Any) -> tuple[list[str], list[list[str]]]:
    found = soup(answer).select_one("table")
    return (
        [each.get_text(strip=True) for each in found.select("thead th")],
        [[each.get_text(" ", strip=True) for each in line.select("th, td")]
         for line in found.select("tbody tr")],
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["督查室", "投诉办", "信息中心"])
def test_a_liaison_of_a_handful_learns_no_scores_where_marks_were_lost(
    bureau, make, sign_in, unit
) -> None:
    where = "/analytics/weak-points"
    liaison = sign_in(make.account(Role.LIAISON, unit=bureau["units"][unit]))
    _heads, [cells] = heat(liaison.get(where))
    assert cells[2].endswith("%")
    assert cells[3] == "—"
    # The head may know what each of them scored.
    head = sign_in(make.account(Role.UNIT_HEAD, unit=bureau["units"][unit]))
    assert heat(head.get(where))[1][0][3].endswith("%")
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    assert heat(leader.get(where))[0] == ["法律法规", "题数", "全局得分率", "题号"]
