"""Whose items, and in which states, somebody sees. Pure.

Writers see their own items; reviewers see everybody's. Whoever reads the bank for another reason
(人事司, the setters of papers) sees what has been passed and no drafts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    #: None for a command line, which acts for nobody.
    account_id: int | None
    #: Items of other writers, too.
    others: bool = False
    #: Other writers' items that nobody has passed, too.
    drafts: bool = False


#: Everything: for command lines.
EVERYTHING = Reach(None, others=True, drafts=True)
