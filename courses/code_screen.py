"""What a projector shows of a rotating code: its digits, the QR of the address that takes it, and
for how long. Pure."""

from datetime import datetime
from math import ceil

from core import rotating_code
from exam.results.certificate_files import qr_svg


def shown(*, code: str, url: str, at: datetime) -> dict[str, object]:
    left = ceil((rotating_code.code_until(at) - at).total_seconds())
    return {"code": f"{code[:3]} {code[3:]}", "qr": qr_svg(url), "left": left}
