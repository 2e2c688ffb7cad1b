"""今日五题 are drawn: for this person, with a reason for each."""

from study.daily.drawing import arrange
from study.daily.queries import choosing
from study.practice.drawing import DAILY
from study.practice.kinds import Reason
from study.practice.queries import runs as queries
from study.practice.services import starting
from study.practice.services.starting import Start


def find_daily(start: Start) -> dict[int, Reason]:
    """Revisions with their reasons, in the order in which they are asked; writes nothing.

    Nothing where today's were drawn before.
    """
    if queries.run_of(start.by.person, start.seed):
        return {}
    queues = choosing.queues(start.by.person, start.at, start.rng)
    wanted = list(dict.fromkeys(item for items in queues.values() for item in items))
    usable, stems = {}, set()
    for each in starting.usable(wanted, start.day):
        if each.fingerprint not in stems:
            stems.add(each.fingerprint)
            usable[each.item_id] = each.revision_id
    fitting = {reason: [each for each in items if each in usable]
               for reason, items in queues.items()}  # fmt: skip
    return {usable[item]: reason for item, reason in arrange(fitting, DAILY)}
