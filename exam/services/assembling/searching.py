"""The search for forms: reads only, can take seconds, and so goes before whatever is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import Refused
from exam.assembling import solving
from exam.assembling.assembly import Gap, PoolItem, SectionPlan, Shortage, Undecided
from exam.assembling.plans import Conditions
from exam.kinds import ExamKind
from exam.models import Blueprint
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing

NOT_PROVEN = "限定时间内求得，实际所缺可能略少"


class TooFewItems(Refused):
    """The bank cannot fill the blueprint; the message names the short cells."""

    def __init__(self, shortage: Shortage) -> None:
        self.gaps: Sequence[Gap] = shortage.gaps
        self.note = "" if shortage.proven else f"（{NOT_PROVEN}）"
        super().__init__(f"题库不足：{shortage}{self.note}", field="blueprint_id")


class TooHard(Refused):
    """The search was given up; nothing was found and nothing disproved."""

    message = "条件过于复杂，限定时间内没有得出结果；请减少套数，或放宽相同题数、预估平均分等条件"


@dataclass(frozen=True)
class Wanted:
    """What forms were sought for; the same again finds the same."""

    plans: Sequence[SectionPlan]
    conditions: Conditions
    kind: ExamKind
    exam_on: date
    copies: int
    overlap: int
    seed: int


@dataclass(frozen=True)
class Found:
    wanted: Wanted
    forms: Sequence[Sequence[Sequence[PoolItem]]]


def wanted(blueprint: Blueprint, *, copies: int, seed: int, exam_on: date, overlap: int) -> Wanted:
    return Wanted(
        plans=[queries.plan_of(section) for section in blueprint.sections],
        conditions=drawing.conditions_of(blueprint),
        kind=blueprint.exam_kind,
        exam_on=exam_on,
        copies=copies,
        overlap=overlap,
        seed=seed,
    )


def find_forms(wanted: Wanted) -> Found:
    """Search without writing, which can take seconds. Raises TooFewItems, TooHard."""
    offered = drawing.offer(
        wanted.plans,
        wanted.conditions,
        on=wanted.exam_on,
        kind=wanted.kind,
        overlap=wanted.overlap,
    )
    try:
        forms = solving.assemble(
            offered.pool, wanted.plans, offered.rules, forms=wanted.copies, seed=wanted.seed
        )
    except Shortage as shortage:
        raise TooFewItems(shortage) from None
    except Undecided:
        raise TooHard(field="blueprint_id") from None
    return Found(wanted, forms)
