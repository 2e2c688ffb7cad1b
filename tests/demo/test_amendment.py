"""The demonstration's change of law, and that explanations quote the bound version alone."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from courses.models import LessonCase, NewLawEvent
from courses.queries import amending as changes
from demo import amendment, material
from demo.loading import amendment as loading
from demo.loading import bank
from laws.models import Article, ArticleChange, Law, LawVersion
from question_bank import drafts
from question_bank.models import AmendmentCase, Citation, Item, ItemState
from tests.factories import NOON, Make
from tests.pages import page

TODAY = date(2026, 3, 2)


def test_both_versions_say_that_nobody_issued_them() -> None:
    for version in (amendment.first(), amendment.second(TODAY)):
        assert "非真实文件" in version.title
        assert version.issuing_bodies == ("演示委员会",)
    assert amendment.second(TODAY).effective_on == date(2026, 4, 1)
    numbers = {each.number: 1 for each in amendment.first().articles}
    assert all(drafts.faults(each) == [] for each in amendment.drafts(numbers))


@pytest.mark.usefixtures("make")
def test_there_is_something_to_compare_to_review_and_to_move_on(app: Flask, make: Make) -> None:
    ids = [make.account(role).id for role in (Role.ITEM_WRITER, Role.ITEM_REVIEWER,
                                              Role.EXAM_ADMIN, Role.RESEARCH_OFFICE,
                                              Role.RESEARCH_OFFICE)]  # fmt: skip
    with app.app_context(), clock.frozen(NOON):
        writer, reviewer, officer, maker, approver = (
            db.session.get_one(Account, each) for each in ids
        )
        articles = bank.load_laws(at=NOON, by=maker)
        loading.load_material(articles, writer=writer, reviewer=reviewer, officer=officer, at=NOON)
        loading.load_list(articles, maker=maker, approver=approver, today=TODAY, at=NOON)
        loading.amend(today=TODAY, at=NOON, by=maker)
        kinds = db.session.scalars(select(ArticleChange.kind).order_by(ArticleChange.id)).all()
        assert {"edited", "removed", "added", "unchanged"} <= {each.value for each in kinds}
        assert len(db.session.scalars(select(AmendmentCase.id)).all()) == 3
        states = db.session.scalars(select(Item.state).order_by(Item.id)).all()
        assert sorted(each.value for each in states) == ["published", *["quarantined"] * 3]
        assert len(db.session.scalars(select(LessonCase.id)).all()) == 1
        [event] = db.session.scalars(
            select(NewLawEvent)
            .join(NewLawEvent.version)
            .join(LawVersion.law)
            .where(Law.title == amendment.TITLE)
        )
        assert changes.list_entries(event.version_id, TODAY) == (1, 1)
        db.session.rollback()


@pytest.mark.once
def test_what_an_item_shows_of_the_law_is_the_text_of_the_version_that_it_cites(
    app: Flask, make: Make, sign_in
) -> None:
    ids = [make.account(role).id for role in (Role.ITEM_WRITER, Role.RESEARCH_OFFICE)]
    reviewer = make.account(Role.STAFF, Role.ITEM_REVIEWER)
    with app.app_context(), clock.frozen(NOON):
        writer, researcher = (db.session.get_one(Account, each) for each in ids)
        articles = bank.load_laws(at=NOON, by=researcher)
        bank.load_items(articles, writers=[writer], reviewer=db.session.get_one(
            Account, reviewer.id), at=NOON)  # fmt: skip
        db.session.commit()
        bound = _bound()
    assert len(bound) == len(material.items())
    client: FlaskClient = sign_in(reviewer)
    for item_id, texts in bound.items():
        shown = page(client.get(f"/bank/items/{item_id}"))
        quotes = [_bare(each.get_text()) for each in shown.select(".xf-article-text")]
        assert len(quotes) == len(texts)
        assert all(any(quote in text for text in texts) for quote in quotes)


def _bound() -> dict[int, list[str]]:
    """By item the texts of the articles that it cites, without spaces."""
    rows = db.session.execute(
        select(Item.id, Article.text)
        .join(Citation, Citation.revision_id == Item.current_id)
        .join(Article, Article.id == Citation.article_id)
        .where(Item.state == ItemState.PUBLISHED)
        .order_by(Item.id, Citation.id)
    )
    found: dict[int, list[str]] = {}
    for item_id, text in rows:
        found.setdefault(item_id, []).append(_bare(text))
    return found


def _bare(text: str) -> str:
    return "".join(text.split())
