"""Who knows what people owe: each kind of work says so, and app.py names them."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from courses.reminding.escalation import Owed

#: Of the people (ids), what each owes at the moment, whenever it is due.
Provider = Callable[[Collection[int], datetime], Sequence[Owed]]

_providers: list[Provider] = []


def wire(*providers: Provider) -> None:
    """Say who knows; app.py does."""
    _providers[:] = providers


def owed(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """What the people owe, what is due first at the top."""
    found = [each for provider in _providers for each in provider(person_ids, at)]
    return sorted(found, key=lambda each: (each.due_on, each.kind, each.ref_id, each.person_id))
