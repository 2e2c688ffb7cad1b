"""Pictures come in, and are noted where revisions show them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core import pictures
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from question_bank.pictures import queries, uses
from question_bank.pictures.models import Picture, PictureUpload, PictureUse
from question_bank.types import Written

#: What was uploaded and is shown by nothing goes after this.
UNUSED = timedelta(days=30)


class NoSuchPicture(Refused):
    """A text names a picture that the bank does not have."""

    message = "试题里的图片不在题库中；请删去，再用“图片”按钮插入"


def keep(*, picture: pictures.Picture, at: datetime, by: Account | None) -> Picture:
    """Put a picture by, once however often it is brought."""
    query = select(Picture).where(Picture.address == picture.address)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        try:
            with db.session.begin_nested():
                found = Picture(
                    address=picture.address,
                    media_type=picture.media_type,
                    width=picture.width,
                    height=picture.height,
                    data=picture.data,
                    created_at=at,
                )
                db.session.add(found)
        except IntegrityError:  # somebody else brought it in this moment
            found = db.session.scalars(query).one()
    if by is not None:
        _note_upload(found, at, by)
    return found


def _note_upload(picture: Picture, at: datetime, by: Account) -> None:
    mine = PictureUpload.account_id == by.id
    if not db.session.scalar(select(exists().where(PictureUpload.picture_id == picture.id, mine))):
        try:
            with db.session.begin_nested():
                db.session.add(PictureUpload(picture_id=picture.id, account_id=by.id, at=at))
        except IntegrityError:
            return
        record("picture.upload", picture, at=at)


def forget_unused(*, at: datetime) -> int:
    """Delete pictures that were brought long ago and that no revision shows; how many."""
    old = (
        select(Picture.id)
        .where(
            Picture.created_at < at - UNUSED,
            ~exists().where(PictureUse.picture_id == Picture.id),
            ~exists().where(
                PictureUpload.picture_id == Picture.id, PictureUpload.at >= at - UNUSED
            ),
        )
        .order_by(Picture.id)
        .limit(200)
    )
    ids = db.session.scalars(old).all()
    for table, column in ((PictureUpload, PictureUpload.picture_id), (Picture, Picture.id)):
        db.session.execute(delete(table).where(column.in_(ids)))
    if ids:
        record("picture.forget", object_type="Picture", at=at, pictures=len(ids))
    return len(ids)


def must_be_there(written: Written, rationale: str) -> None:
    """Raises NoSuchPicture for an item that shows a picture that the bank does not have."""
    wanted = uses.of(written, rationale)
    if wanted and len(queries.ids(wanted)) < len(wanted):
        raise NoSuchPicture


def note_uses(revisions: Iterable[tuple[int, Written, str]]) -> None:
    """Note what new revisions (id, content, rationale) show."""
    shown = {
        number: found
        for number, written, rationale in revisions
        if (found := uses.of(written, rationale))
    }
    if not shown:
        return
    ids = queries.ids({address for found in shown.values() for address in found})
    rows = [
        {"picture_id": ids[address], "revision_id": number, "asked": asked}
        for number, found in shown.items()
        for address, asked in found.items()
        if address in ids
    ]
    if rows:
        db.session.execute(insert(PictureUse), rows)


def take_in(
    carried: Mapping[str, pictures.Picture],
    shown: Iterable[tuple[Written, str]],
    *,
    at: datetime,
    by: Account | None,
) -> None:
    """Keep those of the pictures that a file carries that its items show."""
    wanted = {each for written, rationale in shown for each in uses.of(written, rationale)}
    for address in sorted(wanted & set(carried)):
        keep(picture=carried[address], at=at, by=by)
