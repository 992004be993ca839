"""Until when "for an hour" or "until tomorrow morning" is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

MORNING = time(8, 0)
_MINUTES = {"pause:30m": 30, "pause:1h": 60}


def pause_until(choice: str, now: datetime) -> int:
    """Milliseconds since the epoch at which the pause ends; 0 is "until somebody resumes".

    `choice` is an id of `tray_state.PAUSES`; `now` is local time. After midnight, "tomorrow" is the day that began.
    """
    if choice in _MINUTES:
        return round((now + timedelta(minutes=_MINUTES[choice])).timestamp() * 1000)
    if choice == "pause:tomorrow":
        day = now.date() if now.time() < time(4, 0) else now.date() + timedelta(days=1)
        return round(datetime.combine(day, MORNING, tzinfo=now.tzinfo).timestamp() * 1000)
    return 0
