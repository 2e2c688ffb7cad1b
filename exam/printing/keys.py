"""参考答案与评分标准: what is right, what each point is worth, and the articles behind it. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from core.figures import half_up, plain
from core.ooxml import Element
from core.pictures import Picture
from exam.marking import rubric
from exam.marking.rubric import WHOLE, Question
from exam.papers.snapshot import Paper, Slot
from exam.printing import cards, layout, papers, writing
from exam.printing.layout import HEI, KAI, SHEETS, SMALL_FOUR, Face, Sheet, Stock, paragraph, run
from question_bank import markup
from question_bank.item_types import ItemType
from question_bank.types import kind_of

_INTERNAL = "内部资料，考试结束前不得外传"
#: Ten answers stand in a line where none is wider, in characters.
_NARROW = 3


def write(paper: Paper, face: Face, *, pictures: Mapping[str, Picture]) -> bytes:
    """The key and the marking guide as a .docx file; it has no seal line, for nobody answers it."""
    sheet = SHEETS[Stock.A4]
    return layout.document(
        _content(paper, face, sheet),
        sheet=sheet,
        running=f"{face.whole}　参考答案与评分标准",
        pictures=pictures,
        sealed_off=False,
    )


def _content(paper: Paper, face: Face, sheet: Sheet) -> Iterator[Element]:
    yield from layout.heading(face, [face.title, "参考答案与评分标准"], [_INTERNAL], sheet)
    yield from _at_a_glance(paper, sheet)
    for number, section in enumerate(paper.sections):
        yield paragraph(run(papers.headline(section), HEI, SMALL_FOUR), before=10, keep=True)
        for slot in paper.slots:
            if slot.section == number:
                yield from _key(slot)
                yield from _reasons(slot)


def _at_a_glance(paper: Paper, sheet: Sheet) -> Iterator[Element]:
    """答案一览: what is ticked, section by section, for those who mark with it beside a script."""
    ticked = [
        (section, [_ticks(each) for each in paper.slots
                   if each.section == number and each.item_type in cards.BOXES])
        for number, section in enumerate(paper.sections)
    ]  # fmt: skip
    if not any(answers for _, answers in ticked):
        return
    yield paragraph(run("答案一览", HEI, SMALL_FOUR), before=10, keep=True)
    for section, answers in ticked:
        if not answers:
            continue
        yield paragraph(run(section.title, KAI), before=4, keep=True)
        columns = 10 if max(map(writing.width, answers)) <= _NARROW else 5
        tabs = writing.tab_stops(columns, sheet.column)
        for at in range(0, len(answers), columns):
            yield paragraph(run("\t".join(answers[at : at + columns])), tabs=tabs)


def _ticks(slot: Slot) -> str:
    """12．ABD, or √ as it is written on a script."""
    said = kind_of(slot.item_type).key_text(slot)
    if slot.item_type is ItemType.TRUE_FALSE:
        said = "√" if 0 in slot.key else "×"
    return f"{slot.slot}．{said}"


def _key(slot: Slot) -> Iterator[Element]:
    kind = kind_of(slot.item_type)
    by_hand = {each.name: each for each in rubric.questions(slot, None)}
    parts = kind.parts(slot)
    if WHOLE in by_hand:
        yield _headed(f"{slot.slot}．评分标准{writing.worth(slot.marks)}")
        yield from _guide(by_hand[WHOLE], slot.marks)
    elif not parts:
        yield _headed(
            f"{slot.slot}．{markup.plain(kind.key_text(slot))}{writing.worth(slot.marks)}"
        )
    else:
        yield _headed(f"{slot.slot}．{writing.worth(slot.marks)}")
        total = sum((each.weight for each in parts), Decimal(0))
        for place, part in enumerate(parts, 1):
            worth = writing.worth(half_up(slot.marks * part.weight / total))
            if question := by_hand.get(str(place)):
                yield paragraph(run(f"（{place}）评分标准{worth}"), indent=1, keep=True)
                yield from _guide(question, slot.marks)
            else:
                key = markup.plain(part.kind.key_text(part.content))
                yield paragraph(run(f"（{place}）{key}{worth}"), indent=1)
            if part.rationale:
                yield from _note("解析", part.rationale)


def _headed(text: str) -> Element:
    return paragraph(run(text, bold=True), before=6, keep=True)


def _guide(question: Question, marks: Decimal) -> Iterator[Element]:
    for place, point in enumerate(question.points, 1):
        worth = plain(half_up(marks * question.share * point.share))
        text = f"{place}．{point.text}（{worth} 分）"
        yield paragraph(run(text), indent=2, hang=1.5)
    if question.reference:
        yield from _note("参考答案", question.reference)


def _reasons(slot: Slot) -> Iterator[Element]:
    if slot.rationale:
        yield from _note("解析", slot.rationale)
    for quote in slot.citations:
        where = f"《{quote.law}》（{quote.version}）{quote.article}"
        yield from _note("依据", where, quote.text)


def _note(name: str, *texts: str) -> Iterator[Element]:
    for place, text in enumerate(texts):
        head = f"{name}：" if place == 0 else ""
        yield from writing.words(
            text, SHEETS[Stock.A4], number=head, indent=2, font=KAI, keep=False
        )
