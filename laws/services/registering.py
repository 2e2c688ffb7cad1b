"""Texts become versions on the register; official texts take the place of outlines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from laws import following, queries
from laws.models import (
    Article,
    Division,
    IssuingBody,
    Law,
    LawCategory,
    LawVersion,
    TextProblem,
    TextStatus,
)
from laws.numerals import Key
from laws.parsing import checks, outlining
from laws.parsing.comparing import same_text
from laws.parsing.reading import Batch
from laws.parsing.text import PREFIX, Flaw, ParsedArticle, ParsedDivision, ParsedLaw, Problem
from laws.repeal_lists import Listed
from laws.services import changes, indexing, succeeding
from laws.services.changes import Neighbours
from laws.services.noting import note

#: Positions are moved up by this while they are dealt out anew, since each is unique.
_ASIDE = 1_000_000


@dataclass(frozen=True)
class Registration:
    """What became of one text."""

    version: LawVersion
    #: The version was not on the register, or only as an outline.
    created: bool
    problems: Sequence[Problem]
    #: The versions that now follow one another and were compared, where the text was new.
    compared: Sequence[Neighbours] = ()
    #: The versions that the text, or what was kept about it, repeals.
    ended: Sequence[LawVersion] = ()


@dataclass(frozen=True)
class FileProblem:
    file: str
    problem: str
    articles: Sequence[str] = ()
    #: The text was registered all the same.
    registered: bool = True
    #: What kind of flaw; None for a file that was rejected.
    flaw: Flaw | None = None


@dataclass(frozen=True)
class Report:
    """What the files of an import hold, once registered; running it again gives the same."""

    laws: int
    versions: int
    articles: int
    #: Versions that were not on the register before.
    new: int
    problems: Sequence[FileProblem]


def register_batch(
    batch: Batch,
    *,
    at: datetime,
    by: Account | None = None,
    progress: Callable[[Sequence[ParsedLaw]], Iterable[ParsedLaw]] = iter,
) -> Report:
    """Register every law of the batch; ``progress`` may watch them go by, and commit between them:
    each of them is registered whole, with all that follows, or not at all."""
    problems = [FileProblem(each.file, each.reason, registered=False) for each in batch.rejected]
    #: By id, the law of each.
    versions: dict[int, int] = {}
    new = 0
    for parsed in progress(batch.laws):
        done = register(parsed=parsed, at=at, by=by)
        versions[done.version.id] = done.version.law_id
        new += done.created
        problems += [
            FileProblem(parsed.file, each.text, each.articles, flaw=each.flaw)
            for each in done.problems
        ]
    counts = queries.article_counts(list(versions))
    report = Report(
        laws=len(set(versions.values())),
        versions=len(versions),
        articles=sum(counts.values()),
        new=new,
        problems=problems,
    )
    record(
        "law.import",
        object_type="Law",
        at=at,
        versions=report.versions,
        new=new,
        rejected=len(batch.rejected),
        problems=len(problems),
    )
    return report


def register(
    *,
    parsed: ParsedLaw,
    at: datetime,
    by: Account | None = None,
    text_status: TextStatus = TextStatus.OFFICIAL,
) -> Registration:
    """Enter a version into the register; a second time changes nothing.

    The same law and the same day of promulgation are the same version. An official text fills in
    the outline that stood for it, keeping the rows of its articles, so that what cites them
    stays. A registered official text is never overwritten: articles it lacks are added, articles
    that read differently are reported. Whenever a text is new or grows, it is compared with the
    versions before and after it, and whoever follows the register is told (laws.following).
    """
    done = _registered(parsed, at=at, by=by, text_status=text_status)
    by_id = by.id if by else None
    if done.created or done.compared:
        following.announce(
            following.Event(
                law_id=done.version.law_id,
                version_id=done.version.id,
                at=at,
                by_id=by_id,
                pairs=[(each.old.id, each.new.id) for each in done.compared],
            )
        )
    # After the pairs, so that what was carried over to a version ends with it.
    announce_ends(done.ended, at=at, by_id=by_id)
    return done


def announce_ends(versions: Iterable[LawVersion], *, at: datetime, by_id: int | None) -> None:
    """Tell whoever follows the register of versions that were repealed."""
    for each in versions:
        following.announce(following.Event(each.law_id, each.id, at=at, by_id=by_id, repealed=True))


def register_repeals(listed: Sequence[Listed], *, at: datetime) -> list[LawVersion]:
    """Keep the repeals of a list and let them count, also for laws registered later; the versions
    on the register that end by them. A second time changes nothing."""
    for each in listed:
        succeeding.enter(repealed=each.repealed, successor=each.successor, on=each.on, at=at)
    ended = succeeding.apply([each.repealed for each in listed], at=at)
    announce_ends(ended, at=at, by_id=None)
    record("law.repeals", object_type="Law", at=at, listed=len(listed), ended=len(ended))
    return ended


def _registered(
    parsed: ParsedLaw, *, at: datetime, by: Account | None, text_status: TextStatus
) -> Registration:
    law = _law(parsed)
    done = _register(law, parsed, at=at, by=by, text_status=text_status)
    indexing.put_law(law)
    return done


def _register(
    law: Law, parsed: ParsedLaw, *, at: datetime, by: Account | None, text_status: TextStatus
) -> Registration:
    version = queries.version_of(law.id, parsed.promulgated_on)
    if version is None:
        version = _enter(law, parsed, at=at, by=by, text_status=text_status)
        ended = succeeding.by_text(version, at=at)
        compared = changes.refresh(version=version)
        return Registration(version, True, parsed.problems, compared, ended)
    if text_status is TextStatus.OFFICIAL and version.text_status is TextStatus.OUTLINE:
        problems = _fill_in(version, parsed, at=at, by=by)
        ended = succeeding.by_text(version, at=at)
        compared = changes.refresh(version=version)
        return Registration(version, True, problems, compared, ended)
    before = len(version.articles)
    problems = _complete(version, parsed, text_status=text_status)
    if len(version.articles) == before:
        return Registration(version, False, problems)
    ended = succeeding.by_text(version, at=at)
    compared = changes.refresh(version=version)
    return Registration(version, False, problems, compared, ended)


def _law(parsed: ParsedLaw) -> Law:
    """The law of the text, entered if it is new, with its fullest title and all its categories."""
    law = queries.law_titled(parsed.title)
    if law is None:
        law = Law(title=parsed.title, short_title=parsed.short_title)
        db.session.add(law)
    elif parsed.title.startswith(PREFIX):
        law.title = parsed.title
    known = {each.category for each in law.categories}
    law.categories += [
        LawCategory(category=each) for each in parsed.categories if each not in known
    ]
    db.session.flush()
    return law


def _enter(
    law: Law, parsed: ParsedLaw, *, at: datetime, by: Account | None, text_status: TextStatus
) -> LawVersion:
    version = LawVersion(law=law, promulgated_on=parsed.promulgated_on, repealed_on=None)
    db.session.add(version)
    _describe(version, parsed, at=at, by=by, text_status=text_status)
    db.session.flush()
    divisions = _add_divisions(version, parsed.divisions)
    _add_articles(version, list(enumerate(parsed.articles, 1)), divisions)
    note(version, "law.version.register", at=at, articles=len(parsed.articles))
    return version


def _describe(
    version: LawVersion,
    parsed: ParsedLaw,
    *,
    at: datetime,
    by: Account | None,
    text_status: TextStatus,
) -> None:
    version.label = parsed.label
    version.effective_on = parsed.effective_on
    version.text_status = text_status
    version.preamble = parsed.preamble
    version.opening = parsed.opening
    version.annex = parsed.annex
    version.source_name = parsed.file
    version.registered_at = at
    version.registered_by_id = by.id if by else None
    known = {body.name: body for body in version.bodies}
    version.bodies = [known.get(name) or IssuingBody(name=name) for name in parsed.bodies]
    for position, body in enumerate(version.bodies, 1):
        body.position = position
    _describe_problems(version, parsed.file, parsed.problems)


def _describe_problems(version: LawVersion, file: str, problems: Sequence[Problem]) -> None:
    version.problems = [
        TextProblem(
            problem=each.text, articles="、".join(each.articles), file=file, code=each.flaw.value
        )
        for each in problems
    ]


def _add_divisions(
    version: LawVersion, divisions: Sequence[ParsedDivision], *, after: int = 0
) -> list[int]:
    """Add the divisions behind the first ``after`` ones; their ids, in reading order."""
    rows = [
        {"version_id": version.id, "position": position, "level": each.level, "title": each.title}
        for position, each in enumerate(divisions, after + 1)
    ]
    if not rows:
        return []
    added = insert(Division).returning(Division.id, sort_by_parameter_order=True)
    return list(db.session.scalars(added, rows))


def _add_articles(
    version: LawVersion, articles: Sequence[tuple[int, ParsedArticle]], divisions: Sequence[int]
) -> None:
    """Add the articles at the given positions."""
    rows: list[dict[str, Any]] = [
        {
            "version_id": version.id,
            "position": position,
            "number": each.number,
            "number_main": each.key.main,
            "number_sub": each.key.sub,
            "division_id": None if each.division is None else divisions[each.division],
            "text": each.text,
        }
        for position, each in articles
    ]
    if rows:
        db.session.execute(insert(Article), rows)
    db.session.expire(version, ["articles", "divisions"])


def _fill_in(
    version: LawVersion, parsed: ParsedLaw, *, at: datetime, by: Account | None
) -> Sequence[Problem]:
    """Put the official text in the place of the outline, article by article."""
    outlined = {each.number: each for each in version.articles}
    foreign = tuple(number for number in outlined if number not in
                    {each.number for each in parsed.articles})  # fmt: skip
    if foreign:
        text = "演示用要旨有、官方文本没有的条号，请核对引用它们的试题"
        parsed = replace(
            parsed, problems=[*parsed.problems, Problem(Flaw.DIFFERENT, text, foreign)]
        )
        for number in foreign:
            outlined[number].text = "（官方文本没有此条。）"
    _describe(version, parsed, at=at, by=by, text_status=TextStatus.OFFICIAL)
    for article in outlined.values():
        article.division_id = None
    db.session.flush()
    version.divisions = []
    db.session.flush()
    divisions = _add_divisions(version, parsed.divisions)
    _lay_out(version, parsed.articles, divisions, overwrite=True)
    note(version, "law.version.fill_in", at=at, articles=len(parsed.articles))
    return parsed.problems


def _lay_out(
    version: LawVersion,
    articles: Sequence[ParsedArticle],
    divisions: Sequence[int],
    *,
    overwrite: bool,
) -> None:
    """Add the articles that the version lacks and bring all of them into order."""
    present = {each.number: each for each in version.articles}
    for position, row in enumerate(present.values(), _ASIDE):
        row.position = position
    db.session.flush()
    fresh: list[tuple[int, ParsedArticle]] = []
    kept = [(row.number_main, row.number_sub, row.number) for row in present.values()]
    coming = {each.number: each for each in articles}
    keys = sorted({*kept, *((*each.key, each.number) for each in articles)})
    for position, (_, _, number) in enumerate(keys, 1):
        if number not in present:
            fresh.append((position, coming[number]))
            continue
        row = present[number]
        row.position = position
        if overwrite and number in coming:
            row.text = coming[number].text
            at = coming[number].division
            row.division_id = None if at is None else divisions[at]
    db.session.flush()
    _add_articles(version, fresh, divisions)


def _complete(
    version: LawVersion, parsed: ParsedLaw, *, text_status: TextStatus
) -> Sequence[Problem]:
    """Add the articles that the registered text lacks; report those that read differently."""
    present = {each.number: each for each in version.articles}
    missing = [each for each in parsed.articles if each.number not in present]
    if missing and text_status is version.text_status:
        ids, trails = _merge_divisions(version, parsed.divisions)
        _lay_out(version, missing, ids, overwrite=False)
        _order_divisions(version, trails)
        if text_status is TextStatus.OFFICIAL:
            _describe_problems(version, parsed.file, _recheck(version, parsed.problems))
    if text_status is TextStatus.OUTLINE:
        return []
    different = tuple(
        each.number
        for each in parsed.articles
        if each.number in present and not same_text(each.text, present[each.number].text)
    )
    if not different:
        return parsed.problems
    text = "与已登记的官方文本不一致，保留已登记的文本，请核对"
    return [*parsed.problems, Problem(Flaw.DIFFERENT, text, different)]


def _merge_divisions(
    version: LawVersion, divisions: Sequence[ParsedDivision]
) -> tuple[list[int], dict[int, outlining.Path]]:
    """Add the divisions that the version lacks: the ids of those given, and every id's path."""
    rows = version.divisions
    known = dict(zip(outlining.paths(rows), (row.id for row in rows), strict=True))
    paths = outlining.paths(divisions)
    new = [n for n, path in enumerate(paths) if path not in known]
    added = _add_divisions(version, [divisions[n] for n in new], after=len(rows))
    known |= dict(zip((paths[n] for n in new), added, strict=True))
    return [known[path] for path in paths], {id_: path for path, id_ in known.items()}


def _order_divisions(version: LawVersion, paths: Mapping[int, outlining.Path]) -> None:
    """Bring the divisions into the order of the articles that they hold."""
    rows = list(version.divisions)
    first: dict[int, int] = {}
    for article in version.articles:
        if article.division_id is not None:
            first.setdefault(article.division_id, article.position)
    order = outlining.in_order([paths[row.id] for row in rows], [first.get(row.id) for row in rows])
    for base in (_ASIDE, 1):
        for position, n in enumerate(order, base):
            rows[n].position = position
        db.session.flush()
    db.session.expire(version, ["divisions"])


def _recheck(version: LawVersion, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a text that was completed: gaps are counted anew over all its articles."""
    articles = [
        ParsedArticle(each.number, Key(each.number_main, each.number_sub), each.text)
        for each in version.articles
    ]
    kept = [each for each in problems if each.flaw not in {Flaw.GAP, Flaw.ORDER, Flaw.PART}]
    return [*checks.of_articles(articles), *kept]
