"""The ledger of hours and the personal archives."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bs4 import BeautifulSoup

from core import clock
from core.figures import plain
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.organisation import Member
from tests.year.reading import Reading, exact, number, said
from tests.year.reckoning import half_up, rate
from tests.year.replay import END

STATES = ("达标", "进行中，按进度", "进行中，慢于进度", "期满未达标")


class Ledgers(Reading):
    def hours(self, on: date) -> None:
        """The ledger on a day: departments and people, page and workbook."""
        client = self.browser(self.bureau.officer, on)
        with clock.frozen(moment(on, 21)):
            data = client.get("/hours/units/hours.xlsx").data
            own = client.get("/hours/units?per_page=500").text
        units, people = self.sheet(data), self.sheet(data, 1)
        there = {
            who: one for who, one in self.found.members.items()
            if one.joined_on <= on and one.line(on)
        }  # fmt: skip
        self.same("学时台账人员", {row["工号"] for row in people}, set(there))
        totals: dict[str, dict[str, Any]] = {}
        for row in people:
            for name, values in self._person(row, there, on):
                sums = totals.setdefault(name, {})
                for title, value in values.items():
                    sums[title] = sums.get(title, 0) + value
        for row in units:
            sums = totals[row["部门"]]
            sums |= {"达标率": rate(sums["达标"], sums["有要求"]),
                     "人均学时": half_up(exact(sums["合计学时"]) / sums["人数"])}  # fmt: skip
            for title, value in sums.items():
                self.same(f"部门学时 {on} {row['部门']} {title}", number(row[title]), number(value))
        heads, rows = self.table(own, "各部门学时")
        for row in rows:
            name = said(row.find("th"))
            cells = dict(zip(heads[1:], (c.get_text(strip=True) for c in row.find_all("td")),
                             strict=True))  # fmt: skip
            for title, key in (("人数", "人数"), ("达标", "达标"), ("人均", "人均学时"),
                               ("按进度", STATES[1]), ("慢于进度", STATES[2])):  # fmt: skip
                self.same(f"学时页 {name} {title}", cells[title], plain(totals[name][key]))

    def _person(self, row: Mapping[str, Any], there: Mapping[str, Member], on: date
                ) -> list[tuple[str, dict[str, Any]]]:  # fmt: skip
        """A person's line of the ledger; what it adds to the department and to the total."""
        who = row["工号"]
        each, duty = there[who], self.found.duty(who, on)
        hours = self.found.hours(who, date(on.year, 1, 1), date(on.year, 12, 31))
        word = {"科级及以下": "年度"}.get(each.group(on), "规划期")
        wanted: dict[str, Any] = {
            "部门": each.stood(on, "unit"), "职级组": each.group(on),
            "本年集中培训": hours["concentrated"], "本年网络培训": hours["online"],
            "本年自学": hours["self_study"], "本年集体学习": hours["group_study"],
            "本年法治学时": hours["law"],
        }  # fmt: skip
        if duty:
            wanted |= {
                f"{word}学时": duty["hours"], f"{word}要求学时": duty["target"],
                f"{word}天数": duty["days"], f"{word}要求天数": duty["days_target"],
            }  # fmt: skip
            self.same(f"学时 {who} 结果", row["结果"], duty["state"])
        for title, value in wanted.items():
            self.same(f"学时 {on} {who} {title}", number(row[title]), number(value))
        values = {
            "人数": 1, "有要求": bool(duty),
            **{word: bool(duty and duty["state"] == word) for word in STATES},
            "集中培训": hours["concentrated"], "网络培训": hours["online"],
            "自学": hours["self_study"], "集体学习": hours["group_study"],
            "法治学时": hours["law"], "合计学时": hours["hours"],
        }  # fmt: skip
        return [(name, values) for name in (each.stood(on, "unit"), "合计")]

    def archives(self, on: date, some: list[str]) -> None:
        """The list of everybody; and of some the whole page, each number with its entries."""
        client = self.browser(self.bureau.officer, on)
        with clock.frozen(moment(on, 21)):
            data = client.get(f"/archive/people/archives.xlsx?year={plan.YEAR}").data
        for row in self.sheet(data):
            who = row["工号"]
            for title, value in self._archived(who, on).items():
                self.same(f"档案 {who} {title}", number(row[title]), number(value))
        for who in some:
            self._whole(who, on)

    def _archived(self, who: str, on: date) -> dict[str, Any]:
        hours = self.found.hours(who)
        courses = sum(person == who for person, _ in self.found.completions)
        expected, present = self.found.attendance(who)
        duty = self.found.duty(who, END, on)
        return {
            "集中培训": hours["concentrated"], "网络培训": hours["online"],
            "自学": hours["self_study"], "集体学习": hours["group_study"],
            "法治学时": hours["law"], "完成课程": courses, "培训结业": self._completed(who),
            "集体学法应到": expected or None, "集体学法出席": present if expected else None,
            "考试列入名单": self._exams(who)[0], "参加考试": self._exams(who)[1],
            "学时达标": None if duty is None else duty["state"],
        }  # fmt: skip

    def _completed(self, who: str) -> int:
        return sum(
            who in each.marks and who not in each.revoked
            and self.found.completes(each.units, each.marks[who], full_time=each.full_time)
            for each in self.year.log.classes
        )  # fmt: skip

    def _exams(self, who: str) -> tuple[int, int]:
        exams = self.year.log.exams.values()
        listed = sum((who in e.status) + (who in e.makeup_status) for e in exams)
        return listed, sum((who in e.first) + (who in e.makeup) for e in exams)

    def _whole(self, who: str, on: date) -> None:
        """Somebody's own page."""
        with clock.frozen(moment(on, 21)):
            text = self.bureau.browser(who).get(f"/archive?year={plan.YEAR}").text
        soup = BeautifulSoup(text, "html.parser")
        shown: dict[str, str] = {}
        for row in soup.select("main table tr"):
            head, cell = row.find("th", scope="row"), row.find("td")
            if head and cell:
                shown.setdefault(said(head), cell.get_text(" ", strip=True))
                if (entries := cell.select("details li")) and cell.summary:
                    number = re.match(r"[\d.-]+", cell.summary.get_text(strip=True))
                    amounts = [re.search(r"：(-?[\d.]+) [学时天]+$", e.get_text(strip=True))
                               for e in entries]  # fmt: skip
                    total = (sum((Decimal(a[1]) for a in amounts if a), Decimal(0))
                             if all(amounts) else len(entries))  # fmt: skip
                    self.same(f"档案 {who} {said(head)} 明细", Decimal(number[0] if number else 0),
                              Decimal(total))  # fmt: skip
        hours = self.found.hours(who)
        required = self.found.required(who, END)
        wanted = {
            "集中培训": hours["concentrated"], "网络培训": hours["online"],
            "集体学习": hours["group_study"], "合计": hours["hours"],
            "其中法治学时": hours["law"],
            "完成课程": sum(person == who for person, _ in self.found.completions),
            "结业": self._completed(who), "列入名单": self._exams(who)[0],
            "本年到期的必修课程": len(required),
            "已完成": len(self.found.finished(who, required)),
            "逾期未完成": len(required - self.found.finished(who, required)),
        }  # fmt: skip
        for title, value in wanted.items():
            text = re.match(r"[\d.-]+", shown.get(title, "无"))
            self.same(f"档案页 {who} {title}", text[0] if text else "无", plain(Decimal(value)))
