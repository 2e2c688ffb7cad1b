"""A bureau whose board is counted by hand."""

from typing import Any

import pytest

from accounts.standing import DutyStatus, Grade
from core import clock
from exam.models import AttemptVector
from tests.analytics.board.edition import LATER, made
from tests.factories import Make


@pytest.fixture
def much_later():
    with clock.frozen(LATER):
        yield


@pytest.fixture
def bureau(make: Make) -> dict[str, Any]:
    """办信司 of six (all with scores, one failed), 督查室 of five (one exempt, one away), 投诉办 of
    one; one seconded to 办信司, one retired. A course is required of everybody."""
    letters, inspection, complaints = (make.unit(name) for name in ("办信司", "督查室", "投诉办"))
    clerk = {"grade": Grade.CLERK_1}
    own = [make.person(letters, name=f"来信{n}", **clerk) for n in range(6)]
    others = [make.person(inspection, name=f"督查{n}", **clerk) for n in range(5)]
    alone = make.person(complaints, name="孤单", **clerk)
    guest = make.person(letters, name="借调", duty_status=DutyStatus.SECONDED_IN, **clerk)
    gone = make.person(letters, name="退休", duty_status=DutyStatus.RETIRED)
    everybody = [*own, *others, alone, guest, gone]
    form = make.sealed_form()
    exam = make.exam_session(form, *everybody, title="年度考试")
    for person, score in zip([*own, *others[:3], alone], (95, 90, 80, 70, 60, 40, 100, 50, 61, 77),
                             strict=True):  # fmt: skip
        attempt = make.attempt(exam, person, score)
        make.save(AttemptVector(
            attempt_id=attempt.id, session_id=exam.id, form_id=form.id, person_id=person.id,
            unit_id=person.stat_unit_id, right=bytes([score == 100]), share=bytes([score]),
        ))  # fmt: skip
    candidate = next(each for each in exam.candidates if each.person_id == others[3].id)
    candidate.status, candidate.reason = "exempt", "出国"
    make.save(candidate)
    course = make.course(title="宪法导读")
    make.assignment(course)
    for person in (*own[:3], alone):
        make.completion(person, course)
    make.credit(own[0], "7.5")
    make.roster(*everybody, title="全员名单")
    return {"letters": letters, "inspection": inspection, "complaints": complaints, "own": own,
            "others": others, "alone": alone, "exam": exam, "form": form,
            "course": course}  # fmt: skip


@pytest.fixture
def board(app, bureau) -> dict[str, Any]:
    made(app)
    return bureau
