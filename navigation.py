"""The navigation: which pages a person is led to, by permission. One table for every page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, get_template_attribute, request, url_for
from markupsafe import Markup

from accounts.guards import Reader, identity, signed_in
from accounts.permissions import Permission, Role, scope_of
from accounts.queries.accounts import Identity
from core import forgery, shared
from core.apart import Apart
from core.shared import Visit
from core.templating import Gap, Gapped, preferences
from study.finding.views import may_search
from study.group.views.base import concerns, concerns_me


@dataclass(frozen=True)
class Concern:
    """Whether an entry concerns a reader: the one of this request, or anybody, apart from any."""

    here: Callable[[], bool]
    #: Raises Away.
    apart: Callable[[Identity, Apart], Awaitable[bool]]


@dataclass(frozen=True)
class Entry:
    label: str
    icon: str
    endpoint: str
    #: Any one of these opens it.
    permissions: tuple[Permission, ...]
    #: Whom it concerns among those, where that is not everybody.
    concerns: Concern | None = None
    #: Pages that belong to it though their addresses lie elsewhere.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    active: bool


@dataclass(frozen=True)
class Group:
    label: str
    icon: str
    items: Sequence[Link]
    #: Its entries are shown; a long menu shows those of the first group and of the page's own.
    is_open: bool


P = Permission
#: A menu of so many entries is shown whole.
SHORT = 16
MENU: Sequence[tuple[str, str, Sequence[Entry]]] = (
    (
        "我的学法",
        "bi-house-door",
        (
            Entry("我的任务", "bi-list-check", "study.home", (P.HOME,)),
            Entry("课程", "bi-journal-bookmark", "courses.catalogue", (P.COURSE_STUDY,)),
            Entry("培训班", "bi-easel2", "classes.mine", (P.COURSE_STUDY,)),
            Entry("我的考试", "bi-pencil-square", "exam.mine", (P.EXAM_TAKE,)),
            Entry("学习记录", "bi-graph-up-arrow", "study.learning", (P.COURSE_STUDY,)),
            Entry("我的学时", "bi-clock-history", "hours.mine", (P.COURSE_STUDY,)),
            Entry("我的学法档案", "bi-person-vcard", "archive.mine", (P.COURSE_STUDY,)),
            Entry("我的评价", "bi-award", "evaluation.mine", (P.EVAL_OWN,)),
            Entry("我的学法情况", "bi-speedometer2", "board.mine", (P.RESULT_OWN,)),
            Entry("我的提醒", "bi-bell", "reminders.mine", (P.COURSE_STUDY,)),
        ),
    ),
    (
        "学习园地",
        "bi-sun",
        (
            Entry("日常学法", "bi-sun", "daily.index", (P.COURSE_STUDY,)),
            Entry("练习", "bi-lightning-charge", "practice.index", (P.COURSE_STUDY,)),
            Entry("应知应会清单", "bi-card-checklist", "must_know.mine", (P.COURSE_STUDY,)),
            Entry("以案释法", "bi-briefcase", "cases.index", (P.COURSE_STUDY,)),
            Entry("法律法规库", "bi-book", "laws.index", (P.LAW_READ, P.LAW_EDIT)),
        ),
    ),
    (
        "中心组学法",
        "bi-people-fill",
        (
            Entry(
                "中心组学习",
                "bi-easel",
                "group.index",
                (P.GROUP_OWN, P.GROUP_READ, P.GROUP_EDIT),
                Concern(concerns_me, concerns),
            ),
            Entry(
                "学习日历",
                "bi-calendar3",
                "group.calendar",
                (P.GROUP_OWN, P.GROUP_READ, P.GROUP_EDIT),
                Concern(concerns_me, concerns),
            ),
        ),
    ),
    (
        "课程与学习管理",
        "bi-journal-text",
        (
            Entry("课程管理", "bi-journal-text", "courses.manage", (P.COURSE_EDIT,)),
            Entry("按规则布置", "bi-funnel", "learning_rules.index", (P.COURSE_EDIT,)),
            Entry("学习进度", "bi-bar-chart-steps", "courses.progress", (P.COURSE_PROGRESS,)),
            Entry("学习催办", "bi-megaphone", "reminders.unit", (P.COURSE_PROGRESS,)),
            Entry(
                "部门日常学法", "bi-calendar3-range", "daily.by_department", (P.COURSE_PROGRESS,)
            ),
            Entry("学习异常", "bi-activity", "daily.anomalies", (P.COURSE_PROGRESS,)),
            Entry("清单管理", "bi-list-ol", "lists.index", (P.LAW_EDIT,)),
            Entry("清单覆盖情况", "bi-ui-checks-grid", "must_know.overview", (P.COURSE_PROGRESS,)),
            Entry("案例管理", "bi-briefcase-fill", "cases.desk", (P.CASE_WRITE, P.CASE_REVIEW)),
        ),
    ),
    (
        "培训与学时管理",
        "bi-mortarboard",
        (
            Entry("培训计划", "bi-calendar2-range", "plans.index", (P.TRAINING_READ,)),
            Entry(
                "培训班管理",
                "bi-person-workspace",
                "classes.manage",
                (P.CLASS_MANAGE, P.CLASS_NOMINATE, P.CLASS_OPINE),
            ),
            Entry("培训质量", "bi-clipboard-data", "quality.index", (P.TRAINING_READ,)),
            Entry("学时台账", "bi-clock", "hours.units", (P.COURSE_PROGRESS,)),
            Entry("人员学法档案", "bi-folder2-open", "archive.people", (P.RESULT_READ,)),
            Entry("外出培训申报", "bi-award", "hours.claim_work", (P.CLAIM_CHECK, P.CLAIM_DECIDE)),
            Entry("学时规则", "bi-sliders", "hours.rules", (P.COURSE_EDIT,)),
        ),
    ),
    (
        "题库",
        "bi-collection",
        (
            Entry(
                "试题",
                "bi-collection",
                "bank.index",
                (P.ITEM_READ, P.ITEM_WRITE),
                also=("exam.exposure", "exam.item_exposure"),
            ),
            Entry(
                "修法与新法",
                "bi-arrow-left-right",
                "changes.worklist",
                (P.LAW_EDIT, P.ITEM_REVIEW, P.ITEM_WRITE, P.COURSE_EDIT, P.FORM_BUILD, P.FORM_SEAL),
            ),
        ),
    ),
    (
        "考试管理",
        "bi-clipboard-check",
        (
            Entry(
                "考试场次",
                "bi-calendar-event",
                "exam.sessions",
                (P.SESSION_READ,),
                also=("analytics.integrity",),
            ),
            Entry("考试催办", "bi-bell", "exam.reminders", (P.SESSION_READ,)),
            Entry(
                "免考缓考申请",
                "bi-person-check",
                "exam.requests",
                (P.CANDIDATE_STATUS, P.REQUEST_OPINE, P.REQUEST_FILE),
            ),
            Entry("任职期限", "bi-hourglass-split", "exam.appointments", (P.SESSION_MANAGE,)),
            Entry("组卷方案", "bi-grid-3x3", "exam.blueprints", (P.FORM_BUILD,)),
            Entry("试卷", "bi-file-earmark-lock", "exam.forms", (P.FORM_BUILD, P.FORM_SEAL)),
            Entry("阅卷", "bi-check2-square", "exam.marking", (P.ANSWER_MARK,)),
            Entry(
                "成绩复核",
                "bi-search",
                "exam.rechecks",
                (P.RECHECK_ANSWER,),
                also=("exam.calendar",),
            ),
            Entry(
                "更正判分", "bi-eraser", "exam.corrections", (P.RESULT_CORRECT, P.RESULT_APPROVE)
            ),
        ),
    ),
    (
        "统计分析",
        "bi-bar-chart",
        (
            Entry("全局看板", "bi-speedometer2", "board.dashboard", (P.RATES_READ,)),
            Entry("学法率统计", "bi-bar-chart-line", "analytics.rates", (P.RATES_READ,)),
            Entry("试题质量", "bi-patch-check", "analytics.quality", (P.ITEM_STATS,)),
            Entry("学法用法评价", "bi-award", "evaluation.editions", (P.EVAL_READ,)),
        ),
    ),
    (
        "组织与系统",
        "bi-people",
        (
            Entry("人员名册", "bi-person-lines-fill", "accounts.people", (P.PEOPLE_READ,)),
            Entry("机构设置", "bi-diagram-3", "accounts.units", (P.PEOPLE_READ, P.UNIT_EDIT)),
            Entry("账号管理", "bi-person-gear", "accounts.account_list", (P.ACCOUNT_MANAGE,)),
            Entry("角色授权", "bi-shield-lock", "accounts.roles", (P.ROLE_GRANT,)),
            Entry("审计日志", "bi-journal-check", "accounts.audit_log", (P.AUDIT_READ,)),
        ),
    ),
)


class Place(NamedTuple):
    """All that the menus of two readers have in common who see the same."""

    roles: Sequence[Role]
    root: str
    #: The address of the entry that the page belongs to; "" for none.
    here: str
    #: Endpoints of entries that concern the reader, of those that do not concern everybody.
    concerning: frozenset[str]


def menu() -> Sequence[Group]:
    """The groups that the signed-in person may open; none for somebody who is not signed in."""
    return _groups(_place(_visit())) if signed_in() else ()


def bar() -> Markup:
    """The same as pages show it, rendered once for all who see the same; empty for nobody."""
    if not signed_in():
        return Markup()
    render = _bar.__wrapped__ if current_app.debug else _bar
    return render(_place(_visit()), request.cookies.get("xf_nav") == "folded")


class Head(NamedTuple):
    """All that the heads of two readers' pages have in common who see the same."""

    roles: Sequence[Role]
    root: str
    #: Whether the reader is led anywhere.
    leads: bool
    text_size: str | None
    contrast: str | None


