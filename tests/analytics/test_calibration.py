"""A calibration is accepted for the bank and for assembly, linked, superseded and taken back."""

from datetime import timedelta

import numpy as np
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from analytics.calibration import proposal, queries
from analytics.calibration.models import CalibrationRun
from analytics.calibration.proposal import Known, Row
from analytics.psychometrics.irt import Unsuitable
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import Attempt, AttemptVector, Blueprint
from exam.queries.assembling import drawing
from exam.services.assembling import building
from question_bank.models import ItemRevision
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)
#: Difficulties of ten items; the second session has the last six of them and two of its own.
HARD = np.linspace(-1.5, 1.2, 10)


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(LATER):
        yield


def held(make: Make, session, app, revisions, hard, able: float, seed: int, people: int = 150):
    """A session in which people of a mean ability sat a paper; right or wrong by a model."""
    form = make.form(*revisions, marks=10)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    unit = make.unit()
    found = [
        Person(staff_number=f"C{seed}{n:03}", name=f"考生{n}", home_unit=unit, work_unit=unit,
               stat_unit=unit, joined_on=NOON.date())
        for n in range(people)
    ]  # fmt: skip
    session.add_all(found)
    session.flush()
    given = make.exam_session(form, *found, title=f"考试{seed}")
    rng = np.random.default_rng(seed)
    ability = rng.normal(able, 1, people)
    right = rng.random((people, len(hard))) < 1 / (1 + np.exp(-1.3 * (ability[:, None] - hard)))
    scripts = [
        Attempt(
            candidate=candidate, person_id=candidate.person_id, session=given, form=form, number=1,
            started_at=given.opens_at, deadline=given.closes_at, seed=1,
            submitted_at=given.closes_at, earned=int(row.sum()) * 10,
        )
        for candidate, row in zip(given.candidates, right, strict=True)
    ]  # fmt: skip
    session.add_all(scripts)
    session.flush()
    session.add_all(
        AttemptVector(
            attempt_id=each.id, session_id=given.id, form_id=form.id, person_id=each.person_id,
            unit_id=unit.id, right=bytes(row.tolist()), share=bytes((100 * row).tolist()),
        )
        for each, row in zip(scripts, right, strict=True)
    )  # fmt: skip
    session.commit()
    return given.id


@pytest.fixture
def two(app, make: Make, session):
    revisions = [make.revision(stem=f"第{n}道的题干", difficulty=1) for n in range(12)]
    first = held(make, session, app, revisions[:10], HARD, 0.0, 1)
    second = held(make, session, app, revisions[4:], [*HARD[4:], 0.0, 0.8], 1.0, 2)
    ids = [each.id for each in revisions]
    session.rollback()
    return ids, first, second


def page_of(answer) -> BeautifulSoup:
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.data, "html.parser")
    assert len(page.find_all("h1")) == 1
    return page


def accept(client, given, *, but=(), **extra):
    where = f"/analytics/quality/calibration?session={given}&model=one_slope"
    page = page_of(client.get(where))
    ticked = [each["value"] for each in page.select("input[name=revision][checked]")]
    digest = page.select_one("input[name=digest]")["value"]
    sent = {"digest": digest, "revision": [each for each in ticked if each not in but], **extra}
    return page, client.post(where, data=sent, follow_redirects=True)


def test_calibrations_reach_the_bank_and_assembly_and_can_be_undone(
    two, make: Make, sign_in, app, session
) -> None:
    ids, first, second = two
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    page, answer = accept(officer, first)
    assert "尺的零点" in page.get_text()
    assert "已采用 10 道题" in answer.get_data(as_text=True)
    # The second session's people are abler by one; through six common items they are seen to be.
    page, answer = accept(officer, second)
    assert "经 6 道共同题" in page.get_text()
    with app.app_context():
        known = queries.current()
        assert set(known) == set(ids)
        at = [known[each].b for each in ids]
        errors = np.array(at) - [*HARD, 0.0, 0.8]
        assert np.sqrt((errors**2).mean()) < 0.35
        assert abs(errors[4:].mean()) < 0.3
        # The newest counts; the earlier one is kept.
        told = queries.history(ids[5])
        assert [(each.session, each.stale) for each in told] == [
            ("考试2", ""), ("考试1", "已有新的"),
        ]  # fmt: skip
        shares = drawing.shares()
        assert shares[ids[0]] == known[ids[0]].percent
    # The item shows it beside its writer's level, and a reviewer takes up the suggestion.
    reviewer = sign_in(make.account(Role.ITEM_REVIEWER))
    item_id = session.get(ItemRevision, ids[9]).item_id
    session.rollback()
    text = page_of(reviewer.get(f"/bank/items/{item_id}")).get_text(" ", strip=True)
    assert "建议改为" in text
    suggestions = page_of(reviewer.get("/bank/calibrated?level=5"))
    ticks = [each["value"] for each in suggestions.select("input[name=item]")]
    assert str(item_id) in ticks
    query = "kind=difficulty&set_difficulty=5&" + "&".join(f"item={each}" for each in ticks)
    assert "将改动" in page_of(reviewer.get(f"/bank/bulk?{query}")).get_text()
    reviewer.post(f"/bank/bulk?{query}", data={"shown": len(ticks)})
    assert session.get(ItemRevision, ids[9]).difficulty == 5
    session.rollback()
    assert f'value="{item_id}"' not in reviewer.get("/bank/calibrated?level=5").text
    # The first run carries the second: it is not undone before it.
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    runs = session.scalars(select(CalibrationRun.id).order_by(CalibrationRun.id)).all()
    session.rollback()
    undo = "/analytics/quality/calibrations/{}/undo"
    assert "请先撤销" in officer.post(undo.format(runs[0]), follow_redirects=True).text
    assert "已撤销" in officer.post(undo.format(runs[1]), follow_redirects=True).text
    with app.app_context():
        assert queries.current()[ids[5]].session == "考试1"
        assert ids[11] not in queries.current()
    assert "已经撤销过" in officer.post(undo.format(runs[1]), follow_redirects=True).text
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert [each for each in acts if each.startswith("calibration")] == [
        "calibration.accept", "calibration.accept", "calibration.undo",
    ]  # fmt: skip


