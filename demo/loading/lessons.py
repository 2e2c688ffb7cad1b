"""A course with a lesson of each further kind."""

import io
from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from courses.lessons.services import assets, chapters
from courses.models import Course, CourseCategory, LessonKind
from courses.services import editing
from courses.services.editing import CourseDraft, LessonDraft
from demo import packages
from demo.loading.bank import Articles

_MOST = 10 * 1024 * 1024


def load_kinds(articles: Articles, *, officer: Account, at: datetime) -> Course:
    """Published in two chapters: a package, recordings, a quiz, an assignment and a survey."""
    course = editing.create_course(
        draft=CourseDraft(
            title="窗口接访一日学",
            category=CourseCategory.PETITION_WORK,
            credit_hours=Decimal("0.5"),
            summary="课件、录像、录音、测验、作业和问卷各一课，半小时学完初信初访的办理要点。",
        ),
        at=at,
        by=officer,
    )
    learn = chapters.add(course=course, title="学一学", at=at).id
    use = chapters.add(course=course, title="用一用", at=at).id
    taken = [
        assets.take_in(name=name, stream=io.BytesIO(data), most=_MOST, at=at, by=officer)
        for name, data in (
            ("初信初访.zip", packages.scorm()),
            ("接访铃声.wav", packages.bell()),
            ("窗口接访三步.webm", packages.film()),
        )
    ]
    cited = [next(each.id for (law, *_), each in articles.items() if law == "信访工作条例")]
    for draft in (
        LessonDraft(
            title="初信初访办理要点",
            kind=LessonKind.PACKAGE,
            minutes=5,
            asset=taken[0],
            chapter_id=learn,
        ),
        LessonDraft(
            title="窗口接访三步",
            kind=LessonKind.MEDIA,
            minutes=1,
            body="录像无声，画面文字：第一步听清，诉求是什么、依据是什么；第二步登记，当场登记、"
            "给出回执；第三步告知，谁来办、多久办、如何查。",
            asset=taken[2],
            chapter_id=learn,
        ),
        LessonDraft(
            title="听铃辨时",
            kind=LessonKind.MEDIA,
            minutes=1,
            body="接访窗口的铃声每两秒一响，听完即可。",
            asset=taken[1],
            chapter_id=learn,
        ),
        LessonDraft(
            title="三题小测",
            kind=LessonKind.QUIZ,
            minutes=5,
            article_ids=cited,
            settings={"count": 3, "pass_mark": 60, "tries": 0},
            chapter_id=use,
        ),
        LessonDraft(
            title="写一份告知提纲",
            kind=LessonKind.ASSIGNMENT,
            minutes=10,
            body="请为一件属于本机关职责的来访事项写一份告知提纲，三五行即可。",
            chapter_id=use,
        ),
        LessonDraft(
            title="听听您的意见",
            kind=LessonKind.SURVEY,
            minutes=1,
            settings={"questions": "内容对工作有帮助\n篇幅合适\n文字：还想学什么"},
            chapter_id=use,
        ),
    ):
        editing.add_lesson(course=course, draft=draft, at=at)
    editing.publish(course=course, at=at)
    return course
