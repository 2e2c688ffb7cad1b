"""Every act that the code records has a Chinese name."""

import re
from pathlib import Path

import pytest

from core.audit.labels import label

ROOT = Path(__file__).parent.parent.parent
#: Written by itself, or by the room's own note of what an act was done to.
ACT = re.compile(r"""\b(?:record\(|note\(\s*[\w.]+,)\s*"([a-z_.]+)\"""")
ACTIONS = sorted(
    {
        action
        for path in ROOT.glob("*/**/*.py")
        if path.relative_to(ROOT).parts[0] not in {"tests", ".venv"}
        for action in ACT.findall(path.read_text())
    }
)


def test_the_acts_are_found() -> None:
    assert {"sign_in", "person.change", "unit.merge", "form.seal", "law.version.register"} <= set(
        ACTIONS
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_every_act_is_called_something_in_chinese(action: str) -> None:
    assert not re.search("[a-z]", label(action)), "name it in core/audit/labels.py"


def test_an_act_without_a_name_is_shown_by_its_code() -> None:
    assert label("something.else") == "something.else"
