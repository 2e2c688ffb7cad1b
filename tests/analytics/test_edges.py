"""The pages where there is nothing, nobody, one, a tie or half a hundredth."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Person
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade
from core import clock
from exam.kinds import CandidateStatus
from exam.models import ExamSession
from tests.analytics.figures import soup
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)
PAGES = (
    "/analytics/", "/analytics/?view=counts", "/analytics/history", "/analytics/weak-points",
    "/analytics/mastery", "/analytics/needs", "/analytics/learning",
    "/analytics/learning?view=hours", "/analytics/learning?view=counts&target=40&basis=online",
    "/analytics/board/", "/analytics/board/?view=counts", "/analytics/board/wall",
    "/analytics/board/compare", "/analytics/board/?rank=bureau_leader",
    "/analytics/board/figure?figure=completion", "/analytics/board/figure?figure=mean",
    "/analytics/board/?period=dates&first=2026-02-20&last=2026-03-11", "/evaluation/",
)  # fmt: skip
FILES = (
    "/analytics/board/figures.xlsx", "/analytics/board/figures.docx",
    "/analytics/board/figures.json", "/analytics/learning/table.xlsx",
    "/analytics/mastery/workbook", "/analytics/needs.docx",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(LATER):
        yield


def table(page: Any) -> dict[str, list[str]]:
    return {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.select("#table tbody tr, #table tfoot tr")
    }


def walked(make: Make, sign_in, session: ExamSession | None = None) -> Any:
    """Every page as everybody who reads the bureau, with an edition of the board and of the
    evaluation; then the officer's client."""
    officer = make.account(Role.EXAM_ADMIN)
    client = sign_in(officer)
    client.post("/analytics/board/make")
    for role in (Role.RESEARCH_OFFICE, Role.BUREAU_LEADER, Role.EXAM_ADMIN):
        client = sign_in(officer if role is Role.EXAM_ADMIN else make.account(role))
        more = (
            [f"/analytics/sessions/{session.id}/{name}"
             for name in ("print", "circular", "people?figure=participation", "people?figure=due")]
            if session is not None else []
        )  # fmt: skip
        for where in (*PAGES, *more):
            # What a handful would tell of does not open.
            shut = {404} if "figure=" in where and role is not Role.EXAM_ADMIN else set()
            assert client.get(where).status_code in {200} | shut, (role, where)
        files = [f"/analytics/sessions/{session.id}/{n}" for n in ("table.xlsx", "circular.docx")] \
            if session is not None else []  # fmt: skip
        for where in (*FILES, *files):
            assert client.get(where).status_code == 200, (role, where)
    return client


def people(make: Make, *sizes: int, **given: Any) -> list[list[Person]]:
    return [
        [make.person(unit, grade=Grade.CLERK_1, **given) for _ in range(size)]
        for size in sizes
        for unit in [make.unit()]
    ]


def test_of_nobody_every_page_says_nothing_and_none_fails(make: Make, sign_in) -> None:
    """A roster of one who is not counted: no people at all."""
    gone = make.person(make.unit("办信司"), duty_status=DutyStatus.RETIRED)
    make.roster(gone, title="名单")
    client = walked(make, sign_in)
    rows = table(soup(client.get("/analytics/board/")))
    assert {cell.split(" ")[0] for cells in rows.values() for cell in cells} == {"—"}
    rows = table(soup(client.get("/analytics/learning")))
    assert {cell.split(" ")[0] for cells in rows.values() for cell in cells} == {"—"}


def test_one_person_is_a_row_for_the_officer_and_nothing_for_the_leader(make, sign_in) -> None:
    [[alone]] = people(make, 1)
    session = make.exam_session(make.sealed_form(), alone, title="考试")
    make.attempt(session, alone, "61.005")
    make.roster(alone, title="名单")
    client = walked(make, sign_in, session)
    rows = table(soup(client.get("/analytics/board/")))
    assert rows["合计"][6:] == ["100.00% 1/1", "100.00% 1/1", "0.00% 0/1", "61.01 61.01/1"]
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    for where in ("/analytics/board/", "/analytics/learning"):
        rows = table(soup(leader.get(where)))
        assert {cell for cells in rows.values() for cell in cells} == {"—"}
    scores = table(soup(leader.get("/analytics/")))["合计"]
    assert scores[:6] == ["—", "100.00% 1/1", "—", "—", "—", "—"]
    for where in ("", f"sessions/{session.id}/circular"):
        assert "61" not in soup(leader.get(f"/analytics/{where}")).select_one("main").get_text()


