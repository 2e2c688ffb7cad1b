"""What a candidate sees of a result, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime

from exam.kinds import Release


@dataclass(frozen=True)
class Shown:
    score: bool
    #: The own paper, with what was right.
    paper: bool
    #: Key, rationale and cited articles.
    key: bool


def released(
    release: Release,
    *,
    submitted: bool,
    closes_at: datetime,
    published: bool,
    at: datetime,
    on_paper: bool = False,
) -> bool:
    """Whether a part of the result is open at ``at``; nothing is before handing in.

    Of an exam on paper nothing is before publication: its scores come in one by one.
    """
    if not submitted or (on_paper and not published):
        return False
    match release:
        case Release.AT_SUBMIT:
            return True
        case Release.AFTER_CLOSE:
            return at >= closes_at
        case Release.ON_PUBLICATION:
            return published
        case Release.NEVER:
            return False
