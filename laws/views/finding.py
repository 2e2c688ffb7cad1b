"""The list of laws."""

from flask import render_template, request

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock, paging
from laws import queries
from laws.categories import Category
from laws.force import State
from laws.views.base import TONES, bp

#: The states that a law on the register can be in; it never shows a superseded version.
LISTED = (State.IN_FORCE, State.PENDING, State.REPEALED)


@bp.get("/")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def index() -> str:
    """The register, filtered by name, category and state."""
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()
    category = Category.by_label(request.args.get("category", ""))
    state = State.by_label(request.args.get("state", ""))
    page = queries.register(
        day=clock.today(),
        text=text,
        category=category,
        state=state,
        number=number,
        per_page=per_page,
    )
    chips = [
        {"label": label, "value": value, "name": name}
        for label, value, name in (
            ("名称", text, "q"),
            ("类别", category and category.label, "category"),
            ("状态", state and state.label, "state"),
        )
        if value
    ]
    return render_template(
        "laws/index.html",
        page=page,
        chips=chips,
        categories=Category.choices(),
        states=[(each.value, each.label) for each in LISTED],
        tones=TONES,
    )
