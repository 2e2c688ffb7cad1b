"""以案释法: written by one, published by another, found, read, tried, and flagged by new law."""

from datetime import date

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core.db import db
from laws.following import Event, announce
from study.cases.models import CaseFlag, StudyCase
from tests.factories import NOON
from tests.pages import main

pytestmark = pytest.mark.usefixtures("noon")

WRITTEN = {
    "title": "答复超期怎么办",
    "field": "procedure",
    "facts": "信访人甲五个月没有收到答复。",
    "issue": "办理期限",
    "reasoning": "应当在期限内办结。",
    "articles": "办理条例 第一条",
}


@pytest.fixture
def article(make):
    version = make.version(make.law("办理条例"), ["六十日内办结。"])
    version.articles[0].number = "第一条"
    return make.save(version).articles[0]


@pytest.fixture
def author(make, sign_in):
    return sign_in(make.account(Role.STAFF, Role.LIAISON))


@pytest.fixture
def office(make, sign_in):
    return sign_in(make.account(Role.STAFF, Role.RESEARCH_OFFICE))


@pytest.fixture
def reader(make, sign_in):
    return sign_in(make.account())


def published(author, office, **changed) -> str:
    """The desk's address of a case that was written, handed in and published."""
    desk = author.post("/cases/desk/new", data=WRITTEN | changed).location
    author.post(f"{desk}/submit")
    assert office.post(f"{desk}/publish").status_code == 303
    return desk


def test_a_case_is_published_by_a_second_person_and_then_found_and_read(
    author, office, reader, article, make, sign_in
) -> None:
    desk = author.post("/cases/desk/new", data=WRITTEN).location
    number = desk.rsplit("/", 1)[1]
    assert reader.get(f"/cases/{number}").status_code == 404
    assert reader.get(desk).status_code == 403
    assert sign_in(make.account(Role.STAFF, Role.LIAISON)).get(desk).status_code == 404
    assert office.post(f"{desk}/publish").status_code == 409, "not handed in yet"
    assert [author.post(f"{desk}/submit").status_code for _ in range(2)] == [303, 303]
    assert author.post(f"{desk}/publish").status_code == 403
    assert author.post(f"{desk}/edit", data=WRITTEN).status_code == 409
    assert [office.post(f"{desk}/publish").status_code for _ in range(2)] == [303, 303]
    page = main(reader.get(f"/cases/{number}"))
    for said in ("答复超期怎么办", "信访人甲", "六十日内办结。"):
        assert said in page
    for query in ("", "?q=答复超期", "?field=procedure", f"?law={article.version.law_id}"):
        assert "答复超期怎么办" in main(reader.get(f"/cases/{query}"))
    for query in ("?q=不相干", "?field=order", "?law=999"):
        assert "答复超期怎么办" not in main(reader.get(f"/cases/{query}"))
    assert "答复超期怎么办" in main(reader.get("/search?q=五个月"))
    assert "答复超期怎么办" in main(reader.get(f"/daily/articles/{article.id}"))
    assert author.post(f"{desk}/withdraw", data={"reason": "要改"}).status_code == 303
    assert reader.get(f"/cases/{number}").status_code == 404
    assert "答复超期怎么办" not in main(reader.get("/search?q=五个月"))


