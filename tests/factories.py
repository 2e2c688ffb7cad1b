"""Ready-made rows. A test names what it is about; the rest is filled in."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import (
    Account,
    OrgUnit,
    Person,
    RoleGrant,
    RosterEntry,
    RosterSnapshot,
    SignIn,
)
from accounts.permissions import Role, lane_of
from accounts.standing import Line
from core import clock
from core.db import Model
from core.fulltext import index
from core.fulltext.index import Document
from courses.models import (
    Assignment,
    Bucket,
    Course,
    CourseCategory,
    CourseCompletion,
    CreditEntry,
    Lesson,
    LessonArticle,
    LessonKind,
    LessonProgress,
)
from courses.services import indexing as course_index
from exam.kinds import ExamKind
from exam.models import (
    Attempt,
    Blueprint,
    BlueprintSection,
    Candidate,
    ExamSession,
    Form,
    FormItem,
    SessionForm,
)
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Quote, Slot
from laws.alignment import ChangeKind
from laws.models import Article, ArticleChange, Law, LawVersion, TextStatus
from laws.services import indexing as law_index
from question_bank.item_types import ItemType, MultiRule
from question_bank.models import Citation, Item, ItemRevision, ItemState
from question_bank.services import indexing as item_index

M = TypeVar("M", bound=Model)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
#: Stands for a password where none is ever checked.
NO_PASSWORD = "-"


class Make:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._numbers = count(1)

    def save(self, row: M) -> M:
        self._session.add(row)
        self._session.commit()
        return row

    def unit(self, name: str | None = None, **given: Any) -> OrgUnit:
        number = next(self._numbers)
        name = name or f"第{number}司"
        defaults = {"short_name": name, "position": number, "valid_from": date(2017, 1, 1)}
        return self.save(OrgUnit(name=name, **(defaults | given)))

    def person(self, unit: OrgUnit | None = None, **given: Any) -> Person:
        number = next(self._numbers)
        unit = unit or self.unit()
        defaults = {
            "staff_number": f"T{number:04}",
            "name": f"干部{number}",
            "home_unit": unit,
            "work_unit": unit,
            "stat_unit": unit,
            "joined_on": date(2020, 1, 1),
        }
        return self.save(Person(**(defaults | given)))

    def account(
        self, *roles: Role, person: Person | None = None, unit: OrgUnit | None = None, **given: Any
    ) -> Account:
        """An account that holds the roles (STAFF if none is named) and needs no new password."""
        roles = roles or (Role.STAFF,)
        person = person or self.person(unit)
        defaults = {
            "username": person.staff_number.lower(),
            "password_hash": NO_PASSWORD,
            "must_change": False,
            "password_set_at": NOON,
            "created_at": NOON,
            "lane": lane_of(roles[0]),
        }
        account = Account(person=person, **(defaults | given))
        account.grants = [
            RoleGrant(role=role, lane=account.lane, granted_at=NOON) for role in roles
        ]
        return self.save(account)

    def sign_in(self, account: Account) -> str:
        """A server-side session of the account; returns the cookie's token."""
        token = sessions.new_token()
        self.save(
            SignIn(
                account_id=account.id,
                token_hash=sessions.token_hash(token),
                source="",
                agent="",
                created_at=clock.now(),
                seen_at=clock.now(),
            )
        )
        return token

    def law(self, title: str | None = None, **given: Any) -> Law:
        title = title or f"测试法{next(self._numbers)}"
        law = self.save(Law(title=title, **({"short_title": title} | given)))
        self._index(law_index.documents_of(self._session, law.id))
        return law

    def _index(self, documents: Iterable[Document]) -> None:
        """As the services do with what they write."""
        index.put(self._session, documents)
        self._session.commit()

    def version(
        self, law: Law | None = None, articles: Sequence[str] = ("条文一。",), **given: Any
    ) -> LawVersion:
        """A version whose articles, numbered from 第1条 on in figures, have the given texts."""
        defaults = {
            "label": "2020年公布",
            "promulgated_on": date(2020, 1, 1),
            "effective_on": date(2020, 6, 1),
            "text_status": TextStatus.OFFICIAL,
            "registered_at": NOON,
        }
        version = LawVersion(law=law or self.law(), **(defaults | given))
        version.articles = [
            Article(position=n, number=f"第{n}条", number_main=n, text=text)
            for n, text in enumerate(articles, 1)
        ]
        self.save(version)
        self._index(law_index.documents_of(self._session, version.law.id))
        return version

    def change(
        self, kind: str, old: LawVersion, new: LawVersion, before: int | None, after: int | None
    ) -> ArticleChange:
        """What became of the article at place ``before`` (from 1) of the old version."""
        return self.save(
            ArticleChange(
                kind=ChangeKind.of(kind),
                position=next(self._numbers),
                old_version_id=old.id,
                new_version_id=new.id,
                old_article_id=before and old.articles[before - 1].id,
                new_article_id=after and new.articles[after - 1].id,
            )
        )

    def course(
        self, *minutes: int, articles: Sequence[Article] = (), body: str = "正文。", **given: Any
    ) -> Course:
        """A published course with a lesson of so many minutes each; the first quotes articles."""
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "title": f"课程{number}",
            "category": CourseCategory.LAW,
            "credit_hours": Decimal(2),
            "is_law": True,
            "created_at": NOON,
            "published_at": NOON,
        }
        course = Course(**(defaults | given))
        course.lessons = [
            Lesson(
                position=place,
                title=f"课时{number}-{place}",
                kind=LessonKind.TEXT,
                body=body,
                minutes=each,
                articles=[
                    LessonArticle(article=one, position=at) for at, one in enumerate(articles, 1)
                ]
                if place == 1
                else [],
            )
            for place, each in enumerate(minutes or (10,), 1)
        ]
        self.save(course)
        self._index(course_index.documents_of(self._session, course.id))
        return course

    def assignment(self, course: Course, unit: OrgUnit | None = None, **given: Any) -> Assignment:
        """The course required of a unit, or of the bureau, for the month around NOON."""
        defaults: dict[str, Any] = {
            "starts_on": date(2026, 2, 15),
            "due_on": date(2026, 3, 15),
            "created_at": NOON,
        }
        return self.save(Assignment(course=course, unit=unit, **(defaults | given)))

    def revision(
        self,
        item_type: ItemType = ItemType.SINGLE_CHOICE,
        *,
        article: Article | None = None,
        state: ItemState = ItemState.PUBLISHED,
        writer: Account | None = None,
        **given: Any,
    ) -> ItemRevision:
        """The current revision of a new item that cites an article."""
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "number": 1,
            "stem": f"题干{number}",
            "options": [] if item_type is ItemType.TRUE_FALSE else ["甲", "乙", "丙", "丁"],
            "key": [0, 1] if item_type is ItemType.MULTIPLE_CHOICE else [0],
            "rationale": f"解析{number}",
            "fingerprint": f"{number:064}",
            "created_at": NOON,
        }
        item = Item(state=ItemState.DRAFT, created_at=NOON, writer=writer)
        revision = ItemRevision(item=item, item_type=item_type, **(defaults | given))
        revision.citations = [Citation(article=article or self.version().articles[0])]
        self.save(revision)
        item.current_id = revision.id
        item.published_citation_id = revision.citations[0].id
        item.state = state
        self.save(item)
        self._index(item_index.documents(self._session, Item.id == item.id))
        return revision

    def blueprint(self, **given: Any) -> Blueprint:
        defaults: dict[str, Any] = {
            "title": f"方案{next(self._numbers)}",
            "exam_kind": ExamKind.ANNUAL,
            "multi_rule": MultiRule.ALL_OR_NOTHING,
            "created_at": NOON,
        }
        sections = given.pop("sections", None) or [
            BlueprintSection(
                position=1, item_type=ItemType.SINGLE_CHOICE, count=1, marks=Decimal(5)
            )
        ]
        return self.save(Blueprint(sections=sections, **(defaults | given)))

    def form(self, *revisions: ItemRevision, marks: int = 5, **given: Any) -> Form:
        """An unsealed form of the revisions, in order, each worth ``marks``."""
        blueprint = given.pop("blueprint", None) or self.blueprint()
        defaults: dict[str, Any] = {
            "title": f"试卷{next(self._numbers)}",
            "multi_rule": blueprint.multi_rule,
            "seed": 1,
            "exam_on": NOON.date(),
            "created_at": NOON,
        }
        form = Form(blueprint=blueprint, **(defaults | given))
        form.slots = [
            FormItem(slot=n, section=1, revision=revision, marks=Decimal(marks))
            for n, revision in enumerate(revisions or [self.revision()], 1)
        ]
        return self.save(form)

    def sealed_form(self, marks: int = 100) -> Form:
        """A form of one single-choice item, with the snapshot that sealing gives it."""
        form = self.form(marks=marks)
        revision = form.slots[0].revision
        article = revision.citations[0].article
        quote = Quote(
            law=article.version.law.title,
            version=article.version.label,
            article=article.number,
            text=article.text,
            article_id=article.id,
        )
        slot = Slot(
            slot=1,
            section=0,
            revision_id=revision.id,
            item_type=revision.item_type,
            stem=revision.stem,
            options=revision.options,
            key=revision.key,
            marks=Decimal(marks),
            rationale=revision.rationale,
            citations=[quote],
        )
        section = snapshot.section(1, slot.item_type, 1, slot.marks, form.multi_rule)
        paper = Paper(form.title, form.multi_rule, slot.marks, [section], [slot])
        form.snapshot = snapshot.dump(paper)
        form.hash = snapshot.digest(form.snapshot)
        form.sealed_at = NOON
        return self.save(form)

    def roster(self, *people: Person, **given: Any) -> RosterSnapshot:
        """A snapshot of the people as they stand."""
        roster = RosterSnapshot(**({"title": "名单", "taken_at": NOON} | given))
        roster.entries = [
            RosterEntry(
                person=person,
                staff_number=person.staff_number,
                name=person.name,
                unit_id=person.stat_unit.id,
                unit_name=person.stat_unit.name,
                unit_position=person.stat_unit.position,
                post_title=person.post_title,
                grade_label="",
                rank_group=person.rank_group,
                duty_status=person.duty_status,
                staff_category=person.staff_category,
                line=person.counting.line,
                reason=person.counting.reason,
                proposes_deferral=person.counting.defer,
                target_factor=person.counting.target_factor,
            )
            for person in people
        ]
        return self.save(roster)

    def exam_session(self, form: Form, *people: Person, **given: Any) -> ExamSession:
        """A session open for the two hours around NOON, with the people as candidates."""
        roster = given.pop("roster", None) or self.roster(*people)
        defaults: dict[str, Any] = {
            "title": f"场次{next(self._numbers)}",
            "exam_kind": ExamKind.ANNUAL,
            "opens_at": NOON - timedelta(hours=1),
            "closes_at": NOON + timedelta(hours=1),
            "minutes": 60,
            "pass_score": Decimal(60),
            "excellent_score": Decimal(90),
            "created_at": NOON,
        }
        papers = given.pop("papers", None) or [SessionForm(form=form, position=1)]
        session = ExamSession(papers=papers, roster=roster, **(defaults | given))
        session.candidates = [
            Candidate(person=entry.person, entry=entry, form=form)
            for entry in roster.entries
            if entry.line is not Line.EXCLUDED
        ]
        return self.save(session)

    def attempt(
        self, session: ExamSession, person: Person, earned: int | str | None, **given: Any
    ) -> Attempt:
        """A sitting that was handed in with a score; one still running for None."""
        candidate = next(each for each in session.candidates if each.person_id == person.id)
        defaults: dict[str, Any] = {
            "number": 1,
            "form": candidate.form,
            "started_at": session.opens_at,
            "deadline": session.closes_at,
            "seed": 1,
            "submitted_at": None if earned is None else session.closes_at,
            "earned": None if earned is None else Decimal(earned),
        }
        return self.save(
            Attempt(candidate=candidate, person_id=person.id, session=session, **(defaults | given))
        )

    def progress(self, person: Person, course: Course, **given: Any) -> LessonProgress:
        """Ten minutes of the course's first lesson."""
        defaults: dict[str, Any] = {"opened_at": NOON, "seen_at": NOON, "seconds": 600}
        defaults["lesson"] = course.lessons[0]
        return self.save(LessonProgress(person=person, **(defaults | given)))

    def completion(self, person: Person, course: Course, **given: Any) -> CourseCompletion:
        return self.save(
            CourseCompletion(person=person, course=course, **({"completed_at": NOON} | given))
        )

    def credit(self, person: Person, hours: str, **given: Any) -> CreditEntry:
        defaults: dict[str, Any] = {
            "bucket": Bucket.ONLINE,
            "is_law": False,
            "earned_on": NOON.date(),
            "recorded_at": NOON,
        }
        return self.save(CreditEntry(person=person, hours=Decimal(hours), **(defaults | given)))
