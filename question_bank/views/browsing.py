"""The list of items, one item, and the list as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import archives, clock, paging
from core.db import db, reading
from core.documents import DOCX
from core.downloads import attachment
from core.spreadsheets import XLSX
from laws.numerals import Key, article_key
from question_bank import differences, item_types
from question_bank.importing.formats import Format
from question_bank.life import Pool, Secrecy
from question_bank.models import Item, ItemRevision, ItemState
from question_bank.queries import amending as amended
from question_bank.queries import browsing, bulk, calibrated
from question_bank.queries.browsing import Filter
from question_bank.queries.usage import Use
from question_bank.services import bundles, exporting, reviewing, sighting, writing
from question_bank.services.reviewing import WAITING
from question_bank.types import kind_of
from question_bank.views.base import bp, cited_of, hints, noted_as_opened, reach

TYPES = {Format.XLSX: XLSX, Format.CSV: "text/csv; charset=utf-8", Format.DOCX: DOCX,
         Format.JSONL: "application/jsonl; charset=utf-8", Format.MOODLE: "application/xml",
         Format.TEXT: "text/plain; charset=utf-8", Format.GIFT: "text/plain; charset=utf-8",
         Format.AIKEN: "text/plain; charset=utf-8"}  # fmt: skip
ZIP = "application/zip"
#: What the research office is led to.
LEGAL_WAITING = (ItemState.LEGAL_CHECK, *WAITING)
TONES = {
    "returned": "bad",
    "legal_check": "warn",
    "published": "good",
    "draft": "info",
    "quarantined": "warn",
    "retired": "calm",
}


def narrowed() -> Filter:
    """What the request's arguments narrow the list to; nonsense narrows nothing."""
    given = request.args
    return Filter(
        text=given.get("q", "").strip()[:100],
        item_type=given.get("type", ""),
        state=given.get("state", ""),
        difficulty=given.get("difficulty", type=int),
        cognitive_level=given.get("level", ""),
        scene=given.get("scene", ""),
        topic=given.get("topic", ""),
        law_id=given.get("law", type=int),
        article=_article(given.get("article", "")),
        writer_id=given.get("writer", type=int),
        batch_id=given.get("batch", type=int),
        pool=given.get("pool", ""),
        secrecy=given.get("secrecy", ""),
        use=Use.by_label(given.get("use", "")),
        valid_until=_expiring(given.get("expiring", "")),
    )


#: Days ahead that the list of expiring items may look.
EXPIRING = {"0": "已过期", "30": "30 天内到期", "90": "90 天内到期", "180": "180 天内到期"}


def _expiring(text: str) -> date | None:
    """The last day of validity that the list is about; items already expired are part of it."""
    if text not in EXPIRING:
        return None
    return clock.today() + timedelta(days=int(text) if text != "0" else -1)


def _article(text: str) -> Key | None:
    try:
        return article_key(text) if text.strip() else None
    except ValueError:
        return None


#: Filters that are folded away.
_MORE = ("difficulty", "level", "scene", "topic", "writer", "pool", "secrecy", "use", "expiring")


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> str:
    number, size = paging.asked()
    sort, descending = request.args.get("sort", "id"), request.args.get("dir", "desc") != "asc"

    def listed() -> browsing.Listing:
        return browsing.listing(
            narrowed(), reach(), sort=sort, descending=descending, number=number, per_page=size
        )

    listing = listed()
    if noted_as_opened(listing.page.items):
        listing = listed()
    fields = _fields()
    return render_template(
        "question_bank/index.html",
        page=listing.page,
        counts=listing.counts,
        more_found=listing.more,
        state=request.args.get("state", ""),
        sort=sort,
        dir="desc" if descending else "asc",
        fields=fields,
        export_formats=list(Format),
        chips=_chips(fields),
        more=any(request.args.get(name) for name in _MORE),
        tones=TONES,
    )


def _fields() -> dict[str, Sequence[tuple[str, str]]]:
    """What each filter offers to choose from."""
    within = reach()
    return {
        "law": [(str(each.id), each.short_title) for each in browsing.cited_laws(within)],
        "type": item_types.ItemType.choices(),
        "difficulty": [(str(n), name) for n, name in item_types.DIFFICULTIES.items()],
        "level": item_types.CognitiveLevel.choices(),
        "scene": item_types.Scene.choices(),
        "topic": [(each, each) for each in browsing.topics(within)],
        "writer": [(str(each.id), each.person.name) for each in browsing.writers(within)]
        if within.others
        else [],
        "state": ItemState.choices(),
        "pool": Pool.choices(),
        "secrecy": Secrecy.choices(),
        "use": Use.choices(),
        "expiring": list(EXPIRING.items()),
    }


