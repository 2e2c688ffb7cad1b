"""Law changed, groups studying, exams sat, evaluations entered: through pages and services."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from accounts.models import RosterSnapshot
from accounts.standing import RankGroup
from analytics.evaluation.kinds import ReportItem
from analytics.evaluation.rules import PRESET
from analytics.evaluation.services import entering, ruling
from core import clock
from core.db import db
from courses.models import Course as CourseRow
from courses.models import LessonCase, NewLawEvent
from exam.attempts.responses import Response
from exam.kinds import CandidateStatus, ExamKind, Misconduct
from exam.models import Attempt, Candidate, ExamSession, Form
from exam.services.assembling import building
from exam.services.attempts import conduct, taking
from exam.services.sessions import candidates, planning
from exam.sessions.planning import SessionPlan
from laws.categories import Category
from laws.lists import services as lists
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowVersion
from laws.lists.services import AudienceDraft, EntryDraft
from laws.models import Article, LawVersion
from laws.numerals import Key, article_number
from laws.parsing.text import ParsedArticle, ParsedLaw
from laws.services import registering
from study.group.queries import groups as group_queries
from tests.year import organisation as plan
from tests.year.bureau import Bureau, moment
from tests.year.log import Exam, Log
from tests.year.organisation import day

CHEATED = next(iter(Misconduct))
WHO = group_queries.Reader(0, reads_all=True)
LAW = "来信办理条例"
OLD = [
    "有关机关应当自收到来信之日起十五日内告知来信人是否受理。",
    "来信人可以在收到答复之日起二十日内请求复查。",
    "承办机关应当指定专人负责登记来信，载明姓名、住址和请求。",
    "对生活确有困难的来信人，所在地人民政府应当给予必要的救助。",
    "任何组织和个人不得打击报复来信人。",
]
#: The first edited, the second removed, a new one at the end.
NEW = [OLD[0].replace("十五日", "七日"), *OLD[2:], "各级机关应当公布办理来信的期限、程序和结果。"]


class Laws:
    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.versions: list[int] = []

    def register(self, on: date, *, promulgated: date, effective: date, label: str,
                 texts: list[str]) -> list[int]:  # fmt: skip
        """The articles of the version that is registered."""
        parsed = ParsedLaw(
            file="条例.md", title=LAW, promulgated_on=promulgated, effective_on=effective,
            label=label, bodies=["国务院"], categories=[Category.ADMIN_REGULATION], preamble="",
            articles=[ParsedArticle(article_number((n, 0)), Key(n), words)
                      for n, words in enumerate(texts, 1)],
        )  # fmt: skip
        with self.bureau.at(on) as now:
            made = registering.register(
                parsed=parsed, at=now, by=self.bureau.account(self.bureau.researcher)
            )
            self.versions.append(made.version.id)
            found = db.session.get_one(LawVersion, made.version.id)
            return [each.id for each in found.articles]

    def list_it(self, on: date) -> None:
        """A must-know list of the law: two departments, and every head of a division."""
        bureau = self.bureau
        with bureau.at(on) as now:
            draft = lists.create_list(title="机关应知应会清单", at=now,
                                      by=bureau.account(bureau.researcher))  # fmt: skip
            lists.add_entries(version=draft, at=now, drafts=[
                EntryDraft("来信办理期限", Tier.PRIMARY, Requirement.MASTER, self.versions[0])
            ])  # fmt: skip
            lists.set_audience(version=draft, at=now, rules=[
                AudienceDraft(unit_id=bureau.units[plan.LETTERS]),
                AudienceDraft(unit_id=bureau.units[plan.VISITS]),
                AudienceDraft(rank_group=RankGroup.DIVISION),
            ])  # fmt: skip
            lists.approve(version=draft, effective_on=on, today=on, lacking=(), at=now,
                          by=bureau.account(bureau.seat(plan.OFFICE, 8)))  # fmt: skip
            self.list_version = draft.id

    def renew_list(self, on: date) -> None:
        bureau = self.bureau
        with bureau.at(on) as now:
            version = db.session.get_one(MustKnowVersion, self.list_version)
            draft = lists.move_to_newest(version=version, at=now,
                                         by=bureau.account(bureau.researcher))  # fmt: skip
            lists.approve(version=draft, effective_on=on, today=on, lacking=(), at=now,
                          by=bureau.account(bureau.seat(plan.OFFICE, 8)))  # fmt: skip

    def event(self) -> int:
        """The event that the amendment opened."""
        with self.bureau.app.app_context():
            return db.session.scalars(
                select(NewLawEvent.id).where(NewLawEvent.version_id == self.versions[-1])
            ).one()

    def press(self, on: date, who: str, what: str) -> str:
        """A button of the event's page."""
        with clock.frozen(moment(on)):
            client = self.bureau.browser(who)
            answer = client.post(f"/changes/{self.event()}/{what}")
            assert answer.status_code == 303, answer.text
            return client.get(f"/changes/{self.event()}").text

    def course_of(self) -> CourseRow:
        return db.session.scalars(
            select(CourseRow).where(CourseRow.title.contains("新法学习"))
        ).one()

    def renew_lesson(self, on: date) -> None:
        with self.bureau.app.app_context():
            case = db.session.scalars(select(LessonCase.id)).one()
        with clock.frozen(moment(on)):
            answer = self.bureau.browser(self.bureau.officer).post(
                f"/changes/lessons/{case}/renew", data={"restudy": "yes", "reason": "期限改为七日"}
            )
            assert answer.status_code == 303