def test_who_sets_papers_chooses_the_people_that_forms_tell_apart_alike(
    two, make: Make, sign_in, session
) -> None:
    _ids, first, _second = two
    setter = sign_in(make.account(Role.PAPER_SETTER))
    asked = "各套卷要对哪些人测得一样准"
    assert asked not in setter.get("/exam/blueprints/new").text
    accept(sign_in(make.account(Role.EXAM_ADMIN)), first)
    page = page_of(setter.get("/exam/blueprints/new"))
    assert asked in page.get_text()
    ticked = [each["value"] for each in page.select("input[name=points][checked]")]
    assert ticked == ["-1", "0", "1"]
    sent = {
        "title": "方案", "exam_kind": "annual", "multi_rule": "partial_half", "act": "save",
        "scene_percent": "0", "points": ["2", "0"], "rows-0-item_type": "single_choice",
        "rows-0-count": "2", "rows-0-marks": "5", "rows-0-difficulty_min": "1",
        "rows-0-difficulty_max": "5", "rows-0-topic": "", "rows-0-cognitive_level": "",
        "rows-0-requirement": "",
    }  # fmt: skip
    done = setter.post("/exam/blueprints/new", data=sent)
    made = session.scalars(select(Blueprint).order_by(Blueprint.id.desc())).first()
    assert made.points == drawing.conditions_of(made).points == (0.0, 2.0)
    session.rollback()
    assert "能力 0、+2（只看标定过的题）" in page_of(setter.get(done.location)).get_text()


def test_only_the_officer_accepts_and_too_few_common_items_ask_for_a_new_scale(
    two, make: Make, sign_in, app
) -> None:
    ids, first, second = two
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/quality/calibration?session={first}"
    assert sign_in(make.account(Role.ITEM_REVIEWER)).get(where).status_code == 403
    answer = officer.post(where, data={"digest": "x", "revision": ["1"]}, follow_redirects=True)
    assert "请重新核对" in answer.get_data(as_text=True)
    # Only the first six and so two of the second session's items get onto the scale.
    accept(officer, first, but={str(each) for each in ids[6:10]})
    page, answer = accept(officer, second)
    assert "只有 2 道共同题" in page.get_text()
    assert "有变动" in answer.get_data(as_text=True)
    _, answer = accept(officer, second, anew="1")
    assert "已采用" in answer.get_data(as_text=True)
    with app.app_context():
        assert queries.scale() == 2
        assert set(queries.current()) == set(ids[4:])
        assert queries.history(ids[0])[0].stale == "旧尺，不再用"


def row(number: int, b: float, a: float = 1.0) -> Row:
    return Row(number, number, 300, a, b, 0.1, 0.1)


def test_an_item_that_moved_carries_no_link() -> None:
    current = {n: Known(1.0, n / 3 - 1, 0.1) for n in range(8)}
    moved = [row(n, (n / 3 - 1) / 1.2 - 0.4, 1.2) for n in range(7)] + [row(7, 3.0, 1.2)]
    found = proposal.link(moved, current)
    assert found.drifted == [7]
    assert found.slope == pytest.approx(1.2, abs=0.01)
    assert found.shift == pytest.approx(0.48, abs=0.02)
    assert found.move(moved[0]).b == pytest.approx(-1, abs=0.02)
    with pytest.raises(Unsuitable, match="少于 5 道"):
        proposal.link(moved[:4], current)
