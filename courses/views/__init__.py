"""Pages: studying, following others' progress, managing the catalogue, writing lessons, and the
worklist of changes of law."""

from courses.views import awareness, changes, following, learning, managing, writing
from courses.views.base import bp
from courses.views.base import changes as changes_bp

__all__ = [
    "awareness", "bp", "changes", "changes_bp", "following", "learning", "managing", "writing",
]  # fmt: skip
