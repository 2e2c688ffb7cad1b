"""Two people at the same page: whoever saves last is told that it was changed meanwhile."""

from hashlib import sha256

from core.errors import Refused


class ChangedMeanwhile(Refused):
    """Saved once more, what somebody typed counts: they know then."""

    message = (
        "您打开本页以后，别人修改并保存过；请另开一页看最新内容，确认以您填写的为准，再按一次保存"
    )


def mark(content: object) -> str:
    """A short word for what somebody was shown, by its repr: the same for the same."""
    return sha256(repr(content).encode()).hexdigest()[:16]


def must_be_as_seen(now: str, seen: str) -> None:
    """Two marks; ``seen`` is "" where nobody says what was shown. Raises ChangedMeanwhile."""
    if seen and seen != now:
        raise ChangedMeanwhile
