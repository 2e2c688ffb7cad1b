"""A law that another repeals takes its items and lessons along, in either order of registration."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from courses.models import LessonCase, NewLawEvent
from laws import queries as law_queries
from laws.models import Article, Law, LawVersion
from laws.parsing import reading
from laws.services import correcting, registering
from question_bank.amendment import Decision
from question_bank.models import AmendmentCase, Item, ItemState
from question_bank.services import deciding
from tests.factories import NOON, Make
from tests.pages import main, page

Get = Callable[[str], Article]
SignIn = Callable[[Account], FlaskClient]


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context(), clock.frozen(NOON):
        yield


def law(title: str, day: str, clause: str) -> tuple[str, bytes]:
    head = f"# {title}\n\n{day} 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
    text = f"{head}第一条 为了规范信访工作，制定本条例。\n\n第二条 {clause}"
    return f"{title}{day}.md", text.encode()


#: 信访工作条例 itself does not say that it repeals 信访条例; it is known (laws/known_repeals.py).
OLD = law("信访条例", "2005年1月10日", "本条例自2005年5月1日起施行。")
NEW = law("信访工作条例", "2022年2月25日", "本条例自2022年5月1日起施行。")
SAYING = law("信访新条例", "2022年2月25日", "自2022年5月1日起施行。《信访条例》同时废止。")


def register(*files: tuple[str, bytes]) -> None:
    registering.register_batch(reading.read_all(files), at=NOON)
    db.session.commit()


@pytest.fixture
def article(session: Session) -> Get:
    """The first article of the newest version of a law."""

    def found(title: str) -> Article:
        return session.scalars(
            select(Article)
            .join(Article.version)
            .join(LawVersion.law)
            .where(Law.short_title == title)
            .order_by(LawVersion.promulgated_on.desc(), Article.position)
        ).first()  # type: ignore[return-value]

    return found


def state(item_id: int) -> ItemState:
    db.session.expire_all()
    found = db.session.scalars(select(Item.state).where(Item.id == item_id)).one()
    db.session.rollback()
    return found


@pytest.mark.parametrize("successor", [NEW, SAYING], ids=["known", "said by the text"])
def test_an_item_that_cites_a_law_is_stopped_when_the_law_that_repeals_it_is_registered(
    make: Make, article: Get, sign_in: SignIn, session: Session, successor: tuple[str, bytes]
) -> None:
    register(OLD)
    item = make.revision(article=article("信访条例")).item_id
    other = make.revision().item_id
    register(successor)
    assert state(item) is ItemState.QUARANTINED
    assert state(other) is ItemState.PUBLISHED
    [case] = session.scalars(select(AmendmentCase))
    assert (case.item_id, case.repealed, case.version_id) == (
        item, True, article("信访条例").version_id,
    )  # fmt: skip
    name = successor[0].split("2")[0]
    shown = main(sign_in(make.account(Role.ITEM_REVIEWER)).get("/bank/amended"))
    assert "2022年5月1日废止" in shown
    assert f"《{name}》取代" in shown


def test_registering_it_again_changes_nothing(make: Make, article: Get, session: Session) -> None:
    register(OLD)
    make.revision(article=article("信访条例"))
    make.course(10, articles=[article("信访条例")])
    for _ in range(3):
        register(NEW, OLD)
    for table in (AmendmentCase, LessonCase):
        assert session.scalar(select(func.count()).select_from(table)) == 1
    assert session.scalars(select(NewLawEvent.kind)).all().count("repealed") <= 1


def test_the_repealing_law_may_be_on_the_register_first(make: Make) -> None:
    outline = make.version(make.law("信访条例"), promulgated_on=date(2005, 1, 10),
                           effective_on=date(2005, 5, 1), text_status="outline")  # fmt: skip
    item = make.revision(article=outline.articles[0]).item_id
    register(NEW)
    assert state(item) is ItemState.QUARANTINED
    # The other way round nothing can cite the old law yet; it is repealed from the start.
    register(law("旧办法", "2001年1月10日", "本办法自2001年5月1日起施行。"))
    assert law_queries.law_named("旧办法").versions[0].repealed_on is None
    register(law("新办法", "2010年1月10日", "自2010年5月1日起施行。《更旧办法》同时废止。"))
    register(law("更旧办法", "2000年1月10日", "本办法自2000年5月1日起施行。"))
    assert law_queries.law_named("更旧办法").versions[0].repealed_on == date(2010, 5, 1)


def test_a_repeal_in_the_part_of_a_text_that_comes_later_counts(make: Make, article: Get) -> None:
    register(OLD)
    item = make.revision(article=article("信访条例")).item_id
    name, text = SAYING
    first, second = text.decode().split("第二条")
    register((name, first.encode()))
    assert state(item) is ItemState.PUBLISHED
    register((name, (first.split("第一条")[0] + "第二条" + second).encode()))
    assert state(item) is ItemState.QUARANTINED


def test_what_an_amendment_carried_over_or_a_reviewer_passed_ends_with_the_law(
    make: Make,
    article: Get,
) -> None:
    register(OLD)
    revision = make.revision(article=article("信访条例"))
    head = "2005年1月10日 国务院令第1号公布\n\n2015年3月1日 《国务院关于修改的决定》修订"
    amended = OLD[1].decode().replace("2005年1月10日 国务院令第1号公布", head)
    register((OLD[0], amended.replace("规范信访工作", "规范全国的信访工作和秩序").encode()))
    reviewer = make.account()
    [case] = db.session.scalars(select(AmendmentCase))
    deciding.decide(case=case, decision=Decision.STILL_APPLIES, at=NOON, by=reviewer)
    db.session.commit()
    assert state(revision.item_id) is ItemState.PUBLISHED
    register(NEW)
    assert state(revision.item_id) is ItemState.QUARANTINED
    flags = select(AmendmentCase.repealed).order_by(AmendmentCase.id)
    assert db.session.scalars(flags).all() == [False, True]


def test_a_repealed_law_leaves_no_article_to_go_on_with_until_the_repeal_is_taken_back(
    make: Make,
    article: Get,
) -> None:
    register(OLD)
    revision = make.revision(article=article("信访条例"))
    register(NEW)
    reviewer = make.account()
    [case] = db.session.scalars(select(AmendmentCase))
    with pytest.raises(deciding.Gone):
        deciding.decide(case=case, decision=Decision.STILL_APPLIES, at=NOON, by=reviewer)
    version = case.version
    correcting.correct(
        version=version, label=version.label, effective_on=version.effective_on, repealed_on=None,
        categories=[each.category for each in version.law.categories], at=NOON,
    )  # fmt: skip
    deciding.decide(case=case, decision=Decision.STILL_APPLIES, at=NOON, by=reviewer)
    db.session.commit()
    assert state(revision.item_id) is ItemState.PUBLISHED


def test_a_lesson_is_flagged_until_its_author_cites_another_law(
    make: Make, article: Get, sign_in: SignIn, session: Session
) -> None:
    register(OLD)
    course = make.course(10, articles=[article("信访条例")])
    register(NEW)
    lesson = course.lessons[0].id
    learner = officer = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    assert "所引法律已废止" in main(learner.get(f"/courses/lessons/{lesson}"))
    assert "由《信访工作条例》取代" in main(learner.get(f"/courses/lessons/{lesson}"))
    [event] = session.scalars(
        select(NewLawEvent.id)
        .join(LawVersion, LawVersion.id == NewLawEvent.version_id)
        .where(LawVersion.repealed_on.is_not(None))
    )
    shown = page(officer.get(f"/changes/{event}"))
    assert "由《信访工作条例》取代" in shown.get_text()
    assert shown.find("a", href=f"/courses/manage/lessons/{lesson}/edit")
    [case] = session.scalars(select(LessonCase))
    url = f"/changes/lessons/{case.id}/renew"
    assert officer.post(url, data={"restudy": "no"}).status_code == 409
    [cited] = course.lessons[0].articles
    cited.article_id = article("信访工作条例").id
    session.commit()
    db.session.rollback()
    assert "所引法律已废止" not in main(learner.get(f"/courses/lessons/{lesson}"))
    assert officer.post(url, data={"restudy": "no"}).status_code == 303


def test_a_failing_follower_leaves_the_law_in_force(
    make: Make, article: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(law("旧办法", "2001年1月10日", "本办法自2001年5月1日起施行。"))
    item = make.revision(article=article("旧办法")).item_id

    def fail(_event: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("laws.following._followers", [fail])
    with pytest.raises(RuntimeError):
        register(law("新办法", "2010年1月10日", "自2010年5月1日起施行。《旧办法》同时废止。"))
    db.session.rollback()
    assert law_queries.law_named("旧办法").versions[0].repealed_on is None
    assert state(item) is ItemState.PUBLISHED
