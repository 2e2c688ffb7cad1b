"""What a file would do to the bank."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy import select

from core.db import db
from core.progress import Say, silent, through
from question_bank.importing import cases, plan
from question_bank.importing.plan import Plan
from question_bank.importing.readers import ReadFile
from question_bank.importing.rows import PICTURE, Fault, ReadRow
from question_bank.models import Item, ItemRevision
from question_bank.pictures import queries as pictures
from question_bank.pictures import uses
from question_bank.queries import nearness
from question_bank.queries.citing import Register

_LACKING = "文字里有图片的编号，文件和题库里却没有这幅图；请改用带图片的格式导出，或者删去图片"
#: Fingerprints asked for in one statement.
_MANY = 500


def plan_of(file: ReadFile, *, day: date, say: Say = silent) -> Plan:
    """What importing the file on the day would do. Changes nothing."""
    stand = nearness.stand()
    raws = through(file.rows, "核对", say)
    read = [replace(each, place=n) for n, each in enumerate(cases.read_all(raws))]
    read = _with_pictures(read)
    decided = plan.decide(
        read,
        articles=Register(day).articles_of,
        in_bank=in_bank,
        near=partial(nearness.near, say=say),
    )
    return replace(decided, stand=stand)


def _with_pictures(read: Sequence[ReadRow]) -> list[ReadRow]:
    """The rows, refused where they show a picture that neither file nor bank has."""
    shown = [uses.of(each.draft, each.draft.rationale) if each.draft else {} for each in read]
    carried = [each.raw.pictures if each.raw else {} for each in read]
    wanted = {one for mine, brought in zip(shown, carried, strict=True)
              for one in mine if one not in brought}  # fmt: skip
    lacking = wanted - set(pictures.ids(wanted)) if wanted else set()
    return [
        replace(each, draft=None, faults=[*each.faults, Fault(PICTURE, _LACKING)])
        if lacking & (set(mine) - set(brought))
        else each
        for each, mine, brought in zip(read, shown, carried, strict=True)
    ]


def in_bank(marks: Sequence[str]) -> dict[str, int]:
    """The items whose current revision has one of the fingerprints."""
    found: dict[str, int] = {}
    for start in range(0, len(marks), _MANY):
        rows = db.session.execute(
            select(ItemRevision.fingerprint, Item.id)
            .join(Item, Item.current_id == ItemRevision.id)
            .where(ItemRevision.fingerprint.in_(marks[start : start + _MANY]))
            .order_by(Item.id)
        )
        for mark, item_id in rows:
            found.setdefault(mark, item_id)
    return found