class Exams:
    def __init__(self, bureau: Bureau, log: Log) -> None:
        self.bureau, self.log = bureau, log
        self.ids: dict[str, int] = {}

    def paper(self, kind: ExamKind, articles: list[int], on: date) -> int:
        """A sealed paper of ten questions on the articles, by turns."""

        make = self.bureau.make
        cited = [make._session.get_one(Article, each) for each in articles]
        rows = [make.revision(article=cited[n % len(cited)]) for n in range(10)]
        form = make.form(*rows, marks=10, blueprint=make.blueprint(exam_kind=kind), exam_on=on)
        with self.bureau.at(on, 7) as now:
            building.seal(form=db.session.get_one(Form, form.id), at=now, by=None)
        return form.id

    def open(
        self, key: str, kind: ExamKind, form_id: int, *, roster: date, opens: date, closes: date,
        of: str = "", people: list[str] | None = None, units: list[str] | None = None,
    ) -> None:  # fmt: skip
        """A session for everybody on the roster; a makeup ``of`` an exam for some."""
        bureau = self.bureau
        snapshot = bureau.roster(roster)
        with bureau.at(max(roster + timedelta(days=1), opens - timedelta(days=5))) as now:
            draft = SessionPlan(
                {"annual": "年度学法考试", "new": "新法测试"}.get(key, f"{key}补考"), kind,
                moment(opens), moment(closes, 18), 60, Decimal(60), Decimal(90),
                shuffle_options=False,
                unit_ids=[bureau.units[each] for each in units or []],
                person_ids=None if people is None else [bureau.ids[each] for each in people],
            )  # fmt: skip
            made = planning.create_session(
                plan=draft, form=db.session.get_one(Form, form_id),
                roster=db.session.get_one(RosterSnapshot, snapshot), at=now,
                by=bureau.account(bureau.officer),
                makeup_of=db.session.get_one(ExamSession, self.ids[of]) if of else None,
            )  # fmt: skip
            self.ids[key] = made.id
            numbers = {value: name for name, value in bureau.ids.items()}
            status = {numbers[e.person_id]: e.status.value for e in made.candidates}
        if of:
            self.log.exams[of].makeup_status = status
        else:
            self.log.exams[key] = Exam(draft.title, kind.value, roster, status)

    def excuse(self, key: str, who: str, on: date) -> None:
        """批准免考: asked by the person on the page, supported by the head, granted."""
        bureau = self.bureau
        with bureau.at(on) as now:
            candidate = self._candidate(key, who)
            candidates.set_status(
                candidate=candidate, status=CandidateStatus.EXEMPT, reason="产假超过六个月", at=now,
                by=bureau.account(bureau.officer),
            )  # fmt: skip
        makeup = key not in self.log.exams
        found = self.log.exams[key.removesuffix("-makeup") if makeup else key]
        (found.makeup_status if makeup else found.status)[who] = "exempt"

    def _candidate(self, key: str, who: str) -> Candidate:
        return db.session.scalars(select(Candidate).where(
            Candidate.session_id == self.ids[key], Candidate.person_id == self.bureau.ids[who]
        )).one()  # fmt: skip

    def sit(self, key: str, scores: dict[str, int], on: date) -> None:
        """Each answers as many of the ten questions rightly as the score has tens."""
        with self.bureau.at(on, 10) as now:
            session = db.session.get_one(ExamSession, self.ids[key])
            for who, score in scores.items():
                attempt = taking.start(session=session, person=self.bureau.person(who), at=now)
                answers = [
                    Response(slot, 1, f'{{"choice":["{"A" if slot <= score // 10 else "B"}"]}}')
                    for slot in range(1, 11)
                ]
                taking.save_answers(attempt=attempt, answers=answers, at=now)
                taking.submit(attempt=attempt, at=now + timedelta(minutes=20))
        makeup = key not in self.log.exams
        found = self.log.exams[key.removesuffix("-makeup") if makeup else key]
        (found.makeup if makeup else found.first).update(scores)

    def void(self, key: str, who: str, on: date) -> None:
        with self.bureau.at(on) as now:
            attempt = db.session.scalars(select(Attempt).where(
                Attempt.session_id == self.ids[key], Attempt.person_id == self.bureau.ids[who]
            )).one()  # fmt: skip
            conduct.void(attempt=attempt, reason="查阅手机", at=now, misconduct=CHEATED,
                         by=self.bureau.account(self.bureau.officer))  # fmt: skip
        self.log.exams[key].voided[who] = "cheating"

    def publish(self, key: str, on: date) -> None:
        with self.bureau.at(on) as now:
            planning.publish_results(session=db.session.get_one(ExamSession, self.ids[key]), at=now,
                                     by=self.bureau.account(self.bureau.officer))  # fmt: skip


