"""What a lesson can be: one module for each kind, known to the registry."""

from courses.lessons.kinds import articles, assignment, file, media, package, quiz, survey, text
from courses.lessons.kinds.base import Form, Kind

_KINDS: dict[str, Kind] = {
    each.value: each
    for each in (
        text.KIND,
        articles.KIND,
        file.KIND,
        media.KIND,
        package.KIND,
        quiz.KIND,
        survey.KIND,
        assignment.KIND,
    )
}

__all__ = ["Form", "Kind", "kind_of", "kinds"]


def kind_of(value: str) -> Kind:
    """Raises KeyError for one that nobody wrote."""
    return _KINDS[value]


def kinds() -> list[Kind]:
    return list(_KINDS.values())
