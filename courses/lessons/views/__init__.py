"""Pages of what lessons are made of: playing, packages, quizzes, surveys, work handed in."""

from courses.lessons.views import judging, playing, runtime, taking_part
from courses.lessons.views.base import bp
from courses.lessons.views.runtime import bp as runtime_bp

__all__ = ["bp", "judging", "playing", "runtime", "runtime_bp", "taking_part"]
