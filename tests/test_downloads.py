"""Every workbook that a page offers comes down, also where fetching it leaves a line in the trail.

A download is a GET, whose transaction reads; on SQLite it cannot turn writer once somebody else
has written, and the reader's own sign of life, noted first, is such a write.
"""

from datetime import timedelta

from flask import Flask

from accounts.permissions import Role, Scope, scope_of
from analytics.board import services, spans
from core import clock, spreadsheets
from core.db import db
from tests.factories import NOON


def test_every_workbook_comes_down_after_the_readers_sign_of_life(
    app: Flask, make, sign_in
) -> None:
    with clock.frozen(NOON):
        readers = {role: sign_in(make.account(role)) for role in Role}
        person = make.person()
        exam = make.exam_session(make.sealed_form(), person, on_paper=True)
        course = make.course(10)
        make.assignment(course)
        with app.app_context():
            year = spans.running(NOON.date())[0].period
            services.keep(services.prepare(year, NOON), at=NOON, asked=False)
            db.session.commit()
    ids = {"session_id": exam.id, "course_id": course.id}
    fetched, wrong = set(), []
    for rule in app.url_map.iter_rules():
        offered = "GET" in (rule.methods or set()) and rule.rule.endswith(".xlsx")
        if not offered or not rule.arguments <= set(ids):
            continue
        access = app.view_functions[rule.endpoint].access
        role = max(
            (each for each in Role if any(scope_of([each], one) for one in access)),
            key=lambda each: any(scope_of([each], one) is Scope.ALL for one in access),
        )
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(
                rule.endpoint, {name: ids[name] for name in rule.arguments}
            )
        fetched.add(rule.endpoint)
        # Later each time, so that every request has a sign of life to note.
        with clock.frozen(NOON + timedelta(minutes=5 * len(fetched))):
            answer = readers[role].get(path)
        if (answer.status_code, answer.content_type) != (200, spreadsheets.XLSX):
            wrong.append((rule.endpoint, role.value, answer.status_code))
    assert wrong == []
    assert fetched >= {
        "analytics.export", "accounts.export_people", "courses.export_progress",
        "exam.export_scores",
    }  # fmt: skip
