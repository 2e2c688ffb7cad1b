"""The board of the running periods, as the job would make it."""

from datetime import datetime

from analytics.board import services, spans
from core import clock


def load(*, at: datetime) -> None:
    for span in spans.running(clock.local(at).date()):
        services.keep(services.prepare(span.period, at), at=at, asked=False)
