"""What people have of their lists, counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.permissions import Role
from accounts.standing import RankGroup
from core import clock
from courses.must_know import coverage, queries
from courses.must_know.coverage import Asked, Cited, Learner, Lesson, Tally
from laws.lists.levels import Requirement, Tier
from laws.lists.models import (
    MustKnowArticle,
    MustKnowAudience,
    MustKnowEntry,
    MustKnowList,
    MustKnowVersion,
)
from tests.factories import NOON, Make
from tests.pages import main

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def listed(make: Make, *asked: tuple[str, object, list], audience=()) -> MustKnowVersion:
    """A list in force; each entry is a title, a version of a law and articles of it."""
    version = MustKnowVersion(
        owner=MustKnowList(title="机关清单", created_at=NOON),
        number=1, created_at=NOON, approved_at=NOON, effective_on=TODAY,
    )  # fmt: skip
    version.audience = list(audience)
    for place, (title, law, articles) in enumerate(asked, 1):
        entry = MustKnowEntry(position=place, title=title, tier=Tier.PRIMARY,
                              requirement=Requirement.MASTER, law_version_id=law.id)  # fmt: skip
        entry.articles = [
            MustKnowArticle(article_id=each.id, position=n) for n, each in enumerate(articles, 1)
        ]
        version.entries.append(entry)
    return make.save(version)


def test_an_entry_is_met_by_its_articles_or_by_its_whole_law() -> None:
    some, whole = Asked(1, "条", 7, frozenset({70})), Asked(2, "法", 7)
    offers = coverage.offers(
        [some, whole],
        lessons=[Lesson(1, 10, 7, 70), Lesson(1, 11, 7, 71), Lesson(2, 20, 8, 80)],
        items=[Cited(5, 7, 70), Cited(5, 7, 71), Cited(6, 7, 71), Cited(9, 8, 80)],
        types={5: "单选题", 6: "判断题", 9: "单选题"},
        forms=[Cited(3, 7, 71)],
    )
    assert [each.courses for each in offers] == [{1: {10}}, {1: {10, 11}}]
    assert [each.items for each in offers] == [{"单选题": 1}, {"单选题": 1, "判断题": 1}]
    assert [each.forms for each in offers] == [frozenset(), {3}]
    assert offers[0].lack == "“条”试题 1 道，至少要 3 道"
    assert offers[0].studied({10})
    assert not offers[1].studied({10})
    assert offers[1].studied({10, 11})
    assert offers[1].tested({3})


def test_coverage_counts_pairs_of_people_and_entries() -> None:
    (offer,) = coverage.offers(
        [Asked(1, "法", 7)], lessons=[Lesson(1, 10, 7, 70)], items=[], types={},
        forms=[Cited(3, 7, 70)],
    )  # fmt: skip
    crowd = [Learner(1, {10}, {3}), Learner(2, {10}), Learner(3, set(), {3}), Learner(4)]
    tally = coverage.tally(offer, crowd)
    assert tally == Tally(due=4, studied=2, tested=2, both=1)
    assert tally.rate == Decimal("25.00")
    assert coverage.total([tally, Tally(4, 4, 4, 4)]).rate == Decimal("62.50")
    assert coverage.tally(offer, []).rate is None
    assert coverage.total([]).rate is None


def test_my_list_says_what_i_have_studied_and_been_tested_on(make: Make, sign_in) -> None:
    version = make.version(make.law("信访工作条例"), ["一。", "二。"])
    listed(make, ("第一条目", version, [version.articles[0]]), ("整部条例", version, []))
    me = make.account(Role.STAFF)
    course = make.course(articles=[version.articles[0]], title="条例精讲")
    make.progress(me.person, course, completed_at=NOON)
    session = make.exam_session(make.form(make.revision(article=version.articles[1])), me.person)
    make.attempt(session, me.person, 80)
    text = main(sign_in(me).get("/must-know"))
    assert "第一条目 《信访工作条例》 第1条 掌握 已学 未测" in text
    assert "整部条例 《信访工作条例》 全文 掌握 已学 已测" in text


def test_a_list_is_shown_to_those_whom_it_binds(make: Make, sign_in) -> None:
    unit = make.unit()
    listed(make, ("条目", make.version(), []), audience=[MustKnowAudience(unit_id=unit.id)])
    assert "机关清单" in main(sign_in(make.account(unit=unit)).get("/must-know"))
    assert "现在没有适用于您的清单" in main(sign_in(make.account()).get("/must-know"))


def test_the_coverage_page_equals_the_count_by_hand(make: Make, sign_in) -> None:
    law = make.version()
    audience = [MustKnowAudience(rank_group=RankGroup.OTHER)]
    version = listed(make, ("条目", law, [law.articles[0]]), audience=audience)
    course = make.course(articles=law.articles)
    form = make.form(make.revision(article=law.articles[0]))
    one, two, three = (make.person() for _ in range(3))
    make.progress(one, course, completed_at=NOON)
    make.progress(two, course, completed_at=NOON)
    session = make.exam_session(form, one, two, three)
    make.attempt(session, one, 60)
    make.attempt(session, three, 60, voided_at=NOON, void_reason="误登")
    reader = sign_in(make.account(Role.RESEARCH_OFFICE))
    text = main(reader.get(f"/must-know/coverage/{version.id}"))
    assert "25.00%" in text
    assert "单选题 1" in text
    assert "合计（人，条目） 4 2 1 1 25.00%" in text
    assert "机关清单" in main(reader.get("/must-know/coverage"))


def test_a_unit_sees_its_own_people_alone_and_no_drafts(make: Make, sign_in, session) -> None:
    version = listed(make, ("条目", make.version(), []))
    make.person()
    liaison = sign_in(make.account(Role.LIAISON))
    text = main(liaison.get(f"/must-know/coverage/{version.id}"))
    assert "适用人员 1 人" in text
    draft = make.save(MustKnowVersion(list_id=version.list_id, number=2, created_at=NOON))
    assert liaison.get(f"/must-know/coverage/{draft.id}").status_code == 404


def test_entries_that_cite_an_older_text_are_named_until_moved(app, make: Make) -> None:
    law = make.law()
    old = make.version(law)
    listed(make, ("旧的", old, []), ("别的", make.version(), []))
    with app.app_context():
        assert queries.entries_not_moved(law.id, TODAY) == []
    make.version(law, promulgated_on=date(2026, 1, 1), effective_on=None)
    with app.app_context():
        assert [each.title for each in queries.entries_not_moved(law.id, TODAY)] == ["旧的"]
