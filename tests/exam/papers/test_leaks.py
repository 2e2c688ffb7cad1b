"""Until they may be seen, no key, rationale, article or mark is in any byte that staff can get."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Response
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.access import public
from core.db import db
from exam.kinds import Release
from exam.models import Attempt
from exam.services.assembling import building
from question_bank.item_types import ItemType, MultiRule
from tests.conftest import entered
from tests.exam.crawling import Crawler, Leak
from tests.factories import NOON

pytestmark = pytest.mark.once

#: Ids that no other row has and no page can show by chance.
FIRST_ID = 1_987_654_301
SECRETS = (
    "密解析甲", "密解析乙", "密条文", "密法律", "19876543", "is_right", "8.61",
    "密空", "密要点", "密词", "密参考", "密小题解析", "密练解析", "密练条文",
)  # fmt: skip


@pytest.fixture
def paper(app, noon, make, session):
    """A sealed paper whose every secret is a word of its own; 8.61 is what the attempt earns."""
    version = make.version(make.law("密法律"), articles=["密条文：应当保密。"])
    revisions = [
        make.revision(
            kind, id=FIRST_ID + number, rationale=f"密解析{name}", article=version.articles[0]
        )
        for number, (kind, name) in enumerate(
            [(ItemType.SINGLE_CHOICE, "甲"), (ItemType.MULTIPLE_CHOICE, "乙")]
        )
    ]
    point = {"text": "密要点", "weight": 1, "words": ["密词"]}
    guide = {"points": [point], "reference": "密参考"}
    part = {
        "item_type": "short_answer", "stem": "小题", "options": [], "key": guide, "weight": 1,
        "rationale": "密小题解析",
    }  # fmt: skip
    others: list[tuple[ItemType, dict[str, object]]] = [
        (ItemType.FILL_BLANK, {"stem": "____日内", "key": {"blanks": [["密空"]]}}),
        (ItemType.SHORT_ANSWER, {"key": guide}),
        (
            ItemType.MATCHING,
            {"options": ["左", "右"], "key": {"left": ["一", "二"], "pairs": [1, 0]}},
        ),
        (ItemType.ORDERING, {"options": ["前", "后"], "key": [1, 0]}),
        (ItemType.CASE_ANALYSIS, {"key": {}, "parts": [part]}),
    ]
    revisions += [
        make.revision(
            kind, id=FIRST_ID + number, rationale="密解析乙", article=version.articles[0],
            **{"options": [], **given},
        )
        for number, (kind, given) in enumerate(others, 2)
    ]  # fmt: skip
    form = make.form(
        *revisions, marks=Decimal("5.74"),
        blueprint=make.blueprint(multi_rule=MultiRule.PARTIAL_HALF),
    )  # fmt: skip
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    return form


@pytest.fixture
def hall(paper, make, sign_in):
    account = make.account(Role.STAFF)
    never = Release.ON_PUBLICATION
    exam = make.exam_session(
        paper, account.person, shuffle_options=False,
        score_release=never, paper_release=never, key_release=never,
    )  # fmt: skip
    return account, exam.id, sign_in(account)


@pytest.fixture
def practised(make, begin, hall) -> str:
    """The address of an item of the candidate's practice, drawn and not answered."""
    version = make.version(make.law("练习法"), articles=["密练条文：应当练习。"])
    make.revision(
        id=FIRST_ID + 90, stem="练习的题干", rationale="密练解析", article=version.articles[0]
    )
    client = hall[2]
    begun = begin(client, "/drills", count=5)
    return client.get(begun.location).location


#: The words of the law itself, which is open to everybody, and the pages that show it to anybody:
#: the law of the day and what somebody notes on an article. Nothing else may stand there either.
OF_THE_LAW, SHOWN_AT = {"密法律", "密条文", "密练条文"}, ("/daily/", "/notes/")


def beyond_the_law(leaks: list[Leak]) -> list[Leak]:
    """What is told beyond the law itself."""
    return [
        each
        for each in leaks
        if each.secret not in OF_THE_LAW or not (each.path == "/" or each.path.startswith(SHOWN_AT))
    ]


def crawler_of(app) -> Crawler:
    return Crawler(app, [1, 2, 3, FIRST_ID, FIRST_ID + 1], SECRETS)


