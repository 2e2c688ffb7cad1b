"""Pages: the catalogue, studying, following others' progress, managing courses, writing lessons,
and the worklist of changes of law."""

from courses.views import (
    awareness,
    catalogue,
    changes,
    following,
    learning,
    managing,
    writing,
)
from courses.views.base import bp
from courses.views.base import changes as changes_bp

__all__ = [
    "awareness", "bp", "catalogue", "changes", "changes_bp", "following", "learning", "managing",
    "writing",
]  # fmt: skip
