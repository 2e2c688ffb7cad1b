"""What a cmi5 package asks for, and what it is told when it is launched. Pure.

Source: cmi5 Specification Profile for xAPI (Quartz, 1st edition), sections 9, 10 and 13.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from core import xml
from core.errors import Refused
from core.files import Unreadable
from core.labels import Labelled
from courses.lessons import cmi

ROOT = "https://xuefa.invalid"
_CATEGORIES = "https://w3id.org/xapi/cmi5/context/categories/"
_SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
_MOVE_ON = "https://w3id.org/xapi/cmi5/context/extensions/moveon"
LAUNCHED = "http://adlnet.gov/expapi/verbs/launched"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
#: What a package says that decides whether somebody moves on.
TOLD = ("initialized", "completed", "passed")


class MoveOn(Labelled):
    """What a learner has to have done for the unit to count as done."""

    PASSED = "Passed", "通过"
    COMPLETED = "Completed", "学完"
    BOTH = "CompletedAndPassed", "学完并通过"
    EITHER = "CompletedOrPassed", "学完或通过"
    NONE = "NotApplicable", "打开即可"

    def met(self, told: Collection[str]) -> bool:
        """``told``: those of TOLD that the package has said of the learner, at any launch.

        What asks for nothing is met once somebody has really been let in.
        """
        completed, passed = "completed" in told, "passed" in told
        return {
            MoveOn.PASSED: passed,
            MoveOn.COMPLETED: completed,
            MoveOn.BOTH: completed and passed,
            MoveOn.EITHER: completed or passed,
            MoveOn.NONE: bool(told),
        }[self]


@dataclass(frozen=True)
class Unit:
    """An assignable unit (au) as its manifest describes it."""

    title: str
    url: str
    #: Who published the course and the unit know them by.
    course_id: str
    publisher_id: str
    move_on: MoveOn = MoveOn.NONE
    #: 0 to 1; None where the manifest asks for none.
    mastery: Decimal | None = None
    #: OwnWindow asks for a window of its own; AnyWindow is content with a frame.
    launch_method: str = "AnyWindow"
    parameters: str = ""
    entitlement: str = ""

    @property
    def wide(self) -> bool:
        return self.launch_method == "OwnWindow"

    @property
    def condition(self) -> str:
        """What is asked, for those who study."""
        marked = self.mastery is not None and self.move_on not in (MoveOn.COMPLETED, MoveOn.NONE)
        score = f"（{cmi.within((self.mastery or Decimal(0)) * 100).normalize():f} 分合格）"
        return f"课件的学完条件：{self.move_on.label}{score if marked else ''}"


def unit(data: bytes) -> Unit:
    """The one unit of a cmi5.xml. Raises Unreadable."""
    root = xml.parse(data)
    units = [each for each in root.iter() if xml.local(each) == "au"]
    if xml.local(root) != "courseStructure" or len(units) != 1:
        raise Unreadable("cmi5.xml 须恰有一个学习单元（au）；请按单元分别导出后各建一个课时")
    found = units[0]
    course = next((each for each in root if xml.local(each) == "course"), root)
    return Unit(
        title=_text(found, "langstring")[:100],
        url=_text(found, "url"),
        course_id=(course.get("id") or "").strip()[:300],
        publisher_id=(found.get("id") or "").strip()[:300],
        move_on=_move_on(found.get("moveOn")),
        mastery=_mastery(found.get("masteryScore")),
        launch_method=_launch_method(found.get("launchMethod")),
        parameters=_text(found, "launchParameters"),
        entitlement=_text(found, "entitlementKey"),
    )


def _text(within: etree._Element, name: str) -> str:
    found = next((each for each in within.iter() if xml.local(each) == name), None)
    return "" if found is None else (found.text or "").strip()


def _move_on(given: str | None) -> MoveOn:
    """NotApplicable where nothing is said, as the specification has it."""
    try:
        return MoveOn.of((given or MoveOn.NONE).strip())
    except ValueError:
        known = "、".join(each.value for each in MoveOn)
        raise Unreadable(
            f"cmi5.xml 的 moveOn“{given}”不是规定的值，应为 {known} 之一，请重新导出"
        ) from None


def _mastery(given: str | None) -> Decimal | None:
    if given is None or not given.strip():
        return None
    value = cmi.number(given)
    if value is None or not 0 <= value <= 1:
        raise Unreadable(f"cmi5.xml 的 masteryScore“{given[:20]}”应在 0 到 1 之间，请重新导出")
    return value


def _launch_method(given: str | None) -> str:
    method = (given or "AnyWindow").strip()
    if method not in {"AnyWindow", "OwnWindow"}:
        raise Unreadable(
            f"cmi5.xml 的 launchMethod“{method[:20]}”不是规定的值，应为 AnyWindow 或 OwnWindow"
        )
    return method


@dataclass(frozen=True)
class Launched:
    """A launch as the package knows it."""

    lesson_id: int
    learner: str
    session: str
    preview: bool = False

    @property
    def actor(self) -> dict[str, object]:
        return {"objectType": "Agent", "account": {"homePage": ROOT, "name": self.learner}}

    @property
    def registration(self) -> str:
        """The same at every launch of the lesson by the learner."""
        text = self.learner
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[:12]}"

    @property
    def activity(self) -> str:
        return f"{ROOT}/lessons/{self.lesson_id}"

    @property
    def _course(self) -> dict[str, object]:
        return {
            "objectType": "Activity",
            "id": f"{self.activity}/course",
            "definition": {"type": "https://w3id.org/xapi/cmi5/activitytype/course"},
        }

    @staticmethod
    def _grouping(unit: Unit) -> list[dict[str, str]]:
        return [{"id": unit.publisher_id}] if unit.publisher_id else []

    def data(self, unit: Unit) -> dict[str, object]:
        """LMS.LaunchData."""
        found: dict[str, object] = {
            "contextTemplate": {
                "registration": self.registration,
                "contextActivities": {"grouping": self._grouping(unit)},
                "extensions": {_SESSION: self.session},
            },
            "launchMode": "Browse" if self.preview else "Normal",
            "launchMethod": unit.launch_method,
            "moveOn": unit.move_on.value,
        }
        if unit.mastery is not None:
            found["masteryScore"] = float(unit.mastery)
        if unit.parameters:
            found["launchParameters"] = unit.parameters
        if unit.entitlement:
            found["entitlementKey"] = {"courseStructure": unit.entitlement}
        return found

    def statement(self, verb: str, unit: Unit, *, given_id: str, at: str) -> dict[str, object]:
        """What we state ourselves: that the unit was launched, that the course is satisfied.

        ``at``: the moment, ISO 8601.
        """
        launched = verb == LAUNCHED
        extensions = {
            _SESSION: self.session,
            **({_MOVE_ON: unit.move_on.value} if launched else {}),
        }
        return {
            "id": given_id,
            "actor": self.actor,
            "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
            "object": {"objectType": "Activity", "id": self.activity} if launched else self._course,
            "context": {
                "registration": self.registration,
                "contextActivities": {
                    "grouping": self._grouping(unit),
                    "category": [{"id": f"{_CATEGORIES}cmi5"}],
                },
                "extensions": extensions,
            },
            "timestamp": at,
        }


def about(sent: object, *, activity: str, publisher_id: str) -> bool:
    """Whether a statement's object is the unit itself, and not a part of it such as a question."""
    given = sent.get("id") if isinstance(sent, dict) else None
    return given in {activity, publisher_id} - {""}


class NoUnit(Refused):
    message = "课件包的 cmi5.xml 已不可读，请重新上传"
