"""Pictures for tests, and items that show them."""

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from PIL import Image

from accounts.models import Account
from core import pictures
from core.db import db
from core.pictures import Picture
from question_bank import markup
from question_bank.models import ItemRevision
from question_bank.pictures import services

TABLE = "| 环节 | 期限 |\n| --- | --- |\n| 受理 | 十五日 |\n| 办理 | 六十日 |"


def drawn(color: str = "navy", kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(buffer, kind)
    return buffer.getvalue()


def picture(color: str = "navy", kind: str = "PNG") -> Picture:
    return pictures.read(drawn(color, kind))


def named(found: Picture, alt: str = "流程图") -> str:
    return markup.picture(alt, found.address)


def kept(app: Flask, found: Picture, at: Any, by: Account | None = None) -> None:
    """The picture is in the bank, brought by somebody."""
    with app.app_context():
        services.keep(picture=found, at=at, by=by and db.session.merge(by))
        db.session.commit()


def showing(app: Flask, make: Callable[[], ItemRevision]) -> ItemRevision:
    """A revision as ``make`` makes it, its pictures noted as the services note them."""
    revision = make()
    with app.app_context():
        services.note_uses([(revision.id, revision, revision.rationale)])
        db.session.commit()
    return revision
