"""Law outlines, and the items that cite them."""

from datetime import date, datetime

from sqlalchemy import select

from accounts.models import Account
from core import pictures
from core.db import db
from demo import amendment, drawings, law_outlines, material
from demo.material import Citation, DemoItem
from laws.models import Article, Law, LawVersion, TextStatus
from laws.services import registering
from question_bank import markup
from question_bank.drafts import ItemDraft
from question_bank.pictures import services as keeping
from question_bank.services import reviewing, writing

#: Article rows by (title of the law, day of promulgation, number).
Articles = dict[tuple[str, date, str], Article]


def load_laws(*, at: datetime, by: Account) -> Articles:
    for outline in (*material.laws(), amendment.first()):
        registering.register(
            parsed=law_outlines.parsed(outline), at=at, by=by, text_status=TextStatus.OUTLINE
        )
    rows = db.session.execute(
        select(Law.title, LawVersion.promulgated_on, Article)
        .join(LawVersion, LawVersion.law_id == Law.id)
        .join(Article, Article.version_id == LawVersion.id)
        .order_by(Article.id)
    )
    return {(title, day, article.number): article for title, day, article in rows}


def cited(citation: Citation, articles: Articles) -> list[int]:
    """Ids of the articles of a citation."""
    return [articles[citation.law, citation.version, number].id for number in citation.articles]


def load_items(
    articles: Articles, *, writers: list[Account], reviewer: Account, at: datetime
) -> dict[int, DemoItem]:
    """All items, published, each writer in turn; by the id of the revision."""
    items = {}
    for number, each in enumerate(material.items()):
        item = writing.create_item(
            draft=_draft(each, articles), at=at, by=writers[number % len(writers)]
        )
        reviewing.publish(item=item, at=at, by=reviewer)
        assert item.current_id is not None  # noqa: S101 - a created item has a revision
        items[item.current_id] = each
    return items


def load_typed_items(
    articles: Articles, *, writer: Account, reviewer: Account, at: datetime
) -> None:
    """Items of the types that are not ticked, published; one has a table and a picture."""
    flow = pictures.read(drawings.steps())
    keeping.keep(picture=flow, at=at, by=writer)
    shown = markup.picture("流程图：A 办理，B 请求复查，C 复查", flow.address)
    for each in material.typed_items():
        draft = ItemDraft(
            item_type=each.item_type,
            stem=each.stem.replace("{flow}", shown),
            options=each.options,
            key=each.key,
            parts=each.parts,
            rationale=each.rationale,
            difficulty=each.difficulty,
            cognitive_level=each.cognitive_level,
            topic=each.topic,
            source="演示题库",
            article_ids=tuple(cited(each.citation, articles)),
        )
        item = writing.create_item(draft=draft, at=at, by=writer)
        reviewing.publish(item=item, at=at, by=reviewer)


def _draft(each: DemoItem, articles: Articles) -> ItemDraft:
    return ItemDraft(
        item_type=each.item_type,
        stem=each.stem,
        options=tuple(each.options),
        key=tuple(each.key),
        rationale=each.rationale,
        difficulty=each.difficulty,
        cognitive_level=each.cognitive_level,
        scene=each.scene,
        topic=each.topic,
        source="演示题库",
        article_ids=tuple(cited(each.citation, articles)),
    )
