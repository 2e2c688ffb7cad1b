"""The matrix of routes and roles, made from what the routes declare and the permission table.

Every (route, method) is asked for by a stranger and by a person of each role. A role that the
table grants none of the route's permissions must be refused before anything is looked up; one
that it grants must not be. Routes about a person are asked for once more with people of the
reader's own department and of another one. Whose rows a person may load elsewhere is tested beside
each query.
"""

import pytest
from flask import Flask
from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    PathConverter,
    Rule,
    UnicodeConverter,
)

from accounts.permissions import Role, Scope, scope_of
from core.access import PUBLIC

pytestmark = pytest.mark.once

#: An id that no row has: loading it is 404 for those who may ask.
NOBODYS = 999_999_999
SERVED_BY_LIBRARIES = {"static", "bootstrap.static"}
#: Answered by the save path, which asks for an attempt token instead of a session.
BY_TOKEN = {"exam.answers"}


def guarded(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in SERVED_BY_LIBRARIES | BY_TOKEN
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
    ]


def _value(converter: BaseConverter) -> str | int:
    """Something that fits; a number is nobody's."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "x" if isinstance(converter, UnicodeConverter | PathConverter) else NOBODYS


def path_of(app: Flask, rule: Rule, **known: int) -> str:
    values = {name: _value(converter) for name, converter in rule._converters.items()} | known
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_strangers_are_sent_to_sign_in(app: Flask, client) -> None:
    let_in = []
    for rule, method in guarded(app):
        if app.view_functions[rule.endpoint].access == PUBLIC:
            continue
        answer = client.open(path_of(app, rule), method=method)
        sent_away = answer.status_code == 401 or (
            answer.status_code == 302 and "/login" in answer.location
        )
        if not sent_away:
            let_in.append((rule.endpoint, method, answer.status_code))
    assert let_in == []


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_a_role_opens_the_routes_that_the_table_grants_and_no_others(
    app: Flask, make, sign_in, role: Role
) -> None:
    client = sign_in(make.account(role))
    wrong = []
    for rule, method in guarded(app):
        declared = app.view_functions[rule.endpoint].access
        if declared == PUBLIC:
            continue
        granted = any(scope_of([role], permission) for permission in declared)
        if granted and method != "GET":
            continue  # acts that are allowed are tested where they do something
        status = client.open(path_of(app, rule), method=method).status_code
        if granted == (status in {401, 403}):
            wrong.append((rule.endpoint, method, status, "granted" if granted else "not granted"))
    assert wrong == []


#: What a route's argument stands for, in routes whose permission may reach no further than a unit.
PERSON = "person_id"


def about_a_person(app: Flask) -> list[Rule]:
    """Pages of this package that show one person of the register."""
    return [
        rule
        for rule, method in guarded(app)
        if method == "GET" and rule.endpoint.startswith("accounts.") and PERSON in rule.arguments
    ]


def test_there_are_pages_about_a_person(app: Flask) -> None:
    assert {rule.endpoint for rule in about_a_person(app)} >= {"accounts.person"}


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("relation", ["own department", "another department"])
def test_a_role_reaches_the_people_that_its_scope_covers_and_no_others(
    app: Flask, make, sign_in, role: Role, relation: str
) -> None:
    own, other = make.unit(), make.unit()
    client = sign_in(make.account(role, unit=own))
    person = make.person(own if relation == "own department" else other)
    wrong = []
    for rule in about_a_person(app):
        declared = app.view_functions[rule.endpoint].access
        scopes = {scope_of([role], permission) for permission in declared} - {None}
        expected = 403
        if scopes:
            reaches = Scope.ALL in scopes or relation == "own department"
            expected = 200 if reaches else 404
        path = path_of(app, rule, **{PERSON: person.id})
        status = client.get(path).status_code
        if status != expected:
            wrong.append((rule.endpoint, status, f"expected {expected}"))
    assert wrong == []
