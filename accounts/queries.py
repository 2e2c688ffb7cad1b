"""Reads about people, units and sessions. Every list is in a fixed order."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account, Person, SignIn
from accounts.sessions import token_hash
from core.db import db


def sign_in_of(token: str) -> SignIn | None:
    """The open session of a token with its account, roles and person; None for any other token."""
    return db.session.scalars(
        select(SignIn)
        .join(SignIn.account)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .options(
            joinedload(SignIn.account).options(
                joinedload(Account.person).joinedload(Person.stat_unit),
                selectinload(Account.grants),
            )
        )
    ).one_or_none()
