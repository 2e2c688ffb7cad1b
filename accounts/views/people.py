"""Pages of the roster: the list, a person, adding and changing, the export."""

from dataclasses import fields
from typing import TypedDict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from accounts import standing
from accounts.forms.people import ChangeForm, PersonForm
from accounts.guards import account, can, duty_status, me, requires, unit_limit
from accounts.models import Person
from accounts.permissions import Permission
from accounts.queries import accounts as account_queries
from accounts.queries import people as queries
from accounts.queries import units as unit_queries
from accounts.queries.people import Wanted
from accounts.roster import writing
from accounts.roster.entry import PersonEntry
from accounts.services import people as services
from accounts.standing import DutyStatus, RankGroup, StaffCategory
from accounts.views.base import asked_for, bp, show_refusal, text_asked, unit_asked
from core import clock, paging
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused
from core.forms import options
from core.spreadsheets import write_workbook


class OrderAsked(TypedDict):
    sort: str
    descending: bool


def wanted() -> Wanted:
    """The people that the address asks for, within the reader's reach."""
    status = asked_for(DutyStatus, "status")
    return Wanted(
        unit_id=unit_limit(Permission.PEOPLE_READ) or unit_asked(),
        status=status if status in readable_statuses() else None,
        category=asked_for(StaffCategory, "category"),
        rank=asked_for(RankGroup, "rank"),
        text=text_asked(),
    )


def readable_statuses() -> list[DutyStatus]:
    """The statuses that the reader may look for: some are known to few."""
    full = can(Permission.PEOPLE_EDIT)
    return [status for status in DutyStatus if full or status not in standing.RESTRICTED]


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def people() -> str:
    number, size = paging.asked()
    asked = wanted()
    units = unit_queries.units_now() if unit_limit(Permission.PEOPLE_READ) is None else []
    return render_template(
        "accounts/people.html",
        page=paging.select_page(queries.people(asked, **_order()), number=number, per_page=size),
        units=[(unit.id, unit.name) for unit in units],
        statuses=[(status.value, status.label) for status in readable_statuses()],
        categories=StaffCategory.choices(),
        ranks=RankGroup.choices(),
        conditions={
            name: value
            for name in ("q", "unit", "status", "category", "rank", "sort", "dir")
            if (value := request.args.get(name))
        },
        chips=_chips(asked, {unit.id: unit.name for unit in units}),
        own_unit=me().stat_unit.name if unit_limit(Permission.PEOPLE_READ) else None,
        sort=request.args.get("sort", ""),
        dir=request.args.get("dir", "asc"),
    )


def _order() -> OrderAsked:
    return {
        "sort": request.args.get("sort", ""),
        "descending": request.args.get("dir") == "desc",
    }


def _chips(asked: Wanted, unit_names: dict[int, str]) -> list[dict[str, str]]:
    """The conditions in force, each of which a click takes away."""
    found = (
        ("q", "姓名或工号", asked.text),
        ("unit", "统计部门", unit_names.get(asked.unit_id or 0, "")),
        ("status", "在岗状态", asked.status.label if asked.status else ""),
        ("category", "人员类别", asked.category.label if asked.category else ""),
        ("rank", "职务职级", asked.rank.label if asked.rank else ""),
    )
    return [{"name": name, "label": label, "value": value} for name, label, value in found if value]


@bp.get("/people/roster.xlsx")
@requires(Permission.PEOPLE_READ)
def export_people() -> ResponseReturnValue:
    """The people that the list shows, in the columns that the import reads."""
    asked = wanted()
    found = db.session.scalars(queries.people(asked, **_order())).all()
    names = {unit.id: unit.name for unit in unit_queries.units()}
    table = writing.roster_table(
        map(queries.entry_of, found),
        names,
        status_label=duty_status,
        with_notes=can(Permission.PEOPLE_EDIT),
        title=f"人员名册（{clock.today()}）",
    )
    data, count = write_workbook(table), len(found)
    may_write()
    record("people.export", object_type="Roster", people=count, conditions=_asked_in_words(asked))
    db.session.commit()
    return attachment(data, f"人员名册-{clock.today():%Y%m%d}.xlsx")


def _asked_in_words(asked: Wanted) -> dict[str, str]:
    return {
        field.name: str(value)
        for field in fields(asked)
        if (value := getattr(asked, field.name)) not in (None, "")
    }


@bp.get("/people/<int:person_id>")
@requires(Permission.PEOPLE_READ)
def person(person_id: int) -> str:
    found = queries.person(person_id, unit_limit(Permission.PEOPLE_READ))
    present, today = found.present_posting, clock.today()
    may_see_account = can(Permission.PEOPLE_EDIT)
    return render_template(
        "accounts/person.html",
        person=found,
        units={unit.id: unit.name for unit in unit_queries.units()},
        exemptable=present is not None
        and standing.may_be_exempted(found.duty_status, since=present.valid_from, on=today),
        account=account_queries.account_of(found.id) if may_see_account else None,
        may_see_account=may_see_account,
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def add_person() -> ResponseReturnValue:
    form = _with_units(PersonForm(joined_on=clock.today()))
    if form.validate_on_submit():
        try:
            added = services.add_person(entry=_entry(form), at=clock.now(), by=account())
        except (Refused, IntegrityError) as error:
            db.session.rollback()
            # Somebody else may enter the same number at the same moment.
            show_refusal(
                form,
                error if isinstance(error, Refused) else services.NumberTaken(field="staff_number"),
            )
        else:
            db.session.commit()
            flash(f"已新增{added.name}。", "success")
            return redirect(url_for(".person", person_id=added.id))
    return render_template("accounts/person_edit.html", form=form, person=None)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def change_person(person_id: int) -> ResponseReturnValue:
    found = queries.person(person_id, None)
    form = _with_units(_change_form(found))
    if form.validate_on_submit():
        try:
            services.change_person(
                person=found,
                entry=_entry(form),
                on=form.on.data or clock.today(),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            show_refusal(form, refusal)
        else:
            db.session.commit()
            flash("已保存。", "success")
            return redirect(url_for(".person", person_id=person_id))
    return render_template("accounts/person_edit.html", form=form, person=found)


def _change_form(person: Person) -> ChangeForm:
    return ChangeForm(obj=person, data={"on": clock.today()})


def _with_units(form: PersonForm) -> PersonForm | ChangeForm:
    choices = options((unit.id, unit.name) for unit in unit_queries.units_now())
    for field in (form.home_unit_id, form.work_unit_id, form.stat_unit_id):
        field.choices = choices
    return form


def _entry(form: PersonForm) -> PersonEntry:
    return PersonEntry(**{field.name: form[field.name].data for field in fields(PersonEntry)})
