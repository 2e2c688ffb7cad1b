"""The demonstration's change of law: items and a lesson on a rule, then its next version."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import Account
from courses.models import CourseCategory, LessonKind
from courses.must_know import queries as coverage
from courses.services import editing
from courses.services.editing import CourseDraft, LessonDraft
from demo import amendment, law_outlines
from demo.loading.bank import Articles
from laws.lists import services
from laws.lists.levels import Requirement, Tier
from laws.lists.services import EntryDraft
from laws.models import TextStatus
from laws.services import registering
from question_bank.services import reviewing, writing


def load_material(
    articles: Articles, *, writer: Account, reviewer: Account, officer: Account, at: datetime
) -> None:
    """Items and a course on the version in force."""
    ids = {
        number: article.id
        for (title, day, number), article in articles.items()
        if (title, day) == (amendment.TITLE, amendment.FIRST)
    }
    for draft in amendment.drafts(ids):
        item = writing.create_item(draft=draft, at=at, by=writer)
        reviewing.publish(item=item, at=at, by=reviewer)
    course = editing.create_course(
        draft=CourseDraft(
            title="机关学法用法考核办法（演示）",
            category=CourseCategory.LAW,
            credit_hours=Decimal(1),
            summary="演示用课程：所引办法随后修订，可以看到课时提示和改引。",
            is_law=False,
        ),
        at=at,
        by=officer,
    )
    editing.add_lesson(
        course=course,
        draft=LessonDraft(
            title="学时和复核",
            kind=LessonKind.ARTICLES,
            minutes=10,
            article_ids=(ids["第二条"], ids["第三条"]),
        ),
        at=at,
    )
    editing.publish(course=course, at=at)


def load_list(
    articles: Articles, *, maker: Account, approver: Account | None, today: date, at: datetime
) -> None:
    """A list of its own with the rule, in force, so that there is an entry to move on."""
    version_id = articles[amendment.TITLE, amendment.FIRST, "第一条"].version_id
    version = services.create_list(title="学法考核清单（演示）", at=at, by=maker)
    draft = EntryDraft("学法用法考核", Tier.GENERAL, Requirement.AWARE, version_id)
    services.add_entries(version=version, drafts=[draft], at=at)
    offers = coverage.offers(version.entries)
    services.approve(
        version=version,
        effective_on=today,
        today=today,
        lacking=[each.lack for each in offers if each.lack],
        at=at,
        by=approver,
    )


def amend(*, today: date, at: datetime, by: Account) -> None:
    """Register the next version, with all that follows from it."""
    registering.register(
        parsed=law_outlines.parsed(amendment.second(today)),
        at=at,
        by=by,
        text_status=TextStatus.OUTLINE,
    )