def head(leads: object) -> Markup:
    """The head of a page, rendered once for all who see the same of it but for who they are.

    ``leads``: true where the page has a navigation.
    """
    reader = Reader.of(identity()) if signed_in() else None
    searched = request.args.get("q", "") if request.endpoint == "finding.find" else None
    if reader is None or searched is not None or current_app.debug:
        return _rendered_head(bool(leads), reader, forgery.token(), searched)
    size, contrast = map(request.cookies.get, ("xf_size", "xf_contrast"))
    shown = _head(Head(identity().roles, request.script_root, bool(leads), size, contrast))
    return shown.filled(name=reader.name, department=reader.department_name, csrf=forgery.token())


@lru_cache(maxsize=256)
def _head(shown: Head) -> Gapped:
    labels = [role.label for role in shown.roles]
    return Gapped(
        lambda gap: _rendered_head(
            shown.leads, Reader(gap("name"), gap("department"), labels), gap("csrf")
        )
    )


def _rendered_head(
    leads: bool, reader: Reader | None, csrf: str, searched: str | None = None
) -> Markup:
    rendered: Callable[..., Markup] = get_template_attribute("components/header.html", "page_head")
    return rendered(
        current_app.config["XUEFA"].unit_name, reader, leads, may_search(), searched, csrf
    )


