"""今日五题: which items come, and for what reason. Pure."""

from collections.abc import Mapping, Sequence

from study.practice.kinds import Reason

#: Each reason gets its share before any reason gets more, so that a heap of due reviews does not
#: keep new law away.
SHARES = {
    Reason.DUE: 2,
    Reason.STUDIED: 1,
    Reason.MISTAKE: 1,
    Reason.NEW_LAW: 1,
    Reason.POST: 1,
    Reason.MUST_KNOW: 1,
    Reason.WEAK: 1,
}


def arrange(queues: Mapping[Reason, Sequence[int]], size: int) -> list[tuple[int, Reason]]:
    """Items with their reasons, in the order of the reasons, each item once.

    First every reason's share in the order of the reasons, as far as there is room; what room is
    left goes to the reasons in their order.
    """
    taken: dict[int, Reason] = {}
    for most in (SHARES, None):
        for reason in Reason:
            room = size - len(taken)
            if most is not None:
                room = min(room, most.get(reason, 0))
            new = [each for each in dict.fromkeys(queues.get(reason, ())) if each not in taken]
            taken |= dict.fromkeys(new[: max(0, room)], reason)
    order = list(Reason)
    return sorted(taken.items(), key=lambda pair: order.index(pair[1]))
