"""Published cases are found by full text."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.db import db
from core.fulltext import index
from core.fulltext.index import Document, Source
from study.cases.models import StudyCase
from study.cases.queries import CASE


def put(case: StudyCase) -> None:
    index.put(db.session, documents(db.session, StudyCase.id == case.id))


def remove(case: StudyCase) -> None:
    index.remove(db.session, CASE, [case.id])


def documents(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    rows = session.execute(
        select(StudyCase.id, StudyCase.title, StudyCase.facts, StudyCase.issue, StudyCase.reasoning)
        .where(StudyCase.published_at.is_not(None), *conditions)
        .order_by(StudyCase.id)
    )
    for case_id, title, *parts in rows:
        yield Document(CASE, case_id, title=title, body="\n".join(filter(None, parts)))


SOURCES = (Source(CASE, "案例", documents),)
