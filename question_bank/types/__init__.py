"""The types of item, each a module of this package that registers its ``Kind``.

A new type is a new module here and a folder in ``templates/item_types``; every module is found by
being here.
"""

from importlib import import_module
from pkgutil import iter_modules

from question_bank.types.base import (
    KEY,
    OPTIONS,
    PARTS,
    STEM,
    BadResponse,
    Claims,
    Content,
    Fault,
    Kind,
    Order,
    Part,
    Response,
    Sent,
    Unclear,
    Words,
    Written,
    encoded,
    letter,
)
from question_bank.types.registry import kind_of, kinds, register, withdraw

__all__ = [
    "KEY", "OPTIONS", "PARTS", "STEM", "BadResponse", "Claims", "Content", "Fault", "Kind", "Order",
    "Part", "Response", "Sent", "Unclear", "Words", "Written", "encoded", "kind_of", "kinds",
    "letter", "register", "withdraw",
]  # fmt: skip

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
