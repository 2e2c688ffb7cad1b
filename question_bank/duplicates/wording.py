"""What of an item of any type is compared: the words that its type says make it. Pure."""

from question_bank.duplicates.judging import Compared
from question_bank.duplicates.sketching import sketch
from question_bank.types import Written, kind_of


def compared(written: Written) -> Compared:
    """Its words, in order and not, and what is right, in words."""
    kind = kind_of(written.item_type)
    words = kind.words(written)
    right = list(kind.key_lines(written)) or [kind.key_text(written)]
    return Compared("\n".join(words.ordered), list(words.loose), right)


def sketch_of(item: Compared) -> bytes:
    return sketch(item.stem, item.options)
