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


def released(release: Release, *, closes_at: datetime, published: bool, at: datetime) -> bool:
    """Whether a part of the result is open at ``at`` to those who handed in."""
    match release:
        case Release.AT_SUBMIT:
            return True
        case Release.AFTER_CLOSE:
            return at >= closes_at
        case Release.ON_PUBLICATION:
            return published
        case Release.NEVER:
            return False


def opens(release: Release, *, on_paper: bool) -> Release:
    """What a release means: scores on paper come in one by one, and wait for publication."""
    return Release.ON_PUBLICATION if on_paper and release is not Release.NEVER else release


def paper_opens(score: Release, paper: Release, *, on_paper: bool) -> Release:
    """When the own paper opens: never before the score, which the marks of its items add up to."""
    return later(opens(score, on_paper=on_paper), opens(paper, on_paper=on_paper))


def later(one: Release, other: Release) -> Release:
    """Whichever opens less, or later."""
    return max(one, other, key=list(Release).index)
