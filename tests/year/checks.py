"""What pages and files show, beside what was counted: every difference is a line of text."""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from core import clock
from core.documents import paragraphs
from core.figures import plain
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.organisation import day
from tests.year.reckoning import FIRST, LAST, Reckoning, half_up, rate
from tests.year.replay import END, EVALUATED, Year

TARGET = 40
#: Figures of the learning table that are ratios: title, numerator, denominator.
LEARNING = (
    ("参学率", "参学", "应参学"), ("必修完成率", "完成全部必修", "有必修任务"),
    ("课程完成率", "完成（人·课）", "应学（人·课）"), ("学时达标率", "学时达标", "应参学"),
)  # fmt: skip
EACH = (("人均学时", "学时合计"), ("人均集中", "集中培训"), ("人均网络", "网络培训"),
        ("人均自学", "自学"), ("人均集体学习", "集体学习"), ("人均法治学时", "法治学时"))  # fmt: skip
EXAM = (
    ("参考率", "实参考", "应参考"), ("首考参考率", "首考实参考", "首考应参考"),
    ("合格率（应考）", "合格", "应参考"), ("合格率（实考）", "合格", "已出成绩"),
    ("首考合格率", "首考合格", "首考应参考"), ("优秀率（应考）", "优秀", "应参考"),
    ("优秀率（实考）", "优秀", "已出成绩"),
)  # fmt: skip


