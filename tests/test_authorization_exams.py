"""The matrix of exam pages: role × whose exam it is × how the session stands.

Made from the routes themselves: every page that names a session, a candidate or an attempt is
asked for by a person of each role about an exam of their own, of their department and of another
one, in every state of the session. What must come back is said by ``expected`` alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from accounts.permissions import Permission, Role, Scope, scope_of
from core import clock
from tests.factories import NOON

OWN, DEPARTMENT, OTHER = "their own", "a colleague's", "another department's"
HOUR = timedelta(hours=1)
#: The columns of a session in each state at NOON.
STATES: dict[str, dict[str, Any]] = {
    "upcoming": {"opens_at": NOON + HOUR, "closes_at": NOON + 2 * HOUR},
    "open": {},
    "closed": {"opens_at": NOON - 3 * HOUR, "closes_at": NOON - 2 * HOUR},
    "published": {
        "opens_at": NOON - 3 * HOUR, "closes_at": NOON - 2 * HOUR, "published_at": NOON - HOUR,
    },
    "cancelled": {"cancelled_at": NOON - HOUR},
}  # fmt: skip
NAMED = {"session_id", "candidate_id", "attempt_id"}
#: Answered with less, not refused: the reader's scope narrows what such a page lists.
NARROWED = {"analytics"}


@dataclass(frozen=True)
class Case:
    role: Role
    relation: str
    state: str


def pages(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and rule.arguments
        and rule.arguments <= NAMED
        and rule.endpoint.split(".")[0] not in NARROWED
    ]


def expected(declared: tuple[Permission, ...], case: Case, *, sitting: bool) -> int:
    """403 for a role without the permission, 404 for an exam out of reach, else 200.

    A session that was called off is gone for its candidates; ``sitting``: what they had answered
    by then stays theirs to look at.
    """
    scopes = {
        permission: scope
        for permission in declared
        if (scope := scope_of([case.role], permission)) is not None
    }
    if not scopes:
        return 403
    if Permission.EXAM_TAKE in scopes:
        is_there = sitting or case.state != "cancelled"
        return 200 if case.relation == OWN and is_there else 404
    reaches = Scope.ALL in scopes.values() or case.relation != OTHER
    return 200 if reaches else 404


def came_back(status: int) -> int:
    """Redirects and refusals of an act whose time is over are answers to somebody let in."""
    return status if status in {401, 403, 404} else 200


def test_the_matrix_covers_taking_and_running_exams(app: Flask) -> None:
    assert {rule.endpoint for rule in pages(app)} >= {
        "exam.intro", "exam.attempt", "exam.result", "exam.alive",
        "exam.session", "exam.progress", "exam.candidate", "exam.export_scores",
    }  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("relation", [OWN, DEPARTMENT, OTHER])
@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_an_exam_page_opens_to_whom_it_concerns_and_to_nobody_else(
    app: Flask, make, sign_in, role: Role, relation: str
) -> None:
    own, other = make.unit(), make.unit()
    account = make.account(role, unit=own)
    sitter = {
        OWN: account.person,
        DEPARTMENT: make.person(own),
        OTHER: make.person(other),
    }[relation]
    client, form, wrong = sign_in(account), make.sealed_form(), []
    for state, columns in STATES.items():
        case = Case(role, relation, state)
        exam = make.exam_session(form, sitter, **columns)
        ids = {
            "session_id": exam.id,
            "candidate_id": exam.candidates[0].id,
            "attempt_id": make.attempt(exam, sitter, earned=60).id,
        }
        for rule in pages(app):
            declared = app.view_functions[rule.endpoint].access
            with app.test_request_context():
                path = app.url_map.bind("localhost").build(
                    rule.endpoint, {name: ids[name] for name in rule.arguments}
                )
            with clock.frozen(NOON):
                status = came_back(client.get(path).status_code)
            due = expected(declared, case, sitting="attempt_id" in rule.arguments)
            if status != due:
                wrong.append((rule.endpoint, state, status, f"expected {due}"))
    assert wrong == []
