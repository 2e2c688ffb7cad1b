"""Awareness of the amended law, the study group's circulars, the evaluation of people."""

from datetime import date

from core import clock
from core.documents import paragraphs
from core.figures import fixed
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.ledgers import Ledgers
from tests.year.organisation import day
from tests.year.reading import percent, said
from tests.year.reckoning import FIRST, LAST, rate
from tests.year.replay import END, EVALUATED
from tests.year.tables import Tables

#: Forms in which the group comes together: 法治专题 is counted of these.
TOGETHER = ("discussion", "lecture", "enlarged")
_PLACE = {name: place for place, name in enumerate([*plan.UNITS, "合计"])}


class Checks(Tables, Ledgers):
    def amended(self) -> None:
        """The event's page on the day of effect and at the end of the year."""
        for on, as_of in ((END, "today"), (END, "day30"), (END, "begins")):
            client = self.browser(self.bureau.officer, on)
            with clock.frozen(moment(on, 21)):
                text = client.get(f"/changes/{self.year.laws.event()}?as_of={as_of}").text
            cut = {"today": on, "day30": day(6, 19), "begins": day(9, 1)}[as_of]
            heads, rows = self.table(text, "知晓率，截至")
            counted = self._awareness(cut)
            self.same(f"知晓率 {as_of} 部门", [said(r.find("th")) for r in rows], list(counted))
            for row in rows:
                name = said(row.find("th"))
                cells = dict(zip(heads[1:], (c.get_text(strip=True) for c in row.find_all("td")),
                                 strict=True))  # fmt: skip
                for title, value in counted.get(name, {}).items():
                    self.same(f"知晓率 {as_of} {name} {title}", cells[title], value)

    def _awareness(self, cut: date) -> dict[str, dict[str, str]]:
        """学完的 ÷ 应学的, 合格的 ÷ 应测的: people with their department as the day ends."""
        on_law = [key for key in self.year.law_courses if key in self.year.log.courses]
        exam = self.year.log.exams["new"]
        sums: dict[str, list[int]] = {}
        for who, each in self.found.members.items():
            there = each.joined_on <= cut and bool(each.line(cut))
            courses = {
                demand.course for demand in self.year.log.demands
                if demand.course in on_law and demand.starts_on <= cut
                and demand.course in self.found.required(who, cut)
            } if there else set()  # fmt: skip
            done = courses and all(
                (done := self.found.completions.get((who, key))) and done.date() <= cut
                for key in courses
            )  # fmt: skip
            test = cut >= day(8, 20) and exam.status.get(who, "exempt") != "exempt"
            passed = test and who not in exam.voided and exam.first.get(who, 0) >= exam.pass_score
            if not courses and not test:
                continue
            unit = self._unit_of(who, cut)
            for name in (unit, "合计"):
                row = sums.setdefault(name, [0, 0, 0, 0])
                for place, value in enumerate((bool(courses), bool(done), test, passed)):
                    row[place] += value
        return {
            name: {
                "应学": str(row[0]), "学完": str(row[1]), "应测": str(row[2]), "合格": str(row[3]),
                "学习完成率": percent(row[1], row[0]), "知晓率": percent(row[3], row[2]),
            }
            for name, row in sorted(sums.items(), key=lambda item: _PLACE[item[0]])
        }  # fmt: skip

    def _unit_of(self, who: str, cut: date) -> str:
        """The department that a person's result counts for."""
        return self.found.members[who].stood(cut, "unit")

    def group(self) -> None:
        """The circulars of both halves, and the year's attendance of each member."""
        client = self.browser(self.bureau.secretary, EVALUATED)
        for half, first, last in ((1, FIRST, day(6, 30)), (2, day(7, 1), LAST)):
            with clock.frozen(moment(EVALUATED, 21)):
                url = f"/group/{self.year.groups.id}/circulars/{plan.YEAR}-{half}.docx"
                answer = client.get(url)
            words = "\n".join(each.text for each in paragraphs(answer.data))
            expected, present = self.found.attendance("", first, last)
            leave, absent, made_up = self.found.missed(first, last)
            self._says(words, f"应到 {expected} 人次，出席 {present} 人次，"
                              f"出勤率 {rate(present, expected):.2f}%；请假 {leave} 人次，"
                              f"缺席 {absent} 人次，已补学 {made_up} 人次")  # fmt: skip
            held = [e for e in self.year.log.meetings if e.closed and first <= e.day <= last]
            self._says(words, f"共组织学习 {len(held)} 次")
            self._says(words, f"法治专题 {sum(e.is_law and e.form in TOGETHER for e in held)} 次")
            if half == 2:
                self._says(words, "第三季度集体学习 0 次，未达到“不少于 1 次”的要求")
                self.same("第四季度", "第四季度集体学习 1 次，未达到" in words, False)
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/group/{self.year.groups.id}/archives/{plan.YEAR}.zip").data
        self.same("专卷", data[:2], b"PK")

    def evaluation(self) -> None:
        client = self.browser(self.bureau.officer, EVALUATED)
        shown: dict[str, tuple[str, str]] = {}
        names = {each.name: number for number, each in self.found.members.items()}
        with clock.frozen(moment(EVALUATED, 21)):
            number = 1
            while True:
                text = client.get(
                    f"/evaluation/editions/{self.year.edition}/people?page={number}&per_page=100"
                ).text
                for row in self.table(text, "人员评价")[1]:
                    cells = [c.get_text(strip=True) for c in row.find_all("td")]
                    shown[names[said(row.find("th"))]] = (cells[2], cells[3])
                if f"page={number + 1}" not in text:
                    break
                number += 1
        counted = {
            who for who, one in self.found.members.items() if one.joined_on <= END
            and one.line(END) and (one.left(END) or date.max) > FIRST
        }  # fmt: skip
        self.same("评价人员", set(shown), counted)
        for who in sorted(counted & set(shown)):
            total, level = self.found.score(who, END)
            self.same(f"评价 {who}", shown[who][0], fixed(total))
            self.same(f"等次 {who}", shown[who][1], level or "不评")
