"""Every type of item is shown, answered, saved, handed in and shown again."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.models import Answer, Attempt, AttemptVector
from exam.services.assembling import building
from tests.exam.items import EXAMPLES, SHORT
from tests.factories import NOON

RIGHT = [dict(each.right) for each in EXAMPLES]


@pytest.fixture
def of_every_type(app, noon, make, session):
    """A sealed form with an item of each type, 5 marks each."""
    form = make.form(*[make.revision(each.item_type, **each.columns) for each in EXAMPLES])
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    return form


@pytest.fixture
def place(seat, of_every_type):
    return seat(form=of_every_type)


def answers(seq: int = 1) -> list[dict[str, object]]:
    return [{"slot": n, "seq": seq, **each} for n, each in enumerate(RIGHT, 1)]


def test_each_question_of_the_page_says_its_type_and_has_something_to_answer_in(place) -> None:
    questions = place.page.select("[data-slot][data-type]")
    assert [each["data-type"] for each in questions] == [
        "single_choice", "multiple_choice", "true_false", "fill_blank", "matching", "ordering",
        "short_answer", "case_analysis",
    ]  # fmt: skip
    for each in questions:
        assert each.select("fieldset > legend")
        fields = each.select("input, select, textarea")
        assert fields
        for one in fields:
            named = (
                one.get("aria-label")
                or one.find_parent("label")
                or each.find("label", attrs={"for": one.get("id")})
            )
            assert named, one
    assert [len(each.select("input")) for each in questions] == [4, 4, 2, 2, 0, 0, 0, 4]
    assert [len(each.select("select")) for each in questions] == [0, 0, 0, 0, 2, 3, 0, 0]
    assert len(place.page.select("[data-part]")) == 2


def test_answers_of_every_type_are_saved_and_shown_again(place, session) -> None:
    saved = place.put(*answers())
    assert (saved.status_code, saved.get_json()["saved"]) == (200, list(range(1, 9)))
    stored = session.scalars(select(Answer).order_by(Answer.slot)).all()
    assert [json.loads(each.response) for each in stored] == RIGHT
    again = BeautifulSoup(place.client.get(place.url).data, "html.parser")
    blanks = again.select("[data-slot='4'] input")
    assert [each["value"] for each in blanks] == ["60日", "30天"]
    chosen = [each["value"] for each in again.select("[data-slot='5'] option[selected]")]
    assert chosen == ["C", "A"]
    places = {
        each["data-letter"]: each.select_one("option[selected]")["value"]
        for each in again.select("[data-slot='6'] select")
    }
    assert places == {"C": "1", "A": "2", "B": "3"}
    assert again.select_one("[data-slot='7'] textarea").text.strip() == SHORT.right["text"]
    assert again.select_one("[data-slot='8'] input[checked]")["value"] == "B"


def test_an_older_answer_is_told_the_newer_one_whatever_its_type(place) -> None:
    place.put(*answers(seq=5))
    late = place.put({"slot": 7, "seq": 2, "text": "旧"}).get_json()
    assert late["newer"] == [{"slot": 7, "seq": 5, "text": SHORT.right["text"]}]


def test_a_paper_with_what_a_person_must_mark_waits_for_its_score(place, session) -> None:
    place.put(*answers())
    place.submit()
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.unmarked, attempt.earned) == (2, None)
    vector = session.scalars(select(AttemptVector)).one()
    assert vector.right == bytes([1, 1, 1, 1, 1, 1, 0, 0])
    assert vector.share == bytes([100] * 6 + [255, 255])
    session.rollback()
    page = BeautifulSoup(place.result(), "html.parser")
    text = page.get_text(" ", strip=True)
    assert "待评 2 题" in text
    assert "客观题得分 30 分" in text


def test_a_paper_without_any_words_to_mark_has_its_score_at_once(place, session) -> None:
    place.put(*[each for each in answers() if each["slot"] < 7])
    place.submit()
    assert session.scalars(select(Attempt.earned)).one() == Decimal(30)


def test_the_released_result_shows_key_and_answer_of_every_type(place) -> None:
    place.put(*answers())
    place.submit()
    with clock.frozen(NOON + timedelta(hours=3)):
        page = BeautifulSoup(place.result(), "html.parser")
    text = page.get_text(" ", strip=True)
    for words in (
        "第 1 空： 60日",
        "正确次序 C、A、B",
        "您的答案 C，正确答案 C",
        "参考答案",
        "政府组织落实",
    ):
        assert words.replace("： ", "：") in text.replace("： ", "："), words
    assert len(page.select(".xf-option-wrong")) == 0
    assert len(page.select(".xf-question")) == 8


@pytest.mark.parametrize(
    "answer",
    [
        {"slot": 4, "choice": ["A"]},
        {"slot": 4, "texts": "六十日"},
        {"slot": 4, "texts": ["六十日"]},
        {"slot": 4, "texts": ["六十日", "三十日", "一年"]},
        {"slot": 4, "texts": ["六" * 201, ""]},
        {"slot": 4, "texts": [None, ""]},
        {"slot": 5, "choice": ["C"]},
        {"slot": 5, "choice": ["C", "D"]},
        {"slot": 5, "choice": "CA"},
        {"slot": 6, "choice": ["A", "A", "B"]},
        {"slot": 6, "choice": ["", "A", "B"]},
        {"slot": 7, "text": 1},
        {"slot": 7, "text": "字" * 4001},
        {"slot": 7, "texts": ["答"]},
        {"slot": 7, "text": "空\0字"},
        {"slot": 7, "text": "半\ud800个"},
        {"slot": 8, "parts": []},
        {"slot": 8, "parts": [None]},
        {"slot": 8, "parts": [{"choice": ["E"]}, None]},
        {"slot": 8, "parts": [{"choice": ["A"]}, {"text": ["答"]}]},
        {"slot": 8, "parts": [[], None]},
        {"slot": 8, "parts": [None, {"text": "空\0字"}]},
        {"slot": 8, "choice": ["A"]},
    ],
    ids=lambda answer: json.dumps(answer)[:60],
)
def test_what_is_no_answer_to_its_type_is_refused_and_nothing_of_the_batch_kept(
    place, session, answer
) -> None:
    refused = place.put({"slot": 1, "seq": 1, "choice": ["A"]}, {"seq": 1, **answer})
    assert refused.status_code == 400
    assert "\0" not in refused.get_json()["error"]
    assert session.scalars(select(Answer)).all() == []


def test_the_longest_case_that_can_be_answered_fits_into_one_save(place) -> None:
    answered = {"parts": [None, {"text": "字" * 4000}]}
    saved = place.put({"slot": 8, "seq": 1, **answered}, {"slot": 7, "seq": 1, "text": "字" * 4000})
    assert saved.status_code == 200


def test_preview_print_and_key_hold_every_type(of_every_type, make, sign_in, session) -> None:
    client = sign_in(make.account(Role.PAPER_SETTER))
    base = f"/exam/forms/{of_every_type.id}"
    # The reader is noted on the first opening.
    session.rollback()
    preview = client.get(f"{base}/preview")
    assert preview.status_code == 200
    page = BeautifulSoup(preview.data, "html.parser")
    assert len(page.select("fieldset[disabled]")) == 8
    assert "参考：" not in page.get_text()
    printed = client.get(f"{base}/print").get_data(as_text=True)
    assert "参考：" not in printed
    assert "把途径与机关对应起来" in printed
    key = client.get(f"{base}/print/key").get_data(as_text=True)
    for words in ("参考：党委统一领导", "六十日", "CAB", "党委统一领导（2.5 分）", "小题解析"):
        assert words in key, words
    assert client.get(base).status_code == 200
