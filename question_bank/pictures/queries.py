"""Reads of pictures. Who sees an item sees its pictures; exams show theirs by their own rules."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import undefer

from accounts.models import Account
from core import pictures
from core.db import db
from question_bank.models import Item, ItemRevision
from question_bank.pictures.models import Picture, PictureUpload, PictureUse
from question_bank.queries import holding
from question_bank.queries.browsing import within
from question_bank.reach import Reach

#: Whether a paper, or practice, that an account may look at shows the picture of an id.
OnPapers = Callable[[Account, int], bool]
#: Addresses asked for in one statement.
_MANY = 500


_on_papers: Sequence[OnPapers] = ()


def wire(*on_papers: OnPapers) -> None:
    """Say who knows which pictures papers show; app.py does, as for queries.holding."""
    global _on_papers
    _on_papers = on_papers


def picture(address: str, account: Account, reach: Reach) -> Picture:
    """A picture that the account may see, with its data. NoResultFound for every other.

    Its own uploads, until a sealed paper holds them; those of items within the reach; those of
    papers that it may look at.
    """
    found = db.session.scalars(select(Picture).where(Picture.address == address)).one()
    used = (
        select(PictureUse.id)
        .join(ItemRevision, ItemRevision.id == PictureUse.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(PictureUse.picture_id == found.id)
    )
    brought = exists().where(
        PictureUpload.picture_id == found.id, PictureUpload.account_id == account.id
    )
    held = used.where(~holding.free(account.id)).exists()
    seen: ColumnElement[bool] = or_(used.where(within(reach)).exists(), brought & ~held)
    if not db.session.scalar(select(seen)) and not any(
        shows(account, found.id) for shows in _on_papers
    ):
        raise NoResultFound
    return with_data(found)


def with_data(found: Picture) -> Picture:
    return db.session.scalars(
        select(Picture).where(Picture.id == found.id).options(undefer(Picture.data))
    ).one()


def ids(addresses: Collection[str]) -> dict[str, int]:
    """The rows of those that the bank has, by address."""
    wanted, found = sorted(addresses), dict[str, int]()
    for start in range(0, len(wanted), _MANY):
        rows = db.session.execute(
            select(Picture.address, Picture.id)
            .where(Picture.address.in_(wanted[start : start + _MANY]))
            .order_by(Picture.id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def contents(addresses: Collection[str]) -> Mapping[str, pictures.Picture]:
    """The pictures themselves, of those that the bank has; for files."""
    known = ids(addresses)
    rows = (
        db.session.execute(
            select(Picture.data, Picture.media_type, Picture.width, Picture.height).where(
                Picture.id == id_
            )
        ).one()
        for id_ in known.values()
    )
    return {address: pictures.Picture(*row) for address, row in zip(known, rows, strict=True)}
