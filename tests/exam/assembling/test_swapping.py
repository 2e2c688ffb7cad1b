"""One item of a form given up for another of its cell."""

import json

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from exam.models import FormItem
from tests.exam.assembling.sending import M, S, seen, soup, text

pytestmark = pytest.mark.usefixtures("noon")


def slots(session) -> list[int]:
    return seen(session, select(FormItem.revision_id).order_by(FormItem.slot))


def test_a_slot_is_given_another_item_of_its_cell(setter, drawn, bank, session) -> None:
    before = slots(session)
    page = soup(setter.get(f"{drawn}/slots/1"))
    offered = {int(each["value"]) for each in page.select("[name=revision]")}
    assert offered == {each.id for each in bank if each.item_type is S} - set(before)
    chosen = min(offered)
    done = setter.post(f"{drawn}/slots/1/swap", data={"revision": chosen})
    assert done.location.endswith("#q1")
    assert slots(session) == [chosen, *before[1:]]
    [entry] = seen(session, select(AuditRecord).where(AuditRecord.action == "form.swap"))
    assert json.loads(entry.body)["detail"] == {"slot": 1, "old": before[0], "new": chosen}


def test_a_random_swap_takes_something_else(setter, drawn, session) -> None:
    before = slots(session)
    setter.post(f"{drawn}/slots/2/swap")
    after = slots(session)
    assert after[1] != before[1]
    assert after[1] not in before


def test_swaps_that_do_not_fit_are_refused(setter, drawn, bank, session) -> None:
    before = slots(session)
    wrong_type = next(each.id for each in bank if each.item_type is M)
    for revision in (wrong_type, before[1], before[0]):
        refused = setter.post(f"{drawn}/slots/1/swap", data={"revision": revision})
        assert refused.status_code == 409
    assert "没有其他符合" in text(setter.post(f"{drawn}/slots/5/swap"))
    assert setter.post(f"{drawn}/slots/1/swap", data={"revision": 987}).status_code == 404
    assert setter.post(f"{drawn}/slots/99/swap").status_code == 404
    assert setter.get(f"{drawn}/slots/0").status_code == 404
    assert slots(session) == before


def test_alternatives_are_searched_and_paged(setter, drawn) -> None:
    page = soup(setter.get(f"{drawn}/slots/1?q=题干3"))
    assert len(page.select("[name=revision]")) <= 1
    assert "没有可换的试题" in text(setter.get(f"{drawn}/slots/1?q=没有这样的题干"))
