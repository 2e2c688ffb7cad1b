"""One's own hours."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock
from courses.hours import queries
from courses.hours.conversion import PRESET
from courses.hours.kinds import Bucket
from courses.hours.views.base import DEADLINE_TONES, bp, entries_of, narrowed, probation


@bp.get("")
@requires(Permission.COURSE_STUDY)
def index() -> ResponseReturnValue:
    return redirect(url_for(".mine"), 301)


@bp.get("/mine")
@requires(Permission.COURSE_STUDY)
def mine() -> str:
    today = clock.today()
    [figures] = queries.figures_of([me()], today)
    return render_template(
        "courses/hours_person.html",
        own=True,
        person=me(),
        figures=figures,
        deadlines=queries.deadlines_of([me()], today=today, probation=probation()),
        deadline_tones=DEADLINE_TONES,
        page=entries_of(me().id),
        narrowed=narrowed(),
        undone=queries.reversed_of(me().id),
        buckets=list(Bucket),
        as_conversion=queries.as_conversion,
        preset=PRESET,
    )
