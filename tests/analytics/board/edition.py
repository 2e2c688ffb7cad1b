"""Editions as tests make them and read them off pages."""

from datetime import timedelta

import pandas as pd
from bs4 import BeautifulSoup

from analytics.board import queries, services, spans
from core import clock
from core.db import db
from tests.factories import NOON

LATER = NOON + timedelta(days=40)


def made(app, at=LATER) -> None:
    with app.app_context():
        span = spans.running(clock.local(at).date())[0]
        services.keep(services.prepare(span.period, at), at=at, asked=False)
        db.session.commit()


def by_person(at=LATER) -> pd.DataFrame:
    """What the newest edition counts of each person, by their id."""
    edition = queries.newest(spans.running(clock.local(at).date())[0].period)
    assert edition is not None
    people = queries.people(edition)
    assert people is not None
    return people.set_index("person_id")


def figures(page: BeautifulSoup) -> dict[str, list[str]]:
    """The department table of a page, by row."""
    found = page.select("#table tbody tr, #table tfoot tr")
    return {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in found
    }
