"""The calendar of a month and of a year, and private feeds of it."""

import hashlib
import secrets
from datetime import datetime, time, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.models import Account
from accounts.permissions import Permission, scope_of
from core import clock
from core.access import public
from core.db import db
from core.limits import Limit
from study.group import calendars as rules
from study.group.calendars import Event
from study.group.models.meetings import GroupMeeting
from study.group.queries import feeds
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.queries.groups import Reader
from study.group.services import feeds as services
from study.group.views.base import ANY, bp, done, reader

#: Calendars on phones ask without a session; the address is the secret.
feed_bp = Blueprint("feed", __name__, url_prefix="/feeds")
ASKS = Limit(60, timedelta(minutes=10))
#: How far a feed reaches back and ahead.
BACK, AHEAD = timedelta(days=400), timedelta(days=400)


def _month(year: int, month: int) -> tuple[datetime, datetime]:
    weeks = rules.weeks(year, month)
    return tuple(  # type: ignore[return-value]  # two of them
        datetime.combine(day, time(), clock.LOCAL)
        for day in (weeks[0][0], weeks[-1][-1] + timedelta(days=1))
    )


@bp.get("/calendar")
@requires(*ANY)
def calendar() -> str:
    """A month in weeks, or a year in months."""
    today = clock.today()
    year = request.args.get("year", today.year, type=int)
    month = request.args.get("month", today.month, type=int)
    if not (2000 <= year <= 2200 and 0 <= month <= 12):
        abort(HTTPStatus.NOT_FOUND)
    if month:
        first, end = _month(year, month)
    else:
        first = datetime(year, 1, 1, tzinfo=clock.LOCAL)
        end = datetime(year + 1, 1, 1, tzinfo=clock.LOCAL)
    by_day: dict[object, list[GroupMeeting]] = {}
    for each in queries.between(reader(), first, end):
        by_day.setdefault(each.day, []).append(each)
    return render_template(
        "study/group/calendar.html",
        year=year,
        month=month,
        weeks=rules.weeks(year, month) if month else [],
        months=[[(day, found) for day, found in by_day.items() if day.month == n]  # type: ignore[attr-defined]
                for n in range(1, 13)],
        by_day=by_day,
        before=rules.step(year, month or 1, -1),
        after=rules.step(year, month or 1, 1),
        today=today,
        feeds=feeds.live(account().id),
        address=None,
    )  # fmt: skip


@bp.post("/feeds")
@requires(*ANY)
def new_feed() -> str:
    """A private address; it is shown once."""
    token = secrets.token_urlsafe(32)
    services.create(account=account(), token_hash=token_hash(token), at=clock.now())
    db.session.commit()
    return render_template(
        "study/group/feed.html", address=url_for("feed.ics", token=token, _external=True)
    )


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@bp.post("/feeds/<int:feed_id>/revoke")
@requires(*ANY)
def revoke_feed(feed_id: int) -> ResponseReturnValue:
    services.revoke(feed=feeds.own(feed_id, account().id), at=clock.now())
    return done("订阅地址已作废。", ".calendar")


@feed_bp.get("/<token>.ics")
@public
def ics(token: str) -> Response:
    """The sessions of whoever the address belongs to, until it is revoked or they have left."""
    at = clock.now()
    if not ASKS.passes(request.remote_addr, at):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    found = feeds.by_hash(token_hash(token[:100]))
    if found is None or not _may_read(found.account):
        abort(HTTPStatus.NOT_FOUND)
    owner = found.account
    all_groups = scope_of(owner.roles, Permission.GROUP_READ) is not None
    asks = Reader(owner.person_id, reads_all=all_groups)
    events = [_event(each) for each in queries.between(asks, at - BACK, at + AHEAD)]
    data = rules.feed(events, name="中心组学法")
    return Response(data, content_type="text/calendar; charset=utf-8")


def _may_read(owner: Account) -> bool:
    person = owner.person
    gone = person.left_on is not None and person.left_on <= clock.today()
    if owner.disabled_at is not None or gone:
        return False
    reads_all = scope_of(owner.roles, Permission.GROUP_READ) is not None
    return reads_all or group_queries.is_in_any(person.id)


def _event(found: GroupMeeting) -> Event:
    return Event(
        uid=f"group-meeting-{found.id}@{current_app.config['XUEFA'].unit_name}",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        title=f"{found.form.label}：{found.topic}",
        place=found.place,
        text=f"{found.group.name}{found.year}年第{found.number}次学习，主持人：{found.chair}",
        url=url_for("group.session", meeting_id=found.id, _external=True),
        stamped_at=found.created_at,
    )
