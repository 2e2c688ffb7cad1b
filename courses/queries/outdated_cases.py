"""How many cases wait for a look at what was amended. Cases lie above courses: app.py says where
to ask."""

from collections.abc import Callable

_counter: Callable[[], int] = int


def wire(counter: Callable[[], int]) -> None:
    """Say who knows the cases; app.py does."""
    global _counter
    _counter = counter


def waiting() -> int:
    return _counter()
