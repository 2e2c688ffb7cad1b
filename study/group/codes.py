"""When the code on the projector (core.rotating_code) lets somebody sign in to a session. Pure."""

from datetime import datetime, timedelta

#: What the codes are for: those of a training class let nobody into a session.
PURPOSE = "study group"
#: The window opens so long before the session begins.
EARLY = timedelta(minutes=30)


def is_open(*, starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether the session can be signed in to: from half an hour before it until it ends."""
    return starts_at - EARLY <= at < ends_at
