"""The search over everything, as each reader gets it."""

from accounts.permissions import Role
from question_bank.models import ItemState
from tests.factories import Make
from tests.pages import main, page


def test_everything_is_found_on_one_page(make: Make, sign_in) -> None:
    version = make.version(make.law("信访听证办法"), ("听证由信访机关主持。",))
    make.course(title="听证实务", body="怎样主持听证。")
    make.revision(stem="听证由谁主持？", article=version.articles[0])
    reader = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    text = main(reader.get("/search?q=听证"))
    assert "全部 5 法律法规 1 条文 1 试题 1 课程 2" in text
    found = page(reader.get("/search?q=主持听证&in=courses"))
    assert found.select("main mark")[0].get_text() == "主持听证"
    assert page(reader.get("/")).select_one("#header-search")


def test_staff_never_find_items(make: Make, sign_in) -> None:
    make.revision(stem="密封的题干")
    staff = sign_in(make.account(Role.STAFF))
    for address in ("/search?q=密封", "/search?q=密封&in=items", "/search?q=题干&state=published"):
        text = main(staff.get(address))
        assert "密封的题干" not in text
        assert "试题" not in text


def test_readers_find_the_items_that_they_see_and_no_others(make: Make, sign_in) -> None:
    writer, other = make.account(Role.ITEM_WRITER), make.account(Role.ITEM_WRITER)
    make.revision(stem="听证的草稿", writer=writer, state=ItemState.DRAFT)
    make.revision(stem="听证的成题", writer=writer)
    address = "/search?q=听证&in=items"
    assert "试题 2" in main(sign_in(writer).get(address))
    assert "试题 0" in main(sign_in(other).get(address))
    assert "试题 1" in main(sign_in(make.account(Role.PAPER_SETTER)).get(address))
    reviewer = sign_in(make.account(Role.ITEM_REVIEWER))
    assert "试题 2" in main(reviewer.get(address))
    assert "试题 1" in main(reviewer.get(address + "&state=draft"))


def test_courses_that_are_not_open_are_not_found(make: Make, sign_in) -> None:
    make.course(title="听证一", published_at=None)
    assert "没有找到" in main(sign_in(make.account()).get("/search?q=听证"))


def test_hits_are_paged(make: Make, sign_in) -> None:
    make.version(articles=["听证。"] * 45)
    reader = sign_in(make.account())
    assert "第 3 / 3 页" in main(reader.get("/search?q=听证&in=articles&page=9"))


def test_administrators_who_can_find_nothing_have_no_search(make: Make, sign_in) -> None:
    admin = sign_in(make.account(Role.SYS_ADMIN))
    assert page(admin.get("/")).select_one("#header-search") is None
    assert admin.get("/search?q=听证").status_code == 403
