"""The door of a session: its code, its networks, its browser, its papers opened by a second."""

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from exam.models import Attempt, Form, FormOpening, HallEvent, SessionGate
from exam.sessions import access
from tests.factories import NOON
from tests.pages import text

KEY = "ab" * 32


@pytest.fixture
def door(noon, make, sealed, sign_in, session):
    """A candidate before a session with a gate, not yet begun."""

    def stand(**gate):
        account = make.account(Role.STAFF)
        exam = make.exam_session(
            sealed(), account.person, shuffle_options=False, gate=SessionGate(**gate)
        )

        def start(code: str = "", client=None, **options):
            client = client or place.client
            return client.post(f"/exam/sessions/{exam.id}/attempts", data={"code": code}, **options)

        place = SimpleNamespace(account=account, exam=exam, client=sign_in(account), start=start)
        return place

    return stand


def seen(session, statement) -> list:
    found = session.scalars(statement.execution_options(populate_existing=True)).all()
    session.commit()
    return found


def noted(session) -> list[str]:
    return [each.value for each in seen(session, select(HallEvent.kind).order_by(HallEvent.id))]


def test_a_wrong_code_is_refused_the_right_one_lets_in_and_guessing_is_stopped(
    door, officer, session, sign_in
) -> None:
    place = door(code_secret="secret", code_minutes=10)
    right = access.code_at("secret", 10, NOON)
    assert "场次口令" in text(place.client.get(f"/exam/sessions/{place.exam.id}"))
    empty = place.start()
    assert empty.status_code == 403
    assert "请输入监考人员公布的场次口令" in text(empty)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(access.TRIES):
        refused = place.start(wrong)
        assert refused.status_code == 403
        assert "口令不对" in text(refused)
    # Now even the right one has to wait.
    assert "请 10 分钟后再试" in text(place.start(right))
    assert noted(session) == ["code_wrong"] * access.TRIES + ["code_locked"]
    assert seen(session, select(Attempt)) == []
    board = f"/exam/sessions/{place.exam.id}/monitor"
    assert "口令错误" in text(officer.get(board))
    assert f"data-code>{right}<" in officer.get(board).text
    with clock.frozen(NOON + timedelta(minutes=11)):
        # The code of the turn before is good for one turn more.
        begun = place.start(right)
        assert begun.status_code == 303
        # At the same device no code is asked for again; another one has to show it.
        assert place.start().status_code == 303
        other = sign_in(place.account)
        assert other.get(begun.location).location == f"/exam/sessions/{place.exam.id}"
        assert place.start(client=other).status_code == 403
        assert place.client.get(begun.location).status_code == 200
        assert place.start(right, client=other).status_code == 303
        assert other.get(begun.location).status_code == 200


def test_another_code_may_be_tried_at_once_by_who_typed_the_old_one_wrong_too_often(
    door, officer, session
) -> None:
    place = door(code_secret="secret", code_minutes=0)
    for _ in range(access.TRIES):
        place.start("x")
    assert "请监考人员在看板上换一个口令" in text(place.start("x"))
    assert officer.post(f"/exam/sessions/{place.exam.id}/code").status_code == 302
    with clock.frozen(NOON + timedelta(seconds=1)):
        assert "还可以试 4 次" in text(place.start("x"))
        [secret] = seen(session, select(SessionGate.code_secret))
        assert place.start(access.code_at(secret, 0, NOON)).status_code == 303


