"""The audit trail under the hands of somebody who owns the database."""

import json

import pytest
from sqlalchemy import delete, select, text, update

from core import clock
from core.audit import trail
from core.audit.models import AuditRecord
from core.cli import audit
from core.db import db
from tests.factories import NOON


@pytest.fixture
def ten(app, session):
    """Ten records in the trail."""
    with clock.frozen(NOON), app.app_context():
        for number in range(1, 11):
            trail.record(
                "test.act", object_type="Thing", object_id=number, note=f"第{number}件\n事"
            )
            db.session.commit()


def verdict(app) -> dict[str, object]:
    """What `xuefa audit verify --json` says; its exit status agrees."""
    done = app.test_cli_runner().invoke(audit, ["verify", "--json"])
    found = json.loads(done.output)
    assert done.exit_code == (0 if found["ok"] else 1)
    return found


def number(value: int):
    return AuditRecord.number == value


EDITS = {
    "the body edited": update(AuditRecord).where(number(4)).values(
        body=AuditRecord.body.concat(" ")
    ),
    "the actor replaced": update(AuditRecord).where(number(4)).values(actor="nobody"),
    "the time moved": update(AuditRecord).where(number(4)).values(at=clock.datetime.max.replace(
        year=2030, tzinfo=clock.UTC
    )),
    "the result changed": update(AuditRecord).where(number(4)).values(result="refused"),
    "the code replaced": update(AuditRecord).where(number(4)).values(mac="0" * 64),
    "the predecessor replaced": update(AuditRecord).where(number(4)).values(previous="0" * 64),
    "deleted": delete(AuditRecord).where(number(4)),
    "renumbered": update(AuditRecord).where(number(4)).values(number=99),
}  # fmt: skip


def test_an_untouched_trail_is_whole(app, ten) -> None:
    assert verdict(app) == {"ok": True, "records": 10}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_the_first_record_that_was_touched_is_named(app, ten, session, edit) -> None:
    session.execute(edit)
    session.commit()
    found = verdict(app)
    assert (found["ok"], found["number"]) == (False, 4)
    assert found["reason"]


def test_two_records_in_each_others_place_are_found(app, ten, session) -> None:
    for old, new in ((4, 104), (5, 4), (104, 5)):
        session.execute(update(AuditRecord).where(number(old)).values(number=new))
    session.commit()
    assert verdict(app)["number"] == 4


def test_a_record_slipped_in_is_found(app, ten, session) -> None:
    session.execute(update(AuditRecord).where(number(10)).values(number=11))
    row = session.scalars(select(AuditRecord).where(number(9))).one()
    copy = {
        column.name: getattr(row, column.name)
        for column in AuditRecord.__table__.columns
        if column.name not in {"id", "number"}
    }
    session.add(AuditRecord(number=10, **copy))
    session.commit()
    assert verdict(app)["number"] == 10


@pytest.mark.parametrize("left", [9, 3, 0])
def test_a_tail_cut_off_is_found_by_the_anchors_outside(app, ten, session, left) -> None:
    session.execute(delete(AuditRecord).where(AuditRecord.number > left))
    session.commit()
    assert verdict(app)["number"] == left + 1


def test_a_tail_written_anew_is_found_by_the_anchors_outside(app, ten, session, config) -> None:
    """Even by somebody who has the key: the anchors remember what stood there."""
    session.execute(delete(AuditRecord).where(AuditRecord.number > 8))
    session.commit()
    anchors = config.data_dir / "audit.anchors"
    kept = anchors.read_text()
    with app.app_context():
        for _ in range(2):
            trail.record("test.other", object_type="Thing", object_id=0)
            db.session.commit()
    anchors.write_text(kept)
    assert verdict(app)["number"] == 9


def test_what_people_write_stays_within_one_record(app, ten, session) -> None:
    row = session.scalars(select(AuditRecord).where(number(3))).one()
    assert "\n" not in row.body
    assert json.loads(row.body)["detail"]["note"] == "第3件\n事"


def test_an_act_that_cannot_be_logged_is_not_done(app, make, session, sign_in, monkeypatch):
    unit = make.unit("旧名司")
    with app.app_context():
        row = db.session.merge(unit)
        row.short_name = "新名"
        trail.record("unit.rename", row)
        monkeypatch.setattr(trail.chain, "mac", lambda *_: None)  # no code, and the column asks one
        with pytest.raises(Exception, match=r"(?i)null"):
            db.session.commit()
        db.session.rollback()
    session.refresh(unit)
    assert unit.short_name == "旧名司"
    assert session.scalars(select(AuditRecord)).all() == []


def test_an_anchor_that_cannot_be_written_undoes_nothing(app, session, config, capsys) -> None:
    (config.data_dir / "audit.anchors").mkdir()
    with app.app_context():
        trail.record("test.act", object_type="Thing", object_id=1)
        db.session.commit()
    assert len(session.scalars(select(AuditRecord)).all()) == 1
    assert "anchors not written" in capsys.readouterr().err
    session.execute(text("SELECT 1"))