class Look(NamedTuple):
    """All that what stands around two readers' pages has in common who see the same of it."""

    place: Place
    folded: bool
    text_size: str
    contrast: str


def _visit() -> Visit:
    who, root = identity(), request.script_root
    concerned = frozenset(
        endpoint for endpoint, concern in _concerns(who.roles, root) if concern.here()
    )
    return Visit(
        who, request.endpoint, request.path, root, request.cookies, forgery.token(), concerned
    )


async def _concerned(visit: Visit, apart: Apart) -> frozenset[str]:
    """The endpoints of entries that concern a reader, of those that do not concern everybody.

    Raises Away.
    """
    entries = _concerns(visit.who.roles, visit.root)
    asked = {concern for _, concern in entries}
    known = {concern: await concern.apart(visit.who, apart) for concern in asked}
    return frozenset(endpoint for endpoint, concern in entries if known[concern])


def _look(visit: Visit) -> Look:
    folded = visit.cookies.get("xf_nav") == "folded"
    return Look(_place(visit), folded, **preferences(visit.cookies))


def _gapped(gap: Gap) -> Mapping[str, Any]:
    labels = [role.label for role in identity().roles]
    reader, csrf = Reader(gap("name"), gap("department"), labels), gap("csrf")
    return {
        "me": reader,
        "csrf_token": lambda: csrf,
        "page_head": lambda leads: _rendered_head(bool(leads), reader, csrf),
    }


def _reader(visit: Visit) -> Mapping[str, str]:
    return {"name": visit.who.name, "department": visit.who.unit_name, "csrf": visit.csrf}


def _place(visit: Visit) -> Place:
    roles, root, path = visit.who.roles, visit.root, visit.path
    urls = _open_to(roles, root)
    own = next((url for entry, url in urls.items() if visit.endpoint in entry.also), None)
    here = own or max((each for each in urls.values() if _leads(each, path)), key=len, default="")
    return Place(roles, root, here, visit.concerned)


@lru_cache(maxsize=1024)
def _groups(place: Place) -> Sequence[Group]:
    urls = _open_to(place.roles, place.root)
    found = []
    for label, icon, entries in MENU:
        links = [
            Link(entry.label, entry.icon, urls[entry], urls[entry] == place.here)
            for entry in entries
            if entry in urls and (entry.concerns is None or entry.endpoint in place.concerning)
        ]
        if links:
            found.append((label, icon, links))
    is_short = sum(len(links) for _label, _icon, links in found) <= SHORT
    return [
        Group(label, icon, links, is_short or number == 0 or any(link.active for link in links))
        for number, (label, icon, links) in enumerate(found)
    ]


@lru_cache(maxsize=1024)
def _bar(place: Place, folded: bool) -> Markup:
    shown: Callable[..., Markup] = get_template_attribute(
        "components/navigation.html", "navigation_bar"
    )
    groups = _groups(place)
    return shown(groups, folded) if groups else Markup()


@lru_cache(maxsize=256)
def _concerns(roles: Sequence[Role], root: str) -> Sequence[tuple[str, Concern]]:
    """By endpoint, whom entries concern that do not concern everybody they open to."""
    return [(entry.endpoint, entry.concerns) for entry in _open_to(roles, root) if entry.concerns]


@lru_cache(maxsize=256)
def _open_to(roles: Sequence[Role], _root: str) -> Mapping[Entry, str]:
    """The entries that open to people with the roles, with their addresses under the root."""
    return {
        entry: url_for(entry.endpoint)
        for _label, _icon, entries in MENU
        for entry in entries
        if any(scope_of(roles, permission) is not None for permission in entry.permissions)
    }


def _leads(url: str, path: str) -> bool:
    """Whether the page at a path lies under the entry: /laws/12 under /laws/."""
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = menu
    app.jinja_env.globals["navigation_bar"] = bar
    app.jinja_env.globals["page_head"] = head
    shared.lay_out(app, shared.Layout(_visit, _concerned, _look, _gapped, _reader))
