"""A person as the roster describes them. Pure."""

from dataclasses import dataclass
from datetime import date

from accounts.standing import DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory


@dataclass(frozen=True)
class PersonEntry:
    """Everything that the roster says of a person; units by the id of their row."""

    staff_number: str
    name: str
    home_unit_id: int
    work_unit_id: int
    stat_unit_id: int
    joined_on: date
    gender: str = ""
    division: str = ""
    post_title: str = ""
    leader_level: LeaderLevel | None = None
    grade: Grade | None = None
    staff_category: StaffCategory = StaffCategory.CADRE
    establishment: Establishment = Establishment.CIVIL_SERVANT
    duty_status: DutyStatus = DutyStatus.ON_DUTY
    in_study_group: bool = False
    left_on: date | None = None
    post_since: date | None = None
    note: str = ""
