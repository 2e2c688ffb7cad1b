"""The exams of a board: who sat, and from when what it came to counts."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from accounts.permissions import Role
from analytics.board import facts, frames, queries, services, spans
from analytics.board.queries import Filter
from core import clock
from core.db import db
from exam.kinds import ExamKind, Release
from exam.models import ExamSession
from tests.analytics.board.edition import LATER, by_person, figures, made
from tests.analytics.figures import soup

pytestmark = pytest.mark.usefixtures("much_later")


def test_of_several_exams_every_one_counts_and_scores_are_averaged_half_up(
    bureau, make, app
) -> None:
    own = bureau["own"]
    second = make.exam_session(
        make.sealed_form(), *own[:3], title="专题", exam_kind=ExamKind.THEMATIC
    )
    # 95 and 80.01 are on average 87.505.
    make.attempt(second, own[0], "80.01")
    make.attempt(second, own[1], 40)
    made(app)
    with app.app_context():
        by_id = by_person()
        keys = ["exam_due", "exam_taken", "exam_scored", "exam_passed", "excellent", "score_sum"]
        assert by_id.loc[own[0].id, keys].tolist() == [1, 1, 1, 1, 0, 8751]
        assert by_id.loc[own[1].id, keys].tolist() == [1, 1, 1, 0, 0, 6500]
        assert by_id.loc[own[2].id, keys].tolist() == [1, 0, 1, 0, 0, 8000]
        assert by_id.loc[own[3].id, keys].tolist() == [1, 1, 1, 1, 0, 7000]


#: What an exam came to; who sat it is told sooner.
SCORED = ("exam_told", "exam_scored", "exam_passed", "excellent", "score_sum", "settled", "tested")


def test_what_an_exam_came_to_counts_from_when_its_scores_are_out_also_after_the_period(
    app, bureau, make, session
) -> None:
    exam = session.get_one(ExamSession, bureau["exam"].id)
    exam.score_release = Release.ON_PUBLICATION
    session.commit()
    year = spans.running(clock.local(LATER).date())[0].period

    def made_at(at: datetime) -> tuple[list[bool], dict[str, Any], int]:
        """Whether scores of the exams are told, the sums, and the laws of the edition of then."""
        with app.app_context():
            services.keep(services.prepare(year, at), at=at, asked=False)
            db.session.commit()
            found = queries.newest(year)
            total = queries.rows(found, Filter())[-1]
            exams = [each["told"] for each in queries.whole(found).content["exams"]]
            return exams, total.values | total.figures, len(queries.subjects(found, Filter()))

    def is_due(at: datetime) -> bool:
        with app.app_context():
            return "2026" in [each.key for each in services.due(at)]

    january = LATER.replace(year=2027, month=1, day=5)
    for at in (LATER, january):
        exams, values, laws = made_at(at)
        assert (exams, laws) == ([False], 0)
        assert (values["exam_due"], values["exam_taken"]) == (12, 10)
        assert values["participation"] == Decimal("83.33")
        assert [values[key] for key in SCORED] == [0] * len(SCORED)
        assert [values[key] for key in ("pass_due", "excellent_due", "mean")] == [None] * 3
    assert not is_due(january + timedelta(hours=1))
    exam.published_at = january + timedelta(minutes=1)
    make.save(exam)
    assert is_due(january + timedelta(hours=1))
    exams, values, laws = made_at(january + timedelta(hours=1))
    assert (exams, laws > 0) == ([True], True)
    assert (values["exam_told"], values["pass_due"]) == (12, Decimal("66.67"))
    assert not is_due(january + timedelta(hours=2))


def test_an_exam_whose_scores_are_not_out_is_in_the_participation_alone(
    bureau, make, app, sign_in
) -> None:
    own = bureau["own"]
    untold = make.exam_session(
        bureau["form"], *own[:4], title="专题考试", exam_kind=ExamKind.THEMATIC,
        score_release=Release.ON_PUBLICATION,
    )  # fmt: skip
    make.attempt(untold, own[0], 10)
    made(app)
    with app.app_context():
        by_id = by_person()
        keys = ["exam_due", "exam_taken", "exam_told", "exam_passed", "score_sum"]
        # The first sat both, the second only the one that is told.
        assert by_id.loc[own[0].id, keys].tolist() == [1, 1, 1, 1, 9500]
        assert by_id.loc[own[1].id, keys].tolist() == [1, 0, 1, 1, 9000]
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/board/"))
    assert figures(page)["办信司"][6:] == [
        "50.00% 3/6", "83.33% 5/6", "33.33% 2/6", "72.50 435/6",
    ]  # fmt: skip
    assert "专题考试（成绩未公布，只计参考率）" in page.get_text(" ", strip=True)


def test_who_sat_counts_once_nobody_sits_and_on_paper_once_scores_are_out(
    bureau, make, app
) -> None:
    own = bureau["own"]
    given = {"exam_kind": ExamKind.THEMATIC, "score_release": Release.ON_PUBLICATION}
    make.exam_session(bureau["form"], *own, title="线下", on_paper=True, **given)
    late = make.exam_session(bureau["form"], *own, title="加时", **given)
    running = make.attempt(late, own[0], None, deadline=LATER + timedelta(minutes=5))
    year = spans.running(clock.local(LATER).date())[0].period

    def counted(at: datetime) -> list[str]:
        with app.app_context():
            return [each.session.title for each in frames.exams(year, at)]

    assert running.submitted_at is None
    assert counted(LATER) == ["年度考试"]
    assert counted(LATER + timedelta(minutes=5)) == ["年度考试", "加时"]


def test_an_edition_from_when_exams_counted_only_with_their_scores_says_what_it_said(
    board, app, make, sign_in
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    before = figures(soup(client.get("/analytics/board/")))
    year = spans.running(clock.local(LATER).date())[0].period
    with app.app_context():
        edition = queries.newest(year)
        assert edition is not None
        with np.load(io.BytesIO(edition.people)) as kept:
            columns = {key: kept[key] for key in kept.files if key != "exam_told"}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **columns)
        edition.people = buffer.getvalue()
        cells = [
            {key: value for key, value in each.items() if key != "exam_told"}
            for each in edition.content["cells"]
        ]
        exams = [{"id": each["id"], "title": each["title"]} for each in edition.content["exams"]]
        edition.content = edition.content | {
            "cells": cells, "exams": exams, "people": facts.digest_of(edition.people),
        }  # fmt: skip
        edition.digest = facts.digest(edition.content)
        db.session.commit()
    with app.app_context():
        found = services.check(queries.newest(year), LATER)
        assert (found.whole, found.agrees, found.moved) == (True, True, 0)
    assert figures(soup(client.get("/analytics/board/"))) == before
    figure = soup(client.get("/analytics/board/figure?figure=pass_due"))
    assert len(figure.select("#people tbody tr")) == 8
