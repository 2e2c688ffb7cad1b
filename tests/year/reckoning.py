"""The count from the list of acts alone: departments, exams, the evaluation, the study group.

Plain Python by DOMAIN 1.2–1.4, 2.4–2.5 and 5.1–5.2; nothing of the application is imported.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.year.log import Exam
from tests.year.organisation import UNITS
from tests.year.register import FIRST, LAST, LEADERS, D, Register, half_up, months, rate, share

__all__ = ["FIRST", "LAST", "Reckoning", "half_up", "months", "rate", "share"]


class Reckoning(Register):
    # -- required courses ----------------------------------------------------------------------

    def required(self, who: str, on: date, first: date = FIRST, last: date = LAST) -> set[str]:
        """The courses that bind somebody in the span, as they stand on the day."""
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
            if fits and starts <= last and due is not None and due >= first:
                found.add(demand.course)
        return found

    def finished(self, who: str, courses: set[str], last: date = LAST) -> set[str]:
        return {
            key for key in courses
            if (done := self.completions.get((who, key))) and done.date() <= last
        }  # fmt: skip

    def studied(self, who: str, first: date = FIRST, last: date = LAST) -> bool:
        """A valid record of the span: study time in it, a course completed in it, hours of it that
        stand; looking again at a lesson is none."""
        return bool(
            any(first <= on <= last and spent > 0 for on, spent in self.seconds(who).items())
            or any(person == who and first <= moment.date() <= last
                   for (person, _), moment in self.completions.items())
            or any(e.who == who and first <= e.on <= last and not e.reversed and e.hours > 0
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

    def learning(self, on: date, target: int, first: date = FIRST, last: date = LAST
                 ) -> dict[str, dict[str, Decimal | int]]:  # fmt: skip
        """By person on the roster of the day, for a span of days, with a target in law hours."""
        found = {}
        for who, each in self.members.items():
            if each.joined_on > on:
                continue
            there = months(each.joined_on, each.left(LAST), first, last)
            due = bool(each.line(on)) and there > 0
            required = self.required(who, on, first, last) if due else set()
            done = self.finished(who, required, last)
            hours = self.hours(who, first, last)
            asked = half_up(target * share(each, on, first, last) / 12)
            found[who] = {
                "应参学": due, "参学": due and self.studied(who, first, last),
                "有必修任务": bool(required),
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
            "缺考": missing and not waits, "待补考": waits, "尚未参考": 0,
            "成绩无效": taken and void,
            "取用成绩之和": score or 0, "score": score, "taken": taken,
            "absent": missing and not waits, "exempt": exempt, "passed": passed,
            "makeup": again is not None and not passed_first,
        }  # fmt: skip

    COUNTS = (
        "在册", "免考", "缓考", "应参考", "首考应参考", "实参考", "已出成绩", "待阅卷",
        "首考实参考", "合格", "首考合格", "优秀", "缺考", "待补考", "尚未参考", "成绩无效",
        "取用成绩之和",
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
        values = [
            *self._study_values(who, on, there, leads=leads),
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
        elif whole < 60:
            level = "不定等次"
        elif level == "优秀" and who in self.log.exams["annual"].status \
                and self.result(self.log.exams["annual"], who)["absent"]:  # fmt: skip
            level = "良好"
        return total, level

    def _study_values(
        self, who: str, on: date, there: int, *, leads: bool
    ) -> list[Fraction | None]:
        required = self.required(who, on)
        done = Fraction(len(self.finished(who, required)), len(required)) if required else None
        asked = Fraction(half_up(40 * share(self.members[who], on, FIRST, LAST) / 12))
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
