"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clawd_desktop.ui import words

pytestmark = pytest.mark.qt
NOON = datetime(2026, 1, 15, 12, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_600, "1 h 0 min"), (90_061, "1 d 1 h"), (-5, "0 s")],
)
def test_durations_have_their_two_largest_units(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 B"), (1_023, "1023 B"), (1 << 20, "1 MiB"), (93 << 20, "93 MiB"), (1 << 41, "2.0 TiB")]
)
def test_sizes_are_rounded(number: int, said: str) -> None:
    assert words.size(number) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/home/ada/.clawdbot", "~/.clawdbot"),
        ("/home/ada", "~"),
        ("/home/adam/.clawdbot", "/home/adam/.clawdbot"),
        ("/srv/clawd", "/srv/clawd"),
    ],
)
def test_folders_below_the_home_folder_are_short(path: str, said: str) -> None:
    assert words.folder(path, "/home/ada") == said


@pytest.mark.parametrize(("number", "said"), [(950, "950"), (12_345, "12.3k"), (4_500_000, "4.5M")])
def test_large_counts_are_shortened(number: int, said: str) -> None:
    assert words.amount(number) == said


@pytest.mark.parametrize(("dollars", "said"), [(0, ""), (0.001, ""), (0.125, "$0.12"), (1_234.5, "$1,234.50")])
def test_nothing_costs_no_words(dollars: float, said: str) -> None:
    assert words.money(dollars) == said


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(minutes=5), "12:05"),
        (timedelta(hours=20), "tomorrow 08:00"),
        (timedelta(days=3), "2026-01-18 12:00"),
    ],
)
def test_moments_name_the_day_only_when_it_is_another(later: timedelta, said: str) -> None:
    assert words.moment(round((NOON + later).timestamp() * 1000), round(NOON.timestamp() * 1000)) == said


@pytest.mark.parametrize(("milliseconds", "said"), [(0, "just now"), (-50, "just now"), (120_000, "2 min ago")])
def test_ago(milliseconds: int, said: str) -> None:
    assert words.ago(1_000_000_000 - milliseconds, 1_000_000_000) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0 cats"), (1, "1 cat"), (1_200, "1,200 cats")])
def test_one_is_singular(number: int, said: str) -> None:
    assert words.count(number, "{n} cat", "{n} cats") == said
