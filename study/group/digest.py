"""What a closed record is, as one text, and the hash of it. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def of(record: Mapping[str, Any]) -> str:
    """SHA-256 of the record's canonical JSON."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