def test_only_the_networks_of_the_room_are_let_in_at_start_and_at_opening(door, session) -> None:
    place = door(networks="10.1.2.0/24\n2001:db8::/32")
    assert "须在考场网络内" in text(place.client.get(f"/exam/sessions/{place.exam.id}"))
    outside = place.start(environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert outside.status_code == 403
    assert "10.9.9.9 不在其中" in text(outside)
    # A header that no trusted proxy wrote changes nothing.
    forged = {"X-Forwarded-For": "10.1.2.3"}
    assert place.start(environ_base={"REMOTE_ADDR": "10.9.9.9"}, headers=forged).status_code == 403
    begun = place.start(environ_base={"REMOTE_ADDR": "10.1.2.3"})
    assert begun.status_code == 303
    inside = {"REMOTE_ADDR": "2001:db8::9"}
    assert place.client.get(begun.location, environ_base=inside).status_code == 200
    assert place.client.get(begun.location).status_code == 403
    assert noted(session) == ["network_refused"] * 3


def test_what_is_wrong_is_said_where_it_can_be_mended(door) -> None:
    place = door(networks="10.1.2.0/24", code_secret="ab" * 16)
    outside = place.start("000000", environ_base={"REMOTE_ADDR": "10.9.9.9"})
    page = BeautifulSoup(outside.data, "html.parser")
    assert "10.9.9.9 不在其中" in page.select_one(".xf-callout").text
    assert page.select_one("#code-error") is None
    inside = place.start("000000", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    page = BeautifulSoup(inside.data, "html.parser")
    assert page.select_one("#code-error") is not None
    assert page.select_one("#code")["aria-invalid"] == "true"


def test_safe_exam_browser_has_to_prove_its_settings_for_each_address(door, session) -> None:
    place = door(seb_config_keys=KEY, seb_exam_keys="cd" * 32)

    def headers(path: str, config: str = KEY) -> dict[str, str]:
        def proof(key: str) -> str:
            return hashlib.sha256(f"http://localhost{path}{key}".encode()).hexdigest()

        return {
            "X-SafeExamBrowser-ConfigKeyHash": proof(config),
            "X-SafeExamBrowser-RequestHash": proof("cd" * 32),
        }

    path = f"/exam/sessions/{place.exam.id}/attempts"
    assert "Safe Exam Browser" in text(place.start())
    assert place.start(headers=headers(path, "ef" * 32)).status_code == 403
    only_config = headers(path) | {"X-SafeExamBrowser-RequestHash": ""}
    assert place.start(headers=only_config).status_code == 403
    begun = place.start(headers=headers(path))
    assert begun.status_code == 303
    assert place.client.get(begun.location, headers=headers(path)).status_code == 403
    assert place.client.get(begun.location, headers=headers(begun.location)).status_code == 200
    assert noted(session) == ["seb_refused"] * 4


def test_the_gate_is_set_on_its_page_and_what_cannot_be_read_is_named(
    door, officer, session
) -> None:
    place = door()
    path = f"/exam/sessions/{place.exam.id}/gate"
    data = {"code": "changing", "code_minutes": "15", "networks": "10.1.2.3/24"}
    assert "第 1 行“10.1.2.3/24”不是网段" in text(officer.post(path, data=data))
    data["networks"] = "10.1.2.0/24"
    assert "密钥" in text(officer.post(path, data=data | {"seb_config_keys": "abc"}))
    assert officer.post(path, data=data).status_code == 302
    [gate] = seen(session, select(SessionGate))
    secret = gate.code_secret
    assert (gate.code_minutes, gate.networks, len(secret)) == (15, "10.1.2.0/24", 32)
    shown = text(officer.get(f"/exam/sessions/{place.exam.id}/manage"))
    assert "口令每 15 分钟更换、1 个网段" in shown
    # Renewing ends the codes given out; the session has begun, so the opening stays as it is.
    officer.post(f"/exam/sessions/{place.exam.id}/code")
    assert seen(session, select(SessionGate.code_secret)) != [secret]
    assert noted(session) == ["code_renewed"]
    assert "启封要求不能再改" in text(officer.post(path, data=data | {"second_opening": "y"}))


def test_a_paper_is_opened_by_somebody_who_did_not_seal_it_before_anybody_begins(
    door, make, sign_in, session
) -> None:
    place = door(second_opening=True)
    sealer, second = make.account(Role.PAPER_SETTER), make.account(Role.EXAM_ADMIN)
    form = place.exam.form
    session.execute(update(Form).where(Form.id == form.id).values(sealed_by_id=sealer.id))
    session.commit()
    path = f"/exam/sessions/{place.exam.id}/opening"
    waiting = place.start()
    assert waiting.status_code == 409
    assert "尚未由第二人启封" in text(waiting)
    own = sign_in(sealer)
    assert "其中有您封存的试卷" in text(own.get(path))
    assert "须由另一人启封" in text(own.post(path))
    # A byte that is not as it was sealed: it does not open, and that is on record.
    [paper] = seen(session, select(Form.snapshot).where(Form.id == form.id))
    damage(session, form.id, paper.replace("单选题干", "单选题于"))
    client = sign_in(second)
    assert "校验未通过" in text(client.post(path))
    assert place.start().status_code == 409
    damage(session, form.id, paper)
    for _ in range(2):
        assert client.post(path).status_code == 302
    found = seen(session, select(FormOpening).order_by(FormOpening.id))
    assert [(each.intact, each.opened_by_id) for each in found] == [
        (False, second.id), (True, second.id),
    ]  # fmt: skip
    assert "启封，校验通过" in text(client.get(f"/exam/sessions/{place.exam.id}/manage"))
    assert place.start().status_code == 303
    acts = seen(session, select(AuditRecord.action))
    assert acts.count("session.open_form") == 2


def damage(session, form_id: int, snapshot: str) -> None:
    session.execute(update(Form).where(Form.id == form_id).values(snapshot=snapshot))
    session.commit()


def test_a_seal_is_taken_off_by_another_with_a_reason_and_never_once_a_session_has_begun(
    noon, make, sealed, sign_in, session
) -> None:
    sealer, second = make.account(Role.PAPER_SETTER), make.account(Role.PAPER_SETTER)
    form = sealed()
    session.execute(update(Form).where(Form.id == form.id).values(sealed_by_id=sealer.id))
    session.commit()
    soon = {"opens_at": NOON + timedelta(hours=1), "closes_at": NOON + timedelta(hours=3)}
    candidate = make.account(Role.STAFF)
    exam = make.exam_session(form, candidate.person, **soon)
    path = f"/exam/forms/{form.id}/unseal"
    assert "须由另一人启封" in text(sign_in(sealer).post(path, data={"reason": "有错字"}))
    client = sign_in(second)
    assert "须写明理由" in text(client.post(path, data={"reason": " "}))
    with clock.frozen(NOON + timedelta(hours=1)):
        assert "不能启封" in text(client.post(path, data={"reason": "有错字"}))
    [paper] = seen(session, select(Form.snapshot).where(Form.id == form.id))
    [digest] = seen(session, select(Form.hash).where(Form.id == form.id))
    damage(session, form.id, paper + " ")
    assert "校验未通过" in text(client.post(path, data={"reason": "有错字"}))
    damage(session, form.id, paper)
    assert client.post(path, data={"reason": "有错字"}).status_code == 302
    assert "没有封存" in text(client.post(path, data={"reason": "再次"}))
    [act] = seen(session, select(AuditRecord).where(AuditRecord.action == "form.unseal"))
    assert digest in act.body
    assert "有错字" in act.body
    # The session waits until the paper is sealed again.
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "重新封存以前不能开考" in text(officer.get(f"/exam/sessions/{exam.id}/manage"))
    with clock.frozen(NOON + timedelta(hours=1)):
        taker = sign_in(candidate)
        assert taker.get(f"/exam/sessions/{exam.id}").status_code == 200
        assert taker.post(f"/exam/sessions/{exam.id}/attempts").status_code == 409
        assert officer.get(f"/exam/sessions/{exam.id}/monitor").status_code == 200
    assert client.post(f"/exam/forms/{form.id}/seal").status_code == 302
    with clock.frozen(NOON + timedelta(hours=1)):
        assert taker.post(f"/exam/sessions/{exam.id}/attempts").status_code == 303