def test_where_everybody_is_exempt_nothing_is_divided_by_nothing(make, sign_in, session) -> None:
    [some] = people(make, 6)
    given = make.exam_session(make.sealed_form(), *some, title="考试")
    for candidate in given.candidates:
        candidate.status, candidate.reason = CandidateStatus.EXEMPT, "出国"
        make.save(candidate)
    make.roster(*some, title="名单")
    client = walked(make, sign_in, given)
    assert set(table(soup(client.get("/analytics/")))["合计"]) == {"—", "— 0/0"}
    counts = table(soup(client.get("/analytics/?view=counts")))["合计"]
    assert counts[:4] == ["6", "6", "0", "0"]
    board = table(soup(client.get("/analytics/board/")))["合计"]
    assert board[6:] == ["— 0/0", "— 0/0", "— 0/0", "— 0/0"]
    text = soup(client.get(f"/analytics/sessions/{given.id}/circular")).get_text()
    assert "参考率 —" in text


def test_where_nothing_is_asked_of_anybody_nobody_fails_it(make, sign_in) -> None:
    """No course, no exam, no hours: not one finished, and not one behind."""
    [leaders] = people(make, 6)
    make.roster(*leaders, title="名单")
    client = walked(make, sign_in)
    rows = table(soup(client.get("/analytics/board/")))["合计"]
    assert [rows[1], rows[2], *rows[6:]] == ["— 0/0"] * 6
    page = soup(client.get("/analytics/board/"))
    assert "没有明显落后" in page.get_text() or "没有部门低" in page.get_text()


def test_ties_share_a_place_and_the_next_is_left_out(make, sign_in) -> None:
    groups = people(make, 5, 5, 5, 5)
    everybody = [each for some in groups for each in some]
    session = make.exam_session(make.sealed_form(), *everybody, title="考试")
    for some, score in zip(groups, (70, 80, 80, 90), strict=True):
        for person in some:
            make.attempt(session, person, score)
    make.roster(*everybody, title="名单")
    client = walked(make, sign_in, session)
    ranks = [cells[0] for cells in table(soup(client.get("/analytics/"))).values()]
    assert ranks == ["4", "2", "2", "1", "—"]


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        # 2/3, 1/3, and means of halves of a hundredth: always half up, never to even.
        (("60.01", "60.00"), "60.01 120.01/2"),
        (("60.02", "60.03"), "60.03 120.05/2"),
        (("0.01", "0"), "0.01 0.01/2"),
        (("70.12", "70.13"), "70.13 140.25/2"),
    ],
)
def test_half_a_hundredth_is_rounded_up_on_every_page(make, sign_in, scores, mean) -> None:
    [some] = people(make, 3)
    session = make.exam_session(make.sealed_form(), *some, title="考试")
    for person, score in zip(some, scores, strict=False):
        make.attempt(session, person, score)
    make.roster(*some, title="名单")
    client = sign_in(make.account(Role.EXAM_ADMIN))
    client.post("/analytics/board/make")
    exam = table(soup(client.get("/analytics/")))["合计"]
    board = table(soup(client.get("/analytics/board/")))["合计"]
    assert exam[4] == board[9] == mean
    assert exam[1] == board[6] == "66.67% 2/3"
    value = Decimal(mean.split(" ")[0])
    data = client.get("/analytics/board/figures.json").get_json()["rows"][-1]["figures"]
    assert Decimal(str(data["mean"])) == value
    opened = soup(client.get("/analytics/board/figure?figure=mean")).get_text(" ", strip=True)
    assert f"{mean.split(' ')[1].replace('/', ' ÷ ')} = {mean.split(' ')[0]}" in opened
