"""The whole of items, with every revision, out of one system and into another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import inspect, select

from accounts.models import Account
from core.audit.trail import record
from core.db import Model, Turn, db, wait_turn
from core.progress import Say, silent, through
from laws.models import Article, Law, LawVersion
from question_bank import markup
from question_bank.exporting import bundles
from question_bank.exporting.bundles import Bundle, Refusal, Unrestorable
from question_bank.exporting.writing import Exported
from question_bank.importing.formats import Format
from question_bank.importing.rows import cleaned
from question_bank.models import (
    Citation,
    ImportBatch,
    Item,
    ItemComment,
    ItemRevision,
    ItemState,
    ReviewStep,
)
from question_bank.pictures import queries as stored
from question_bank.pictures import services as pictures
from question_bank.queries import imported
from question_bank.queries.bundles import MALFORMED, NOT_OURS, there
from question_bank.services import comparing, indexing

#: What a system that has no such account keeps in its place, so that it can be written again.
FORMERLY = "原系统账号"
#: Columns that say which row something hangs on; the bundle says it by nesting or by name.
NESTED = {"id", "item_id", "current_id", "published_citation_id", "batch_id", "revision_id",
          "article_id", "carried_from_id"}  # fmt: skip


@dataclass
class Restored:
    batch_id: int
    accepted: int = 0
    rejected: list[Refusal] = field(default_factory=list)
    #: Items that the bank has already.
    present: list[Refusal] = field(default_factory=list)


def write(items: Sequence[Item]) -> Exported:
    """The bundle of the items; it holds everything."""
    lines = [_item(each) for each in items]
    data = bundles.pack(lines, stored.contents(markup.addresses(lines)))
    return Exported(data, Format.BUNDLE, len(items))


def digest(items: Sequence[Item]) -> str:
    """The hash of all that the items hold."""
    return bundles.digest(bundles.encoded([_item(each) for each in items]))


def _item(item: Item) -> dict[str, Any]:
    passed = item.published_citation_id
    return {
        **_columns(item, _formerly(item.current)),
        "current": item.current.number if item.current else None,
        "passed": next(
            (place for place, each in enumerate(item.current.citations) if each.id == passed), None
        ) if item.current and passed else None,
        "revisions": [_revision(each) for each in item.revisions],
        "comments": [
            _columns(each, _formerly(item.current), f"comments.{n}.")
            | {"revision": each.revision.number}
            for n, each in enumerate(_comments(item))
        ],
    }  # fmt: skip


def _comments(item: Item) -> Sequence[ItemComment]:
    found = select(ItemComment).where(ItemComment.item_id == item.id).order_by(ItemComment.id)
    return db.session.scalars(found).all()


def _steps(revision: ItemRevision) -> Sequence[ReviewStep]:
    found = select(ReviewStep).where(ReviewStep.revision_id == revision.id).order_by(ReviewStep.id)
    return db.session.scalars(found).all()


def _formerly(revision: ItemRevision | None) -> Mapping[str, str]:
    """Accounts of another system that the revision keeps by name."""
    return revision.extra.get(FORMERLY, {}) if revision else {}


def _revision(revision: ItemRevision) -> dict[str, Any]:
    places = {each.id: place for place, each in enumerate(revision.citations)}
    return _columns(revision, _formerly(revision)) | {
        "citations": [_citation(each, places) for each in revision.citations],
        "steps": [_columns(each, _formerly(revision), f"steps.{n}.")
                  for n, each in enumerate(_steps(revision))],
    }  # fmt: skip


def _citation(citation: Citation, places: Mapping[int, int]) -> dict[str, Any]:
    version = citation.article.version
    carried = citation.carried_from_id
    return {
        **_columns(citation),
        "carried_from": None if carried is None else places.get(carried),
        "law": version.law.title,
        "promulgated_on": version.promulgated_on.isoformat(),
        "version": version.label,
        "article": citation.article.number,
    }


def _columns(
    row: Model, formerly: Mapping[str, str] = MappingProxyType({}), prefix: str = ""
) -> dict[str, Any]:
    """The columns of a row that are its own; accounts by the name that they sign in with."""
    values: dict[str, Any] = {}
    for column in inspect(type(row)).columns:
        if column.key in NESTED:
            continue
        found = getattr(row, column.key)
        if _is_account(column):
            account = db.session.get(Account, found) if found else None
            values[column.key] = account.username if account else formerly.get(prefix + column.key)
        elif column.key == "extra":
            values["extra"] = {name: each for name, each in found.items() if name != FORMERLY}
        else:
            values[column.key] = bundles.plain(found)
    return values


def _is_account(column: Any) -> bool:
    return any(each.column.table is Account.__table__ for each in column.foreign_keys)


def read(data: bytes) -> Bundle:
    """The bundle in a file. Raises Unreadable."""
    return bundles.unpack(data)


def restore(
    bundle: Bundle, *, file_name: str, at: datetime, by: Account | None, say: Say = silent
) -> Restored:
    """Add the items of the bundle as they were, states and revisions included.

    Those whose laws are not registered are refused with the reason, those that are there already
    are left alone.
    """
    wait_turn(Turn.IMPORTS)
    batch = ImportBatch(file_name=file_name[-200:], imported_at=at,
                        imported_by_id=by.id if by else None, accepted=0, rejected=0)  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    for picture in bundle.pictures.values():
        pictures.keep(picture=picture, at=at, by=None)
    found = Restored(batch.id)
    for number, line in enumerate(through(bundle.items, "写入", say), 1):
        try:
            with db.session.begin_nested():
                other = there(bundles.current(line))
                if other is not None:
                    found.present.append(Refusal(number, bundles.same_as(other)))
                    continue
                _add(line, batch)
                found.accepted += 1
        except (Unrestorable, pictures.NoSuchPicture) as refusal:
            found.rejected.append(Refusal(number, str(refusal)))
        except MALFORMED:
            found.rejected.append(Refusal(number, NOT_OURS))
    batch.accepted, batch.rejected = found.accepted, len(found.rejected)
    db.session.flush()
    db.session.expire_all()
    if items := imported.batch_items(batch.id):
        batch.left_hash = digest(items)
        indexing.put_items([each.id for each in items], say=say)
        comparing.note_all_near(since=min(each.id for item in items for each in item.revisions))
    record("item.bundle.restore", batch, at=at, file=batch.file_name, accepted=batch.accepted,
           rejected=batch.rejected, digest=bundle.digest)  # fmt: skip
    db.session.flush()
    db.session.expire_all()
    return found


def _add(line: Mapping[str, Any] | None, batch: ImportBatch) -> None:
    assert line is not None  # noqa: S101 - bundles.current has refused it
    formerly: dict[str, str] = {}
    item = Item(**_values(Item, line, formerly) | {"batch_id": batch.id, "state": "draft"})
    db.session.add(item)
    db.session.flush()
    revisions: dict[int, ItemRevision] = {}
    for each in line["revisions"]:
        current = each["number"] == line["current"]
        revision, citations = _add_revision(item, each, formerly if current else {})
        revisions[revision.number] = revision
        if current:
            item.current_id = revision.id
            passed = citations[line["passed"]] if line["passed"] is not None else None
            item.published_citation_id = passed.id if passed else None
    for n, each in enumerate(line.get("comments", ())):
        values = _values(ItemComment, each, formerly, f"comments.{n}.")
        places = {"item_id": item.id, "revision_id": revisions[each["revision"]].id}
        db.session.add(ItemComment(**values | places))
        db.session.flush()
    if formerly and line["current"] is not None:
        newest = revisions[line["current"]]
        newest.extra = {**newest.extra, FORMERLY: formerly}
    item.state = ItemState.of(bundles.value(line["state"]))
    db.session.flush()


def _add_revision(
    item: Item, line: Mapping[str, Any], formerly: dict[str, str]
) -> tuple[ItemRevision, Sequence[Citation]]:
    """The revision with its citations and the steps of its review; names go to ``formerly``."""
    values = _values(ItemRevision, line, formerly)
    bundles.must_be_sound(values)
    revision = ItemRevision(**values | {"item_id": item.id})
    pictures.must_be_there(revision, revision.rationale)
    db.session.add(revision)
    db.session.flush()
    pictures.note_uses([(revision.id, revision, revision.rationale)])
    citations: list[Citation] = []
    for cited in line["citations"]:
        origin = cited.get("carried_from")
        source = citations[origin].id if origin is not None else None
        citations.append(_cite(revision, cited, source))
    for n, each in enumerate(line.get("steps", ())):
        step = _values(ReviewStep, each, formerly, f"steps.{n}.")
        db.session.add(ReviewStep(**step | {"revision_id": revision.id}))
        db.session.flush()
    if formerly:
        revision.extra = {**revision.extra, FORMERLY: dict(formerly)}
    return revision, citations


def _values(
    table: type[Model], line: Mapping[str, Any], formerly: dict[str, str], prefix: str = ""
) -> dict[str, Any]:
    """The columns of a new row; accounts that are not here go to ``formerly``."""
    values: dict[str, Any] = {}
    for column in inspect(table).columns:
        if column.key in NESTED or column.key not in line:
            continue
        found = bundles.value(cleaned(line[column.key]))
        if _is_account(column):
            account = db.session.scalar(select(Account.id).where(Account.username == found))
            if found and account is None:
                formerly[prefix + column.key] = found
            values[column.key] = account
        else:
            values[column.key] = found
    return values


def _cite(revision: ItemRevision, line: Mapping[str, Any], source: int | None) -> Citation:
    article = db.session.scalar(
        select(Article.id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Law, Law.id == LawVersion.law_id)
        .where(
            Law.title == line["law"],
            LawVersion.promulgated_on == date.fromisoformat(line["promulgated_on"]),
            LawVersion.label == line["version"],
            Article.number == line["article"],
        )
        .order_by(Article.id)
        .limit(1)
    )
    if article is None:
        raise Unrestorable(bundles.lacking(line))
    values = _values(Citation, line, {})
    citation = Citation(**values | {
        "revision_id": revision.id, "article_id": article, "carried_from_id": source,
    })  # fmt: skip
    db.session.add(citation)
    db.session.flush()
    return citation
