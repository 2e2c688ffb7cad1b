"""Which scenes are about the same matter. Pure."""

import re

_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]*")
#: A shorter beginning is a turn of phrase and no matter.
_LEAST = 12


def setting_of(stem: str) -> str:
    """What a stem tells before its last sentence, which asks; "" if that is next to nothing."""
    told = _SENTENCE.findall(stem.strip())[:-1]
    folded = re.sub(r"\W", "", "".join(told))
    return folded if len(folded) >= _LEAST else ""
