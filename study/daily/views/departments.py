"""日常学法 of departments, for those who follow their people: counts, and nobody's name."""

from flask import abort, render_template, request

from accounts.guards import me, requires, unit_limit
from accounts.permissions import Permission
from core import clock
from courses.queries import following
from study.daily import departments, regularity
from study.daily.departments import Member
from study.daily.queries import days
from study.daily.views.base import bp


@bp.get("/departments")
@requires(Permission.COURSE_PROGRESS)
def by_department() -> str:
    today, limit = clock.today(), unit_limit(Permission.COURSE_PROGRESS)
    year = request.args.get("year", today.year, type=int)
    years = range(today.year, today.year - 3, -1)
    if year not in years:
        abort(404)
    people = [each for each in following.on_the_books(today, limit) if each.joined_on.year <= year]
    active = days.active_in([each.id for each in people], year)
    members = []
    for each in people:
        found = regularity.of_year(year, active[each.id], today=today, joined=each.joined_on)
        members.append(
            Member(each.stat_unit_id, each.stat_unit.name, len(found.months), found.active_months)
        )
    rows, total = departments.table(members)
    return render_template(
        "study/daily_departments.html",
        rows=rows,
        total=total,
        year=year,
        years=years,
        unit=me().stat_unit.name if limit is not None else None,
        fewest=departments.FEWEST,
        hidden=sum(not each.shown for each in rows),
    )
