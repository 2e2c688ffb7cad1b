"""Every number of the demonstration's tables opens to exactly its people, and all that was done in
it has a Chinese name on the trail."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from analytics import learning, people, periods, queries, rates
from analytics.frames import exam as exam_frames
from analytics.frames import learning as learning_frames
from analytics.learning import Basis, Target
from analytics.measures import EXAM, LEARNING, Measures
from analytics.people import Part
from analytics.tables import Row
from core.audit.labels import object_label
from core.audit.models import AuditRecord
from core.db import db
from demo.loading import everything

TODAY = datetime(2026, 11, 25, 4, tzinfo=UTC)


def wrong(frame, measures: Measures, rows: list[Row]) -> list[tuple[str, str]]:
    """The numbers of people that do not agree with the lists behind them."""
    found = []
    for row in rows:
        for record in measures.counts:
            behind = people.behind(
                frame, measures, row=row.key, key=record.key, part=Part.NUMERATOR
            )
            if row.values[record.key] != int(behind[record.key].sum()):
                found.append((row.title, record.title))
        for ratio in measures.ratios:
            sizes = [
                len(people.behind(frame, measures, row=row.key, key=ratio.key, part=part))
                for part in (Part.NUMERATOR, Part.REST, Part.DENOMINATOR)
            ]
            if sizes[0] + sizes[1] != sizes[2]:
                found.append((row.title, ratio.title))
    return found


@pytest.mark.once
def test_every_number_of_the_demonstration_opens_to_exactly_its_people(app: Flask) -> None:
    with app.app_context():
        everything.load(at=TODAY)
        db.session.commit()
        sessions = queries.reported(TODAY)
        assert len(sessions) >= 2
        for session in sessions:
            frame = exam_frames.counted(session, TODAY)
            rows = rates.department_table(frame)
            assert len(rows) > 3
            assert wrong(frame, EXAM, rows) == []
        year = periods.preset(periods.Preset.YEAR, TODAY.date())
        target = Target(Decimal(10), Basis.ONLINE)
        for snapshot in queries.snapshots():
            frame = learning_frames.counted(snapshot, year, target)
            rows = learning.department_table(frame, target)
            assert wrong(frame, LEARNING, rows) == []
        done_to = db.session.scalars(select(AuditRecord.object_type).distinct()).all()
        assert [each for each in done_to if each and object_label(each) == each] == []
