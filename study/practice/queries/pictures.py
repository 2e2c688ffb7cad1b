"""Pictures in practice: of what is asked, and of key and rationale once it was answered."""

from sqlalchemy import exists, or_, select

from accounts.models import Account
from accounts.permissions import Permission, scope_of
from core.db import db
from question_bank.models import Item, ItemRevision
from question_bank.pictures.models import PictureUse
from question_bank.queries import holding
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeEssay, PracticeRun


def on_runs(account: Account, picture_id: int) -> bool:
    """Whether a run of the account's shows the picture."""
    if not scope_of(account.roles, Permission.COURSE_STUDY):
        return False
    answered = or_(
        exists().where(PracticeAnswer.entry_id == PracticeEntry.id),
        exists().where(PracticeEssay.entry_id == PracticeEntry.id),
    )
    shown = (
        select(PracticeEntry.id)
        .join(PracticeRun, PracticeRun.id == PracticeEntry.run_id)
        .join(PictureUse, PictureUse.revision_id == PracticeEntry.revision_id)
        .join(ItemRevision, ItemRevision.id == PracticeEntry.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(
            PracticeRun.person_id == account.person_id,
            PictureUse.picture_id == picture_id,
            or_(PictureUse.asked, answered),
            holding.open_to_all(),
        )
    )
    return bool(db.session.scalar(select(shown.exists())))
