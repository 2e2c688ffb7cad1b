"""What the pages of study groups share: who reads, which year, where to go on."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import can, identity, me
from accounts.permissions import Permission, scope_of
from accounts.queries.accounts import Identity
from core import clock
from core.apart import Apart
from core.db import db
from core.downloads import attachment
from core.errors import Refused
from study.group.models.groups import GroupFile, StudyGroup
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as queries
from study.group.queries import meetings as meeting_queries
from study.group.queries.groups import Reader

bp = Blueprint("group", __name__, url_prefix="/group")

#: What opens pages that members, readers and the secretary share.
ANY = (Permission.GROUP_OWN, Permission.GROUP_READ, Permission.GROUP_EDIT)


def reader() -> Reader:
    return Reader(
        person_id=identity().person_id,
        reads_all=can(Permission.GROUP_READ) or can(Permission.GROUP_EDIT),
        writes=can(Permission.GROUP_EDIT),
    )


def concerns_me() -> bool:
    """Whether the navigation leads the reader here: readers of all groups, and members."""
    if "study_groups_concern" not in g:
        who = identity()
        g.study_groups_concern = _sees_all(who) or queries.is_in_any(who.person_id)
    return bool(g.study_groups_concern)


async def concerns(who: Identity, apart: Apart) -> bool:
    """The same of somebody, apart from any request. Raises Away."""
    return _sees_all(who) or await queries.is_in_any_apart(who.person_id, apart)


def _sees_all(who: Identity) -> bool:
    return any(
        scope_of(who.roles, each) is not None
        for each in (Permission.GROUP_READ, Permission.GROUP_EDIT)
    )


def sees_whole(group: StudyGroup) -> bool:
    return meeting_queries.sees_whole(group, reader(), clock.today())


def must_see_whole(group: StudyGroup) -> None:
    """404 for members who see nobody's figures but their own."""
    if not sees_whole(group):
        abort(HTTPStatus.NOT_FOUND)


def must_head(group: StudyGroup) -> None:
    """404 for everybody but the head of the group today."""
    if not queries.is_head(group, me().id, clock.today()):
        abort(HTTPStatus.NOT_FOUND)


def year_asked(group_id: int) -> tuple[int, list[int]]:
    """The year that the address asks for, by default this one; 404 for one without anything."""
    today = clock.today()
    years = queries.years(group_id, today)
    year = request.args.get("year", today.year, type=int)
    if year not in years:
        abort(HTTPStatus.NOT_FOUND)
    return year, years


def done(message: str, endpoint: str, **values: object) -> ResponseReturnValue:
    """Commit what was done and go to the page that shows it."""
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]


def refused(refusal: Refused, endpoint: str, **values: object) -> ResponseReturnValue:
    """Nothing was done; say why on the page that the act was asked for on."""
    db.session.rollback()
    flash(f"{refusal}。" if not str(refusal).endswith("。") else str(refusal), "error")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]


def handed_out(file: GroupFile) -> Response:
    """A file as a download: a browser never shows it as a page of ours."""
    answer = attachment(queries.content(file), file.name, file.content_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def meeting_of(meeting_id: int) -> GroupMeeting:
    return meeting_queries.meeting(meeting_id, reader())
