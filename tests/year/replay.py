"""The year, from January to the evaluation in the January after it."""

from datetime import date, timedelta
from decimal import Decimal

from exam.kinds import ExamKind
from laws.models import Article
from tests.year import organisation as plan
from tests.year.bureau import Bureau, moment
from tests.year.learning import Learning
from tests.year.log import Class, Conversion, Course, Demand, Log, Meeting, Study, Training
from tests.year.meetings import Groups
from tests.year.organisation import day
from tests.year.schooling import Classes
from tests.year.sitting import NEW, OLD, Evaluations, Exams, Laws

D = Decimal
END = day(12, 31)
EVALUATED = date(plan.YEAR + 1, 1, 8)
#: What people score by turns, and what those who failed score in the makeup.
SCORES = (70, 90, 80, 60, 100, 50, 80, 90, 70, 40)
AGAIN = (70, 50, 90)
#: What heads enter as 述.
TOLD = (["speech"], ["report", "lecture"], ["speech", "court", "report"], [])


class Year:
    """Everything that happens, in its order; ``log`` is what the reckoning counts from."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau, self.log = bureau, Log()
        self.learning, self.classes = Learning(bureau, self.log), Classes(bureau, self.log)
        self.laws = Laws(bureau)
        self.groups = Groups(bureau, self.log)
        self.exams = Exams(bureau, self.log)
        self.evaluations = Evaluations(bureau, self.log)
        #: Courses that teach the law as amended: made of it, and renewed.
        self.law_courses = ("C6", "C1")

    def run(self) -> None:
        self.winter()
        self.spring()
        self.amendment()
        self.summer()
        self.autumn()
        self.closing()

    def on_books(self, on: date) -> list[str]:
        """Whoever is there to do something on the day."""
        return [
            each.number for each in self.bureau.members
            if each.joined_on <= on and (each.left(on) or date.max) > on
        ]  # fmt: skip

    def winter(self) -> None:
        learn = self.learning
        old = self.laws.register(
            day(1, 6), promulgated=date(2020, 3, 1), effective=date(2020, 6, 1),
            label="2020年公布", texts=OLD,
        )  # fmt: skip
        self.old_articles = old
        self.items = self._items(old)
        learn.course("C1", "来信办理条例精讲", "2", 10, 10, law=True, articles=old[:3])
        learn.course("C2", "公文写作", "1.5", 1, law=False, articles=[])
        learn.course("C3", "新录用人员法治课", "4", 1, 1, law=True, articles=[])
        learn.course("C4", "领导干部依法决策", "3.25", 1, law=True, articles=[])
        learn.course("C5", "宪法导读", "3", 1, law=True, articles=[])
        learn.require(Demand("C1", day(2, 1), day(6, 30)))
        learn.require(Demand("C2", day(8, 1), day(9, 30), unit=plan.OFFICE))
        learn.require(Demand("C3", day(1, 15), due_days=60, joined_from=day(1, 1)))
        learn.require(Demand("C4", day(1, 15), day(11, 30), group="处级"))
        self.laws.list_it(day(1, 15))
        self._old_trainings()
        self.bureau.move(day(3, 31))
        some = self.groups
        topic = Meeting(day(2, 24), 1, "discussion", True, "学习来信办理条例")
        made = some.meet(topic, {some.regular[1]: "leave", some.regular[2]: "absent",
                                 some.invited[0]: "absent"}, speaker=some.regular[0])  # fmt: skip
        some.make_up(topic, made, some.regular[1], day(3, 3), confirm=True)
        some.make_up(topic, made, some.regular[2], day(3, 4), confirm=False)
        some.meet(Meeting(day(3, 17), 1, "pre_meeting", False, "会前学法一"), {})

    def _items(self, articles: list[int]) -> list[int]:
        """Published questions on the law as it was, one an article."""

        make = self.bureau.make
        rows = [make.revision(article=make._session.get_one(Article, each)) for each in articles]
        return [each.item_id for each in rows]

    def _old_trainings(self) -> None:
        """What the paper records hold of this year and of those before."""
        for place, each in enumerate(self.bureau.members):
            if each.joined_on > day(1, 1):
                continue
            group = each.group(day(1, 20))
            if group in ("处级", "司局级", "局领导") and place % 2 == 0:
                days, on = (D(70), date(2024, 6, 30)) if place % 4 == 0 else (D("60.5"), day(1, 16))
                self.learning.old(Training(each.number, "full_time", on, on, days, True, True))
            elif group == "科级及以下" and place % 5 == 1:
                self.learning.old(
                    Training(each.number, "full_time", day(1, 16), day(1, 16), D(12), False, True)
                )

    def spring(self) -> None:
        self._first_courses()
        self.bureau.move(day(5, 6))
        for place, each in enumerate(self.bureau.members):
            if day(1, 1) < each.joined_on < day(6, 1) and place % 2 == 0:
                begins = moment(each.joined_on + timedelta(days=20))
                self.learning.study(each.number, "C3", begins, pages=False)
        for place, who in enumerate(self.on_books(day(4, 21))):
            if place % 4 == 0:
                state = "returned" if place % 24 == 12 else "granted"
                claim = self._away(who, day(4, 20), day(4, 22), "2.5", state=state)
                self.learning.claim(claim, pages=place < 13)
        self._class_a()
        some = self.groups
        lecture = Meeting(day(5, 12), 2, "lecture", True, "专题讲座")
        self.lecture = (lecture, some.meet(lecture, {some.regular[3]: "leave"}))

    def _away(self, who: str, first: date, last: date, days: str, *, is_law: bool = True,
              state: str = "granted") -> Training:  # fmt: skip
        return Training(who, "full_time", first, last, D(days), is_law, True, state)

    def _first_courses(self) -> None:
        """Some learn here, more elsewhere before; some begin and do not finish."""
        over: list[Study] = []
        for place, each in enumerate(self.bureau.members):
            who, turn = each.number, place % 10
            if each.joined_on > day(2, 1):
                continue
            if turn == 0:
                begins = moment(day(3, 9), 10, place % 50)
                self.learning.study(who, "C1", begins, pages=place < 30)
            elif turn <= 6:
                over += self._passages(who, "C1", day(2, 10 + turn), 600, finish=True)
                if turn <= 2:
                    over += self._passages(who, "C5", day(3, 30), 240, finish=True)
            elif turn <= 8:
                over += self._passages(who, "C1", day(3, 20), 100, finish=False)
        self.learning.take_over(over, day(4, 12))

    def _passages(self, who: str, course: str, on: date, seconds: int, *,
                  finish: bool) -> list[Study]:  # fmt: skip
        """What the older platform says: lessons one after the other in the morning."""
        found: list[Study] = []
        for number, _minutes in enumerate(self.log.courses[course].lessons):
            begins = moment(on, 8 + number)
            found.append(Study(who, course, number, begins, [begins + timedelta(minutes=25)],
                               seconds, completed=finish))  # fmt: skip
            if not finish:
                break
        return found

    def _class_a(self) -> None:
        """Twelve seats, fifteen who ask; somebody gives up, others miss too much."""
        units = [(D("3.5"), True), (D("3.5"), True), (D("3.5"), False), (D("3.5"), False)]
        found = Class("依法办信专题班", day(5, 18), day(5, 19), D(2), True, True, units)
        here = [each for each in self.on_books(day(5, 1))
                if self.bureau.by_number[each].unit in (plan.LETTERS, plan.VISITS)]  # fmt: skip
        asked = here[1:16]
        self.classes.hold(
            found, asked, capacity=12, gone=asked[2],
            wrong={asked[4]: ["absent", "present", "present", "present"],
                   asked[5]: ["late", "present", "present", "present"]},
            excuse=asked[6],
        )  # fmt: skip
        self.classes.revoke(found, asked[7], day(6, 2))

    def amendment(self) -> None:
        """公布 on 20 May, in force from 1 September: what follows."""
        self.new_articles = self.laws.register(
            day(5, 22), promulgated=day(5, 20), effective=day(9, 1), label="2026年修订", texts=NEW
        )
        self.before_confirming = self.laws.event()
        self.laws.press(day(5, 25), self.bureau.researcher, "include")
        self.after_assigning = self.laws.press(day(6, 1), self.bureau.officer, "assign")
        with self.bureau.app.app_context():
            made = self.laws.course_of()
            self.learning.rows["C6"] = made.id
            minutes = [each.minutes for each in made.lessons]
            self.log.courses["C6"] = Course("C6", made.title, made.credit_hours, made.is_law,
                                            minutes)  # fmt: skip
        due = day(6, 19)
        self.log.demands += [
            Demand("C6", day(6, 1), due, unit=plan.LETTERS),
            Demand("C6", day(6, 1), due, unit=plan.VISITS),
            Demand("C6", day(6, 1), due, group="处级"),
        ]
        self.bound = [
            each for each in self.on_books(day(6, 3))
            if self.bureau.by_number[each].stood(day(6, 3), "unit") in (plan.LETTERS, plan.VISITS)
            or self.bureau.by_number[each].group(day(6, 3)) == "处级"
        ]  # fmt: skip
        for place, who in enumerate(self.bound):
            if place % 3 == 0:
                self.learning.study(who, "C6", moment(day(6, 10), 9, place % 50), pages=place < 3)
        self.laws.renew_lesson(day(6, 12))
        self.laws.renew_list(day(6, 15))

    def summer(self) -> None:
        learn = self.learning
        learn.convert(day(6, 15), Conversion("full_time", day(7, 1), D(8), D(4), D(60), True))
        learn.convert(day(6, 15), Conversion("lecture", day(7, 1), D(6), D(3), D(12)))
        learn.convert(day(6, 15), Conversion("group_study", day(7, 1), D(6), D(3), D(11)))
        self.bureau.move(day(7, 1))
        self._july()
        some = self.groups
        some.meet(Meeting(day(6, 9), 1, "pre_meeting", False, "会前学法二"),
                  {some.regular[0]: "absent"})  # fmt: skip
        some.correct(self.lecture[0], self.lecture[1], some.regular[4], day(7, 6))
        some.meet(Meeting(day(8, 11), 1, "pre_meeting", True, "会前学法三"), {})
        for place, who in enumerate(self.bound):
            if place % 3 == 1 and self.bureau.by_number[who].left(day(8, 5)) is None:
                learn.study(who, "C6", moment(day(8, 5), 9, place % 50), pages=False)
        self.bureau.move(day(8, 14))
        form = self.exams.paper(ExamKind.NEW_LAW, self.new_articles, day(8, 10))
        self.exams.open("new", ExamKind.NEW_LAW, form, roster=day(8, 14), opens=day(8, 20),
                        closes=day(8, 21), units=[plan.LETTERS, plan.VISITS])  # fmt: skip
        listed = sorted(self.log.exams["new"].status)
        self.exams.sit("new", self._scores(listed, "new"), day(8, 20))
        self.exams.publish("new", day(8, 24))

    def _july(self) -> None:
        """Training begun under the old rule and over under the new one, and under the new one."""
        for place, who in enumerate(self.on_books(day(6, 30))):
            if place % 6 == 0:
                claim = self._away(who, day(6, 29), day(7, 3), "5", is_law=place % 12 == 0)
                self.learning.claim(claim, pages=False)
        for place, who in enumerate(self.on_books(day(7, 13))):
            if place % 6 == 1:
                self.learning.claim(self._away(who, day(7, 13), day(7, 17), "5"), pages=False)
        for place, each in enumerate(self.bureau.members):
            stays = each.joined_on < day(1, 1) and not each.left(day(7, 20))
            if place % 7 == 3 and stays and each.group(day(7, 20)) == "科级及以下":
                self.learning.old(self._away(each.number, day(7, 20), day(7, 20), "13"))

    def _scores(self, listed: list[str], key: str) -> dict[str, int]:
        """Everybody due sits but every ninth."""
        status = self.log.exams[key].status
        return {
            who: SCORES[place % len(SCORES)]
            for place, who in enumerate(listed)
            if status[who] == "due" and place % 9 != 8
        }

    def autumn(self) -> None:
        learn, some = self.learning, self.groups
        self.bureau.move(day(9, 15))
        some.take_in(some.invited[1], day(9, 1))
        some.meet(Meeting(day(9, 20), 1, "self_study", False, "个人自学"), {})
        self._september()
        self.bureau.move(day(10, 9))
        taken_back = next(e for e in self.log.trainings if e.starts_on == day(9, 14))
        learn.reverse_claim(taken_back, day(10, 9))
        for place, who in enumerate(self.on_books(day(10, 12))):
            if self.bureau.by_number[who].group(day(10, 12)) == "处级" and place % 2 == 0:
                learn.study(who, "C4", moment(day(10, 12), 15, place % 50), pages=False)
            elif place % 5 == 2:  # opened, and left again after a while
                learn.study(who, "C5", moment(day(10, 13), 15, place % 50), pages=False,
                            finish=False, tries=place % 3)  # fmt: skip
        self._class_b()
        some.meet(Meeting(day(10, 20), 1, "discussion", True, "集体学习研讨"),
                  {some.regular[5]: "leave", some.regular[2]: "absent"},
                  speaker=some.regular[5])  # fmt: skip
        some.meet(Meeting(day(11, 17), 1, "pre_meeting", False, "会前学法四"), {})
        for who in some.regular[:3]:
            some.write(who, day(11, 20))
        some.meet(Meeting(day(12, 8), 1, "enlarged", True, "扩大学习", closed=False), {})

    def _september(self) -> None:
        """A course of one department; the second training of the year, which meets the cap."""
        learn = self.learning
        for place, who in enumerate(self.on_books(day(9, 10))):
            stands = self.bureau.by_number[who]
            if stands.stood(day(9, 10), "unit") == plan.OFFICE and place % 2 == 0:
                learn.study(who, "C2", moment(day(9, 10), 14, place % 50), pages=False)
            if place % 6 == 1:
                learn.claim(self._away(who, day(9, 14), day(9, 18), "5"), pages=False)
            if place % 8 == 3:
                state = "withdrawn" if place % 16 == 11 else "granted"
                lecture = Training(who, "lecture", day(9, 28), day(9, 30), D(3), True, False, state)
                learn.claim(lecture, pages=False)

    def _class_b(self) -> None:
        """Leave of exactly a seventh; not accredited."""
        units = [(D(1), place % 2 == 0) for place in range(7)]
        found = Class("调解实务班", day(10, 15), day(10, 16), D("1.5"), False, True, units)
        here = [each for each in self.on_books(day(9, 20))
                if self.bureau.by_number[each].unit in (plan.OFFICE, plan.COMPLAINTS)]  # fmt: skip
        asked = here[1:9]
        self.classes.hold(
            found, asked, capacity=20, gone=asked[0], excuse=asked[1],
            wrong={asked[2]: ["absent", *["present"] * 6]},
        )  # fmt: skip

    def closing(self) -> None:
        exams = self.exams
        form = exams.paper(ExamKind.ANNUAL, self.new_articles, day(11, 1))
        exams.open("annual", ExamKind.ANNUAL, form, roster=day(11, 2), opens=day(11, 18),
                   closes=day(11, 20))  # fmt: skip
        maternity = self.bureau.seat(plan.LETTERS, 6)
        exams.excuse("annual", maternity, day(11, 12))
        self.bureau.move(day(11, 12))
        listed = sorted(self.log.exams["annual"].status)
        scores = self._scores(listed, "annual")
        exams.sit("annual", scores, day(11, 18))
        cheat = next(who for who, score in scores.items() if score == 100)
        exams.void("annual", cheat, day(11, 19))
        exams.publish("annual", day(11, 23))
        status = self.log.exams["annual"].status
        again = [
            who for place, who in enumerate(listed)
            if status[who] != "exempt" and who != cheat
            and (who not in scores or scores[who] < 60) and place % 4 != 3
        ]  # fmt: skip
        sick = self.bureau.seat(plan.VISITS, 4)
        again = sorted({*again, sick})
        second = exams.paper(ExamKind.ANNUAL, self.new_articles, day(12, 1))
        exams.open("annual-makeup", ExamKind.MAKEUP, second, roster=day(12, 4), opens=day(12, 15),
                   closes=day(12, 16), of="annual", people=again)  # fmt: skip
        able = [who for who in again if self.log.exams["annual"].makeup_status.get(who) == "due"]
        exams.sit("annual-makeup", {who: AGAIN[place % 3] for place, who in enumerate(able)
                                    if place % 5 != 4}, day(12, 15))  # fmt: skip
        exams.publish("annual-makeup", day(12, 18))
        self.bureau.move(END)
        self.learning.ask_more(day(12, 20), 100)
        self.bureau.roster(END)
        self._entries()
        self.edition = self.evaluations.compute(END, EVALUATED)

    def _entries(self) -> None:
        made = 0
        for place, who in enumerate(self.on_books(day(12, 25))):
            each = self.bureau.by_number[who]
            unit = each.stood(day(12, 25), "unit")
            if unit == plan.LEADERS or each.line(day(12, 25)) == "" or place % 3 == 2:
                continue
            head = self.bureau.seat(unit, 0)
            if head == who:
                continue
            items = (["speech"], ["report", "lecture"], ["speech", "court", "report"], [])[
                place % 4
            ]
            self.evaluations.enter(who, head, place % 6, items, day(12, 25), pages=made < 4)
            made += 1
        self.evaluations.doubt(next(iter(self.log.entries)), day(12, 28))
