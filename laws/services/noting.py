"""What the audit trail says about an act on a version."""

from datetime import datetime
from typing import Any

from core.audit.trail import record
from laws.models import LawVersion


def note(version: LawVersion, action: str, *, at: datetime, **detail: Any) -> None:
    record(
        action,
        version,
        at=at,
        law=version.law.title,
        version=version.label,
        promulgated_on=version.promulgated_on.isoformat(),
        **detail,
    )
