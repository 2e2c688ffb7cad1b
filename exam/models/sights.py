"""Who has seen a paper before it was sat."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Account
from core.db import Model
from exam.models.building import Form


class FormSight(Model):
    """An account opened a page that shows the items of a paper; the first time counts."""

    __tablename__ = "form_sight"
    __table_args__ = (UniqueConstraint("form_id", "account_id"),)

    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id, ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    at: Mapped[datetime]
