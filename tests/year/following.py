"""What follows from the year's acts: the amended law, lists, deadlines, indices, each member."""

import re
from fractions import Fraction

from bs4 import BeautifulSoup
from sqlalchemy import select

from core import clock
from core.db import db
from core.figures import plain
from courses.models import Assignment, LessonCase
from question_bank.models import Item, ItemState
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.checks import Checks
from tests.year.organisation import day
from tests.year.reading import number, said
from tests.year.reckoning import FIRST, LAST, half_up, share
from tests.year.replay import END, EVALUATED

#: Forms of study that take a day.
WHOLE_DAYS = ("discussion", "lecture", "enlarged", "survey")
#: Weights of the department index in their order.
INDEX = (10, 15, 15, 10, 5, 5, 10, 5, 5, 10, 5, 5)


class Following(Checks):
    # -- the amended law -----------------------------------------------------------------------

    def consequences(self) -> None:
        """Questions, lessons, the study task, the list and the event's tasks."""
        year = self.year
        with self.bureau.app.app_context():
            states = [db.session.get_one(Item, each).state for each in year.items]
            wanted = [ItemState.QUARANTINED] * 2 + [ItemState.PUBLISHED] * 3
            self.same("修法后的试题", states, wanted)
            carried = [
                {c.article.version.promulgated_on.year for c in
                 db.session.get_one(Item, each).current.citations} for each in year.items
            ]  # fmt: skip
            self.same(
                "加引新版", carried, [{2020}, {2020}, {2020, 2026}, {2020, 2026}, {2020, 2026}]
            )
            [case] = db.session.scalars(select(LessonCase)).all()
            self.same("课时改引", {a.article.version.promulgated_on.year
                                   for a in case.lesson.articles}, {2026})  # fmt: skip
            given = db.session.scalars(select(Assignment).where(
                Assignment.course_id == year.learning.rows["C6"])).all()  # fmt: skip
            self.same("新法学习期限", {each.due_on for each in given}, {day(6, 19)})
            self.same("新法学习对象", len(given), 3)
        heads, rows = self.table(year.after_assigning, "任务")
        del heads
        shown = {said(r.find("th")): r.find_all("td")[-1].get_text(strip=True) for r in rows}
        self.same("六月一日的任务", shown, {
            "布置新法学习": "已完成", "新法测试": "待办", "复核试题": "待办", "更新课时": "待办",
            "更换试卷题目": "无须办理", "清单条目换版": "待办", "新法知晓率": "待办",
        })  # fmt: skip
        with clock.frozen(moment(END, 21)):
            text = self.browser(self.bureau.researcher, END).get(
                f"/changes/{year.laws.event()}").text  # fmt: skip
        rows = self.table(text, "任务")[1]
        shown = {said(r.find("th")): r.find_all("td")[-1].get_text(strip=True) for r in rows}
        self.same("年底的任务", shown, {
            "布置新法学习": "已完成", "新法测试": "已完成", "复核试题": "已逾期",
            "更新课时": "已完成", "更换试卷题目": "无须办理",
            "清单条目换版": "已完成", "新法知晓率": "待办",
        })  # fmt: skip
        self._restudy()

    def _restudy(self) -> None:
        """Those who had learnt the lesson before it was renewed are asked to read it again."""
        for place, who in enumerate(sorted(self.found.members)[:12]):
            each = self.found.members[who]
            lesson = [s for s in self.year.log.studies
                      if (s.who, s.course, s.lesson) == (who, "C1", 0) and s.completed]  # fmt: skip
            if place % 3 or not each.line(day(6, 13)):
                continue
            with clock.frozen(moment(day(6, 13))):
                text = self.bureau.browser(who).get("/").text
            self.same(f"重学提示 {who}", "期限改为七日" in text, bool(lesson))

    # -- lists and deadlines -------------------------------------------------------------------

    def coverage(self) -> None:
        client = self.browser(self.bureau.researcher, END)
        with clock.frozen(moment(END, 21)):
            overview = client.get("/must-know/coverage").text
            found = re.search(r"/must-know/coverage/\d+", overview)
            assert found
            row = self.table(client.get(found[0]).text, "覆盖情况")[1][-1]
        due = studied = tested = both = 0
        for who, each in self.found.members.items():
            if not each.line(END):
                continue
            bound = each.stood(END, "unit") in (plan.LETTERS, plan.VISITS)
            if not (bound or each.group(END) == "处级"):
                continue
            done = (who, "C6") in self.found.completions or any(
                (s.who, s.course, s.lesson) == (who, "C1", 0) and s.completed
                for s in self.year.log.studies
            )
            sat = any((who in e.first or who in e.makeup) and
                      (who not in e.voided or who in e.makeup)
                      for e in self.year.log.exams.values())  # fmt: skip
            due, studied, tested = due + 1, studied + done, tested + sat
            both += done and sat
        shown = [cell.get_text(strip=True) for cell in row.find_all("td")[-5:]]
        share = f"{half_up(Fraction(both * 100, due)):.2f}%"
        self.same("清单覆盖", shown, [str(due), str(studied), str(tested), str(both), share])

    def deadlines(self) -> None:
        client = self.browser(self.bureau.officer, END)
        with clock.frozen(moment(END, 21)):
            rows = self.table(client.get("/hours/units/deadlines").text, "任职与入职培训")[1]
        names = {each.name: number for number, each in self.found.members.items()}
        shown = {
            (names[said(r.find("th"))], *(c.get_text(strip=True) for c in r.find_all("td")[1:4]))
            for r in rows
        }
        promoted = self.bureau.seat(plan.LETTERS, 4)
        wanted = {
            (promoted, "任职培训", "2026年4月1日", "2027年4月1日"),
            (promoted, "提任补训", "2026年4月1日", "2027年4月1日"),
        } | {
            (each.number, "初任培训", _said_day(each.joined_on),
             _said_day(each.joined_on.replace(year=plan.YEAR + 1)))
            for each in self.found.members.values() if each.status == "newly_recruited"
        }  # fmt: skip
        self.same("培训期限", shown, wanted)

    # -- departments and members ---------------------------------------------------------------

    def indices(self) -> None:
        """The index of each department, from its own people alone."""
        client = self.browser(self.bureau.officer, EVALUATED)
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/evaluation/editions/{self.year.edition}/departments.xlsx").data
        totals = {}
        for row in self.sheet(data):
            people = [
                who for who, each in self.found.members.items()
                if each.stood(END, "unit") == row["部门"] and each.line(END) == "ranked"
            ]  # fmt: skip
            self.same(f"指数人数 {row['部门']}", row["人数"], len(people))
            totals[row["部门"]] = (self._index(people), len(people))
            self.same(f"指数 {row['部门']}", half_up(Fraction(str(row["指数"]))),
                      totals[row["部门"]][0])  # fmt: skip
        for row in self.sheet(data):
            mine, size = totals[row["部门"]]
            place = 1 + sum(t > mine for t, s in totals.values() if s >= 5) if size >= 5 else None
            self.same(f"指数名次 {row['部门']}", row["名次"], place)

    def _index(self, people: list[str]) -> object:
        found, annual = self.found, self.year.log.exams["annual"]
        sat = [r for w in people if w in annual.status
               and not (r := found.result(annual, w))["exempt"]]  # fmt: skip
        new = self.year.log.exams["new"]
        fresh = [r for w in people if w in new.status
                 and not (r := found.result(new, w))["exempt"]]  # fmt: skip
        scores = [int(str(r["score"])) for r in sat if r["score"] is not None]
        required = {w: found.required(w, END) for w in people}
        done = sum(len(found.finished(w, required[w])) for w in people)
        attained = [found.hours(w)["law"] >= self._asked(w) for w in people]
        entries = [e for w in people if (e := self.year.log.entries.get(w))]
        meetings = [found.attendance(w) for w in people]
        values = [
            _share(sum(found.studied(w) for w in people), len(people)),
            _share(sum(bool(r["taken"]) for r in sat), len(sat)),
            _share(sum(bool(r["passed"]) for r in sat), len(sat)),
            _share(sum(scores), 100 * len(scores)),
            _share(sum(bool(r["优秀"]) for r in sat), len(sat)),
            _share(sum(bool(r["passed"]) for r in fresh), len(fresh)),
            _share(sum(attained), len(attained)),
            self._balance(people),
            _share(done, sum(map(len, required.values()))),
            _share(sum(mark for mark, _ in entries), 5 * len(entries)),
            _share(sum(p for _, p in meetings), sum(e for e, _ in meetings)),
            None,
        ]  # fmt: skip
        pairs = [(w, v) for w, v in zip(INDEX, values, strict=True) if v is not None]
        whole = sum(weight for weight, _ in pairs)
        return half_up(sum((w * v for w, v in pairs), Fraction(0)) * 100 / whole)

    def _asked(self, who: str) -> Fraction:
        each = self.found.members[who]
        return Fraction(half_up(40 * share(each, END, FIRST, LAST) / 12))

    def _balance(self, people: list[str]) -> Fraction | None:
        """1 − Gini of the department's minutes of each month."""
        amounts = [0] * 12
        for who in people:
            of_month = [0] * 12
            for on, seconds in self.found.seconds(who).items():
                of_month[on.month - 1] += seconds
            amounts = [a + s // 60 for a, s in zip(amounts, of_month, strict=True)]
        if not sum(amounts):
            return None
        apart = sum(abs(a - b) for a in amounts for b in amounts)
        return 1 - Fraction(apart, 2 * 12 * sum(amounts))

    def members(self) -> None:
        """The group's page of each member: attendance, speeches, writings, days."""
        client = self.browser(self.bureau.secretary, EVALUATED)
        for who in self.year.groups.regular:
            with clock.frozen(moment(EVALUATED, 21)):
                text = client.get(f"/group/{self.year.groups.id}/people/{self.bureau.ids[who]}"
                                  f"?year={plan.YEAR}").text  # fmt: skip
            words = " ".join(BeautifulSoup(text, "html.parser").get_text(" ").split())
            log = self.year.log
            days = sum(
                meeting.days for meeting in log.meetings
                if meeting.closed and meeting.form in WHOLE_DAYS
                and {**meeting.regular, **meeting.invited}.get(who) == "present"
            )  # fmt: skip
            expected, present = self.found.attendance(who)
            for title, wanted in (("交流发言", f"{log.speeches.get(who, 0)} 次"),
                                  ("心得、调研报告或理论文章", f"{log.writings.get(who, 0)} 篇"),
                                  ("集中学习", f"{days} 天")):  # fmt: skip
                found = re.search(rf"{title} 不少于 \S+ \S (\d+ \S)", words)
                self.same(f"成员 {who} {title}", found[1] if found else "无", wanted)
            self.compared += 1
            share = f"{half_up(Fraction(present * 100, expected)):.2f}%"
            if share not in words:
                self.wrong.append(f"成员 {who} 出勤率：没有 {share}")

    def reports(self) -> None:
        """A leader's own paper for 述法."""
        exams = self.year.log.exams.values()
        for who in self.year.groups.regular[:3]:
            with clock.frozen(moment(EVALUATED, 21)):
                text = self.bureau.browser(who).get(
                    f"/group/{self.year.groups.id}/report?year={plan.YEAR}").text  # fmt: skip
            words = " ".join(BeautifulSoup(text, "html.parser").get_text(" ").split())
            hours = self.found.hours(who)
            expected, present = self.found.attendance(who)
            self._says(words, f"应参加中心组集体学习 {expected} 次，出席 {present} 次")
            law, together = plain(hours["law"]), plain(hours["group_study"])
            self._says(words, f"全年登记学时 {plain(hours['hours'])}，其中法治学时 {law}、"
                              f"集体学习学时 {together}")  # fmt: skip
            sat = sum((who in e.first) + (who in e.makeup) for e in exams)
            passed = sum(
                (e.first.get(who, 0) >= 60 and who not in e.voided) + (e.makeup.get(who, 0) >= 60)
                for e in exams
            )
            if sat:
                self._says(words, f"参加学法考试 {sat} 次，已公布成绩的合格 {passed} 次")

    def personnel(self) -> None:
        """The columns of the personnel system: what does not stand has neither hours nor days."""
        client = self.browser(self.bureau.officer, EVALUATED)
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/classes/manage/personnel.xlsx?year={plan.YEAR}").data
        rows = {(r["姓名"], r["班名"]): r
                for r in self.sheet(data, key="姓名")}  # fmt: skip
        marks = {(who, e.title): e for e in self.year.log.classes for who in e.marks}
        self.same("培训登记", set(rows), {
            (self.found.members[who].name, title) for who, title in marks})  # fmt: skip
        for (who, title), each in marks.items():
            row = rows.get((self.found.members[who].name, title), {})
            own = [e for e in self.found.register if e.who == who and e.on == each.ends_on
                   and e.accredited is each.accredited and not e.reversed
                   and e.bucket == "concentrated"]  # fmt: skip
            stands = self._completed(who) and who not in each.revoked and bool(own)
            shown = [number(row.get("获得学时数")), number(row.get("天数"))]
            counted = [sum(e.hours for e in own), sum(e.days for e in own)]
            self.same(f"培训登记 {who} {title}", shown, counted if stands else [None, None])

    def progress(self) -> None:
        """The course that everybody is asked, by department, at the end of the year."""
        client = self.browser(self.bureau.officer, END)
        with clock.frozen(moment(END, 21)):
            text = client.get(f"/courses/progress/{self.year.learning.rows['C1']}").text
        heads, rows = self.table(text, "各部门进度")
        sums: dict[str, list[int]] = {}
        for who, each in self.found.members.items():
            if each.line(END):
                done = (who, "C1") in self.found.completions
                for name in (each.stood(END, "unit"), "合计"):
                    row = sums.setdefault(name, [0, 0])
                    row[0], row[1] = row[0] + 1, row[1] + done
        for row in rows:
            name = said(row.find("th"))
            cells = dict(zip(heads[1:], (c.get_text(strip=True) for c in row.find_all("td")),
                             strict=False))  # fmt: skip
            self.same(
                f"进度 {name}", [cells["应学"], cells["已完成"]], [plain(n) for n in sums[name]]
            )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _said_day(on: object) -> str:
    return f"{on.year}年{on.month}月{on.day}日"  # type: ignore[attr-defined]
