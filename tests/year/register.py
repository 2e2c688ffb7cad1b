"""Study and hours from the list of acts alone: what the register should hold, and duties.

Nothing of the application is imported, so that the two can only agree by being right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.year.log import Log, Study
from tests.year.organisation import YEAR, Member

D = Decimal
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
LEADERS = {"局领导", "司局级", "处级"}
#: The longest silence that is credited as study.
GAP = 90


def half_up(value: Fraction | Decimal | int) -> Decimal:
    exact = Fraction(value) * 100
    whole, rest = divmod(exact.numerator, exact.denominator)
    return D(whole + (2 * rest >= exact.denominator)) / 100


def rate(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    return half_up(Fraction(part) * 100 / Fraction(whole)) if whole else None


def months(joined: date, left: date | None, first: date, last: date) -> int:
    """Calendar months with a day on the books."""
    found = 0
    year, month = first.year, first.month
    while date(year, month, 1) <= last:
        begins = max(date(year, month, 1), first)
        after = date(year + month // 12, month % 12 + 1, 1)
        ends = min(after - timedelta(days=1), last)
        found += joined <= ends and (left is None or left > begins)
        year, month = after.year, after.month
    return found


def share(each: Member, known: date, first: date, last: date) -> Fraction:
    """The same with half a month for one at whose end (or, leaving in it, last day) half is asked;
    nobody knew more than on ``known``."""
    found = Fraction(0)
    year, month = first.year, first.month
    while date(year, month, 1) <= last:
        begins = max(date(year, month, 1), first)
        after = date(year + month // 12, month % 12 + 1, 1)
        ends = min(after - timedelta(days=1), last)
        left = each.left(last)
        if months(each.joined_on, left, begins, ends):
            ends = ends if left is None else min(ends, left - timedelta(days=1))
            found += Fraction(1, 2) if each.factor_half(ends, known) else 1
        year, month = after.year, after.month
    return found


@dataclass(frozen=True)
class Entry:
    """Hours as they stand in the register."""

    who: str
    on: date
    bucket: str
    hours: Decimal
    days: Decimal
    is_law: bool
    accredited: bool = False
    carries: bool = False
    reversed: bool = False


class Register:
    def __init__(self, members: list[Member], log: Log) -> None:
        self.members = {each.number: each for each in members}
        self.log = log
        self.completions = self._completions()
        self.register = [*self._online(), *self._outside(), *self._classes(), *self._meetings()]

    # -- study ---------------------------------------------------------------------------------

    @staticmethod
    def credited(study: Study) -> list[tuple[date, int]]:
        """Seconds of a passage by day."""
        if study.seconds is not None:
            return [(study.opened.date(), study.seconds)]
        found, before = [], study.opened
        for sign in study.signs:
            found.append((sign.date(), int(min((sign - before).total_seconds(), GAP))))
            before = sign
        return found

    def seconds(self, who: str) -> dict[date, int]:
        found: dict[date, int] = {}
        for each in self.log.studies:
            if each.who == who:
                for on, seconds in self.credited(each):
                    found[on] = found.get(on, 0) + seconds
        return found

    def _completions(self) -> dict[tuple[str, str], datetime]:
        """(who, course) → when the last of its lessons was done."""
        done: dict[tuple[str, str], dict[int, datetime]] = {}
        for each in self.log.studies:
            needed = Fraction(self.log.courses[each.course].lessons[each.lesson] * 60 * 60, 100)
            if each.completed and sum(s for _, s in self.credited(each)) >= needed:
                done.setdefault((each.who, each.course), {})[each.lesson] = each.signs[-1]
        return {
            key: max(lessons.values())
            for key, lessons in done.items()
            if len(lessons) == len(self.log.courses[key[1]].lessons)
        }

    # -- hours ---------------------------------------------------------------------------------

    def _online(self) -> Iterable[Entry]:
        for (who, key), moment in self.completions.items():
            course = self.log.courses[key]
            yield Entry(who, moment.date(), "online", course.hours, D(0), course.is_law)

    def _rule(self, activity: str, on: date) -> tuple[Decimal, Decimal, Decimal | None, bool]:
        """(a day, half a day, cap, carries) of what began on the day."""
        found = (D("7.5"), D("3.75"), None, False)
        for each in self.log.conversions:
            if each.activity == activity and each.valid_from <= on:
                found = (each.per_day, each.half_day, each.cap, each.carries)
        return found

    def _outside(self) -> Iterable[Entry]:
        stands: dict[tuple[str, str, int], Decimal] = {}
        decided = sorted(
            (each for each in self.log.trainings if each.state in ("granted", "old")),
            key=lambda each: each.ends_on,
        )
        for each in decided:
            per_day, half, cap, carries = self._rule(each.activity, each.starts_on)
            hours = each.days // 1 * per_day + (half if each.days % 1 else 0)
            days = each.days
            key = (each.who, each.activity, each.ends_on.year)
            if cap is not None and each.state == "granted":
                capped = max(D(0), min(hours, cap - stands.get(key, D(0))))
                days = half_up(Fraction(each.days) * Fraction(capped) / Fraction(hours))
                hours = capped
            stands[key] = stands.get(key, D(0)) + hours
            yield Entry(each.who, each.ends_on, "concentrated", hours, days, each.is_law,
                        each.accredited, carries, each.reversed)  # fmt: skip

    def _classes(self) -> Iterable[Entry]:
        for each in self.log.classes:
            total = sum(hours for hours, _ in each.units)
            for who, marks in each.marks.items():
                if not self.completes(each.units, marks, full_time=each.full_time):
                    continue
                there = [unit for unit, mark in zip(each.units, marks, strict=True)
                         if mark in ("present", "late")]  # fmt: skip
                attended = sum(hours for hours, _ in there)
                law = sum(hours for hours, is_law in there if is_law)
                tenths = Fraction(each.days) * Fraction(attended) / Fraction(total) * 10
                days = D(int(tenths + Fraction(1, 2))) / 10
                on_law = half_up(Fraction(days) * Fraction(law) / Fraction(attended))
                for hours, part, is_law in ((law, on_law, True),
                                            (attended - law, days - on_law, False)):  # fmt: skip
                    if hours:
                        yield Entry(who, each.ends_on, "concentrated", D(hours), part, is_law,
                                    each.accredited, self._rule("full_time", each.ends_on)[3],
                                    who in each.revoked)  # fmt: skip

    @staticmethod
    def completes(units: list[tuple[Decimal, bool]], marks: list[str], *, full_time: bool) -> bool:
        """80 % attended, and of a class away from work no more than a seventh on leave."""
        total = Fraction(sum(hours for hours, _ in units))
        by_mark = {
            mark: Fraction(sum(h for (h, _), m in zip(units, marks, strict=True) if m == mark))
            for mark in ("present", "late", "leave")
        }
        attended = by_mark["present"] + by_mark["late"]
        return attended / total >= Fraction(4, 5) and not (
            full_time and by_mark["leave"] / total > Fraction(1, 7)
        )

    def _meetings(self) -> Iterable[Entry]:
        """In the order in which records were closed; who was corrected to absent has nothing."""
        stands: dict[str, Decimal] = {}
        for each in self.log.meetings:
            if not each.closed or each.form == "self_study":
                continue
            short = each.form in ("pre_meeting", "pre_decision")
            per_day, _, cap, _ = self._rule("group_study", each.day)
            # Two hours and a half of the six that a day has.
            hours = D("0.5") if short else min(D(3), half_up(per_day * 150 / 360)) * each.days
            for who, mark in [*each.regular.items(), *each.invited.items()]:
                if mark == "present":
                    had = stands.get(who, D(0))
                    found = hours if cap is None else max(D(0), min(hours, cap - had))
                    stands[who] = had + found
                    yield Entry(who, each.day, "group_study", found, D(0), each.is_law)

    def hours(self, who: str, first: date = FIRST, last: date = LAST) -> dict[str, Decimal]:
        """By bucket, across buckets, and in all."""
        own = [e for e in self.register if e.who == who and first <= e.on <= last
               and not e.reversed]  # fmt: skip
        found = {bucket: sum((e.hours for e in own if e.bucket == bucket), D(0))
                 for bucket in ("concentrated", "online", "self_study", "group_study")}  # fmt: skip
        found["law"] = sum((e.hours for e in own if e.is_law), D(0))
        found["hours"] = sum((e.hours for e in own), D(0))
        found["accredited"] = sum((e.hours for e in own if e.accredited), D(0))
        found["days"] = sum((e.days for e in own if e.accredited), D(0))
        return found

    def duty(self, who: str, on: date, today: date | None = None) -> dict[str, object] | None:
        """The window that is judged on a day: hours, their target, days, theirs, whether, and how
        it stands as seen today."""
        each = self.members[who]
        group = each.group(on)
        if group == "其他":
            return None
        yearly = group == "科级及以下"
        first = date(on.year, 1, 1) if yearly else date(YEAR, 1, 1)
        last = date(on.year, 12, 31) if yearly else date(YEAR + 4, 12, 31)
        of = 12 if yearly else 60
        folded = share(each, on, first, last) / of
        asked = (90, 12) if on.year == YEAR else self.log.next_year
        hours_base, days_base = asked if yearly else (550, 66)
        done = self.hours(who, first, min(last, on) if on.year == YEAR else last)
        carried = self._carried(who, on.year, each) if yearly else D(0)
        target, days_target = half_up(hours_base * folded), half_up(days_base * folded)
        got = done["accredited"] + carried
        met = got >= target or done["days"] >= days_target
        gone = Fraction((on - first).days + 1, (last - first).days + 1)
        kept = (Fraction(got) >= Fraction(target) * gone
                or Fraction(done["days"]) >= Fraction(days_target) * gone)  # fmt: skip
        running = "进行中，按进度" if kept else "进行中，慢于进度"
        return {
            "hours": got, "target": target, "days": done["days"], "days_target": days_target,
            "carried": carried, "met": met,
            "state": "达标" if met else running if last >= (today or on) else "期满未达标",
        }  # fmt: skip

    def _carried(self, who: str, year: int, each: Member) -> Decimal:
        first, last = date(year - 1, 1, 1), date(year - 1, 12, 31)
        own = [e for e in self.register if e.who == who and first <= e.on <= last
               and e.accredited and not e.reversed]  # fmt: skip
        asked = half_up(90 * share(each, last, first, last) / 12)
        may = sum((e.hours for e in own if e.carries), D(0))
        return max(D(0), min(sum((e.hours for e in own), D(0)) - asked, may))
