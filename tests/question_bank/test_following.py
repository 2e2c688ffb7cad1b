"""From the page and from the command line alike, registering a version has its consequences."""

from datetime import date
from io import BytesIO
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import laws.cli
from accounts.permissions import Role
from courses.models import LessonCase, NewLawEvent
from laws.models import Article, LawVersion
from question_bank.models import Citation, Item, ItemState
from tests.factories import Make

OLD = """测试管理条例

（2020年1月1日测试委员会公布　自2020年6月1日起施行）

第一条　为了规范测试活动，保障参加测试人员的合法权益，制定本条例。

第二条　申请人应当自收到通知之日起六十日内向主管机关提出书面申请，逾期不予受理。

第三条　本条例自2020年6月1日起施行。
"""
NEW = OLD.replace("六十日", "三十日").replace(
    "（2020年1月1日测试委员会公布　自2020年6月1日起施行）",
    "（2020年1月1日测试委员会公布　2026年2月1日测试委员会修订　自2026年6月1日起施行）",
).replace("自2020年6月1日起施行。", "自2026年6月1日起施行。")  # fmt: skip


def import_(app: Flask, session: Session, path: Path, text: str) -> None:
    session.rollback()  # an open transaction would keep the command from writing
    path.write_text(text, encoding="utf-8")
    done = app.test_cli_runner().invoke(laws.cli.cli, ["import", str(path)])
    assert done.exit_code == 0, done.output


def cite(session: Session, make: Make) -> tuple[int, int]:
    """Items on 第一条 and on 第二条 of the only version, and a lesson on the second."""
    first, second, _ = session.scalars(select(Article).order_by(Article.position)).all()
    make.course(10, articles=[second])
    return make.revision(article=first).item_id, make.revision(article=second).item_id


def state(session: Session, item_id: int) -> ItemState:
    session.expire_all()
    found = session.scalar(select(Item.state).where(Item.id == item_id))
    assert found is not None
    return found


def test_importing_a_new_version_on_the_command_line(
    app: Flask, make: Make, session: Session, tmp_path: Path
) -> None:
    import_(app, session, tmp_path / "测试管理条例.txt", OLD)
    stands, touched = cite(session, make)
    import_(app, session, tmp_path / "测试管理条例.txt", NEW)
    assert state(session, stands) is ItemState.PUBLISHED
    assert state(session, touched) is ItemState.QUARANTINED
    assert session.scalar(select(Citation.carried_at).where(Citation.carried_at.is_not(None)))
    newer = session.scalar(
        select(LawVersion.id).where(LawVersion.promulgated_on == date(2026, 2, 1))
    )
    assert session.scalars(select(LessonCase.version_id)).all() == [newer]
    event = session.scalars(select(NewLawEvent).order_by(NewLawEvent.id)).all()[-1]
    assert (event.version_id, event.kind.label) == (newer, "修订")
    cases = len(session.scalars(select(LessonCase)).all())
    import_(app, session, tmp_path / "测试管理条例.txt", NEW)
    session.expire_all()
    assert len(session.scalars(select(LessonCase)).all()) == cases


def test_importing_a_new_version_on_the_page(
    app: Flask, make: Make, session: Session, tmp_path: Path, sign_in
) -> None:
    import_(app, session, tmp_path / "测试管理条例.txt", OLD)
    stands, touched = cite(session, make)
    client = sign_in(make.account(Role.RESEARCH_OFFICE))
    sent = client.post(
        "/laws/import",
        data={"files": (BytesIO(NEW.encode()), "测试管理条例.txt")},
        content_type="multipart/form-data",
    )
    confirmed = client.post(sent.location)
    assert confirmed.status_code == 302
    assert state(session, stands) is ItemState.PUBLISHED
    assert state(session, touched) is ItemState.QUARANTINED
