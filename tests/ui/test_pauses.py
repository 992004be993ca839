"""The end of a pause."""

from __future__ import annotations

from datetime import datetime

import pytest

from clawd_desktop.ui.pauses import pause_until
from clawd_desktop.ui.tray_state import PAUSES


@pytest.mark.parametrize(
    ("choice", "now", "until"),
    [
        ("pause:30m", datetime(2026, 1, 15, 23, 45), datetime(2026, 1, 16, 0, 15)),
        ("pause:1h", datetime(2026, 1, 15, 9, 0), datetime(2026, 1, 15, 10, 0)),
        ("pause:tomorrow", datetime(2026, 1, 15, 9, 0), datetime(2026, 1, 16, 8, 0)),
        ("pause:tomorrow", datetime(2026, 1, 15, 23, 59), datetime(2026, 1, 16, 8, 0)),
        ("pause:tomorrow", datetime(2026, 1, 16, 1, 30), datetime(2026, 1, 16, 8, 0)),
    ],
)
def test_each_choice_ends_when_a_person_expects_it(choice: str, now: datetime, until: datetime) -> None:
    assert datetime.fromtimestamp(pause_until(choice, now) / 1000) == until


def test_until_i_resume_has_no_end() -> None:
    assert pause_until("pause:open", datetime(2026, 1, 1)) == 0


def test_every_choice_of_the_menu_is_known() -> None:
    endless = [choice for choice, _ in PAUSES if pause_until(choice, datetime(2026, 1, 1)) == 0]
    assert endless == ["pause:open"]