_LABELS = {
    "q": "关键词",
    "law": "法律",
    "article": "条款",
    "type": "题型",
    "difficulty": "难度",
    "level": "认知层次",
    "scene": "情景",
    "topic": "知识点",
    "writer": "命题人",
    "batch": "导入批次",
    "pool": "用途",
    "secrecy": "密级",
    "use": "使用情况",
    "expiring": "有效期",
}


def _chips(fields: Mapping[str, Sequence[tuple[str, str]]]) -> list[dict[str, str]]:
    words = {name: dict(choices) for name, choices in fields.items()}
    return [
        {"label": label, "value": words.get(name, {}).get(value, value), "name": name}
        for name, label in _LABELS.items()
        if (value := request.args.get(name, "").strip())
    ]


@dataclass(frozen=True)
class Step:
    """One revision of an item, and how it differs from the one before."""

    revision: ItemRevision
    #: Part and its pieces, for each part that changed; empty for the first revision.
    changes: Sequence[tuple[str, Any]]


@bp.get("/items/<int:item_id>")
@requires(Permission.ITEM_READ)
def item(item_id: int) -> str:
    found = browsing.item(item_id, reach())
    if noted_as_opened([found]):
        found = browsing.item(item_id, reach())
    if found.current is None:
        abort(404)
    reviews, legal = can(Permission.ITEM_REVIEW), can(Permission.ITEM_LEGAL)
    own = can(Permission.ITEM_WRITE) and found.writer_id == account().id
    waits = LEGAL_WAITING if legal else WAITING
    return render_template(
        "question_bank/item.html",
        item=found,
        hints=hints(found.current),
        steps=_steps(found.revisions),
        authors=browsing.revision_authors(found),
        may_edit=own,
        may_delete=own and writing.deletable(found),
        reviews=reviews,
        legal=legal,
        legal_check=current_app.config["XUEFA"].legal_check,
        passes=browsing.steps_of(found),
        comments=browsing.comments_of(item_id),
        bulk_acts=bulk.acts_on(item_id),
        calibrations=calibrated.history(found.current.id) if can(Permission.ITEM_STATS) else (),
        obstacle=reviewing.obstacle(found, account()) if reviews else "",
        cases=amended.cases_of(item_id),
        case_stage=amended.stage,
        next_waiting=browsing.next_waiting(item_id, account().id, reach(), waits)
        if reviews
        else None,
        tones=TONES,
    )


def _steps(revisions: Sequence[ItemRevision]) -> list[Step]:
    """The revisions, newest first."""
    steps = [Step(revisions[0], ())] if revisions else []
    for old, new in pairwise(revisions):
        before, after = _wording(old), _wording(new)
        parts = dict.fromkeys([*before, *after])
        steps.append(Step(new, [
            (part, differences.pieces(before.get(part, ""), after.get(part, "")))
            for part in parts if before.get(part, "") != after.get(part, "")
        ]))  # fmt: skip
    return steps[::-1]


def _wording(revision: ItemRevision) -> dict[str, str]:
    """A revision part by part, as people read it."""
    return {
        "题型": revision.item_type.label,
        **kind_of(revision.item_type).wording(revision),
        "解析": revision.rationale,
        "引用条文": "、".join(f"《{each.article.version.law.short_title}》{each.article.number}"
                          for each in cited_of(revision)),
        "难度": item_types.DIFFICULTIES[revision.difficulty],
        "认知层次": revision.cognitive_level.label,
        "情景": revision.scene.label if revision.scene else "",
        "知识点": revision.topic,
        "题源": revision.source,
        "有效期": revision.valid_until.isoformat() if revision.valid_until else "",
    }  # fmt: skip


@bp.post("/export")
@requires(Permission.ITEM_EXPORT)
def export() -> ResponseReturnValue:
    """The list as narrowed by the address, as a file."""
    format_ = Format.by_label(request.form.get("format", "xlsx"))
    if format_ is None:
        abort(400)
    query = browsing.with_citations(
        browsing.items(replace(narrowed(), exportable=True), reach(), descending=False)
    )
    chips, at = [f"{each['label']}：{each['value']}" for each in _chips(_fields())], clock.now()
    with reading():
        items = db.session.scalars(query).unique().all()
        bundled = format_ is Format.BUNDLE
        made = bundles.write(items) if bundled else exporting.written(items, format_)
    left = browsing.items(replace(narrowed(), exportable=True), reach()).with_only_columns(
        Item.current_id, maintain_column_froms=True
    )
    sighting.note_exported(revision_ids=left, at=at, by=account())
    exporting.note_export(items=made.count, format_=format_, narrowed=chips, at=at)
    db.session.commit()
    name = f"题库导出_{clock.local(at):%Y%m%d_%H%M}"
    inside = f"{name}.{format_.suffix}"
    if not made.report:
        return attachment(made.data, inside, TYPES.get(format_, ZIP))
    report = ("未能保存的内容.txt", made.report.encode("utf-8-sig"))
    return attachment(archives.pack([(inside, made.data), report]), f"{name}.zip", ZIP)
