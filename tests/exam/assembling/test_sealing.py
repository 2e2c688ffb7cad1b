"""Forms sealed, alone or as a set, and what may be done to one that is not."""

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from exam.models import Form
from exam.papers import snapshot
from question_bank.models import ItemState
from tests.exam.assembling.sending import draw, row, seen, sent, soup, text

pytestmark = pytest.mark.usefixtures("noon")


def test_a_sealed_form_is_read_only_and_verified(setter, drawn, session) -> None:
    assert setter.post(f"{drawn}/seal").location == drawn
    [form] = seen(session, select(Form))
    assert form.hash == snapshot.digest(form.snapshot)
    page = text(setter.get(drawn))
    assert form.hash in page
    assert "校验通过" in page
    assert "换一题" not in page
    for act in ("seal", "discard", "slots/1/swap"):
        assert setter.post(f"{drawn}/{act}").status_code == 409
    assert setter.post(f"{drawn}/rename", data={"title": "改名"}).status_code == 409
    assert setter.get(f"{drawn}/slots/1").status_code == 409
    form.snapshot = form.snapshot.replace("题干", "题于", 1)
    session.commit()
    assert "校验未通过" in text(setter.get(drawn))


def test_a_form_with_a_withdrawn_item_is_not_sealed_until_it_is_swapped(
    setter, drawn, session
) -> None:
    place = session.scalars(select(Form)).one().slots[2]
    place.revision.item.state = ItemState.QUARANTINED
    session.commit()
    assert "第 3 题" in text(setter.get(drawn))
    refused = setter.post(f"{drawn}/seal")
    assert "第 3 题已修改、停用" in text(refused)
    setter.post(f"{drawn}/slots/3/swap")
    assert setter.post(f"{drawn}/seal").status_code == 302


def test_a_form_with_items_set_apart_after_the_draw_is_not_sealed(setter, drawn, session) -> None:
    [form] = session.scalars(select(Form)).all()
    first, second = (each.revision.item_id for each in form.slots[:2])
    session.rollback()
    setter.post("/exam/blueprints/enemies", data={"first": first, "second": second})
    page = soup(setter.get(drawn))
    assert "有互斥的试题" in page.get_text()
    assert not page.select(f"form[action='{drawn}/seal']")
    assert "第 1 题与第 2 题互斥" in text(setter.post(f"{drawn}/seal"))
    assert setter.post(f"{drawn}/slots/1/swap").status_code == 302
    assert setter.post(f"{drawn}/seal").status_code == 302


def test_forms_drawn_together_are_sealed_in_one_act(setter, bank, session) -> None:
    """Those that can be; one that cannot is named with the reason and sealed once it is mended."""
    setter.post("/exam/blueprints/new", data=sent(row(0, count="3")))
    shown = draw(setter, copies="3").location
    draw(setter, seed="43", title="另一次")
    held = session.scalars(select(Form).order_by(Form.id)).all()
    held[1].slots[1].revision.item.state = ItemState.QUARANTINED
    session.commit()
    page = soup(setter.get(shown))
    assert page.select_one(f"form[action='{shown}/seal'][data-confirm]")
    assert "第 2 题已修改、停用" in page.get_text()
    assert "另一次" not in page.get_text()
    said = text(setter.post(f"{shown}/seal", follow_redirects=True))
    assert "已封存 2 套，可以建立考试场次：年度试卷 A卷、年度试卷 C卷。" in said
    assert "“年度试卷 B卷”没有封存：第 2 题已修改、停用" in said
    session.expire_all()
    sealed = [bool(each.hash) for each in session.scalars(select(Form).order_by(Form.id))]
    session.rollback()
    assert sealed == [True, False, True, False]
    assert not soup(setter.get(shown)).select(f"form[action='{shown}/seal']")
    setter.post("/exam/forms/2/slots/2/swap")
    assert "一并查看、封存" in text(setter.get("/exam/forms/1"))
    setter.post(f"{shown}/seal")
    sealings = select(AuditRecord.object_id).where(AuditRecord.action == "form.seal")
    noted = seen(session, sealings.order_by(AuditRecord.id))
    assert [int(each) for each in noted] == [1, 3, 2]
    assert "此前已全部封存" in text(setter.post(f"{shown}/seal", follow_redirects=True))


def test_a_form_that_was_drawn_alone_is_no_set(setter, drawn) -> None:
    assert setter.get(f"{drawn}/set").location == drawn
    assert "同次抽出" not in text(setter.get(drawn))


def test_an_unsealed_form_is_renamed_and_thrown_away(setter, drawn, session) -> None:
    setter.post(f"{drawn}/rename", data={"title": "改后的卷名"})
    assert seen(session, select(Form.title)) == ["改后的卷名"]
    assert setter.post(f"{drawn}/rename", data={"title": ""}).status_code == 302
    setter.post(f"{drawn}/discard")
    assert session.scalars(select(Form)).all() == []
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts[-2:] == ["form.rename", "form.discard"]


def test_the_candidates_view_and_the_print_show_no_key(setter, drawn) -> None:
    for view in ("preview", "print"):
        page = setter.get(f"{drawn}/{view}").get_data(as_text=True)
        assert "题干" in page
        for secret in ("解析1", "解析2", "xf-option-right", "xf-option-note", "条文一"):
            assert secret not in page


def test_the_key_in_print_begins_with_what_is_ticked(setter, drawn, session) -> None:
    keys = {each.slot: each.revision.key for each in session.scalars(select(Form)).one().slots}
    session.commit()
    notes = soup(setter.get(f"{drawn}/print/key")).select(".xf-print-note")
    singles, truths = (each.get_text("", strip=True) for each in notes[:2])
    assert singles == "一、单选题" + "".join(f"{n}．{'ABCD'[keys[n][0]]}" for n in range(1, 5))
    assert truths.startswith(f"二、判断题5．{'√' if 0 in keys[5] else '×'}")