class Checks:
    def __init__(self, year: Year) -> None:
        self.year, self.bureau = year, year.bureau
        self.found = Reckoning(year.bureau.members, year.log)
        self.wrong: list[str] = []
        #: How many numbers were compared.
        self.compared = 0

    def same(self, what: str, shown: Any, counted: Any) -> None:
        self.compared += 1
        if shown != counted:
            self.wrong.append(f"{what}：显示 {shown}，应为 {counted}")

    def browser(self, who: str, on: date) -> FlaskClient:
        with clock.frozen(moment(on, 21)):
            return self.bureau.browser(who)

    # -- reading -------------------------------------------------------------------------------

    @staticmethod
    def sheet(data: bytes, number: int = 0, key: str = "部门") -> list[dict[str, Any]]:
        """The rows of a sheet below the line of its titles."""
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[number]
        rows = list(sheet.iter_rows(values_only=True))
        head = next(n for n, row in enumerate(rows) if key in row)
        found = []
        for row in rows[head + 1 :]:
            if row[rows[head].index(key)] in (None, "") or row.count(None) > len(row) - 3:
                break
            found.append(dict(zip(rows[head], row, strict=False)))
        return found

    @staticmethod
    def table(text: str, label: str) -> tuple[list[str], list[Tag]]:
        """Titles and rows of the table that is called so."""
        soup = BeautifulSoup(text, "html.parser")
        for table in soup.find_all("table"):
            named = " ".join([str(table.get("aria-label", "")),
                              *(c.get_text() for c in table.find_all("caption"))])  # fmt: skip
            if label in named or any(label in str(p.get("aria-label", ""))
                                     for p in table.parents if isinstance(p, Tag)):  # fmt: skip
                heads = [_said(each) for each in table.find_all("th", scope="col")]
                rows = [each for each in table.find_all("tr") if each.find("th", scope="row")]
                return heads, rows
        raise AssertionError(f"no table {label}")

    # -- departments ---------------------------------------------------------------------------

    def department_rows(
        self, what: str, shown: list[dict[str, Any]], counted: Mapping[str, Mapping[str, Any]],
        ratios: Iterable[tuple[str, str, str]], each: Iterable[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        self.same(f"{what}行", [row["部门"] for row in shown], list(_in_order(counted)))
        for row in shown:
            own = counted.get(row["部门"], {})
            wanted: dict[str, Any] = {key: own[key] for key in own if key in row}
            wanted |= {title: rate(own[a], own[b]) for title, a, b in ratios}
            for title, a, b in each:
                wanted[title] = half_up(_exact(own[a]) / own[b]) if own[b] else None
            for title, value in wanted.items():
                if title in row:
                    self.same(f"{what} {row['部门']} {title}", _number(row[title]), _number(value))

    def learning(self) -> None:
        client = self.browser(self.bureau.officer, EVALUATED)
        roster = self.bureau.roster(END)
        args = f"roster={roster}&first={FIRST}&last={LAST}&target={TARGET}&basis=law"
        counted = self.found.rows(self.found.learning(END, TARGET), END)
        each = [(title, key, "应参学") for title, key in EACH]
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/analytics/learning/table.xlsx?{args}").data
            self.department_rows("学习统计", self.sheet(data), counted, LEARNING, each)
            for view in ("rates", "counts", "hours"):
                text = client.get(f"/analytics/learning?{args}&view={view}").text
                self._page_table(client, text, "部门学习情况", counted, [*LEARNING, *each])

    def exam(self, key: str) -> None:
        exam = self.year.log.exams[key]
        client = self.browser(self.bureau.officer, EVALUATED)
        counted = self.found.rows(self.found.exam(exam), exam.roster)
        units = {row.split("（")[0] for row in counted}
        left = {
            who: {"不计入": 1} for who, one in self.found.members.items()
            if one.joined_on <= exam.roster and not one.line(exam.roster)
            and one.stood(exam.roster, "unit") in units
        }  # fmt: skip
        for title, row in self.found.rows(left, exam.roster).items():
            counted.setdefault(title, dict.fromkeys(self.found.COUNTS, 0))["不计入"] = row["不计入"]
        for row in counted.values():
            row.setdefault("不计入", 0)
        session = self.year.exams.ids[key]
        each = [("平均分", "取用成绩之和", "已出成绩")]
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/analytics/sessions/{session}/table.xlsx").data
            rows = self.sheet(data, 1)
            self.department_rows(exam.title, rows, counted, EXAM, each)
            self._ranks(rows, counted)
            for view in ("rates", "counts"):
                text = client.get(f"/analytics/?session={session}&view={view}").text
                self._page_table(client, text, "部门", counted, [*EXAM, *each])

    def _ranks(self, rows: list[dict[str, Any]], counted: Mapping[str, Mapping[str, Any]]) -> None:
        """1, 2, 2, 4 of departments with five due, by the figures as they are shown."""
        keys = {}
        for title, own in counted.items():
            if title in plan.UNITS and own["应参考"] >= 5:
                mean = half_up(_exact(own["取用成绩之和"]) / own["已出成绩"]) if own["已出成绩"] else 0
                keys[title] = (rate(own["合格"], own["应参考"]), mean,
                               rate(own["实参考"], own["应参考"]))  # fmt: skip
        for row in rows:
            mine = keys.get(row["部门"])
            place = 1 + sum(other > mine for other in keys.values()) if mine else None
            self.same(f"名次 {row['部门']}", row["名次"], place)

    def _page_table(
        self, client: FlaskClient, text: str, label: str, counted: Mapping[str, Mapping[str, Any]],
        ratios: Iterable[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        """The page's own figures; every number of the total opens to as many people."""
        heads, rows = self.table(text, label)
        of = {title: (a, b) for title, a, b in ratios}
        for row in rows:
            title = _said(row.find("th"))
            own = counted[title]
            for head, cell in zip(heads[1:], row.find_all("td"), strict=True):
                shown = cell.get_text(" ", strip=True).split()
                if head in of:
                    a, b = own[of[head][0]], own[of[head][1]]
                    value = rate(a, b) if not head.startswith(("人均", "平均")) else (
                        half_up(_exact(a) / b) if b else None)  # fmt: skip
                    self.same(f"页面 {title} {head}", shown[0].rstrip("%"),
                              "—" if value is None else _like(shown[0], value))  # fmt: skip
                    self.same(f"页面 {title} {head} 分子分母", shown[-1], f"{plain(a)}/{plain(b)}")
                elif head in own:
                    self.same(f"页面 {title} {head}", shown[0], plain(own[head]))
                    if title in ("合计", plan.VISITS) and cell.find("a") and head in self.PEOPLE:
                        self._opens(client, cell.find("a")["href"], head, int(own[head]))

    #: Counts of people, which open to as many.
    PEOPLE = ("应参学", "参学", "有必修任务", "完成全部必修", "学时达标", "不计入", "在册", "免考",
              "缓考", "应参考", "首考应参考", "实参考", "合格", "首考合格", "优秀", "缺考", "成绩无效")  # fmt: skip

    def _opens(self, client: FlaskClient, url: str, head: str, people: int) -> None:
        answer = client.get(url)
        found = re.search(r"共\s*(?:<[^>]+>)?\s*(\d+)", answer.text)
        rows = self.table(answer.text, "人员")[1] if answer.status_code == 200 else []
        number = int(found[1]) if found else len(rows)
        self.same(f"名单 {head}", number, people)

    # -- hours ---------------------------------------------------------------------------------

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
        first, last = date(on.year, 1, 1), date(on.year, 12, 31)
        for row in people:
            who = row["工号"]
            each, duty = there[who], self.found.duty(who, on)
            hours = self.found.hours(who, first, last)
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
                self.same(f"学时 {who} 达标", _truth(row["达标"]), duty["met"])
            for title, value in wanted.items():
                self.same(f"学时 {on} {who} {title}", _number(row[title]), _number(value))
            for name in (each.stood(on, "unit"), "合计"):
                sums = totals.setdefault(name, {})
                values = {"人数": 1, "有要求": bool(duty), "达标": bool(duty and duty["met"]),
                          "集中培训": hours["concentrated"], "网络培训": hours["online"],
                          "自学": hours["self_study"], "集体学习": hours["group_study"],
                          "法治学时": hours["law"], "合计学时": hours["hours"]}  # fmt: skip
                for title, value in values.items():
                    sums[title] = sums.get(title, 0) + value
        for row in units:
            sums = totals[row["部门"]]
            sums |= {"达标率": rate(sums["达标"], sums["有要求"]),
                     "人均学时": half_up(_exact(sums["合计学时"]) / sums["人数"])}  # fmt: skip
            for title, value in sums.items():
                self.same(f"部门学时 {on} {row['部门']} {title}", _number(row[title]), _number(value))
        heads, rows = self.table(own, "各部门学时")
        for row in rows:
            name = _said(row.find("th"))
            cells = dict(zip(heads[1:], (c.get_text(strip=True) for c in row.find_all("td")),
                             strict=True))  # fmt: skip
            for title, key in (("人数", "人数"), ("达标", "达标"), ("人均", "人均学时")):
                self.same(f"学时页 {name} {title}", cells[title], plain(totals[name][key]))

    # -- the amended law -----------------------------------------------------------------------

    def amended(self) -> None:
        """The event's page on the day of effect and at the end of the year."""
        for on, as_of in ((END, "today"), (END, "day30"), (END, "begins")):
            client = self.browser(self.bureau.officer, on)
            with clock.frozen(moment(on, 21)):
                text = client.get(f"/changes/{self.year.laws.event()}?as_of={as_of}").text
            cut = {"today": on, "day30": day(6, 19), "begins": day(9, 1)}[as_of]
            heads, rows = self.table(text, "知晓率，截至")
            counted = self._awareness(cut)
            self.same(f"知晓率 {as_of} 部门", [_said(r.find("th")) for r in rows], list(counted))
            for row in rows:
                name = _said(row.find("th"))
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
                "学习完成率": _percent(row[1], row[0]), "知晓率": _percent(row[3], row[2]),
            }
            for name, row in sorted(sums.items(), key=lambda item: _PLACE[item[0]])
        }  # fmt: skip

    def _unit_of(self, who: str, cut: date) -> str:
        """The department that a person's result counts for."""
        return self.found.members[who].stood(cut, "unit")

    # -- group ---------------------------------------------------------------------------------

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
            self._says(words, f"法治专题 {sum(e.is_law for e in held)} 次")
            if half == 2:
                self._says(words, "第三季度集体学习 0 次，未达到“不少于 1 次”的要求")
                self.same("第四季度", "第四季度集体学习 1 次，未达到" in words, False)
        with clock.frozen(moment(EVALUATED, 21)):
            data = client.get(f"/group/{self.year.groups.id}/archives/{plan.YEAR}.zip").data
        self.same("专卷", data[:2], b"PK")

    def _says(self, words: str, sentence: str) -> None:
        self.compared += 1
        if sentence not in words.replace("\n", ""):
            self.wrong.append(f"没有写“{sentence}”：{words[:400]}")

    # -- evaluation ----------------------------------------------------------------------------

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
                heads, rows = self.table(text, "人员评价")
                for row in rows:
                    cells = [c.get_text(strip=True) for c in row.find_all("td")]
                    shown[names[_said(row.find("th"))]] = (cells[2], cells[3])
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
            self.same(f"评价 {who}", shown[who][0], plain(total))
            self.same(f"等次 {who}", shown[who][1], level or "不评")

    # -- archives ------------------------------------------------------------------------------

    def archives(self, on: date, some: list[str]) -> None:
        """The list of everybody; and of some the whole page, each number with its entries."""
        client = self.browser(self.bureau.officer, on)
        with clock.frozen(moment(on, 21)):
            data = client.get(f"/archive/people/archives.xlsx?year={plan.YEAR}").data
        for row in self.sheet(data):
            who = row["工号"]
            for title, value in self._archived(who).items():
                self.same(f"档案 {who} {title}", _number(row[title]), _number(value))
        for who in some:
            self._whole(who, on)

    def _archived(self, who: str) -> dict[str, Any]:
        hours = self.found.hours(who)
        courses = sum(person == who for person, _ in self.found.completions)
        expected, present = self.found.attendance(who)
        duty = self.found.duty(who, END)
        return {
            "集中培训": hours["concentrated"], "网络培训": hours["online"],
            "自学": hours["self_study"], "集体学习": hours["group_study"],
            "法治学时": hours["law"], "完成课程": courses, "培训结业": self._completed(who),
            "集体学法应到": expected or None, "集体学法出席": present if expected else None,
            "考试列入名单": self._exams(who)[0], "参加考试": self._exams(who)[1],
            "学时达标": None if duty is None else duty["met"],
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
                shown.setdefault(_said(head), cell.get_text(" ", strip=True))
                if (entries := cell.select("details li")) and cell.summary:
                    number = re.match(r"[\d.-]+", cell.summary.get_text(strip=True))
                    amounts = [re.search(r"：(-?[\d.]+) [学时天]+$", e.get_text(strip=True))
                               for e in entries]  # fmt: skip
                    total = (sum((Decimal(a[1]) for a in amounts if a), Decimal(0))
                             if all(amounts) else len(entries))  # fmt: skip
                    self.same(f"档案 {who} {_said(head)} 明细", Decimal(number[0] if number else 0),
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


_PLACE = {name: place for place, name in enumerate([*plan.UNITS, "合计"])}


def _percent(part: int, whole: int) -> str:
    found = rate(part, whole)
    return "—" if found is None else f"{found:.2f}%"


def _said(tag: Tag | Any) -> str:
    return tag.get_text("", strip=True).replace("\u200b", "").removesuffix("，点击排序")


def _exact(value: Any) -> Any:
    from fractions import Fraction  # noqa: PLC0415

    return Fraction(value)


def _number(value: Any) -> Any:
    """Numbers alike, whatever a file keeps them as."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in ("是", "否"):
        return int(value == "是")
    if isinstance(value, int | float | Decimal):
        return half_up(Decimal(repr(value) if isinstance(value, float) else value))
    return value


def _truth(value: Any) -> Any:
    return value == "是" if isinstance(value, str) else value


def _like(shown: str, value: Decimal) -> str:
    return f"{value:.2f}" if shown.endswith("%") else plain(value)


def _in_order(counted: Mapping[str, Any]) -> list[str]:
    """Departments in their order with their lines, then the sums."""
    sums = [each for each in ("各部门小计", "单列和其他人员小计", "合计") if each in counted]
    body = [f"{unit}{word}" for unit in plan.UNITS for word in ("", "（单列）", "（其他人员）")]
    return [each for each in body if each in counted] + sums


Check = Callable[[Checks], None]
__all__ = ["Checks", "timedelta"]
