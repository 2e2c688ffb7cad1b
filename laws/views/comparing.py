"""Two versions side by side, of one law or of two, on the page and as files."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from laws import comparison_files, force, queries
from laws.alignment import ArticleText, Change
from laws.comparison import Comparison, Show, Side, compare
from laws.models import Law, LawVersion
from laws.views.base import bp


@dataclass(frozen=True)
class Asked:
    """The two versions that the address names, or those that are meant without it."""

    law: Law
    old: LawVersion | None
    new: LawVersion


@bp.get("/<int:law_id>/compare")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def compare_versions(law_id: int) -> ResponseReturnValue:
    """Two versions side by side; without arguments the one in force and the one before it."""
    asked = _asked(law_id)
    other = request.args.get("with", "").strip()
    if other:
        return _with_law(asked, other)
    return _page(asked)


def _with_law(asked: Asked, name: str) -> ResponseReturnValue:
    """The newest version of another law as the older text."""
    try:
        found = queries.law_named(name)
    except Refused as refused:
        return _page(asked, name, str(refused))
    versions = [each for each in found.versions if each.id != asked.new.id]
    if not versions:
        return _page(asked, name, f"《{found.title}》没有其他已登记的版本")
    return redirect(
        url_for(".compare_versions", law_id=asked.law.id, old=versions[-1].id, new=asked.new.id)
    )


def _page(asked: Asked, other: str = "", error: str = "") -> str:
    found = _comparison(asked.old, asked.new) if asked.old else None
    show = Show.by_label(request.args.get("show", "")) or Show.ALL
    laws = {each.law.id: each.law for each in (asked.new, asked.old) if each}
    return render_template(
        "laws/compare.html",
        law=asked.law,
        old=asked.old,
        new=asked.new,
        found=found,
        show=show,
        shows=_shows(found) if found else [],
        rows=[(n, row) for n, row in enumerate(found.rows, 1) if show.holds(row.kind)]
        if found
        else [],
        choices=[(each, list(reversed(each.versions))) for each in laws.values()],
        other=other,
        error=error,
        heading=comparison_files.side,
    )


def _shows(found: Comparison) -> list[tuple[Show, int]]:
    """The ways to narrow the table down, each with how many rows it leaves."""
    return [(each, sum(n for kind, n in found.counts.items() if each.holds(kind))) for each in Show]


@bp.get("/<int:law_id>/compare.docx")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def compare_document(law_id: int) -> ResponseReturnValue:
    """修订对照表 for Word and WPS."""
    found = _to_export(law_id)
    data = comparison_files.docx(found, made_on=clock.today())
    return attachment(data, f"{comparison_files.title(found)}.docx", DOCX)


@bp.get("/<int:law_id>/compare.xlsx")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def compare_workbook(law_id: int) -> ResponseReturnValue:
    """The same table as a workbook."""
    found = _to_export(law_id)
    data = comparison_files.xlsx(found, made_on=clock.today())
    return attachment(data, f"{comparison_files.title(found)}.xlsx")


class NothingToCompare(Refused):
    """The law has one version only, and no other text was named."""

    message = "这部法律法规只登记了一个版本，没有可以对照的文本"


def _to_export(law_id: int) -> Comparison:
    asked = _asked(law_id)
    if asked.old is None:
        raise NothingToCompare
    return _comparison(asked.old, asked.new)


def _asked(law_id: int) -> Asked:
    found = queries.law(law_id)
    new_id, old_id = (request.args.get(name, type=int) for name in ("new", "old"))
    if new_id:
        new = queries.version(new_id)
    else:
        new = force.current(found.versions, clock.today()) or found.versions[-1]
    old = queries.version(old_id) if old_id else _before(new, found.versions)
    return Asked(found, old, new)


def _before(new: LawVersion, versions: Sequence[LawVersion]) -> LawVersion | None:
    """The version before it; for the first one, the one after it would be read backwards."""
    earlier = [each for each in versions if each.promulgated_on < new.promulgated_on]
    return earlier[-1] if earlier else None


def _comparison(old: LawVersion, new: LawVersion) -> Comparison:
    return compare(_side(old), _side(new), _kept(old, new))


def _side(version: LawVersion) -> Side:
    return Side(
        title=version.law.title,
        label=version.label,
        promulgated_on=version.promulgated_on,
        effective_on=version.effective_on,
        articles=[ArticleText(each.number, each.text) for each in version.articles],
    )


def _kept(old: LawVersion, new: LawVersion) -> list[Change] | None:
    """What registration found out about neighbours; None for any other two versions."""
    rows = queries.changes_between(old.id, new.id)
    if not rows:
        return None
    olds, news = ({each.id: n for n, each in enumerate(version.articles)} for version in (old, new))
    return [
        Change(
            row.kind,
            None if row.old_article_id is None else olds[row.old_article_id],
            None if row.new_article_id is None else news[row.new_article_id],
            None if row.related_id is None else {**olds, **news}[row.related_id],
            row.only_references,
        )
        for row in rows
    ]
