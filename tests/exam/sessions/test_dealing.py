"""Papers dealt to candidates: even, unlike the neighbour's, never one with an own item."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from accounts.standing import RankGroup
from exam.sessions.dealing import Choice, Sitter, deal, for_group, without_paper

G = RankGroup
A = Choice(1, None, [(1,), (2,)])
B = Choice(2, None, [(3,), (4,)])
C = Choice(3, None, [(5,), (6,)])
OWN = Choice(4, G.DIVISION, [(7,), (8,)])
DRAWN = Choice(5, None, [(1, 2), (3, 4)])


def people(count: int, **given) -> list[Sitter]:
    return [
        Sitter(key=n, unit_id=n // 9, rank_group=given.pop("group", G.SECTION), **given)
        for n in range(count)
    ]


@pytest.mark.parametrize("papers", [[A, B], [A, B, C]], ids=["A, B", "A, B, C"])
def test_papers_come_out_even_and_neighbours_in_a_unit_differ(papers) -> None:
    sitters = people(100)
    dealt = deal(sitters, papers, rng=Random(4))
    counts = Counter(dealt[each.key].form_id for each in sitters)
    assert max(counts.values()) - min(counts.values()) <= 1
    for one, other in pairwise(sitters):
        if one.unit_id == other.unit_id:
            assert dealt[one.key].form_id != dealt[other.key].form_id


def test_nobody_can_tell_in_advance_who_gets_which() -> None:
    first = {deal(people(9), [A, B, C], rng=Random(seed))[5].form_id for seed in range(40)}
    assert first == {1, 2, 3}


def test_each_group_gets_its_own_paper_and_the_others_the_general_one() -> None:
    assert for_group(G.DIVISION, [A, OWN, B]) == [OWN]
    assert for_group(G.SECTION, [A, OWN, B]) == [A, B]
    assert without_paper({G.DIVISION, G.SECTION}, [OWN]) == [G.SECTION]
    assert without_paper({G.DIVISION, G.SECTION}, [OWN, A]) == []


def test_who_wrote_an_item_gets_a_paper_without_it_or_waits() -> None:
    writer = Sitter("writer", 1, G.SECTION, touched={2})
    everything = Sitter("everything", 1, G.SECTION, touched={2, 3})
    dealt = deal([writer, everything], [A, B], rng=Random(1))
    assert dealt["writer"].form_id == 2
    assert "命题回避" in dealt["writer"].reason
    assert dealt["everything"].form_id is None
    assert "须批准免考或另抽回避卷" in dealt["everything"].reason


def test_a_paper_with_alternatives_is_free_while_each_place_has_another_item() -> None:
    dealt = deal(
        [Sitter("some", 1, G.SECTION, touched={1, 4}), Sitter("all", 1, G.SECTION, touched={1, 2})],
        [DRAWN],
        rng=Random(1),
    )
    assert dealt["some"].form_id == 5
    assert "去掉本人接触过的 2 题" in dealt["some"].reason
    assert dealt["all"].form_id is None


def test_items_met_lately_are_avoided_only_where_that_can_be_done() -> None:
    again = Sitter("again", 1, G.SECTION, met={1, 2, 3})
    dealt = deal([again], [A, B], rng=Random(1))
    assert dealt["again"].form_id == 2
    assert "避开近期考过的试题" in dealt["again"].reason
    assert deal([again], [A], rng=Random(1))["again"].form_id == 1


def test_papers_given_out_before_are_counted() -> None:
    dealt = deal(people(3), [A, B], rng=Random(1), had={1: 5, 2: 2})
    assert Counter(each.form_id for each in dealt.values())[2] == 2


def test_one_item_less_that_was_met_does_not_seat_everybody_at_the_same_paper() -> None:
    first = Choice(1, None, [(n,) for n in range(20)])
    second = Choice(2, None, [(n,) for n in range(20, 40)])
    fresh = Choice(3, None, [(n,) for n in range(40, 60)])
    sitters = [Sitter(n, 1, G.SECTION, met={1, 2, 21}) for n in range(10)]

    dealt = deal(sitters, [first, second], rng=Random(1))

    assert Counter(each.form_id for each in dealt.values()) == {1: 5, 2: 5}
    assert all(dealt[n].form_id != dealt[n + 1].form_id for n in range(9))
    assert {each.reason for each in dealt.values()} == {"随机分配"}
    # A paper without any such item goes before; one with many more goes last.
    assert {each.form_id for each in deal(sitters, [first, fresh], rng=Random(1)).values()} == {3}
    much = [Sitter(n, 1, G.SECTION, met={*range(9), 21}) for n in range(4)]
    assert {each.form_id for each in deal(much, [first, second], rng=Random(1)).values()} == {2}
