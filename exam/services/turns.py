"""One act of making at a time for each account, so that a second click finds the first one's."""

from sqlalchemy import select

from accounts.models import Account
from core.db import db


def take_turn(by: Account | None) -> None:
    """Wait until no other transaction of the account is making something."""
    if by is not None:
        # Not a plain FOR UPDATE, which would keep others from referring to the account.
        db.session.execute(
            select(Account.id).where(Account.id == by.id).with_for_update(key_share=True)
        )
