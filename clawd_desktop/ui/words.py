"""Numbers, times and sizes in words for people, in the language that is on."""

from __future__ import annotations

from datetime import datetime, timedelta

from clawd_desktop.ui.i18n import tr


def count(number: int, one: str, many: str) -> str:
    """`one` or `many` with `{n}` filled in; both are already translated."""
    return (one if number == 1 else many).format(n=f"{number:,}")


def duration(seconds: float) -> str:
    """How long something lasts, in its two largest units."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return tr("{d} d {h} h", d=days, h=hours)
    if hours:
        return tr("{h} h {m} min", h=hours, m=minutes)
    if minutes:
        return tr("{m} min", m=minutes)
    return tr("{s} s", s=rest)


def ago(then_ms: int, now_ms: int) -> str:
    """How long ago something was."""
    seconds = max(0, now_ms - then_ms) / 1000
    return tr("just now") if seconds < 60 else tr("{time} ago", time=duration(seconds))


def moment(when_ms: int, now_ms: int) -> str:
    """A time of day, with the date when it is not today; in the computer's time zone."""
    when, now = datetime.fromtimestamp(when_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    clock = f"{when:%H:%M}"
    if when.date() == now.date():
        return clock
    if when.date() == (now + timedelta(days=1)).date():
        return tr("tomorrow {time}", time=clock)
    return f"{when:%Y-%m-%d} {clock}"


def size(number: int) -> str:
    """A number of bytes."""
    amount = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"


def folder(path: str, home: str) -> str:
    """A folder as people write it: with ~ for the home folder."""
    inside = path == home or path.startswith((f"{home}/", f"{home}\\"))
    return f"~{path[len(home) :]}" if home and inside else path


def amount(number: int) -> str:
    """A count that may be large, such as tokens: 950, 12.3k, 4.5M."""
    for limit, divisor, unit in ((1_000, 1, ""), (1_000_000, 1_000, "k"), (10**15, 1_000_000, "M")):
        if number < limit:
            return f"{number:,}" if divisor == 1 else f"{number / divisor:.1f}{unit}"
    return f"{number:,}"


def money(dollars: float) -> str:
    """US dollars; "" for nothing."""
    return f"${dollars:,.2f}" if dollars >= 0.005 else ""
