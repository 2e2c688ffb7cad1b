"""How numbers, moments and titles are written on pages and in documents. Pure."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

#: Stands for a rate without a denominator, and for anything that is not there.
NONE = "—"


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """Round half away from zero, as the trade's tables do (Python's round() does not)."""
    return value.quantize(_unit(places), rounding=ROUND_HALF_UP)


@cache
def _unit(places: int) -> Decimal:
    """One in the last of so many decimal places."""
    return Decimal(1).scaleb(-places)


def rate(numerator: int | Decimal, denominator: int | Decimal) -> Decimal | None:
    """Percentage with two decimals, half up; None for a zero denominator."""
    if not denominator:
        return None
    return half_up(Decimal(100) * Decimal(numerator) / Decimal(denominator))


def percentage(share: float) -> Decimal:
    """A share, 0–1, that was reckoned in floating point, as a percentage with two decimals."""
    return half_up(Decimal(repr(round(share * 100, 9))))


def share(value: float | None) -> str:
    """A share, 0–1, as a percentage in words; — where there is none."""
    return NONE if value is None else percent(percentage(value))


def percent(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:.2f}%"


def titled(title: str) -> str:
    """A title in its marks: 《精讲》; those inside become single: 《〈信访工作条例〉精讲》."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def plain(value: Decimal | float | None, places: int = 2) -> str:
    """A number without trailing zeros: 82.5, 100, —."""
    if value is None:
        return NONE
    text = f"{half_up(Decimal(str(value)), places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Decimal | float | None, places: int = 2) -> str:
    """A mean, as the trade's tables have it, with all its places: 82.50, 100.00, —."""
    if value is None or value != value:  # NaN
        return NONE
    return f"{half_up(Decimal(str(value)), places):f}"


def signed(value: float) -> str:
    """A place on a scale around 0: −1, 0, +2."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):g}"


def day(value: date | None) -> str:
    return NONE if value is None else f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """A local datetime (already on a Shanghai clock) to the minute."""
    return NONE if value is None else f"{day(value.date())} {value:%H:%M}"


def duration(value: timedelta | None) -> str:
    """90 分 05 秒 as 1小时30分5秒."""
    if value is None:
        return NONE
    seconds = max(0, int(value.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "小时"), (minutes, "分"), (seconds, "秒")]
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0秒"


def remaining(value: timedelta) -> str:
    """What is left, as exactly as anybody needs it: 14天13小时, 5小时20分, 3分."""
    minutes = max(0, int(value.total_seconds()) // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分"
