"""Practice as staff meet it: drills, mock exams, the own mistakes and the log."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select, update

from accounts.permissions import Role
from core import clock
from exam.kinds import Release
from exam.models import Attempt, AttemptVector, BlueprintSection, Form
from question_bank.item_types import ItemType
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeEssay, PracticeRun
from tests.exam.items import (
    BLANKS,
    CASE,
    MATCHING,
    MULTIPLE,
    ORDERING,
    SHORT,
    SINGLE,
    TRUE_FALSE,
)
from tests.factories import NOON
from tests.pages import main
from tests.question_bank.picturing import kept, named, picture, showing

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def client(make, sign_in):
    return sign_in(make.account())


def tell(client, url: str, slot: int = 1, **response):
    return client.post(url, json={"answers": [{"slot": slot, "seq": 1, **response}]})


def first_item(client, begun) -> str:
    """The address of the item that a run begins with."""
    assert begun.status_code == 303
    return client.get(begun.location).location


def letter(page, text: str) -> str:
    """The letter under which the page shows an option."""
    options = BeautifulSoup(page.text, "html.parser").select("label.xf-option")
    return next(each.input["value"] for each in options if text in each.get_text())


def as_written(session, url: str) -> None:
    """The options of a run in the order written; it gets a number that no other run has."""
    run_id = int(url.split("/")[3])
    session.execute(update(PracticeRun).where(PracticeRun.id == run_id).values(seed=0))
    session.commit()


def put_back(session, url: str) -> None:
    run_id = int(url.split("/")[3])
    session.execute(update(PracticeRun).where(PracticeRun.id == run_id).values(seed=-run_id))
    session.commit()


# ------------------------------------------------------------------------------ drills


def test_a_drill_goes_from_item_to_feedback_to_the_end_and_once_more(
    client, make, begin, session
) -> None:
    article = make.version(make.law("信访条例"), articles=["办结期限是六十日。"]).articles[0]
    make.revision(stem="期限几日", rationale="见第一条", article=article)
    make.revision(stem="别的法律")
    law = article.version.law_id
    begun = begin(client, "/drills", laws=[law], count=5)
    assert begin(client, "/drills", laws=[law], count=5).location == begun.location
    url = first_item(client, begun)
    asked = client.get(url)
    assert "第 1 题，共 1 题" in main(asked)
    for secret in ("见第一条", "办结期限", "正确答案", "第1条"):
        assert secret not in asked.text
    assert tell(client, url, choice=[letter(asked, "乙")]).json == {"url": url}
    # Pressed twice, or gone back to: the first answer stands.
    assert tell(client, url, choice=[letter(asked, "甲")]).json == {"url": url}
    told = main(client.get(url))
    for said in ("答错", "见第一条", "办结期限是六十日。", "《信访条例》", "正确答案", "您的答案"):
        assert said in told
    logged = session.scalars(select(PracticeAnswer)).one()
    assert (logged.fraction, logged.at, logged.article_id) == (Decimal(0), NOON, article.id)
    session.rollback()
    end = client.get(begun.location).location
    assert end.endswith("/end")
    assert "0 / 1 题" in main(client.get(end))
    assert "期限几日" in main(client.get("/practice/history"))
    again = begin(client, begun.location.removeprefix("/practice") + "/again", 2)
    assert "期限几日" in client.get(first_item(client, again)).text


@pytest.mark.parametrize(
    "example", [SINGLE, MULTIPLE, TRUE_FALSE, BLANKS, MATCHING, ORDERING], ids=lambda e: e.stem[:2]
)
def test_every_type_that_no_person_marks_is_practised(
    client, make, begin, session, example
) -> None:
    make.revision(example.item_type, **example.columns)
    for number, (response, said) in enumerate([(example.right, "答对"), (example.wrong, "答错")]):
        url = first_item(client, begin(client, "/drills", 10 + number, count=5))
        as_written(session, url)
        assert client.get(url).status_code == 200
        assert tell(client, url, **response).status_code == 200
        assert said in main(client.get(url))
        put_back(session, url)


def test_a_subset_of_what_is_right_is_partly_right_and_nonsense_is_refused(
    client, make, begin, session
) -> None:
    make.revision(ItemType.MULTIPLE_CHOICE)
    make.revision(ItemType.SHORT_ANSWER, options=[], key={"points": [], "reference": ""})
    begun = begin(client, "/drills", count=20)
    assert session.scalar(select(func.count()).select_from(PracticeEntry)) == 1, "no short answer"
    session.rollback()
    url = first_item(client, begun)
    as_written(session, url)
    for nonsense in ({"choice": ["Z"]}, {"slot": 2, "choice": ["A"]}, {"choice": "A"}):
        assert tell(client, url, **nonsense).status_code == 400
    assert client.post(url, data=b"{").status_code == 400
    assert tell(client, url, choice=["A"]).status_code == 200
    assert "部分答对" in main(client.get(url))


@pytest.mark.parametrize("example", [SHORT, CASE], ids=["short", "case"])
def test_what_is_answered_in_words_is_judged_by_its_writer_and_counted_nowhere(
    client, make, begin, session, example
) -> None:
    make.revision(example.item_type, **example.columns)
    make.revision()
    usual = first_item(client, begin(client, "/drills"))
    assert "题干" in main(client.get(usual))
    assert len(session.scalars(select(PracticeEntry)).all()) == 1, "only where it is asked for"
    session.rollback()
    url = first_item(client, begin(client, "/drills", 2, item_type=example.item_type.value))
    before = client.get(url)
    assert "对照采分点" in main(before)
    assert "采分点是" not in before.text
    sent = {"text": "答到一点"} if example is SHORT else {
        "parts": [{"choice": ["B"]}, {"text": "答到一点"}]
    }  # fmt: skip
    assert tell(client, url, **sent).status_code == 200
    assert tell(client, url, **sent).status_code == 200
    asked = BeautifulSoup(client.get(url).text, "html.parser")
    box = asked.select_one(".xf-mark-point input")
    assert "请对照采分点自评" in asked.get_text()
    assert client.post(f"{url}/judgement", data={box["name"]: "99"}).status_code != 303
    assert client.post(f"{url}/judgement", data={box["name"]: "0"}).status_code == 303
    assert "自评得" in main(client.get(url))
    again = client.get(f"{url.rsplit('/items', 1)[0]}/end")
    assert "自评" in main(again)
    assert "答对" not in BeautifulSoup(again.text, "html.parser").select_one("main").get_text(
    ).replace("不计答对", "")  # fmt: skip
    assert session.scalar(select(func.count(PracticeAnswer.id))) == 0
    assert session.scalars(select(PracticeEssay)).one().points
    session.rollback()


def test_the_daily_five_are_one_run_a_day_and_the_home_page_leads_to_them(
    client, make, session
) -> None:
    for _ in range(7):
        make.revision()
    assert "今日五题" in main(client.get("/"))
    begun = client.post("/daily/five")
    assert client.post("/daily/five").location == begun.location
    run = session.scalars(select(PracticeRun)).one()
    assert [each.slot for each in run.entries] == [1, 2, 3, 4, 5]
    session.rollback()
    page = client.get("/practice/")
    assert "已答 0 / 5 题" in main(page)
    sent = BeautifulSoup(page.text, "html.parser").select("form[action='/practice/drills'] [name]")
    assert {"seed", "topic", "must_know", "item_type", "count"} <= {each["name"] for each in sent}
    with clock.frozen(NOON + timedelta(hours=11)):
        # Midnight in Beijing has not come at 15:00 UTC, and has at 16:00.
        assert client.post("/daily/five").location == begun.location
    with clock.frozen(NOON + timedelta(hours=12)):
        assert client.post("/daily/five").location != begun.location


def test_a_drill_without_items_says_so_and_a_day_has_its_limit(
    client, make, begin, monkeypatch
) -> None:
    assert begin(client, "/drills", count=10).location == "/practice/"
    assert "没有符合条件" in client.get("/practice/").text
    make.revision(topic="程序")
    assert "只有 1 题" in client.get(begin(client, "/drills", 2, count=10, topic="程序").location,
                                    follow_redirects=True).text  # fmt: skip
    assert "请重新选择" in client.get(begin(client, "/drills", 3, topic="没有的").location).text
    assert begin(client, "/drills", -5, count=10).location == "/practice/"
    monkeypatch.setattr("study.practice.services.starting.MOST_A_DAY", 1)
    assert begin(client, "/drills", 4, count=5).status_code == 409


def test_nobody_reaches_a_run_of_somebody_else(client, make, begin, sign_in) -> None:
    make.revision(stem="本人的题")
    url = first_item(client, begin(client, "/drills", count=5))
    tell(client, url, choice=[])
    run = url.split("/items")[0]
    other = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    for path in (run, url, f"{run}/end"):
        assert other.get(path).status_code == 404
    assert tell(other, url, choice=["A"]).status_code == 404
    assert other.put(f"{run}/answers", json={}).status_code == 404
    assert other.post(f"{run}/hand-in", json={}).status_code == 404
    assert begin(other, run.removeprefix("/practice") + "/again").status_code == 404
    for path in ("/practice/", "/practice/history", "/practice/mistakes"):
        assert "本人的题" not in other.get(path).text


# ------------------------------------------------------------------------------ mock exams


@pytest.fixture
def blueprint(make):
    rows = [(ItemType.SINGLE_CHOICE, 2, "5"), (ItemType.MULTIPLE_CHOICE, 1, "10")]
    sections = [
        BlueprintSection(position=n, item_type=kind, count=count, marks=Decimal(marks))
        for n, (kind, count, marks) in enumerate(rows, 1)
    ]
    return make.blueprint(title="年度模拟", sections=sections)


def test_a_mock_exam_is_kept_handed_in_once_scored_and_counted_nowhere(
    client, make, begin, session, sign_in, blueprint
) -> None:
    admin, path = sign_in(make.account(Role.EXAM_ADMIN)), f"/mocks/{blueprint.id}"
    page_of = f"/exam/blueprints/{blueprint.id}"
    assert begin(client, path).status_code == 409, "not open"
    assert admin.post(f"{page_of}/open", data={"minutes": 1}).location
    assert "未开放" in main(admin.get(page_of))
    admin.post(f"{page_of}/open", data={"minutes": 30})
    assert "不够组成" in begin(client, path).text
    for kind in (ItemType.SINGLE_CHOICE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        make.revision(kind, rationale="机密解析")
    assert "年度模拟" in main(client.get("/practice/"))
    begun = begin(client, path)
    assert begin(client, path).location == begun.location
    as_written(session, begun.location)
    page = client.get(begun.location)
    assert "机密解析" not in page.text
    assert "共 2 题，每题 5 分" in page.text
    given = [{"slot": 1, "seq": 1, "choice": ["A"]}, {"slot": 2, "seq": 1, "choice": ["B"]}]
    assert client.put(f"{begun.location}/answers", json={"answers": given}).status_code == 204
    assert client.get(f"{begun.location}/items/1").location == begun.location
    assert tell(client, f"{begun.location}/items/1", choice=["A"]).status_code == 409
    page = BeautifulSoup(client.get(begun.location).text, "html.parser")
    assert [each["value"] for each in page.select("input[checked]")] == ["A", "B"]
    last = {"answers": [*given, {"slot": 3, "seq": 1, "choice": ["A"]}]}
    with clock.frozen(NOON + timedelta(minutes=50)):
        for _ in range(2):
            answer = client.post(f"{begun.location}/hand-in", json=last)
            assert answer.json == {"url": f"{begun.location}/end"}
        assert client.put(f"{begun.location}/answers", json=last).status_code == 409
    end = main(client.get(begun.location))
    # Its blueprint scores a subset with nothing; the first single choice is right.
    assert "得分 5 分 满分 20 分" in end
    assert "用时 50分" in end
    assert "机密解析" in client.get(f"{begun.location}/items/2").text
    assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 3
    for table in (Attempt, AttemptVector, Form):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    session.rollback()
    admin.post(f"{page_of}/close")
    assert begin(client, path, 2).status_code == 409


def test_who_practises_reads_of_the_exam_and_not_of_its_plan(
    client, make, begin, blueprint, session
) -> None:
    blueprint.title, blueprint.practice_minutes = "年度考试组卷方案", 60
    session.commit()
    for kind in (ItemType.SINGLE_CHOICE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        make.revision(kind)
    assert "年度考试 3 题" in main(client.get("/practice/"))
    run = begin(client, f"/mocks/{blueprint.id}").location
    shown = client.get(run).text
    assert ("年度考试" in shown, "组卷方案" in shown) == (True, False)


def test_a_mock_exam_takes_marks_off_as_its_plan_says(client, make, begin, session) -> None:
    section = BlueprintSection(
        position=1, item_type=ItemType.SINGLE_CHOICE, count=2, marks=Decimal(5)
    )
    plan = make.blueprint(sections=[section], penalty_percent=50, practice_minutes=30)
    for _ in range(2):
        make.revision()
    run = begin(client, f"/mocks/{plan.id}").location
    as_written(session, run)
    assert "倒扣" in client.get(run).text
    given = [{"slot": slot, "seq": 1, "choice": [chosen]} for slot, chosen in ((1, "A"), (2, "B"))]
    client.post(f"{run}/hand-in", json={"answers": given})
    assert "得分 2.5 分 满分 10 分" in main(client.get(run))


def test_what_a_person_marks_is_not_opened_as_a_mock_exam(make, sign_in) -> None:
    section = BlueprintSection(
        position=1, item_type=ItemType.SHORT_ANSWER, count=1, marks=Decimal(5)
    )
    blueprint = make.blueprint(sections=[section])
    path = f"/exam/blueprints/{blueprint.id}/open"
    refused = sign_in(make.account(Role.EXAM_ADMIN)).post(path, data={"minutes": 30})
    assert "需要人工评阅" in refused.text
    assert sign_in(make.account(Role.PAPER_SETTER)).post(path).status_code == 403


# ------------------------------------------------------------------------------ 错题本


def test_a_mistake_stays_by_its_article_until_it_was_right_on_two_days(
    make, sign_in, begin
) -> None:
    account, article = make.account(), make.version(make.law("监察法")).articles[0]
    make.revision(stem="总是错的题", article=article)
    told = ((0, "乙", True), (1, "甲", True), (1, "甲", True), (2, "甲", False))
    for number, (day, choice, shown) in enumerate(told, 1):
        with clock.frozen(NOON + timedelta(days=day)):
            client = sign_in(account)
            begun = (
                begin(client, "/drills", number, count=5)
                if number == 1
                else begin(client, "/mistakes", number, article=article.id)
            )
            url = first_item(client, begun)
            chosen = letter(client.get(url), choice)
            assert tell(client, url, choice=[chosen]).status_code == 200
            book = main(client.get("/practice/mistakes"))
            assert ("总是错的题" in book) is shown
            assert ("《监察法》第1条" in book) is shown


def test_mistakes_of_an_exam_come_once_its_key_is_released(make, sign_in) -> None:
    account = make.account()
    client, form = sign_in(account), make.sealed_form()
    exam = make.exam_session(form, account.person, key_release=Release.ON_PUBLICATION)
    attempt = make.attempt(exam, account.person, 0)
    vector = AttemptVector(
        attempt_id=attempt.id, session_id=exam.id, form_id=form.id, person_id=account.person_id,
        unit_id=account.person.stat_unit_id, right=bytes([0]), share=bytes([0]),
    )  # fmt: skip
    make.save(vector)
    stem = form.slots[0].revision.stem
    with clock.frozen(NOON + timedelta(hours=3)):
        assert stem not in client.get("/practice/mistakes").text
        exam.published_at = NOON
        make.save(exam)
        assert stem in client.get("/practice/mistakes").text
        assert stem not in sign_in(make.account()).get("/practice/mistakes").text


# ------------------------------------------------------------------------------ pictures, exposure


def test_pictures_and_exposure_follow_what_was_shown(
    app, client, make, begin, sign_in, session
) -> None:
    asked, reason = picture("red"), picture("green")
    for each in (asked, reason):
        kept(app, each, NOON, make.account(Role.ITEM_WRITER))
    revision = showing(app, lambda: make.revision(stem=named(asked), rationale=named(reason)))

    def seen() -> list[int]:
        return [client.get(f"/bank/pictures/{one.address}").status_code for one in (asked, reason)]

    assert seen() == [404, 404]
    url = first_item(client, begin(client, "/drills", count=5))
    assert seen() == [200, 404]
    tell(client, url, choice=[])
    assert seen() == [200, 200]
    page = main(sign_in(make.account(Role.EXAM_ADMIN)).get(f"/exam/exposure/{revision.item_id}"))
    assert "练习中见过 1 人" in page
