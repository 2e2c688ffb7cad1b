"""Pictures, who brought them, and which revisions show them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Account
from core.db import Code, Model
from question_bank.models import ItemRevision


class Picture(Model):
    """A picture as core.pictures leaves it. It never changes: its address says what it shows."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("media_type IN ('image/png', 'image/jpeg')", name="png_or_jpeg"),
    )

    #: core.pictures.Picture.address; what texts name it by.
    address: Mapped[Code] = mapped_column(unique=True)
    media_type: Mapped[Code]
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class PictureUpload(Model):
    """Somebody brought a picture, and may look at it before any item shows it."""

    __tablename__ = "picture_upload"
    __table_args__ = (UniqueConstraint("picture_id", "account_id"),)

    picture_id: Mapped[int] = mapped_column(ForeignKey(Picture.id))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    at: Mapped[datetime]


class PictureUse(Model):
    """A revision shows a picture; as long as it does, the picture stays."""

    __tablename__ = "picture_use"
    __table_args__ = (UniqueConstraint("picture_id", "revision_id"),)

    picture_id: Mapped[int] = mapped_column(ForeignKey(Picture.id))
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    #: It is part of what candidates are asked, not only of the key or the rationale.
    asked: Mapped[bool]
