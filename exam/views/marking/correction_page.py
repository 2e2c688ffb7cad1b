"""The page of a correction: what it would do or did, what taking it back does, what is for persons.

What was done is told from what was written then; only what is still to be decided is computed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from accounts.guards import account, can, scope
from accounts.permissions import Permission, Scope
from core import paging
from core.paging import Page
from exam.forms.results import OpinionForm
from exam.marking import corrections as rules
from exam.marking import impact
from exam.marking.corrections import Change, Ruling, Stage
from exam.marking.impact import Effect, Summary
from exam.models import Candidate, Correction, ExamSession
from exam.on_paper import paper_scores
from exam.on_paper.paper_scores import Item
from exam.papers.snapshot import Slot
from exam.queries.marking import corrections as queries
from exam.queries.marking.corrections import Entered
from exam.queries.results import certificates as certificate_queries
from exam.queries.sessions import overview as session_queries
from exam.services.attempts.taking import sealed
from exam.services.marking import applying, correcting, deciding, undoing
from exam.services.marking.regrading import NotAsScored
from exam.services.results import certificates
from question_bank.types import kind_of


@dataclass(frozen=True)
class Line:
    """A score that changes."""

    effect: Effect
    candidate: Candidate


@dataclass(frozen=True)
class Listed:
    """Scores that change, as the page lists them."""

    page: Page[Line]
    summary: Summary


@dataclass(frozen=True)
class ByHand:
    """A script on paper whose marks a person gave, and has to look at again."""

    entered: Entered
    candidate: Candidate
    #: What was entered of the item; None where only the total is known.
    item: Item | None
    slot: Slot
    #: Entered again since the correction came into force.
    again: bool


def shown(found: Correction, error: str = "") -> str:
    """A proposal with what it would do; an applied one with what it did, then its undoing."""
    slot = correcting.slot_of(found.form, found.slot)
    about = rules.question_of(slot, found.part)
    group = queries.together(found)
    forms = [each.form_id for each in group]
    done = queries.changes_by([each.id for each in group])
    ahead, obstacle = _ahead(found)
    back = queries.changes_by([each.id for each in group], undoing=True)
    if found.stage is Stage.APPLIED:
        back = ahead or []
    sessions = {each.id: each for form_id in forms for each in queries.sessions_of(form_id)}
    proposed = _lines(ahead) if found.stage is Stage.PROPOSED and ahead is not None else None
    was_applied = found.stage in (Stage.APPLIED, Stage.UNDONE)
    return render_template(
        "exam/marking/correction.html",
        correction=found,
        group=group,
        slot=slot,
        about=about,
        key_text=kind_of(about.item_type).key_text(about),
        new_key=rules.key_text(slot, found.key, found.part) if found.key is not None else None,
        preview=_listed(proposed) if proposed is not None else None,
        done=_listed(_lines(done)) if was_applied else None,
        #: Told in a sentence where it is the same scripts, back to what they were.
        undoing=_listed(_lines(back), "undo_page")
        if was_applied and not _reverses(done, back)
        else None,
        restored=len(back),
        seen=rules.seen(ahead or []),
        scripts=sum(queries.handed_in(each) for each in forms),
        by_hand=paging.of(_by_hand(group), **_asked("hand_page")),
        sessions=list(sessions.values()),
        named=scope(Permission.RESULT_READ) is Scope.ALL,
        obstacle=obstacle,
        deciders=deciding.deciders(found, ahead or []),
        #: Certificates that a proposal makes untrue, or that are to be issued anew, by session.
        untrue=_untrue(proposed or []),
        to_issue=_to_issue(sessions.values()) if was_applied else [],
        error=error,
        form=OpinionForm(),
        account_id=account().id,
    )


def _ahead(found: Correction) -> tuple[list[Change] | None, str]:
    """What a decision that may be taken does, None for none; and what stands in its way."""
    if found.stage not in (Stage.PROPOSED, Stage.APPLIED):
        return None, ""
    try:
        changes = applying.changes(applying.plan(found))
    except NotAsScored as wrong:
        return None, str(wrong)
    return changes, undoing.in_the_way(changes) if found.stage is Stage.APPLIED else ""


def _untrue(lines: Sequence[Line]) -> int:
    """How many certificates say something else than what the results will be."""
    after = {each.candidate.id: each.effect.after for each in lines}
    live = certificate_queries.live(list(after))
    return sum(certificates.untrue(each, after[each.candidate_id]) for each in live)


def _to_issue(sessions: Iterable[ExamSession]) -> list[tuple[ExamSession, int]]:
    """Sessions of which certificates were revoked, with how many people are to get one."""
    if not can(Permission.RESULT_PUBLISH):
        return []
    published = [each for each in sessions if each.published_at and not each.cancelled_at]
    revoked = certificate_queries.revoked_in([each.id for each in published])
    due = [(each, len(certificates.due(each))) for each in published if each.id in revoked]
    return [each for each in due if each[1]]


def _reverses(done: Sequence[Change], back: Sequence[Change]) -> bool:
    """Whether taking back gives every script what it had before, and changes no other."""
    return {(each.attempt_id, each.new, each.old) for each in done} == {
        (each.attempt_id, each.old, each.new) for each in back
    }


def _asked(name: str) -> Mapping[str, int]:
    number, size = paging.asked(name)
    return {"number": number, "per_page": size}


def _listed(lines: Sequence[Line], name: str = "page") -> Listed:
    return Listed(paging.of(lines, **_asked(name)), impact.summary([each.effect for each in lines]))


def _lines(changes: Sequence[Change]) -> list[Line]:
    """Who crosses a line stands first."""
    people = queries.candidates_of([each.attempt_id for each in changes])
    before = {each.attempt_id: each.old for each in changes}
    after = {each.attempt_id: each.new for each in changes}
    lines = []
    for each in changes:
        person = people[each.attempt_id]
        effect = Effect(
            each,
            session_queries.outcome_of(person.session, person, before),
            session_queries.outcome_of(person.session, person, after),
        )
        lines.append(Line(effect, person))
    return sorted(
        lines, key=lambda line: (line.effect.crossing is None, line.effect.change.attempt_id)
    )


def _by_hand(group: Sequence[Correction]) -> list[ByHand]:
    """Scripts that the corrections leave as persons marked them; taken back, those among them
    that were entered anew meanwhile."""
    found: list[tuple[Entered, Slot, bool]] = []
    for each in group:
        if each.stage is Stage.DECLINED:
            continue
        paper, slot = sealed(each.form), correcting.slot_of(each.form, each.slot)
        ruling = Ruling(each.slot, each.remedy, each.key, each.part)
        for script in queries.entered(each.form_id):
            again = each.approved_at is not None and script.entered_at >= each.approved_at
            told = again or each.stage is not Stage.UNDONE
            if told and paper_scores.stays(paper, script.total, script.items, ruling):
                found.append((script, slot, again))
    people = queries.candidates_of([script.attempt_id for script, *_ in found])
    return [
        ByHand(script, people[script.attempt_id], script.items.get(slot.slot), slot, again)
        for script, slot, again in found
    ]
