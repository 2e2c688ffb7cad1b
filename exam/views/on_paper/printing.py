"""Papers for exams on paper, as Word files: the paper, its answer card, its key, all of a session.

Who may look through a form may print it; every file handed out is on the audit trail.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from secrets import SystemRandom

from flask import Response, request

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import archives, clock
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from core.pictures import Picture
from exam.models import Form
from exam.papers.snapshot import Paper
from exam.printing import bubbles, cards, keys, layout, papers
from exam.printing.layout import Face, Stock
from exam.queries.assembling import building as queries
from exam.queries.sessions import overview as session_queries
from exam.services.assembling import building as services
from exam.services.sessions import dealing as handed
from exam.views.base import bp
from question_bank import markup
from question_bank.pictures.queries import contents

ZIP = "application/zip"


class Drawn(Refused):
    message = "这份试卷每人随机抽题，不能印成一份纸质试卷；请用每题位只有一题的试卷"


class NothingToRead(Refused):
    message = "这份试卷没有选择题、判断题，不用机读答题卡"


class NotSealed(Refused):
    message = "试卷未封存，不能成套下载；请先封存"


@dataclass(frozen=True)
class _Printed:
    """A form that is to be printed."""

    face: Face
    paper: Paper
    #: Those that its items show, by address.
    pictures: Mapping[str, Picture]

    @property
    def paper_name(self) -> str:
        return f"{self.face.whole}.docx"

    @property
    def large_name(self) -> str:
        return f"{self.face.whole}大字版.docx"

    @property
    def card_name(self) -> str:
        return f"{self.face.whole}答题卡.docx"

    @property
    def bubbles_name(self) -> str:
        return f"{self.face.whole}机读答题卡.docx"

    @property
    def key_name(self) -> str:
        return f"{self.face.whole}参考答案与评分标准.docx"

    def files(self, stock: Stock, *, card: bool, large: bool) -> list[tuple[str, bytes]]:
        """``large``: somebody who sits it was granted 大字版."""
        answered = [(self.card_name, cards.write(self.paper, self.face))] if card else []
        if card and bubbles.read_by_machine(self.paper):
            answered.append((self.bubbles_name, bubbles.write(self.paper, self.face)))
        if large and stock is not Stock.LARGE:
            answered.append((self.large_name, self.paper_file(Stock.LARGE, card=card)))
        return [
            (self.paper_name, self.paper_file(stock, card=card)),
            *answered,
            (self.key_name, self.key_file()),
        ]

    def paper_file(self, stock: Stock, *, card: bool) -> bytes:
        return papers.write(self.paper, self.face, stock=stock, card=card, pictures=self.pictures)

    def key_file(self) -> bytes:
        return keys.write(self.paper, self.face, pictures=self.pictures)


def _printed(form: Form, minutes: int | None) -> _Printed:
    """Raises building.NotIntact, Drawn."""
    if form.alternatives > 1:
        raise Drawn
    services.must_be_intact(form)
    face = layout.face(form.title, minutes=minutes, draft=form.sealed_at is None)
    paper = services.paper_of(form)
    return _Printed(face, paper, contents(markup.addresses(asdict(paper))))


def _minutes(form: Form) -> int | None:
    """What its newest session gives; None while no session has said."""
    planned = (each for each in queries.sessions_of(form.id) if each.cancelled_at is None)
    return next((each.minutes for each in planned), None)


def _asked() -> tuple[Stock, bool]:
    """The sheet that the address asks for, and whether answers go on a card."""
    asked = request.args.get("stock", "")
    stock = next((each for each in Stock if each.value == asked), Stock.A4)
    return stock, request.args.get("answers") != "paper"


@bp.get("/forms/<int:form_id>/paper.docx")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def paper_docx(form_id: int) -> Response:
    found = queries.form(form_id)
    printed, (stock, card) = _printed(found, _minutes(found)), _asked()
    data = printed.paper_file(stock, card=card)
    name = printed.large_name if stock is Stock.LARGE else printed.paper_name
    return _handed_out(form_id, "form.print", name, data)


@bp.get("/forms/<int:form_id>/card.docx")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def card_docx(form_id: int) -> Response:
    found = queries.form(form_id)
    printed = _printed(found, _minutes(found))
    data = cards.write(printed.paper, printed.face)
    return _handed_out(form_id, "form.print", printed.card_name, data)


@bp.get("/forms/<int:form_id>/bubbles.docx")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def bubbles_docx(form_id: int) -> Response:
    """The answer card that a machine reads. Raises NothingToRead."""
    found = queries.form(form_id)
    printed = _printed(found, _minutes(found))
    if not bubbles.read_by_machine(printed.paper):
        raise NothingToRead
    data = bubbles.write(printed.paper, printed.face)
    return _handed_out(form_id, "form.print", printed.bubbles_name, data)


@bp.get("/forms/<int:form_id>/key.docx")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def key_docx(form_id: int) -> Response:
    found = queries.form(form_id)
    printed = _printed(found, _minutes(found))
    data = printed.key_file()
    return _handed_out(form_id, "form.print_key", printed.key_name, data)


def _handed_out(form_id: int, action: str, name: str, data: bytes) -> Response:
    may_write()
    found = queries.form(form_id)
    # Who has seen its items must not sit it (命题回避).
    handed.note_seen(form=found, rng=SystemRandom(), at=clock.now(), by=account())
    record(action, found, file=name)
    db.session.commit()
    return attachment(data, name, DOCX)


@bp.get("/sessions/<int:session_id>/papers.zip")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def session_papers(session_id: int) -> Response:
    """Every paper that the session gives out, with answer card and key. Raises NotSealed."""
    found = session_queries.session(session_id)
    stock, card = _asked()
    files: list[tuple[str, bytes]] = []
    for form in found.forms:
        if form.sealed_at is None:
            raise NotSealed
        large = any(each.large_print and each.form_id == form.id for each in found.candidates)
        files += _printed(form, found.minutes).files(stock, card=card, large=large)
    names = archives.apart([name for name, _ in files])
    packed = archives.pack([(name, data) for name, (_, data) in zip(names, files, strict=True)])
    title = found.title
    may_write()
    found = session_queries.session(session_id)
    for form in found.forms:
        handed.note_seen(form=form, rng=SystemRandom(), at=clock.now(), by=account())
    record("session.print", found, file=names)
    db.session.commit()
    return attachment(packed, f"{title}试卷.zip", ZIP)
