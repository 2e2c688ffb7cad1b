"""What a route declares about who may use it; a test lists the routes that stay silent."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a page that needs no sign-in."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # read back by the guard of all routes
    return view
