"""What is in a lossless bundle, and what of it this bank could take. Changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.db import db
from core.progress import Say, silent, through
from laws.models import Article, Law, LawVersion
from question_bank.exporting import bundles
from question_bank.exporting.bundles import Bundle, Refusal, Unrestorable
from question_bank.models import Item, ItemRevision, ItemState

#: What comes of lines that no export of ours has written.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, SQLAlchemyError)
NOT_OURS = "内容不完整或不合格式，可能不是本系统导出的；请重新导出"


@dataclass
class NeededLaw:
    """A version of a law that the items cite."""

    title: str
    version: str
    promulgated_on: str
    #: Numbers of cited articles, and those of them that the register does not have.
    cited: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


@dataclass
class Contents:
    """What restoring a bundle would do."""

    items: int
    restorable: int = 0
    revisions: int = 0
    comments: int = 0
    #: Of those that can be restored.
    states: Counter[ItemState] = field(default_factory=Counter)
    laws: dict[tuple[str, str, str], NeededLaw] = field(default_factory=dict)
    rejected: list[Refusal] = field(default_factory=list)
    #: Items that the bank has already.
    present: list[Refusal] = field(default_factory=list)


def contents(bundle: Bundle, *, say: Say = silent) -> Contents:
    """What is in the bundle, and which of its items the bank would take."""
    found = Contents(len(bundle.items))
    known: dict[tuple[str, str, str], set[str]] = {}
    for number, line in enumerate(through(bundle.items, "核对", say), 1):
        try:
            current = bundles.current(line)
            other = there(current)
            lacking = [text for cited in _cited(line) if (text := _looked_up(cited, found, known))]
            if other is not None:
                found.present.append(Refusal(number, bundles.same_as(other)))
                continue
            for each in bundles.revisions(line):
                bundles.must_be_sound(each)
            if lacking:
                raise Unrestorable(lacking[0])
            state = ItemState.of(bundles.value(line["state"])) if line else None
        except Unrestorable as refusal:
            found.rejected.append(Refusal(number, str(refusal)))
        except MALFORMED:
            found.rejected.append(Refusal(number, NOT_OURS))
        else:
            found.restorable += 1
            found.revisions += len(bundles.revisions(line))
            found.comments += len(line.get("comments", ())) if line else 0
            found.states[state or ItemState.DRAFT] += 1
    return found


def there(current: Mapping[str, Any]) -> int | None:
    """The item that says the same as the revision in a bundle."""
    return db.session.scalar(
        select(Item.id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(ItemRevision.fingerprint == current["fingerprint"])
        .order_by(Item.id)
        .limit(1)
    )


def _cited(line: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    return [cited for each in bundles.revisions(line) for cited in each["citations"]]


def _looked_up(
    cited: Mapping[str, Any], found: Contents, known: dict[tuple[str, str, str], set[str]]
) -> str:
    """Note a citation; why it cannot be restored, "" if it can."""
    key = (str(cited["law"]), str(cited["promulgated_on"]), str(cited["version"]))
    if key not in known:
        rows = db.session.scalars(
            select(Article.number)
            .join(LawVersion, LawVersion.id == Article.version_id)
            .join(Law, Law.id == LawVersion.law_id)
            .where(
                Law.title == key[0],
                LawVersion.promulgated_on == date.fromisoformat(key[1]),
                LawVersion.label == key[2],
            )
        )
        known[key] = set(rows)
    needed = found.laws.setdefault(key, NeededLaw(key[0], key[2], key[1]))
    number = str(cited["article"])
    needed.cited.add(number)
    if number in known[key]:
        return ""
    needed.missing.add(number)
    return bundles.lacking(cited)
