"""Which pictures an item shows, and which of them to those who are still to answer. Pure."""

from collections.abc import Mapping
from typing import Any

from question_bank import markup
from question_bank.types import Written


def of(written: Written, rationale: str) -> dict[str, bool]:
    """Each picture by its address; whether it is part of what is asked."""
    asked = markup.addresses([written.stem, list(written.options), _left(written.key)])
    for part in written.parts:
        shown = [part["stem"], list(part.get("options", ())), _left(part.get("key"))]
        asked |= markup.addresses(shown)
    every = markup.addresses([written.key, [dict(each) for each in written.parts], rationale])
    return {address: address in asked for address in sorted(asked | every)}


def _left(key: Any) -> Any:
    """The items on the left of a matching, which stand in its key."""
    return key.get("left", ()) if isinstance(key, Mapping) else ()