def test_a_paper_keeps_its_secrets_before_during_and_after_a_sitting(
    app, hall, session, practised
) -> None:
    _, exam_id, client = hall
    crawler = crawler_of(app)
    # The law register is open to everybody; which article an item rests on is the secret.
    free = ("/laws", "/styleguide", "/static")
    with clock.frozen(NOON - timedelta(hours=2)):
        assert beyond_the_law(crawler.leaks(client, free_at=free)) == []
        early = client.post(f"/exam/sessions/{exam_id}/attempts")
        assert crawler.look("start before it opens", early) == []

    started = client.post(f"/exam/sessions/{exam_id}/attempts")
    page = client.get(started.location)
    token = page.get_data(as_text=True).split('attempt-token" content="')[1].split('"')[0]
    answers = [
        {"slot": 1, "seq": 1, "choice": ["A"]}, {"slot": 2, "seq": 1, "choice": ["A"]},
        {"slot": 3, "seq": 1, "texts": ["三"]}, {"slot": 4, "seq": 1, "text": "写了"},
        {"slot": 5, "seq": 1, "choice": ["A", ""]}, {"slot": 6, "seq": 1, "choice": ["A"]},
        {"slot": 7, "seq": 1, "parts": [{"text": "写了"}]},
    ]  # fmt: skip
    talk = [
        started, page,
        client.put(f"{started.location}/answers", json={"answers": answers},
                   headers={"X-Attempt-Token": token}),
        client.put(f"{started.location}/answers", data=b"{", headers={"X-Attempt-Token": token}),
        client.put(f"{started.location}/answers", json={}), client.post(started.location),
    ]  # fmt: skip
    assert [leak for each in talk for leak in crawler.look("while sitting", each)] == []
    assert beyond_the_law(crawler.leaks(client, free_at=free)) == []

    assert crawler.look("hand in", client.post(f"{started.location}/submit")) == []
    assert beyond_the_law(crawler.leaks(client, free_at=free)) == []
    with clock.frozen(NOON + timedelta(hours=3)):
        assert beyond_the_law(crawler.leaks(client, free_at=free)) == []
    assert "练习的题干" in client.get(practised).text
    told = {"answers": [{"slot": 1, "seq": 1, "choice": []}]}
    assert crawler.look("practise", client.post(practised, json=told)) == []
    found = {leak.secret for leak in crawler.look(practised, client.get(practised))}
    assert found == {"密练解析", "密练条文"}
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.earned, attempt.unmarked) == (None, 2)
    assert sum(each.earned or 0 for each in attempt.answers) == Decimal("8.61")
    session.rollback()
    assert crawler.answers > 100


def test_the_crawler_finds_the_secrets_once_they_are_released(app, hall, session) -> None:
    _, exam_id, client = hall
    started = client.post(f"/exam/sessions/{exam_id}/attempts")
    client.post(f"{started.location}/submit")
    exam = session.scalars(select(Attempt)).one().session
    exam.published_at = NOON
    session.commit()
    with clock.frozen(NOON + timedelta(hours=3)):
        found = {leak.secret for leak in crawler_of(app).leaks(client, free_at=("/laws",))}
    assert {"密解析甲", "密解析乙", "密条文", "密法律"} <= found
    assert {"密空", "密要点", "密参考", "密小题解析"} <= found


def workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", "<si><t>密解析甲</t></si>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "planted",
    [
        Response("<p hidden>密解析甲</p>"),
        Response("{}", headers={"X-Debug": "密解析甲".encode().decode("latin-1")}),
        Response('{"rationale":"\\u5bc6\\u89e3\\u6790\\u7532"}', content_type="application/json"),
        Response(workbook(), content_type="application/octet-stream"),
        Response("<div data-revision='1987654301'></div>"),
    ],
    ids=["page", "header", "escaped JSON", "workbook", "id"],
)
def test_the_crawler_finds_a_planted_leak(own_app, make, planted) -> None:
    own_app.add_url_rule("/planted", "planted", public(lambda: planted))
    crawler = Crawler(own_app, [1], [*SECRETS, "密解析甲".encode().decode("latin-1")])
    found = crawler.leaks(entered(own_app, make, make.account(Role.STAFF)))
    assert {leak.path for leak in found} == {"/planted"}
