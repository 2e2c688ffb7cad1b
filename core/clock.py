"""The only place that reads the wall clock, so that tests can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone of every page, form and report. The database holds UTC.
LOCAL = ZoneInfo("Asia/Shanghai")

_frozen: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    """Today's date in Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on a Shanghai clock."""
    return moment.astimezone(LOCAL)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stand the clock at ``moment`` inside the block (all threads); blocks nest."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}")
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
