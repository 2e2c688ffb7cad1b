"""The demonstration's items that are not ticked."""

from collections import Counter

import pytest

from demo import material
from demo.material import TypedItem
from question_bank.item_types import ItemType
from question_bank.types import kind_of

ITEMS = material.typed_items()
LAWS = {(law.title, law.promulgated_on): law for law in material.laws()}


def test_every_type_is_there() -> None:
    assert Counter(each.item_type for each in ITEMS) == {
        ItemType.FILL_BLANK: 3,
        ItemType.SHORT_ANSWER: 2,
        ItemType.MATCHING: 1,
        ItemType.ORDERING: 1,
        ItemType.CASE_ANALYSIS: 1,
    }


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_is_well_formed_and_cites_articles_that_there_are(item: TypedItem) -> None:
    assert kind_of(item.item_type).faults(item) == []
    numbers = {each.number for each in LAWS[item.citation.law, item.citation.version].articles}
    assert set(item.citation.articles) <= numbers
    assert item.citation.articles[0] in item.rationale
