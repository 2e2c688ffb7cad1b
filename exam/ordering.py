"""The order in which a candidate sees the options of a slot. Pure; rebuilt from the seed."""

from random import Random

from question_bank.types import Order, Written, kind_of


def order_of(seed: int, slot: int, written: Written) -> Order:
    """Which written option stands at each shown place, for an attempt and slot.

    None keeps the order as written: for seed 0, and for types that never shuffle (true/false
    always shows 正确 before 错误). A case has a list of such orders, one a part.
    """
    if not seed:
        return None
    random = Random(f"{seed}/{slot}")  # noqa: S311 - fairness, not secrecy
    return kind_of(written.item_type).shuffle(written, random)
