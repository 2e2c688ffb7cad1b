"""Courses, study, training and hours of the year, done through pages and services."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from accounts.standing import RankGroup
from core import clock
from core.db import db
from courses.assigning import services as rules_of_learning
from courses.assigning.services import RuleDraft
from courses.hours import queries as hours_queries
from courses.hours import services as hours
from courses.hours.conversion import Conversion as Rule
from courses.hours.kinds import Activity, Bucket, TrainingKind
from courses.hours.models import TrainingClaim
from courses.hours.services import ClaimDraft
from courses.models import Course as CourseRow
from courses.models import CourseCategory, CreditEntry, Lesson, LessonKind
from courses.progress import Passage, StudyRules
from courses.services import assigning, crediting, editing, studying, taking_over
from courses.services.editing import CourseDraft, LessonDraft
from tests.year.bureau import Bureau, moment
from tests.year.log import Conversion, Course, Demand, Log, Study, Training
from tests.year.organisation import day

RULES = StudyRules()
BUCKETS = {"full_time": Bucket.CONCENTRATED, "lecture": Bucket.CONCENTRATED,
           "group_study": Bucket.GROUP_STUDY}  # fmt: skip
GROUP_OF = {each.label: each for each in RankGroup}


class Learning:
    def __init__(self, bureau: Bureau, log: Log) -> None:
        self.bureau, self.log = bureau, log
        self.rows: dict[str, int] = {}

    # -- courses -----------------------------------------------------------------------------

    def course(
        self, key: str, title: str, hours_: str, *minutes: int, law: bool, articles: list[int]
    ) -> None:
        """A published course; its first lesson cites the articles."""
        with self.bureau.at(day(1, 12)) as now:
            made = editing.create_course(
                draft=CourseDraft(title, CourseCategory.LAW, Decimal(hours_), is_law=law),
                at=now, by=self.bureau.account(self.bureau.officer),
            )  # fmt: skip
            for place, each in enumerate(minutes):
                lesson = LessonDraft(
                    f"{title}第{place + 1}课", LessonKind.TEXT, each, body="正文。" * 40,
                    article_ids=articles if place == 0 else (),
                )  # fmt: skip
                editing.add_lesson(course=made, draft=lesson, at=now)
            editing.publish(course=made, at=now)
            self.rows[key] = made.id
        self.log.courses[key] = Course(key, title, Decimal(hours_), law, list(minutes))

    def require(self, demand: Demand) -> None:
        """By assignment to a unit or the bureau, or by a rule."""
        with self.bureau.at(demand.starts_on) as now:
            course = db.session.get_one(CourseRow, self.rows[demand.course])
            by = self.bureau.account(self.bureau.officer)
            if demand.group or demand.joined_from:
                draft = RuleDraft(
                    title=f"{course.title}规则", starts_on=demand.starts_on, due_on=demand.due_on,
                    due_days=demand.due_days, joined_from=demand.joined_from,
                    rank_group=GROUP_OF[demand.group] if demand.group else None,
                )  # fmt: skip
                rules_of_learning.make(draft=draft, courses=[course], at=now, by=by)
            else:
                unit = self.bureau.unit(demand.unit) if demand.unit else None
                assert demand.due_on is not None
                assigning.assign(course=course, unit=unit, starts_on=demand.starts_on,
                                 due_on=demand.due_on, at=now, by=by)  # fmt: skip
        self.log.demands.append(demand)

    def _lessons(self, key: str) -> list[int]:
        return list(db.session.scalars(
            select(Lesson.id).where(Lesson.course_id == self.rows[key]).order_by(Lesson.position)
        ))  # fmt: skip

    def study(self, who: str, key: str, opened: datetime, *, pages: bool, finish: bool = True,
              tries: int = 0) -> None:  # fmt: skip
        """Lesson after lesson with signs of life, by the pages or the same services."""
        with self.bureau.app.app_context():
            lessons = self._lessons(key)
        minutes = self.log.courses[key].lessons
        at = opened
        for number, lesson_id in enumerate(lessons):
            needed = -(-minutes[number] * 60 * RULES.share // 100)
            signs, credited = [at], 0
            while credited < needed:
                # One pause longer than counts as study, which is credited as 90 seconds.
                gap = 200 if credited == 90 else 80
                signs.append(signs[-1] + timedelta(seconds=gap))
                credited += min(gap, 90)
            if not finish:
                signs = signs[: 1 + tries]
            if pages:
                self._by_pages(who, lesson_id, signs, finish=finish)
            else:
                self._by_services(who, lesson_id, signs, finish=finish)
            self.log.studies.append(Study(who, key, number, at, signs[1:], completed=finish))
            at = signs[-1] + timedelta(seconds=30)
            if not finish:
                break

    def _by_pages(self, who: str, lesson_id: int, signs: list[datetime], *, finish: bool) -> None:
        url = f"/courses/lessons/{lesson_id}"
        with clock.frozen(signs[0]):
            client = self.bureau.browser(who)
            assert client.post(f"{url}/signs", json={"begin": True}).status_code == 200
        for at in signs[1:-1]:
            with clock.frozen(at):
                assert client.post(f"{url}/signs", json={}).json["current"]
        with clock.frozen(signs[-1]):
            last = "complete" if finish else "signs"
            assert client.post(f"{url}/{last}", json={}).status_code in {200, 303}

    def _by_services(
        self, who: str, lesson_id: int, signs: list[datetime], *, finish: bool
    ) -> None:
        with self.bureau.at(clock.local(signs[0]).date()):
            person = self.bureau.person(who)
            lesson = db.session.get_one(Lesson, lesson_id)
            studying.begin(person=person, lesson=lesson, at=signs[0], rules=RULES)
            for at in signs[1:-1]:
                studying.sign_of_life(person=person, lesson=lesson, at=at, rules=RULES)
            act = studying.complete if finish else studying.sign_of_life
            if len(signs) > 1:
                act(person=person, lesson=lesson, at=signs[-1], rules=RULES)

    def take_over(self, studies: list[Study], on: date) -> None:
        """An older platform's records of people who have none here, as a set."""
        with self.bureau.at(on) as now:
            lessons = {key: self._lessons(key) for key in {each.course for each in studies}}
            passages = [
                Passage(self.bureau.ids[each.who], lessons[each.course][each.lesson], each.opened,
                        each.signs[-1], each.seconds or 0, each.completed)
                for each in studies
            ]  # fmt: skip
            taking_over.take_over(passages=passages, at=now, rules=RULES)
        self.log.studies += studies

    # -- hours -------------------------------------------------------------------------------

    def convert(self, on: date, rule: Conversion) -> None:
        with self.bureau.at(on) as now:
            made = Rule(Activity.of(rule.activity), rule.valid_from, BUCKETS[rule.activity],
                        rule.per_day, rule.half_day, rule.cap, rule.carries)  # fmt: skip
            hours.set_conversion(rule=made, basis="人事司通知", at=now,
                                 by=self.bureau.account(self.bureau.officer))  # fmt: skip
        self.log.conversions.append(rule)

    def ask_more(self, on: date, base: int) -> None:
        """So many hours a year of those below a division, from the next year on."""
        with self.bureau.at(on) as now:
            hours.set_duty(
                draft=hours.DutyDraft(RankGroup.SECTION, on.year + 1, 1, Decimal(base), Decimal(13),
                                      None, None, on.year, "人事司通知"),
                at=now, by=self.bureau.account(self.bureau.officer),
            )  # fmt: skip
        self.log.next_year = base, 13

    def old(self, each: Training) -> None:
        """From the paper records."""
        with self.bureau.at(max(each.ends_on, day(1, 20))) as now:
            crediting.take_over(
                person_id=self.bureau.ids[each.who], activity=Activity.of(each.activity),
                days=each.days, is_law=each.is_law, accredited=each.accredited,
                document="旧〔1〕号",
                earned_on=each.ends_on, reason="旧台账", at=now,
                by=self.bureau.account(self.bureau.officer),
            )  # fmt: skip
        each.state = "old"
        self.log.trainings.append(each)

    def claim(self, each: Training, *, pages: bool) -> None:
        """Filed, checked by the liaison and decided, on the days after the training."""
        decider = self.bureau.officer
        decider = self.bureau.second_officer if each.who == decider else decider
        on = each.ends_on + timedelta(days=1)
        act = self._claim_by_pages if pages else self._claim_by_services
        act(each, on, decider)
        self.log.trainings.append(each)

    def _claim_by_pages(self, each: Training, on: date, decider: str) -> None:
        with clock.frozen(moment(on, 9)):
            fields = {
                "title": f"外出培训{each.ends_on}", "organiser": "党校", "activity": each.activity,
                "training_kind": "in_service", "starts_on": each.starts_on.isoformat(),
                "ends_on": each.ends_on.isoformat(), "days": str(each.days),
                "document": "调训〔2026〕1号", "remark": "",
            } | ({"is_law": "y"} if each.is_law else {})  # fmt: skip
            answer = self.bureau.browser(each.who).post("/hours/claims/new", data=fields)
            assert answer.status_code == 303, answer.text
            url = answer.location
        if each.state == "withdrawn":
            with clock.frozen(moment(on, 10)):
                assert self.bureau.browser(each.who).post(f"{url}/withdraw").status_code == 303
            return
        checker = self.bureau.liaison(each.who, on)
        with clock.frozen(moment(on, 11)):
            answer = checker and self.bureau.browser(checker).post(
                f"{url}/check", data={"verdict": "yes"}
            )
            assert not answer or answer.status_code == 303, answer.text
        with clock.frozen(moment(on, 15)):
            grants = each.state == "granted"
            said = {"verdict": "yes" if grants else "no", "text": self._why(each, checker)}
            said |= {"accredited": "y"} if each.accredited else {}
            answer = self.bureau.browser(decider).post(f"{url}/decide", data=said)
            assert answer.status_code == 303, answer.text

    def _why(self, each: Training, checker: str) -> str:
        if each.state != "granted":
            return "与要求不符"
        return "" if checker else "经核对结业证"

    def _claim_by_services(self, each: Training, on: date, decider: str) -> None:
        draft = ClaimDraft(
            f"外出培训{each.ends_on}", "党校", Activity.of(each.activity), each.starts_on,
            each.ends_on, each.days, each.is_law, TrainingKind.IN_SERVICE, "调训〔2026〕1号",
        )  # fmt: skip
        with self.bureau.at(on, 9) as now:
            made = hours.file_claim(
                person=self.bureau.person(each.who), draft=draft, proof=None, sure=False, at=now,
                by=self.bureau.account(each.who),
            )  # fmt: skip
            db.session.flush()
            claim_id = made.id
        with self.bureau.at(on, 15) as now:
            found = db.session.get_one(TrainingClaim, claim_id)
            if each.state == "withdrawn":
                hours.withdraw(claim=found, at=now)
                return
            if checker := self.bureau.liaison(each.who, on):
                hours.check(claim=found, agrees=True, text="", at=now,
                            by=self.bureau.account(checker))  # fmt: skip
            hours.decide(
                claim=found, grants=each.state == "granted", accredited=each.accredited,
                text=self._why(each, checker), at=now,
                by=self.bureau.account(decider),
            )  # fmt: skip

    def reverse_claim(self, each: Training, on: date) -> None:
        """人事司 takes granted hours back, by the page."""
        with self.bureau.app.app_context():
            entry = db.session.scalars(
                select(CreditEntry).join(TrainingClaim, TrainingClaim.id == CreditEntry.claim_id)
                .where(CreditEntry.person_id == self.bureau.ids[each.who],
                       TrainingClaim.starts_on == each.starts_on,
                       CreditEntry.reverses_id.is_(None))
            ).one()  # fmt: skip
            entry_id = entry.id
            assert hours_queries.entry(entry_id)
        with clock.frozen(moment(on)):
            answer = self.bureau.browser(self.bureau.officer).post(
                f"/hours/entries/{entry_id}/reverse", data={"reason": "凭证有误"}
            )
            assert answer.status_code == 303, answer.text
        each.reversed = True
