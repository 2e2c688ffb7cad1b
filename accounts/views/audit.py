"""Pages of the security auditor: the trail, a record, its proof, its export."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from accounts.queries import people as people_queries
from accounts.queries import trail as queries
from accounts.queries.trail import Looked
from accounts.views.base import bp, text_asked
from core import clock, paging
from core.audit import trail
from core.audit.labels import field_label, label, object_label, told
from core.audit.models import AuditRecord
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table, write_workbook

#: Records in one workbook, the newest; for more, choose a shorter span.
MOST_EXPORTED = 20_000
RESULTS = {"done": "完成", "refused": "被拒"}


def _looked() -> Looked:
    until = _day("until")
    return Looked(
        action=text_asked("action"),
        actor=text_asked("actor"),
        result=text_asked("result"),
        since=_midnight(_day("since")),
        before=_midnight(until and until + timedelta(days=1)),
    )


def _day(name: str) -> date | None:
    """The day in the address; None for none, for one that is none, and for the end of time."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 1900 < found.year < 9000 else None


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), clock.LOCAL)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> str:
    number, size = paging.asked()
    page = paging.select_page(queries.audit_records(_looked()), number=number, per_page=size)
    return render_template(
        "accounts/audit_log.html",
        page=page,
        names=_names(page.items),
        actions=[(action, label(action)) for action in queries.audit_actions()],
        label=label,
        object_label=object_label,
        results=list(RESULTS.items()),
        conditions={
            name: value
            for name in ("action", "actor", "since", "until", "result")
            if (value := request.args.get(name))
        },
    )


def _names(records: Sequence[AuditRecord]) -> dict[str, str]:
    """The names behind the staff numbers of those who acted."""
    return people_queries.names(sorted({each.actor for each in records if each.actor}))


@bp.get("/audit/<int:number>")
@requires(Permission.AUDIT_READ)
def audit_record(number: int) -> str:
    """One record with everything that it says."""
    found = queries.audit_record(number)
    detail = told(found.action, json.loads(found.body).get("detail", {}))
    return render_template(
        "accounts/audit_record.html",
        record=found,
        detail=[(field_label(name), _in_words(value)) for name, value in detail.items()],
        label=label,
        object_label=object_label,
        result=RESULTS.get(found.result, found.result),
        names=_names([found]),
        last=trail.length(),
    )


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _body(record: AuditRecord) -> str:
    """The record as it was kept, without scores."""
    kept = json.loads(record.body)
    detail = kept.get("detail", {})
    if (shown := told(record.action, detail)) == detail:
        return record.body
    return json.dumps(kept | {"detail": shown}, ensure_ascii=False, separators=(",", ":"))


@bp.get("/audit/records.xlsx")
@requires(Permission.AUDIT_READ)
def export_audit() -> ResponseReturnValue:
    """The records that the list shows, the newest first; noted on the trail itself."""
    found = db.session.scalars(queries.audit_records(_looked()).limit(MOST_EXPORTED)).all()
    names = _names(found)
    columns = [
        Column("序号", "number", 10, "0"),
        Column("时间", "at", 18),
        Column("工号", "actor", 14),
        Column("姓名", "name", 12),
        Column("事项", "label", 20),
        Column("事项代码", "action", 22),
        Column("对象", "object", 24),
        Column("来源", "source", 18),
        Column("结果", "result", 10),
        Column("内容", "body", 60),
    ]
    rows = [
        {
            "number": each.number,
            "at": each.at,
            "actor": each.actor or "系统",
            "name": names.get(each.actor, ""),
            "label": label(each.action),
            "action": each.action,
            "object": f"{object_label(each.object_type)} {each.object_id}".strip(),
            "source": each.source or "本机",
            "result": RESULTS.get(each.result, each.result),
            "body": _body(each),
        }
        for each in found
    ]
    notes = [f"最多导出最近 {MOST_EXPORTED} 条。"] if len(found) == MOST_EXPORTED else []
    data = write_workbook(Table("审计日志", columns, rows, title="审计日志", notes=notes))
    may_write()
    trail.record("audit.export", object_type="AuditRecord", records=len(found))
    db.session.commit()
    return attachment(data, f"审计日志-{clock.today():%Y%m%d}.xlsx")


@bp.post("/audit/verify")
@requires(Permission.AUDIT_READ)
def verify_audit() -> ResponseReturnValue:
    broken = trail.verify()
    if broken is None:
        flash(f"审计链完整，共 {trail.length()} 条。", "success")
    else:
        flash(f"第 {broken.number} 条异常：{broken.reason}。", "error")
    return redirect(url_for(".audit_log"))