def test_nobody_publishes_or_returns_their_own_and_a_return_says_why(
    office, author, article, session
) -> None:
    own = office.post("/cases/desk/new", data=WRITTEN).location
    office.post(f"{own}/submit")
    assert office.post(f"{own}/publish").status_code == 409
    assert office.post(f"{own}/send-back", data={"reason": "x"}).status_code == 409
    theirs = author.post("/cases/desk/new", data=WRITTEN).location
    author.post(f"{theirs}/submit")
    assert office.post(f"{theirs}/send-back", data={"reason": ""}).status_code == 409
    office.post(f"{theirs}/send-back", data={"reason": "评析太短"})
    assert "评析太短" in main(author.get(theirs))
    assert author.post(f"{theirs}/edit", data=WRITTEN | {"title": "新题目"}).status_code == 303
    assert "新题目" in session.scalars(select(StudyCase.title)).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "此项必填"),
        ({"facts": "电话13812345678"}, "疑似有手机号码"),
        ({"articles": "没有的法 第一条"}, "没有的法"),
        ({"articles": "办理条例 第九条"}, "没有第九条"),
        ({"articles": "乱写"}, "应写作"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_lost(author, article, changed, said) -> None:
    answer = author.post("/cases/desk/new", data=WRITTEN | changed)
    assert said in main(answer)
    assert "应当在期限内办结。" in answer.text


def test_items_of_the_cited_articles_are_chosen_and_tried(
    author, office, reader, article, make, session
) -> None:
    mine = make.revision(stem="期限几日", article=article)
    other = make.revision(stem="别的题")
    desk = author.post("/cases/desk/new", data=WRITTEN).location
    assert "期限几日" in main(author.get(desk))
    author.post(f"{desk}/items", data={"items": [other.item_id]})
    author.post(f"{desk}/items", data={"items": [mine.item_id]})
    author.post(f"{desk}/submit")
    office.post(f"{desk}/publish")
    case = f"/cases/{desk.rsplit('/', 1)[1]}"
    assert "试一试（1 题）" in main(reader.get(case))
    begun = reader.post(f"{case}/try", data={"seed": 100_000_000})
    assert "期限几日" in reader.get(reader.get(begun.location).location).text
    session.rollback()


def test_a_case_is_flagged_when_its_article_is_amended_and_settled_by_the_office(
    app, author, office, reader, article, make, session
) -> None:
    desk = published(author, office)
    case = f"/cases/{desk.rsplit('/', 1)[1]}"
    new = make.version(
        article.version.law, ["九十日内办结。"],
        promulgated_on=date(2026, 2, 1), effective_on=date(2026, 3, 1), label="2026年修订",
    )  # fmt: skip
    make.change("edited", article.version, new, 1, 1)
    event = Event(
        law_id=new.law_id, version_id=new.id, at=NOON, by_id=None,
        pairs=[(article.version_id, new.id)],
    )  # fmt: skip
    for _ in range(2):
        _follow(app, event)
    flag = session.scalars(select(CaseFlag.id)).one()
    session.rollback()
    page = main(reader.get(case))
    assert "所引条文有变" in page
    assert "九十日内办结。" in page
    assert "案例写成后已修改" in page
    assert "待核对案例" in main(office.get("/changes/"))
    assert "答复超期怎么办" in main(office.get("/cases/desk?state=flagged"))
    url = f"{desk}/flags/{flag}"
    assert author.post(url, data={"renew": "yes", "outcome": "成立"}).status_code == 403
    assert "此项必填" in main(office.post(url, data={"renew": "yes"}))
    assert office.post(url, data={"renew": "yes", "outcome": "仍成立"}).status_code == 303
    assert office.post(url, data={"renew": "yes", "outcome": "仍成立"}).status_code == 409
    page = main(reader.get(case))
    assert "所引条文有变" not in page
    assert "案例写成后已修改" not in page


def test_a_case_on_a_law_that_ends_is_flagged_and_not_simply_renewed(
    app, author, office, article, session
) -> None:
    desk = published(author, office)
    event = Event(
        law_id=article.version.law_id, version_id=article.version_id, at=NOON, by_id=None,
        repealed=True,
    )  # fmt: skip
    article.version.repealed_on = date(2026, 3, 1)
    session.merge(article.version)
    session.commit()
    _follow(app, event)
    flag = session.scalars(select(CaseFlag.id)).one()
    session.rollback()
    told = {"renew": "yes", "outcome": "看过"}
    assert office.post(f"{desk}/flags/{flag}", data=told).status_code == 409
    assert office.post(f"{desk}/flags/{flag}", data=told | {"renew": "no"}).status_code == 303


def _follow(app, event: Event) -> None:

    with app.app_context():
        announce(event)
        db.session.commit()
