"""The head of a page: rendered once for all who see the same, each with what is their own."""

from accounts.permissions import Role
from tests.pages import page


def test_two_readers_of_the_same_look_find_each_their_own_name_and_unit(make, sign_in) -> None:
    people = [
        make.person(make.unit(name=unit, short_name=unit), name=name)
        for name, unit in (("甲<i>某", "一处"), ("乙某", "二&处"))
    ]
    clients = [sign_in(make.account(Role.STAFF, person=each)) for each in people]
    tokens = set()
    for client, person in zip(clients, people, strict=True):
        menu = page(client.get("/exam/")).select_one(".xf-menu")
        assert menu.summary["aria-label"] == f"{person.name}的菜单"
        assert menu.strong.get_text() == person.name
        lines = [each.get_text() for each in menu.select(".small")]
        assert lines == [person.stat_unit.short_name, Role.STAFF.label]
        token = menu.find("input", attrs={"name": "csrf_token"})["value"]
        assert client.post("/logout", data={"csrf_token": token}).status_code == 302
        tokens.add(token)
    assert len(tokens) == 2


def test_the_search_says_what_the_page_was_asked_for_and_others_do_not(make, sign_in) -> None:
    client = sign_in(make.account(Role.STAFF))
    for path, said in (("/exam/", None), ("/search?q=a%22b", 'a"b'), ("/exam/", None)):
        assert page(client.get(path)).select_one("#header-search").get("value") == said


def test_a_head_follows_what_the_reader_prefers_and_may_do(make, sign_in) -> None:
    staff, admin = (sign_in(make.account(role)) for role in (Role.STAFF, Role.SYS_ADMIN))
    pressed = '.xf-tool-preference[data-preference=size][aria-pressed="true"]'
    assert not page(staff.get("/exam/")).select(pressed)
    staff.set_cookie("xf_size", "large")
    assert page(staff.get("/exam/")).select(pressed)
    assert page(staff.get("/exam/")).select(".xf-header-search")
    assert Role.SYS_ADMIN.label in page(admin.get("/password")).select_one(".xf-menu").get_text()
