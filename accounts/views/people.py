"""Pages of the roster."""

from flask import render_template, request

from accounts import queries
from accounts.guards import me, requires, scope
from accounts.permissions import Permission, Scope
from accounts.standing import DutyStatus
from accounts.views.base import bp
from core import paging


def unit_limit() -> int | None:
    """The unit whose people alone the reader sees; None for everybody."""
    return None if scope(Permission.PEOPLE_READ) is Scope.ALL else me().stat_unit_id


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def people() -> str:
    number, size = paging.asked()
    query = queries.people(
        unit_id=unit_limit() or request.args.get("unit", type=int),
        status=request.args.get("status", ""),
        text=request.args.get("q", "").strip(),
    )
    return render_template(
        "accounts/people.html",
        page=paging.select_page(query, number=number, per_page=size),
        units=queries.units_now() if unit_limit() is None else [],
        statuses=DutyStatus.choices(),
    )


@bp.get("/people/<int:person_id>")
@requires(Permission.PEOPLE_READ)
def person(person_id: int) -> str:
    found = queries.person(person_id, unit_limit())
    units = {unit.id: unit.name for unit in queries.units()}
    return render_template("accounts/person.html", person=found, units=units)
