"""The catalogue: courses by what they are about, whom they are for and what they cover."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request

from accounts.guards import me, requires
from accounts.models import OrgUnit
from accounts.permissions import Permission
from accounts.queries import units as unit_queries
from accounts.standing import RankGroup
from core import clock, paging
from courses.addressing import Aim, Sought
from courses.lessons.queries import describing as described
from courses.models import Course, CourseCategory
from courses.must_know import queries as must_know
from courses.queries import addressing, requiring
from courses.queries import studying as queries
from courses.standing import State
from courses.views.base import bp
from laws import queries as law_queries
from laws.lists.models import MustKnowEntry

#: Entries that a card names; the rest is counted.
NAMED = 2
_POST = 20


@dataclass(frozen=True)
class Shelves:
    """What the courses are sorted by besides their own columns."""

    units: Sequence[OrgUnit]
    aims: dict[int, list[Aim]]
    entries: Sequence[MustKnowEntry]
    #: Entry → the courses that teach it.
    taught: dict[int, frozenset[int]]

    def entry(self, entry_id: int) -> MustKnowEntry:
        """An entry of a list in force; anything else is not found."""
        found = next((each for each in self.entries if each.id == entry_id), None)
        return found or abort(404)

    def named_units(self) -> list[OrgUnit]:
        return [each for each in self.units if each.valid_to is None]

    def words(self, course: Course) -> str:
        """Whom the course is for; "" for everybody."""
        return addressing.words(self.aims[course.id], self.units)

    def covered(self, course: Course) -> list[str]:
        """The titles of the entries that the course teaches."""
        found = [each.title for each in self.entries if course.id in self.taught[each.id]]
        return list(dict.fromkeys(found))

    def choices(self) -> list[tuple[str, str]]:
        """The entries that some course teaches; with the list's name where there are several."""
        several = len({each.version_id for each in self.entries}) > 1
        return [
            (str(each.id), f"{each.title}（{each.version.owner.title}）" if several else each.title)
            for each in self.entries
            if self.taught[each.id]
        ]


def _shelves() -> Shelves:
    today = clock.today()
    entries = must_know.entries(today)
    return Shelves(unit_queries.units(), addressing.aims(today), entries, must_know.taught(entries))


@bp.get("/")
@requires(Permission.COURSE_STUDY)
def catalogue() -> str:
    number, per_page = paging.asked()
    shelves = _shelves()
    narrow, chips = _asked(shelves)
    due = requiring.due_dates(me(), clock.today())
    page = paging.select_page(
        queries.catalogue(narrow, me(), due), number=number, per_page=per_page
    )
    return render_template(
        "courses/catalogue.html",
        page=page,
        standings=queries.standings(me(), [each.id for each in page.items], due),
        chips=chips,
        category=narrow.category,
        categories=list(CourseCategory),
        states=State.choices(),
        tags=[(each, each) for each in described.tags()],
        sorts=queries.Sort.choices(),
        shelves=shelves,
        units=[(each.id, each.short_name) for each in shelves.named_units()],
        ranks=RankGroup.choices(),
        known=shelves.choices(),
        named=NAMED,
    )


def _asked(shelves: Shelves) -> tuple[queries.Filter, list[dict[str, str]]]:
    """The filter that the address asks for, and what the page says of it."""
    text = request.args.get("q", "").strip()
    category = CourseCategory.by_label(request.args.get("category", ""))
    kind = {"required": True, "optional": False}.get(request.args.get("kind", ""))
    state = State.by_label(request.args.get("state", ""))
    law_id = request.args.get("law", type=int)
    law = law_queries.law(law_id) if law_id is not None else None
    entry_id = request.args.get("entry", type=int)
    entry = shelves.entry(entry_id) if entry_id is not None else None
    tag = request.args.get("tag", "").strip()
    sort = queries.Sort.by_label(request.args.get("sort", ""))
    sought, audience = _sought(shelves)
    said = {
        "q": ("关键词", text),
        "kind": ("性质", "" if kind is None else ("必修" if kind else "选修")),
        "state": ("进度", state.label if state else ""),
        "law": ("引用", f"《{law.short_title}》" if law else ""),
        "entry": ("应知应会条目", entry.title if entry else ""),
        "tag": ("标签", tag),
        **audience,
    }
    among = _among(shelves, sought, entry)
    return queries.Filter(text, category, kind, state, law_id, tag, among, sort), chips_of(said)


def chips_of(said: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"name": name, "label": label, "value": value}
        for name, (label, value) in said.items()
        if value
    ]


def _sought(shelves: Shelves) -> tuple[Sought, dict[str, tuple[str, str]]]:
    """Whom courses are sought for, and what the page says of it."""
    unit_id = request.args.get("unit", type=int)
    unit = next((each for each in shelves.units if each.id == unit_id), None)
    rank = RankGroup.by_label(request.args.get("rank", ""))
    post = request.args.get("post", "").strip()[:_POST]
    newcomers = request.args.get("newcomers") == "1"
    alone = request.args.get("aimed") == "only"
    said = {
        "unit": ("适用部门", unit.short_name if unit else ""),
        "rank": ("适用职级", rank.label if rank else ""),
        "post": ("适用岗位", post),
        "newcomers": ("适用对象", "新录用人员" if newcomers else ""),
        "aimed": ("面向全体的", "不列出" if alone else ""),
    }
    return Sought(unit.id if unit else None, rank, post, newcomers, alone), said


def _among(shelves: Shelves, sought: Sought, entry: MustKnowEntry | None) -> set[int] | None:
    """The courses for those sought that teach the entry; None where neither is asked."""
    found = None
    if sought.asks:
        found = addressing.meeting(shelves.aims, sought)
    if entry is not None:
        taught = set(shelves.taught[entry.id])
        found = taught if found is None else found & taught
    return found
