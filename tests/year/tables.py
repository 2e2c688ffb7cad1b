"""The department tables of study and of exams: page, workbook, people behind, circular."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask.testing import FlaskClient

from core import clock
from core.documents import paragraphs
from core.figures import fixed, plain
from tests.year import organisation as plan
from tests.year.bureau import moment
from tests.year.organisation import day
from tests.year.reading import Reading, exact, in_order, number, said
from tests.year.reckoning import FIRST, LAST, half_up, rate
from tests.year.replay import END, EVALUATED

TARGET = 40
#: Figures of the learning table that are ratios: title, numerator, denominator.
LEARNING = (
    ("参学率", "参学", "应参学"), ("必修完成率", "完成全部必修", "有必修任务"),
    ("课程完成率", "完成（人·课）", "应学（人·课）"), ("学时达标率", "学时达标", "应参学"),
)  # fmt: skip
EACH = (
    ("人均学时", "学时合计"), ("人均集中", "集中培训"), ("人均网络", "网络培训"),
    ("人均自学", "自学"), ("人均集体学习", "集体学习"), ("人均法治学时", "法治学时"),
)  # fmt: skip
EXAM = (
    ("参考率", "实参考", "应参考"), ("首考参考率", "首考实参考", "首考应参考"),
    ("合格率（应考）", "合格", "应参考"), ("合格率（实考）", "合格", "已出成绩"),
    ("首考合格率", "首考合格", "首考应参考"), ("优秀率（应考）", "优秀", "应参考"),
    ("优秀率（实考）", "优秀", "已出成绩"),
)  # fmt: skip


class Tables(Reading):
    def department_rows(
        self, what: str, shown: list[dict[str, Any]], counted: Mapping[str, Mapping[str, Any]],
        ratios: Iterable[tuple[str, str, str]], each: Iterable[tuple[str, str, str]],
    ) -> None:  # fmt: skip
        self.same(f"{what}行", [row["部门"] for row in shown], list(in_order(counted)))
        for row in shown:
            own = counted.get(row["部门"], {})
            wanted: dict[str, Any] = {key: own[key] for key in own if key in row}
            wanted |= {title: rate(own[a], own[b]) for title, a, b in ratios}
            for title, a, b in each:
                wanted[title] = half_up(exact(own[a]) / own[b]) if own[b] else None
            for title, value in wanted.items():
                if title in row:
                    self.same(f"{what} {row['部门']} {title}", number(row[title]), number(value))

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
            for first, last in ((FIRST, day(6, 30)), (day(4, 1), day(6, 30)), (day(9, 1), LAST)):
                counted = self.found.rows(self.found.learning(END, TARGET, first, last), END)
                args = f"roster={roster}&first={first}&last={last}&target={TARGET}&basis=law"
                data = client.get(f"/analytics/learning/table.xlsx?{args}").data
                self.department_rows(f"{first}起", self.sheet(data), counted, LEARNING, each)

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
            self._circular(client, session, exam.title, counted["合计"])
            for view in ("rates", "counts"):
                text = client.get(f"/analytics/?session={session}&view={view}").text
                self._page_table(client, text, "部门", counted, [*EXAM, *each])

    def _circular(self, client: FlaskClient, session: int, title: str, own: Mapping[str, Any]
                  ) -> None:  # fmt: skip
        data = client.get(f"/analytics/sessions/{session}/circular.docx").data
        words = "\n".join(each.text for each in paragraphs(data))
        mean = fixed(half_up(exact(own["取用成绩之和"]) / own["已出成绩"]))
        self._says(words, f"应参考 {own['应参考']} 人，实参考 {own['实参考']} 人，参考率 "
                          f"{rate(own['实参考'], own['应参考']):.2f}%")  # fmt: skip
        self._says(words, f"合格 {own['合格']} 人，合格率（应考）"
                          f"{rate(own['合格'], own['应参考']):.2f}%；优秀 {own['优秀']} 人，优秀率 "
                          f"{rate(own['优秀'], own['应参考']):.2f}%；平均分 {mean} 分")  # fmt: skip
        if own["缺考"]:
            self._says(words, f"缺考 {own['缺考']} 人")
        if own["成绩无效"]:
            self._says(words, f"成绩无效 {own['成绩无效']} 人")

    def _ranks(self, rows: list[dict[str, Any]], counted: Mapping[str, Mapping[str, Any]]) -> None:
        """1, 2, 2, 4 of departments with five due, by the figures as they are shown."""
        keys = {}
        for title, own in counted.items():
            if title in plan.UNITS and own["应参考"] >= 5:
                mean = (
                    half_up(exact(own["取用成绩之和"]) / own["已出成绩"]) if own["已出成绩"] else 0
                )
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
            title = said(row.find("th"))
            own = counted[title]
            for head, cell in zip(heads[1:], row.find_all("td"), strict=True):
                shown = cell.get_text(" ", strip=True).split()
                if head in of:
                    a, b = own[of[head][0]], own[of[head][1]]
                    value = rate(a, b) if not head.startswith(("人均", "平均")) else (
                        half_up(exact(a) / b) if b else None)  # fmt: skip
                    self.same(f"页面 {title} {head}", shown[0].rstrip("%"),
                              fixed(value))  # fmt: skip
                    self.same(f"页面 {title} {head} 分子分母", shown[-1], f"{plain(a)}/{plain(b)}")
                elif head in own:
                    self.same(f"页面 {title} {head}", shown[0], plain(own[head]))
                    if title in ("合计", plan.VISITS) and cell.find("a") and head in self.PEOPLE:
                        self._opens(client, cell.find("a")["href"], head, int(own[head]))

    #: Counts of people, which open to as many.
    PEOPLE = (
        "应参学", "参学", "有必修任务", "完成全部必修", "学时达标", "不计入", "在册", "免考",
        "缓考", "应参考", "首考应参考", "实参考", "合格", "首考合格", "优秀", "缺考", "成绩无效",
    )  # fmt: skip

    def _opens(self, client: FlaskClient, url: str, head: str, people: int) -> None:
        answer = client.get(url)
        found = re.search(r"共\s*(?:<[^>]+>)?\s*(\d+)", answer.text)
        rows = self.table(answer.text, "人员")[1] if answer.status_code == 200 else []
        number = int(found[1]) if found else len(rows)
        self.same(f"名单 {head}", number, people)