class Evaluations:
    def __init__(self, bureau: Bureau, log: Log) -> None:
        self.bureau, self.log = bureau, log
        with bureau.at(day(1, 10)) as now:
            made = ruling.write(year=plan.YEAR, rules=PRESET, reason="年度评价办法", at=now,
                                by=bureau.account(bureau.officer))  # fmt: skip
            ruling.approve(rules=made, at=now, by=bureau.account(bureau.researcher))

    def enter(self, who: str, head: str, mark: int, items: list[str], on: date, *,
              pages: bool) -> None:  # fmt: skip
        note = "办理结果被收入案例" if mark >= 4 else ""
        if pages:
            with clock.frozen(moment(on)):
                answer = self.bureau.browser(head).post(
                    f"/evaluation/entries/{self.bureau.ids[who]}?year={plan.YEAR}",
                    data={"mark": str(mark), "remark": note, "items": items},
                )
                assert answer.status_code == 303, answer.text
        else:
            with self.bureau.at(on) as now:
                entering.enter(person=self.bureau.person(who), year=plan.YEAR, mark=mark, note=note,
                               items=[ReportItem.of(each) for each in items], at=now,
                               by=self.bureau.account(head))  # fmt: skip
        self.log.entries[who] = (mark, items)

    def doubt(self, who: str, on: date) -> None:
        """研究室 finds that an entry is not so."""
        with self.bureau.at(on) as now:
            from analytics.evaluation import frames

            [entry] = frames.entries_of(plan.YEAR, [self.bureau.ids[who]])
            entering.check(entry=entry, agrees=False, note="查无此事", at=now,
                           by=self.bureau.account(self.bureau.researcher))  # fmt: skip
        self.log.entries[who] = None

    def compute(self, roster: date, on: date) -> int:
        """By the page; the edition's id."""
        snapshot = self.bureau.roster(roster)
        with clock.frozen(moment(on)):
            answer = self.bureau.browser(self.bureau.officer).post(
                "/evaluation/editions", data={"year": str(plan.YEAR), "roster": str(snapshot)}
            )
            assert answer.status_code == 303, answer.text
            return int(answer.location.rsplit("/", 1)[1])
