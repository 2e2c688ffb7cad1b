"""经常化: how regularly the reader studies, month by month. For the reader alone."""

from datetime import timedelta

from flask import abort, render_template, request

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock
from courses.views.base import study_rules
from study.daily import regularity
from study.daily.queries import anomalies, days
from study.daily.views.base import bp


@bp.get("/regularity")
@requires(Permission.COURSE_STUDY)
def regular() -> str:
    at, today = clock.now(), clock.today()
    active = days.active(me())
    first = min((each.year for each in active), default=today.year)
    years = list(range(today.year, first - 1, -1))
    year = request.args.get("year", today.year, type=int)
    if year not in years:
        abort(404)
    found = regularity.of_year(year, active, today=today, joined=me().joined_on)
    return render_template(
        "study/regularity.html",
        year=year,
        years=years,
        found=found,
        weeks=regularity.weeks,
        considered=regularity.ANSWERS,
        minutes=timedelta(seconds=regularity.SECONDS) // timedelta(minutes=1),
        anomalies=anomalies.of_person(me(), at, limit=study_rules().daily_limit),
    )
