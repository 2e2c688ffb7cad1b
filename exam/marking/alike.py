"""Answers in words that say the same. Pure; nothing is alike, only equal once folded."""

from functools import lru_cache

from exam.marking import rubric
from question_bank.folding import folded
from question_bank.types import Response, Written

#: So many are judged together at once; each is scored on its own, and others wait meanwhile.
MOST = 50


def saying(item: Written, response: Response) -> str:
    """What persons read of an answer, in the form in which equal ones are equal; "" for nothing."""
    texts = [_folded(each.text) for each in rubric.questions(item, response)]
    return "\n".join(texts) if any(texts) else ""


#: Whoever marks an item meets the same answers beside each of them.
_folded = lru_cache(maxsize=8192)(folded)
