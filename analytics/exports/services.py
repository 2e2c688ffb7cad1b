"""An export is ordered, gets its roster, is made once, or is cancelled before."""

from datetime import datetime

from accounts.models import Account
from accounts.services import rosters
from analytics.exports import sheets
from analytics.exports.kinds import ExportKind
from analytics.exports.models import YearExport
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused


class NotAYear(Refused):
    message = "请填写四位年份，不晚于今年"


class Made(Refused):
    message = "这份导出已经生成，不能再取消"


class Damaged(Refused):
    message = "保存的内容与校验值不符，请重新生成；并请系统管理员检查数据库"


def order(
    *, kind: ExportKind, year: int, due_at: datetime, at: datetime, by: Account
) -> YearExport:
    """Raises NotAYear."""
    if not 2000 <= year <= clock.local(max(at, due_at)).year:
        raise NotAYear(field="year")
    made = YearExport(
        kind=kind, year=year, due_at=max(at, due_at), ordered_at=at, ordered_by_id=by.id
    )
    db.session.add(made)
    db.session.flush()
    record("year_export.order", made, at=at, kind=kind.label, year=year,
           due=made.due_at.isoformat())  # fmt: skip
    return made


def give_roster(*, export: YearExport, at: datetime) -> None:
    """The people as they stand are what its figures stand on; once."""
    lock(export)
    if export.roster_id is None and export.made_at is None:
        export.roster = rosters.take_snapshot(
            title=f"{export.year}年度{export.kind.label}", at=at, by=None
        )
        db.session.flush()


def finish(*, export: YearExport, content: bytes, rows: int, at: datetime) -> bool:
    """Keep what was worked out; False if somebody else did, or cancelled it, before."""
    lock(export)
    if export.made_at is not None or export.cancelled_at is not None:
        return False
    export.content, export.digest = content, sheets.digest(content)
    export.row_count, export.made_at = rows, at
    db.session.flush()
    record("year_export.make", export, at=at, kind=export.kind.label, year=export.year,
           roster=export.roster_id, rows=rows, hash=export.digest)  # fmt: skip
    return True


def cancel(*, export: YearExport, at: datetime) -> None:
    """Raises Made."""
    lock(export)
    if export.made_at is not None:
        raise Made
    export.cancelled_at = at
    db.session.flush()
    record("year_export.cancel", export, at=at, kind=export.kind.label, year=export.year)


def content_of(export: YearExport) -> bytes:
    """What was made, if it still is. Raises Damaged."""
    if export.content is None or sheets.digest(export.content) != export.digest:
        raise Damaged
    return export.content
