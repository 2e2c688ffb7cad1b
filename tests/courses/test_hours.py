"""The register of hours: claims become entries once, and nothing is ever changed in it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from accounts.models import Account, OrgUnit, Posting
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade, LeaderLevel
from core import clock, kept
from core.audit.models import AuditRecord
from core.db import db, table
from courses.hours import queries, registry, services
from courses.hours.conversion import Conversion
from courses.hours.deadlines import DeadlineKind, Done
from courses.hours.kinds import Activity, Bucket, ClaimState, TrainingKind
from courses.hours.models import AppendOnly, ConversionRule, DutyRule, TrainingClaim
from courses.models import CreditEntry
from courses.services import crediting
from tests.factories import NOON, Make
from tests.pages import main

SignIn = Callable[[Account], FlaskClient]
FORM = {
    "title": "依法行政专题班", "organiser": "中央党校", "activity": "full_time",
    "training_kind": "appointment", "starts_on": "2026-02-02", "ends_on": "2026-02-06",
    "days": "4.5", "is_law": "y", "document": "调训〔2026〕3号",
}  # fmt: skip


@pytest.fixture
def unit(make: Make) -> OrgUnit:
    return make.unit(name="办信司", short_name="办信司")


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_claim_is_checked_granted_and_entered_once(
    make: Make, sign_in: SignIn, session: Session, unit: OrgUnit
) -> None:
    learner = make.account(unit=unit)
    staff, liaison = sign_in(learner), sign_in(make.account(Role.LIAISON, unit=unit))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    staff.post("/hours/rules/conversion", data={})
    for _ in range(2):  # a double click
        assert staff.post("/hours/claims/new", data=FORM).status_code == 303
    [claim] = session.scalars(select(TrainingClaim))
    url = f"/hours/claims/{claim.id}"
    session.rollback()
    assert officer.post(f"{url}/decide", data={"verdict": "yes"}).status_code == 409
    assert "请写明理由" in liaison.post(f"{url}/check", data={"verdict": "no"}).text
    assert liaison.post(f"{url}/check", data={"verdict": "yes"}).status_code == 303
    assert "每天 7.5 学时、半天 3.75 学时" in officer.get(url).text
    for _ in range(2):
        granted = officer.post(f"{url}/decide", data={"verdict": "yes", "accredited": "y"})
        assert granted.status_code == 303
    [entry] = session.scalars(select(CreditEntry))
    assert (entry.hours, entry.days, entry.bucket) == (
        Decimal("33.75"), Decimal("4.5"), Bucket.CONCENTRATED,
    )  # fmt: skip
    assert (entry.is_law, entry.accredited, entry.earned_on) == (True, True, date(2026, 2, 6))
    assert (entry.document, entry.claim_id) == ("调训〔2026〕3号", claim.id)
    session.rollback()
    assert staff.post(f"{url}/withdraw").status_code == 409
    page = staff.get("/hours/mine?bucket=concentrated&accredited=1").text
    assert "33.75" in page
    assert "每天 7.5 学时" in page
    session.rollback()
    actions = set(session.scalars(select(AuditRecord.action)))
    assert {"claim.file", "claim.check", "claim.grant"} <= actions


def test_a_second_claim_of_the_same_days_is_warned_of_and_returned_with_the_reason(
    make: Make, sign_in: SignIn, session: Session, unit: OrgUnit
) -> None:
    staff = sign_in(make.account(unit=unit))
    liaison = sign_in(make.account(Role.LIAISON, unit=unit))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    staff.post("/hours/claims/new", data=FORM)
    other = FORM | {"title": "法治专题班", "starts_on": "2026-02-06", "days": "1"}
    warned = staff.post("/hours/claims/new", data=other).text
    assert "已有申报“依法行政专题班”" in warned
    assert 'name="sure"' in warned
    assert staff.post("/hours/claims/new", data=other | {"sure": "y"}).status_code == 303
    second = session.scalars(select(TrainingClaim).order_by(TrainingClaim.id.desc())).first()
    assert second is not None
    url = f"/hours/claims/{second.id}"
    session.rollback()
    assert "同一时段另有申报" in liaison.get(url).text
    liaison.post(f"{url}/check", data={"verdict": "no", "text": "与另一件重复"})
    assert "退回须写明理由" in officer.post(f"{url}/decide", data={"verdict": "no"}).text
    assert "认定须写明理由" in officer.post(f"{url}/decide", data={"verdict": "yes"}).text
    officer.post(f"{url}/decide", data={"verdict": "no", "text": "重复申报"})
    shown = staff.get(url).text
    assert "重复申报" in shown
    assert "据此重新申报" in shown
    assert 'value="法治专题班"' in staff.get(f"/hours/claims/new?from={second.id}").text
    assert session.scalars(select(CreditEntry)).all() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": "2026-02-01"}, "结束日期不能早于开始日期"),
        ({"ends_on": "2026-03-20"}, "结束后再申报"),
        ({"days": "1.3"}, "以半天为单位"),
        ({"days": "5.5"}, "超过起止日期之间的天数"),
        ({"document": ""}, "至少一项"),
        ({"proof": (BytesIO(b"MZ"), "a.exe")}, "只接受"),
    ],
)
def test_what_does_not_hold_together_is_named(
    make: Make, sign_in: SignIn, session: Session, changed: dict[str, object], field: str
) -> None:
    answer = sign_in(make.account()).post("/hours/claims/new", data=FORM | changed)
    assert field in answer.text
    assert "依法行政专题班" in answer.text
    assert session.scalars(select(TrainingClaim)).all() == []


def test_nobody_decides_on_the_own_claim_and_nobody_reads_anothers(
    make: Make, sign_in: SignIn, session: Session, unit: OrgUnit
) -> None:
    both = sign_in(make.account(Role.STAFF, Role.LIAISON, Role.EXAM_ADMIN, unit=unit))
    proof = {"proof": (BytesIO(b"%PDF-1.4 x"), "结业证.pdf")}
    both.post("/hours/claims/new", data=FORM | proof)
    [claim] = session.scalars(select(TrainingClaim))
    url = f"/hours/claims/{claim.id}"
    session.rollback()
    assert both.post(f"{url}/check", data={"verdict": "yes"}).status_code == 409
    assert both.post(f"{url}/decide", data={"verdict": "yes"}).status_code == 409
    assert both.get(f"{url}/proof").data == b"%PDF-1.4 x"
    for stranger in (make.account(unit=unit), make.account(Role.LIAISON)):
        client = sign_in(stranger)
        for path in (url, f"{url}/proof"):
            assert client.get(path).status_code in {403, 404}
        assert client.post(f"{url}/withdraw").status_code in {403, 404}
    assert both.post(f"{url}/withdraw").status_code == 303
    assert both.post(f"{url}/withdraw").status_code == 303
    assert "已撤回" in both.get(url).text


def test_a_cap_is_reckoned_by_activity_and_year_and_a_reversal_frees_it(
    app: Flask, make: Make, session: Session
) -> None:
    person, by = make.person(), make.account(Role.EXAM_ADMIN)
    filer = make.account(person=person)
    person_id, by_id, filer_id = person.id, by.id, filer.id
    make.save(
        ConversionRule(
            activity=Activity.LECTURE, valid_from=date(2026, 1, 1), bucket=Bucket.CONCENTRATED,
            hours_per_day=Decimal(6), half_day_hours=Decimal(3), yearly_cap=Decimal(10),
            carries=False, created_at=NOON,
        )
    )  # fmt: skip

    def granted(day: date) -> Decimal:
        claim = make.save(
            TrainingClaim(
                person_id=person_id, title=f"讲座{day}", organiser="部", activity=Activity.LECTURE,
                starts_on=day, ends_on=day, days=Decimal(1), is_law=False, document="文",
                filed_at=NOON, filed_by_id=filer_id, agrees=True, checked_at=NOON,
            )
        )  # fmt: skip
        with app.app_context():
            entry = services.decide(
                claim=db.session.get_one(TrainingClaim, claim.id), grants=True, accredited=True,
                text="", at=NOON, by=db.session.get_one(Account, by_id),
            )  # fmt: skip
            db.session.commit()
            assert entry is not None
            return entry.hours

    assert [granted(date(2026, 1, n)) for n in (5, 6, 7)] == [6, 4, 0]
    assert granted(date(2025, 5, 5)) == Decimal("7.5")  # before the rule and its cap
    with app.app_context():
        first = select(CreditEntry).order_by(CreditEntry.id).limit(1)
        crediting.reverse(
            entry=db.session.scalars(first).one(), reason="错", at=NOON,
            by=db.session.get_one(Account, by_id),
        )  # fmt: skip
        db.session.commit()
    assert granted(date(2026, 1, 8)) == 6


def test_an_entry_cannot_be_changed_or_deleted(app: Flask, make: Make) -> None:
    entry = make.credit(make.person(), "2")
    with app.app_context():
        found = db.session.get_one(CreditEntry, entry.id)
        found.hours = Decimal(3)
        with pytest.raises(AppendOnly):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.get_one(CreditEntry, entry.id))
        with pytest.raises(AppendOnly):
            db.session.flush()
        db.session.rollback()
        assert db.session.get_one(CreditEntry, entry.id).hours == 2


def test_nor_can_it_past_the_session_the_database_itself_refuses(app: Flask, make: Make) -> None:
    entry = make.credit(make.person(), "2")
    with app.app_context():
        for statement in (
            "UPDATE credit_entry SET hours = 3", "DELETE FROM credit_entry",
            "UPDATE credit_entry SET reason = 'x' WHERE hours = 2",
        ):  # fmt: skip
            with pytest.raises(DBAPIError, match="only added"), db.engine.begin() as connection:
                connection.execute(text(statement))
        with db.engine.connect() as connection:
            query = text("SELECT hours, reason FROM credit_entry")
            assert connection.execute(query).one() == (2, entry.reason)
            assert kept.unguarded(connection) == []
            for statement in kept.drop(connection.dialect.name, "credit_entry"):
                connection.execute(text(statement))
            assert kept.unguarded(connection) == ["credit_entry"]
            connection.rollback()
        # A wrong entry is still reversed by another.
        by = db.session.merge(make.account())
        found = db.session.get_one(CreditEntry, entry.id)
        crediting.reverse(entry=found, reason="误登", at=NOON, by=by)
        assert db.session.scalar(select(func.sum(CreditEntry.hours))) == 0


def test_neither_can_many_at_once(app: Flask, make: Make) -> None:
    entry = make.credit(make.person(), "2")
    by_class = (update(CreditEntry).values(hours=3), delete(CreditEntry))
    by_table = (update(table(CreditEntry)).values(hours=3), delete(table(CreditEntry)))
    with app.app_context():
        for statement in (*by_class, *by_table, delete(DutyRule), update(ConversionRule)):
            with pytest.raises(AppendOnly):
                db.session.execute(statement)
            db.session.rollback()
        db.session.execute(delete(TrainingClaim))  # other tables are none of its business
        assert db.session.get_one(CreditEntry, entry.id).hours == 2


def test_the_department_table_equals_its_people_and_opens_to_entries(
    make: Make, sign_in: SignIn, session: Session, unit: OrgUnit
) -> None:
    other = make.unit(name="督查室")
    met = make.person(unit, name="达标的", grade=Grade.CLERK_1)
    newly = make.person(unit, name="新来的", grade=Grade.CLERK_2, joined_on=date(2026, 10, 15))
    late = make.person(unit, name="没达标", grade=Grade.OFFICER_1)
    chief = make.person(other, name="处长", leader_level=LeaderLevel.DIVISION_CHIEF)
    half = make.person(
        other, name="驻村的", grade=Grade.CLERK_1, duty_status=DutyStatus.ASSIGNMENT_SUPPORT
    )
    given = {"bucket": Bucket.CONCENTRATED, "accredited": True}
    make.credit(met, "90", days=Decimal(12), is_law=True, **given)
    late_entry = make.credit(late, "89.99", days=Decimal("11.5"), **given)
    make.credit(late, "200")
    make.credit(chief, "60", days=Decimal(8), **given)
    make.credit(half, "45", days=Decimal(6), **given)
    hired = make.person(make.unit(name="机关服务"), name="聘用的")
    make.credit(hired, "8", is_law=True)
    assert newly.joined_on > NOON.date()
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    book = openpyxl.load_workbook(BytesIO(officer.get("/hours/units/hours.xlsx").data))
    table = {row[0]: row[1:8] for row in book["部门学时"].iter_rows(min_row=3, values_only=True)}
    # 没达标 is 0.01 hours short of what is asked of the whole year, and ahead of what is asked by
    # 2 March; so is 处长 with 60 of the 18.37 hours that two of sixty months ask.
    assert table["办信司"] == (2, 2, 1, 1, 0, 0, 50)
    assert table["督查室"] == (2, 2, 1, 1, 0, 0, 50)
    people = {row[1]: row for row in book["人员"].iter_rows(min_row=3, values_only=True)}
    assert people["驻村的"][4:8] == (45, 45, 6, 6)
    assert people["处长"][8:10] == (60, 550)
    assert people["没达标"][-1] == "进行中，按进度"
    # Of whom nothing is asked, the hours count all the same.
    assert people["聘用的"][-2:] == (8, None)
    assert sum(row[-2] for row in people.values()) == 98
    liaison = sign_in(make.account(Role.LIAISON, unit=unit))
    page = liaison.get("/hours/units").text
    assert "达标的" in page
    assert "没达标" in main(liaison.get("/hours/units?state=paced"))
    assert "没达标" not in main(liaison.get("/hours/units?state=failed")).split("人员")[-1]
    # A year that is over had its chance: nobody earned anything then.
    past = main(officer.get("/hours/units?year=2025&state=failed"))
    assert "截至年末" in past
    assert "期满未达标" in past.split("至今应有")[1]
    assert main(officer.get("/hours/units?year=1999&window=plan")).count("处长") == 1
    assert "驻村的" not in page
    assert liaison.get(f"/hours/units/people/{half.id}").status_code == 404
    assert liaison.get(f"/hours/units?unit={other.id}").status_code == 404
    shown = liaison.get(f"/hours/units/people/{late.id}?bucket=concentrated&accredited=1").text
    assert "89.99" in shown.split('id="ledger"')[1]
    assert "200" not in shown.split('id="ledger"')[1].split("</table>")[0]
    url = f"/hours/entries/{late_entry.id}/reverse"
    assert liaison.post(url, data={"reason": "错"}).status_code == 403
    assert officer.post(url, data={"reason": "重复登记"}).status_code == 303
    entries = session.scalars(select(CreditEntry).where(CreditEntry.person_id == late.id)).all()
    assert sorted((each.hours, each.days) for each in entries if each.days) == [
        (Decimal("-89.99"), Decimal("-11.5")), (Decimal("89.99"), Decimal("11.5")),
    ]  # fmt: skip
    actions = set(session.scalars(select(AuditRecord.action)))
    assert {"hours.export", "credit.reverse"} <= actions


def test_rules_are_set_from_today_or_the_next_year_on_and_shown(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    form = {"activity": "full_time", "valid_from": "2026-03-01", "bucket": "concentrated",
            "hours_per_day": "8", "half_day_hours": "4", "basis": "某文"}  # fmt: skip
    assert "不溯及既往" in officer.post("/hours/rules/conversion", data=form).text
    bad = form | {"valid_from": "2026-03-02", "half_day_hours": "9"}
    assert "不能多于一天" in officer.post("/hours/rules/conversion", data=bad).text
    good = form | {"valid_from": "2026-03-02"}
    assert officer.post("/hours/rules/conversion", data=good).status_code == 303
    duty = {"rank_group": "section", "from_year": "2026", "years": "1", "hours": "100",
            "days": "14", "online_hours": "50", "law_hours": "", "plan_from": "2026"}  # fmt: skip
    assert officer.post("/hours/rules/duty", data=duty).status_code == 303
    assert "不早于 2027" in officer.post("/hours/rules/duty", data=duty | {"hours": "80"}).text
    later = duty | {"from_year": "2027", "hours": "80"}
    assert officer.post("/hours/rules/duty", data=later).status_code == 303
    factor = {"status": "maternity_leave", "month": "2026-02", "factor": "0", "ground": "某文"}
    assert "不早于本月" in officer.get("/hours/rules").text
    assert "不溯及既往" in officer.post("/hours/rules/factor", data=factor).text
    for wrong in ({"factor": "2"}, {"status": "retired"}, {"month": "某月"}):
        refused = officer.post("/hours/rules/factor", data=factor | {"month": "2026-03"} | wrong)
        assert refused.status_code == 200
    held = officer.post("/hours/rules/factor", data=factor | {"month": "2026-03"})
    assert held.status_code == 303
    away = make.account(person=make.person(
        grade=Grade.CLERK_1, duty_status=DutyStatus.MATERNITY_LEAVE,
    ))  # fmt: skip
    # January and February in full, nothing from March on: 100 × 2 / 12.
    mine = sign_in(away).get("/hours/mine").text
    assert "按状态折为 2" in mine
    assert "16.67" in mine
    page = officer.get("/hours/rules").text
    assert "产假的月份按 0 计" in page
    assert "每天 8 学时、半天 4 学时" in page
    assert "每年集中培训 100 学时或 14 天" in page
    clerk = make.account(person=make.person(grade=Grade.CLERK_1))
    assert "100" in sign_in(clerk).get("/hours/mine").text
    assert sign_in(make.account(Role.LIAISON)).get("/hours/rules").status_code == 403
    session.rollback()
    actions = set(session.scalars(select(AuditRecord.action)))
    assert {"conversion.set", "duty.set", "status_factor.set"} <= actions


def test_deadlines_count_down_and_classes_or_claims_fulfil_them(
    app: Flask, make: Make, sign_in: SignIn, unit: OrgUnit
) -> None:
    new = make.person(
        unit, name="新录用", duty_status=DutyStatus.NEWLY_RECRUITED, joined_on=date(2025, 4, 1)
    )
    chief = make.person(
        unit, name="新处长", leader_level=LeaderLevel.DIVISION_CHIEF, post_since=date(2025, 12, 1),
        joined_on=date(2015, 1, 1),
    )  # fmt: skip
    places = {"home_unit_id": unit.id, "work_unit_id": unit.id, "stat_unit_id": unit.id,
              "duty_status": DutyStatus.ON_DUTY}  # fmt: skip
    make.save(Posting(person_id=chief.id, grade=Grade.OFFICER_1, valid_from=date(2015, 1, 1),
                      valid_to=date(2025, 12, 1), **places))  # fmt: skip
    make.save(Posting(person_id=chief.id, leader_level=LeaderLevel.DIVISION_CHIEF, grade=None,
                      valid_from=date(2025, 12, 1), valid_to=None, **places))  # fmt: skip
    liaison = sign_in(make.account(Role.LIAISON, unit=unit))
    page = liaison.get("/hours/units/deadlines").text
    for words in ("新录用", "2026年4月1日", "还有 30 天", "新处长", "2026年12月1日", "提任补训"):
        assert words in page
    assert "还有 30 天" in sign_in(make.account(person=new)).get("/").text
    before = list(registry._providers)
    registry.wire(*before, lambda ids: [Done(new.id, TrainingKind.INITIAL, date(2025, 9, 1), "班")])
    filer = make.account(person=chief)
    make.save(
        TrainingClaim(
            person_id=chief.id, title="任职班", organiser="党校", activity=Activity.FULL_TIME,
            training_kind=TrainingKind.APPOINTMENT, starts_on=date(2026, 1, 5),
            ends_on=date(2026, 1, 9), days=Decimal(5), is_law=False, document="文", filed_at=NOON,
            filed_by_id=filer.id, agrees=True, checked_at=NOON, granted=True, accredited=True,
            decided_at=NOON,
        )
    )  # fmt: skip
    try:
        with app.app_context():
            people = queries.on_the_books(NOON.date(), unit.id)
            rows = queries.deadlines_of(people, today=NOON.date(), probation=12)
            done = {each.deadline.kind: each.deadline.done_on for each in rows}
    finally:
        registry.wire(*before)
    assert done == {
        DeadlineKind.INITIAL: date(2025, 9, 1),
        DeadlineKind.APPOINTMENT: date(2026, 1, 9),
        DeadlineKind.CATCH_UP: None,
    }


def test_setting_a_rule_twice_the_same_day_lets_the_later_one_hold(app: Flask, make: Make) -> None:
    by = make.account(Role.EXAM_ADMIN)
    with app.app_context():
        actor = db.session.get_one(Account, by.id)
        for hours in (8, 6):
            rule = Conversion(Activity.FULL_TIME, NOON.date() + timedelta(days=1),
                              Bucket.CONCENTRATED, Decimal(hours), Decimal(3))  # fmt: skip
            services.set_conversion(rule=rule, basis="", at=NOON, by=actor)
        assert [each.hours_per_day for each in queries.conversion_rows()] == [6, 8]
        assert queries.waiting(ClaimState.FILED, None, 0) == 0
        db.session.rollback()


def test_a_claim_that_no_liaison_can_check_goes_straight_to_personnel(
    make: Make, sign_in: SignIn, session: Session, unit: OrgUnit
) -> None:
    own = make.account(Role.STAFF, Role.LIAISON, unit=unit)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    for account in (make.account(Role.STAFF, Role.BUREAU_LEADER), own):
        sign_in(account).post("/hours/claims/new", data=FORM)
    claims = session.scalars(select(TrainingClaim).order_by(TrainingClaim.id)).all()
    assert [each.state for each in claims] == [ClaimState.CHECKED] * 2
    url = f"/hours/claims/{claims[0].id}"
    session.rollback()
    assert "有 2 件待您审批" in officer.get("/hours/claims/work").text
    assert "没有可以核对的联络员" in officer.get(url).text
    assert "联络员没有核对，认定须写明理由" in officer.post(
        f"{url}/decide", data={"verdict": "yes"}
    ).text  # fmt: skip
    said = {"verdict": "yes", "text": "核对了结业证"}
    assert officer.post(f"{url}/decide", data=said).status_code == 303
    other = make.account(Role.LIAISON, unit=unit)
    sign_in(make.account(unit=unit)).post("/hours/claims/new", data=FORM)
    newest = session.scalars(select(TrainingClaim).order_by(TrainingClaim.id.desc())).first()
    assert newest is not None
    assert newest.state is ClaimState.FILED
    url = f"/hours/claims/{newest.id}"
    session.rollback()
    assert "联络员尚未核对" in officer.post(f"{url}/decide", data=said).text
    for liaison in (own, other):
        session.merge(liaison).disabled_at = NOON
    session.commit()
    assert officer.post(f"{url}/decide", data=said).status_code == 303
    session.refresh(newest)
    assert (newest.granted, newest.checked_by_id) == (True, None)
