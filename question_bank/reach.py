"""Whose items, and in which states, somebody sees. Pure.

Writers see their own items; reviewers see everybody's. Whoever reads the bank for another reason
(人事司, the setters of papers) sees what has been passed and no drafts. Items on a sealed paper
whose exams are not over are seen by nobody but the paper's setter, whatever the reach.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    #: None where nobody's own items are meant.
    account_id: int | None
    #: Items of other writers, too.
    others: bool = False
    #: Other writers' items that nobody has passed, too.
    drafts: bool = False
    #: Other writers' items that are kept secret until their exam (考前保密), too.
    confidential: bool = False
    #: Items that sealed papers hold back, too; for copies of the whole system only.
    held: bool = False


#: What papers may be made of.
PASSED_ONLY = Reach(None, others=True, confidential=True)
#: For command lines, which act for nobody.
EVERYTHING = Reach(None, others=True, drafts=True, confidential=True)
