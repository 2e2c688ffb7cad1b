"""Sections that lie above the archive, the evaluation for one: app.py names who knows them."""

from collections.abc import Callable, Sequence

from study.archive.sections import Section

#: Whether the reader sees what the person was given in a unit, by the unit's id.
MaySee = Callable[[int], bool]
#: Sections of a person's (id) archive of a year, as far as the reader may see them.
Provider = Callable[[int, int, MaySee], Sequence[Section]]

_providers: list[Provider] = []


def wire(*providers: Provider) -> None:
    """Say who knows; app.py does."""
    _providers[:] = providers


def sections(person_id: int, year: int, may_see: MaySee) -> list[Section]:
    return [each for provider in _providers for each in provider(person_id, year, may_see)]
