"""What becomes of an item whose article was amended. Pure."""

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from core.labels import Labelled
from laws.alignment import ChangeKind


class Decision(Labelled):
    """What a reviewer decided about an item whose article was amended."""

    #: It rests on the new article as well.
    STILL_APPLIES = "still_applies", "仍然适用"
    #: Its writer is to change it.
    REWRITE = "rewrite", "改题"
    #: It is asked up to the day before the new version takes effect.
    UNTIL_EFFECTIVE = "until_effective", "用到施行日前"
    RETIRE = "retire", "停用"


class Stage(Labelled):
    """Where the review of an item stands; derived from the decision and the item."""

    WAITING = "waiting", "待复核"
    WITH_WRITER = "with_writer", "待命题人修改"
    REVISED = "revised", "已改，待审定"
    SETTLED = "settled", "已处理"


#: An item that cites an article of these kinds goes on by itself.
CARRIED = (ChangeKind.UNCHANGED, ChangeKind.RENUMBERED)
#: An item that cites an article of these kinds is stopped.
STOPPED = (ChangeKind.EDITED, ChangeKind.REMOVED)


class Placed(Protocol):
    """A citation, as far as it matters on which version it rests."""

    @property
    def law_id(self) -> int: ...

    @property
    def version_id(self) -> int: ...

    @property
    def promulgated_on(self) -> date: ...


P = TypeVar("P", bound=Placed)


def usable(cited: Iterable[tuple[int, int]], versions: Container[int]) -> bool:
    """Whether of every law cited, (law, version), some version is among those that count.

    No for an item that cites nothing.
    """
    found: dict[int, bool] = {}
    for law_id, version_id in cited:
        found[law_id] = found.get(law_id, False) or version_id in versions
    return bool(found) and all(found.values())


def footing(citations: Sequence[P], versions: Container[int]) -> list[P]:
    """The citations to show where one of the versions counts, in the order given.

    Of each law those in the newest of the versions; where none lies in them, those in the newest
    version cited. So an item that was carried over from version to version shows one of them.
    """
    chosen: dict[int, tuple[bool, date, int]] = {}
    for each in citations:
        rank = (each.version_id in versions, each.promulgated_on, each.version_id)
        chosen[each.law_id] = max(chosen.get(each.law_id, rank), rank)
    return [each for each in citations if each.version_id == chosen[each.law_id][2]]
