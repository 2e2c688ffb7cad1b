"""What somebody must have before they may sit a session, and what they lack. Pure.

Amounts are compared as they stand: 39.5 of 40 hours is not enough, 40 is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.standing import RankGroup
from core.figures import plain
from core.labels import Labelled

#: What hours may be asked for: more is no target that anybody has in a year.
MOST_HOURS = Decimal(1000)


class Need(Labelled):
    COURSE = "course", "完成课程"
    HOURS = "hours", "学时达到"
    LISTED = "listed", "列入名单"
    PASSED = "passed", "先考合格"
    UNIT = "unit", "限定部门"
    RANK = "rank", "限定职级"


@dataclass(frozen=True)
class Rule:
    """A need with its terms, read from what is stored."""

    need: Need
    #: Courses, people, sessions or units, by id.
    ids: frozenset[int] = frozenset()
    ranks: frozenset[RankGroup] = frozenset()
    hours: Decimal = Decimal(0)
    #: The value of a bucket of hours; "" for all of them together.
    bucket: str = ""
    law_only: bool = False
    #: Hours earned later do not count.
    until: date | None = None

    def terms(self) -> dict[str, Any]:
        """The rule as it is stored; :func:`read` reads it back."""
        match self.need:
            case Need.RANK:
                return {"ranks": sorted(each.value for each in self.ranks)}
            case Need.HOURS:
                return {
                    "hours": str(self.hours),
                    "bucket": self.bucket,
                    "law_only": self.law_only,
                    "until": self.until.isoformat() if self.until else None,
                }
            case _:
                return {"ids": sorted(self.ids)}


def read(need: Need, terms: Mapping[str, Any]) -> Rule:
    until = terms.get("until")
    return Rule(
        need=need,
        ids=frozenset(terms.get("ids", ())),
        ranks=frozenset(RankGroup.of(each) for each in terms.get("ranks", ())),
        hours=Decimal(terms.get("hours", 0)),
        bucket=terms.get("bucket", ""),
        law_only=terms.get("law_only", False),
        until=date.fromisoformat(until) if until else None,
    )


def carried(rule: Rule, *, first: date, again: date) -> Rule:
    """The rule of a session of one day for its makeup of another: the hours of a year stay those of
    the year that the session was in."""
    if rule.need is Need.HOURS and rule.until is None and again.year > first.year:
        return replace(rule, until=date(first.year, 12, 31))
    return rule


def fault(rule: Rule) -> str:
    """What is wrong with a rule to be added; "" for nothing."""
    if rule.need is Need.HOURS:
        try:
            sound = 0 < rule.hours <= MOST_HOURS and rule.hours == round(rule.hours, 2)
        except InvalidOperation:
            sound = False
        return "" if sound else f"学时应大于 0、不超过 {MOST_HOURS}，最多两位小数"
    if rule.need is Need.RANK:
        return "" if rule.ranks else "请至少选择一个职级范围"
    chosen = {
        Need.COURSE: "请至少选择一门课程",
        Need.LISTED: "名单里没有可以认定的人员",
        Need.PASSED: "请选择一个场次",
        Need.UNIT: "请至少选择一个部门",
    }
    return "" if rule.ids else chosen[rule.need]


@dataclass(frozen=True)
class Facts:
    """What is known of one person when the gate is asked."""

    person_id: int
    unit_id: int
    rank_group: RankGroup
    #: Courses completed and sessions passed, by id.
    completed: Collection[int] = frozenset()
    passed: Collection[int] = frozenset()
    #: Sessions that they sat and may not know the result of yet, passed or not.
    awaited: Collection[int] = frozenset()
    #: Hours that each rule about hours counts, by the rule.
    hours: Mapping[Rule, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Lack:
    """Something that is missing: in words, and what to open to get it."""

    need: Need
    text: str
    course_ids: Sequence[int] = ()
    session_ids: Sequence[int] = ()


def lacks(rules: Sequence[Rule], facts: Facts, names: "Names") -> list[Lack]:
    """What the person lacks, in the order of the rules; nothing for somebody who may sit."""
    return [lack for rule in rules if (lack := _lack(rule, facts, names)) is not None]


@dataclass(frozen=True)
class Names:
    """What things are called in the sentences."""

    courses: Mapping[int, str] = field(default_factory=dict)
    sessions: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    buckets: Mapping[str, str] = field(default_factory=dict)


def _lack(rule: Rule, facts: Facts, names: Names) -> Lack | None:
    match rule.need:
        case Need.COURSE:
            left = [each for each in sorted(rule.ids) if each not in facts.completed]
            titles = "、".join(f"“{names.courses.get(each, each)}”" for each in left)
            return Lack(rule.need, f"尚未完成课程{titles}", course_ids=left) if left else None
        case Need.HOURS:
            have = facts.hours.get(rule, Decimal(0))
            if have >= rule.hours:
                return None
            short = plain(rule.hours - have)
            return Lack(
                rule.need,
                f"{in_words(rule, names)}，现有 {plain(have)} 学时，还差 {short} 学时",
            )
        case Need.LISTED:
            inside = facts.person_id in rule.ids
            return None if inside else Lack(rule.need, "不在本场次的资格名单中")
        case Need.PASSED:
            return _unpassed(rule, facts, names)
        case Need.UNIT:
            inside = facts.unit_id in rule.ids
            return None if inside else Lack(rule.need, in_words(rule, names))
        case Need.RANK:
            inside = facts.rank_group in rule.ranks
            return None if inside else Lack(rule.need, in_words(rule, names))


def _unpassed(rule: Rule, facts: Facts, names: Names) -> Lack | None:
    """Whoever waits for a result is told the same, whatever it will be."""
    left = [each for each in sorted(rule.ids) if each not in facts.passed]

    def titles(of: Collection[int]) -> str:
        return "、".join(f"“{names.sessions.get(each, each)}”" for each in left if each in of)

    failed = titles(set(left) - set(facts.awaited))
    awaited = titles(facts.awaited)
    parts = [
        f"先考场次{failed}尚未合格" if failed else "",
        f"已参加先考场次{awaited}，成绩公布、可以查看后开放" if awaited else "",
    ]
    text = "；".join(filter(None, parts))
    return Lack(rule.need, text, session_ids=left) if left else None


def in_words(rule: Rule, names: Names) -> str:
    """A rule as pages show it."""

    def listed(known: Mapping[int, str]) -> str:
        return "、".join(known.get(each, f"第 {each} 号") for each in sorted(rule.ids))

    match rule.need:
        case Need.COURSE:
            return f"完成课程：{listed(names.courses)}"
        case Need.HOURS:
            which = names.buckets.get(rule.bucket, "") + ("法治" if rule.law_only else "")
            until = f"{rule.until.isoformat()} 前" if rule.until else "本年度"
            return f"{until}{which}学时满 {plain(rule.hours)} 学时"
        case Need.LISTED:
            return f"列入资格名单（{len(rule.ids)} 人）"
        case Need.PASSED:
            return f"先在以下场次合格：{listed(names.sessions)}"
        case Need.UNIT:
            return f"仅限部门：{listed(names.units)}"
        case Need.RANK:
            labels = "、".join(each.label for each in RankGroup if each in rule.ranks)
            return f"仅限职级：{labels}"
