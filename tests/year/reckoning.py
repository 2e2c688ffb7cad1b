"""The count from the list of acts alone. Plain Python by DOMAIN 1.2–1.4, 2.4–2.5 and 5.1–5.2:
nothing of the application is imported, so that the two can only agree by being right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.year.log import Exam, Log, Study, Training
from tests.year.organisation import UNITS, YEAR, Member

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


class Reckoning:
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
            hours = D("0.5") if short else D(3) * each.days
            cap = self._rule("group_study", each.day)[2]
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

    def duty(self, who: str, on: date) -> dict[str, object] | None:
        """The window that is judged on a day: hours, their target, days, theirs, and whether."""
        each = self.members[who]
        group = each.group(on)
        if group == "其他":
            return None
        factor = Fraction(1, 2) if each.factor_half(on) else Fraction(1)
        yearly = group == "科级及以下"
        first = date(on.year, 1, 1) if yearly else date(YEAR, 1, 1)
        last = date(on.year, 12, 31) if yearly else date(YEAR + 4, 12, 31)
        of = 12 if yearly else 60
        share = Fraction(min(of, months(each.joined_on, each.left(on), first, last)), of) * factor
        hours_base, days_base = (90, 12) if yearly else (550, 66)
        done = self.hours(who, first, min(last, on) if on.year == YEAR else last)
        carried = self._carried(who, on.year, each, factor) if yearly else D(0)
        target, days_target = half_up(hours_base * share), half_up(days_base * share)
        got = done["accredited"] + carried
        return {
            "hours": got, "target": target, "days": done["days"], "days_target": days_target,
            "carried": carried, "met": got >= target or done["days"] >= days_target,
        }  # fmt: skip

    def _carried(self, who: str, year: int, each: Member, factor: Fraction) -> Decimal:
        first, last = date(year - 1, 1, 1), date(year - 1, 12, 31)
        own = [e for e in self.register if e.who == who and first <= e.on <= last
               and e.accredited and not e.reversed]  # fmt: skip
        asked = half_up(90 * Fraction(months(each.joined_on, each.left(last), first, last), 12)
                        * factor)  # fmt: skip
        may = sum((e.hours for e in own if e.carries), D(0))
        return max(D(0), min(sum((e.hours for e in own), D(0)) - asked, may))

    # -- required courses ----------------------------------------------------------------------

    def required(self, who: str, on: date) -> set[str]:
        """The courses that bind somebody in the year, as they stand on the day."""
        each, found = self.members[who], set()
        for demand in self.log.demands:
            fits = (
                demand.unit in ("", each.stood(on, "unit"))
                and demand.group in ("", each.group(on))
                and (demand.joined_from is None or each.joined_on >= demand.joined_from)
            )
            starts, due = demand.starts_on, demand.due_on
            if demand.due_days is not None:
                starts = max(demand.starts_on, each.joined_on)
                due = starts + timedelta(days=demand.due_days)
            if fits and starts <= LAST and due is not None and due >= FIRST:
                found.add(demand.course)
        return found

    def finished(self, who: str, courses: set[str]) -> set[str]:
        return {key for key in courses if (who, key) in self.completions}

    def studied(self, who: str) -> bool:
        """A valid record of the year: credited time, a completed course, hours that stand."""
        return bool(
            any(seconds > 0 for seconds in self.seconds(who).values())
            or any(person == who for person, _ in self.completions)
            or any(e.who == who and FIRST <= e.on <= LAST and not e.reversed and e.hours > 0
                   for e in self.register)
        )  # fmt: skip

    # -- department tables ---------------------------------------------------------------------

    def rows(self, counted: dict[str, dict[str, Decimal | int]], on: date
             ) -> dict[str, dict[str, Decimal | int]]:  # fmt: skip
        """Titles of a department table's rows → sums of what each person counts."""
        names = {"ranked": "", "apart": "（单列）", "others": "（其他人员）"}
        found: dict[str, dict[str, Decimal | int]] = {}

        def add(title: str, values: dict[str, Decimal | int]) -> None:
            row = found.setdefault(title, {})
            for key, value in values.items():
                row[key] = row.get(key, 0) + value

        for unit in UNITS:
            for line, word in names.items():
                for who, values in counted.items():
                    each = self.members[who]
                    if each.stood(on, "unit") == unit and (each.line(on) or "ranked") == line:
                        add(f"{unit}{word}", values)
                        add("各部门小计" if line == "ranked" else "单列和其他人员小计", values)
                        add("合计", values)
        return found

    def learning(self, on: date, target: int) -> dict[str, dict[str, Decimal | int]]:
        """By person on the roster of the day, for the year up to it, with a target in law hours."""
        found = {}
        for who, each in self.members.items():
            if each.joined_on > on:
                continue
            there = months(each.joined_on, each.left(LAST), FIRST, LAST)
            due = bool(each.line(on)) and there > 0
            required = self.required(who, on) if due else set()
            done = self.finished(who, required)
            hours = self.hours(who)
            factor = Fraction(1, 2) if each.factor_half(on) else Fraction(1)
            asked = target * Fraction(there, 12) * factor
            found[who] = {
                "应参学": due, "参学": due and self.studied(who), "有必修任务": bool(required),
                "完成全部必修": bool(required) and done == required,
                "学时达标": due and hours["law"] >= asked,
                "应学（人·课）": len(required), "完成（人·课）": len(done), "不计入": not due,
                **{title: hours[key] if due else D(0) for title, key in (
                    ("学时合计", "hours"), ("集中培训", "concentrated"), ("网络培训", "online"),
                    ("自学", "self_study"), ("集体学习", "group_study"), ("法治学时", "law"),
                    ("认可的集中培训", "accredited"),
                )},
            }  # fmt: skip
        return found

    # -- exams ---------------------------------------------------------------------------------

    def result(self, exam: Exam, who: str) -> dict[str, object]:
        """How somebody came out of an exam and its makeup."""
        first, again = exam.first.get(who), exam.makeup.get(who)
        void = who in exam.voided
        status = exam.status[who]
        exempt = status == "exempt" or (
            status == "deferred" and exam.makeup_status.get(who) == "exempt" and again is None
        )
        deferred = status == "deferred" and not exempt
        passed_first = first is not None and not void and first >= exam.pass_score
        passed = not void and (passed_first or (again is not None and again >= exam.pass_score))
        taken = not exempt and (first is not None or again is not None)
        score: int | None = None
        if taken:
            tries = [(0 if void else first)] if first is not None else []
            score = first if passed_first else max([*tries, *([] if again is None or void
                                                              else [again])])  # fmt: skip
        missing = not exempt and not taken
        # Nothing has been arranged yet in which somebody deferred could sit.
        waits = missing and deferred and not exam.makeup_status
        return {
            "在册": 1, "免考": exempt, "缓考": deferred, "应参考": not exempt,
            "首考应参考": not exempt and not deferred, "实参考": taken, "已出成绩": taken,
            "待阅卷": 0, "首考实参考": not exempt and not deferred and first is not None,
            "合格": taken and passed, "首考合格": not exempt and not deferred and passed_first,
            "优秀": taken and passed_first and first is not None and first >= exam.excellent,
            "缺考": missing and not waits, "待补考": waits, "尚未参考": 0, "成绩无效": taken and void,
            "取用成绩之和": score or 0, "score": score, "taken": taken,
            "absent": missing and not waits, "exempt": exempt, "passed": passed,
            "makeup": again is not None and not passed_first,
        }  # fmt: skip

    COUNTS = (
        "在册", "免考", "缓考", "应参考", "首考应参考", "实参考", "已出成绩", "待阅卷", "首考实参考",
        "合格", "首考合格", "优秀", "缺考", "待补考", "尚未参考", "成绩无效", "取用成绩之和",
    )  # fmt: skip

    def exam(self, exam: Exam) -> dict[str, dict[str, Decimal | int]]:
        return {
            who: {key: int(self.result(exam, who)[key]) for key in self.COUNTS}  # type: ignore[call-overload]
            for who in exam.status
        }

    # -- evaluation ----------------------------------------------------------------------------

    #: Weights by group: required, hours, regular, meetings, annual, thematic, usage, reporting.
    WEIGHTS = {False: (15, 15, 10, 0, 25, 10, 15, 10), True: (10, 10, 5, 10, 20, 10, 20, 15)}

    def score(self, who: str, on: date) -> tuple[Decimal | None, str]:
        """(points, level) by the preset rules."""
        each = self.members[who]
        leads = each.group(on) in LEADERS
        there = months(each.joined_on, each.left(LAST), FIRST, LAST)
        factor = Fraction(1, 2) if each.factor_half(on) else Fraction(1)
        values = [
            *self._study_values(who, on, there, factor, leads=leads),
            *self._exam_values(who), *self._told(who, leads=leads),
        ]  # fmt: skip
        pairs = [
            (weight, value) for weight, value in zip(self.WEIGHTS[leads], values, strict=True)
            if weight and value is not None
        ]  # fmt: skip
        whole = sum(weight for weight, _ in pairs)
        if not whole:
            return None, ""
        total = half_up(sum((w * min(Fraction(1), v) for w, v in pairs), Fraction(0)) * 100 / whole)
        level = next((name for line, name in ((90, "优秀"), (80, "良好"), (60, "合格"))
                      if total >= line), "不合格")  # fmt: skip
        if any(exam.voided.get(who) == "cheating" for exam in self.log.exams.values()):
            level = "不合格"
        elif level == "优秀" and who in self.log.exams["annual"].status \
                and self.result(self.log.exams["annual"], who)["absent"]:  # fmt: skip
            level = "良好"
        return total, level

    def _study_values(self, who: str, on: date, there: int, factor: Fraction, *,
                      leads: bool) -> list[Fraction | None]:  # fmt: skip
        required = self.required(who, on)
        done = Fraction(len(self.finished(who, required)), len(required)) if required else None
        asked = 40 * Fraction(there, 12) * factor
        minutes: dict[int, int] = {}
        for day, seconds in self.seconds(who).items():
            minutes[day.month] = minutes.get(day.month, 0) + seconds
        regular = Fraction(sum(each >= 180 for each in minutes.values()), there) if there else None
        expected, present = self.attendance(who)
        met = Fraction(present, expected) if expected and leads else None
        return [done, Fraction(self.hours(who)["law"]) / asked if asked else None, regular, met]

    def _exam_values(self, who: str) -> list[Fraction | None]:
        marks: dict[str, Fraction | None] = {}
        for key, exam in self.log.exams.items():
            marks[key] = None
            if who not in exam.status:
                continue
            result = self.result(exam, who)
            if result["exempt"]:
                if key == "annual":
                    return [None, None]
            elif result["absent"]:
                marks[key] = Fraction(0)
            elif result["score"] is not None:
                score = int(str(result["score"]))
                marks[key] = Fraction(min(score, 60) if result["makeup"] else score, 100)
        return [marks["annual"], marks["new"]]

    def _told(self, who: str, *, leads: bool) -> list[Fraction | None]:
        entry = self.log.entries.get(who)
        if entry is None:
            return [None, None]
        mark, items = entry
        told = Fraction(0) if leads and "report" not in items else Fraction(len(items), 2)
        return [Fraction(mark, 5), told]

    # -- study group ---------------------------------------------------------------------------

    def attendance(self, who: str = "", first: date = FIRST, last: date = LAST) -> tuple[int, int]:
        """(expected, present) of a member, or of all."""
        marks = [
            mark for each in self.log.meetings
            if each.closed and each.form != "self_study" and first <= each.day <= last
            for person, mark in each.regular.items() if who in ("", person)
        ]  # fmt: skip
        return len(marks), marks.count("present")

    def missed(self, first: date = FIRST, last: date = LAST) -> tuple[int, int, int]:
        """(leave, absent, made up) of members."""
        rows = [
            (mark, person in each.made_up) for each in self.log.meetings
            if each.closed and each.form != "self_study" and first <= each.day <= last
            for person, mark in each.regular.items()
        ]  # fmt: skip
        return (
            sum(mark == "leave" for mark, _ in rows), sum(mark == "absent" for mark, _ in rows),
            sum(made for mark, made in rows if mark != "present"),
        )  # fmt: skip

    def quarters(self) -> list[int]:
        """Collective studies of each quarter."""
        held = [each for each in self.log.meetings if each.closed
                and each.form in ("discussion", "lecture", "enlarged")]  # fmt: skip
        return [sum((each.day.month + 2) // 3 == n for each in held) for n in (1, 2, 3, 4)]


__all__ = ["Entry", "Reckoning", "Training"]
