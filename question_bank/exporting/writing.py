"""Items as a file of any format, with what the file does not hold. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.exporting import losses, moodle, paragraphs, plain, qti, tables
from question_bank.exporting.losses import Loss
from question_bank.exporting.qti import QTI_21, QTI_30
from question_bank.exporting.records import ExportItem
from question_bank.exporting.wording import Unwritable
from question_bank.importing.formats import Format


@dataclass(frozen=True)
class Exported:
    data: bytes
    format: Format
    #: Items in the file.
    count: int
    losses: Sequence[Loss] = field(default_factory=list)

    @property
    def report(self) -> str:
        """What to put beside the file; "" where it holds everything."""
        return losses.report(self.losses, self.format, written=self.count) if self.losses else ""


Writer = Callable[[Sequence[ExportItem]], bytes]


def _fits(_item: ExportItem) -> Unwritable | None:
    return None


_WRITERS: Mapping[Format, tuple[Writer, Callable[[ExportItem], Unwritable | None]]] = {
    Format.XLSX: (lambda items: tables.write(items, Format.XLSX), _fits),
    Format.CSV: (lambda items: tables.write(items, Format.CSV), _fits),
    Format.JSONL: (lambda items: tables.write(items, Format.JSONL), _fits),
    Format.TEXT: (paragraphs.text, paragraphs.unfit),
    Format.DOCX: (paragraphs.document, paragraphs.unfit),
    Format.GIFT: (plain.gift, plain.gift_unfit),
    Format.AIKEN: (plain.aiken, plain.aiken_unfit),
    Format.MOODLE: (moodle.write, moodle.unfit),
    Format.QTI: (lambda items: qti.write(items, QTI_21), _fits),
    Format.QTI3: (lambda items: qti.write(items, QTI_30), _fits),
}
#: Every format but the bundle, which the services write.
FORMATS = tuple(_WRITERS)


def write(items: Sequence[ExportItem], format_: Format) -> Exported:
    """The file, and for each item what of it is not in the file."""
    writer, unfit = _WRITERS[format_]
    lost, fit = [], []
    for item in items:
        if why := unfit(item):
            lost.append(Loss(item.number, f"{format_.label}{why.label}", whole=True))
        else:
            fit.append(item)
    data = writer(fit)
    found = losses.compared(fit, data, format_)
    if found is None:
        fit, spoilt = _apart(fit, format_, writer)
        lost += spoilt
        data = writer(fit)
        found = losses.compared(fit, data, format_)
    if found is None:
        # Some break up others beside them: only those that stand alone without any loss are safe.
        fit, spoilt = _apart(fit, format_, writer, strict=True)
        lost += spoilt
        data = writer(fit)
        found = losses.compared(fit, data, format_)
    if found is None:
        lost += [Loss(each.number, _SPOILT, whole=True) for each in fit]
        fit, found = [], []
        data = writer(fit)
    if spoilt := [each for each in found if each.whole]:
        names = {each.number for each in spoilt}
        fit = [each for each in fit if each.number not in names]
        data = writer(fit)
    lost = sorted([*lost, *found], key=lambda each: each.number)
    return Exported(data, format_, len(fit), lost)


_SPOILT = "它的文字会被这种格式当作别的题"


def _apart(
    items: Sequence[ExportItem], format_: Format, writer: Writer, *, strict: bool = False
) -> tuple[list[ExportItem], list[Loss]]:
    """The items that stand alone as one item each, and those that their own words break up."""
    kept, spoilt = [], []
    for item in items:
        found = losses.compared([item], writer([item]), format_)
        if found is None or (strict and found):
            spoilt.append(Loss(item.number, _SPOILT, whole=True))
        else:
            kept.append(item)
    return kept, spoilt
