"""今天三分钟: the day's questions, the law of the day, and the way to the rest."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.permissions import Permission
from core import clock
from core.db import db, reading
from study.daily import regularity
from study.daily.queries import days, law_of_day, memories
from study.daily.services.drawing import find_daily
from study.daily.views.base import bp
from study.notes import queries as notes
from study.practice.kinds import RunKind
from study.practice.queries import mistakes
from study.practice.queries import runs as queries
from study.practice.services import starting
from study.practice.services.starting import Start


@bp.get("/")
@requires(Permission.COURSE_STUDY)
def index() -> str:
    """日常学法: what there is today, and how the year goes."""
    at, today = clock.now(), clock.today()
    known = memories.memories(me(), at)
    return render_template(
        "study/daily.html",
        run=queries.of_today(me(), today),
        lawful_article=law_of_day.of(today),
        due=sum(each.is_due(today) for each in known.values()),
        known=len(known),
        mistakes=len(mistakes.of(me(), at)),
        marks=len(notes.marks(me())),
        year=regularity.of_year(today.year, days.active(me()), today=today, joined=me().joined_on),
        weeks=regularity.weeks,
    )


@bp.post("/five")
@requires(Permission.COURSE_STUDY)
def five() -> ResponseReturnValue:
    """Begin or go on with 今日五题; there is one set a day however often this is pressed."""
    start = Start(account(), queries.daily_seed(clock.today()), clock.now())
    with reading():
        drawn = find_daily(start)
    kind = RunKind.DAILY
    run = starting.begin(start=start, kind=kind, title=kind.label, drawn=list(drawn), reasons=drawn)
    db.session.commit()
    return redirect(url_for("practice.run", run_id=run.id), 303)
