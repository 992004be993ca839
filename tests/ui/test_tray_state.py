"""One state, one sentence, one menu: by priority, for each thing that can be true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import NOW, REPORT

from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.ui.tray_state import Facts, Look, Row, look, sentence, tray_state

pytestmark = pytest.mark.qt
ACTION = Notice("pair", Severity.ACTION, "A new device asks to be paired", "")
ERROR = Notice("port", Severity.ERROR, "The port is taken", "")
WARNING = Notice("keyring", Severity.WARNING, "A key is in plain text", "")
INFO = Notice("tray", Severity.INFO, "The tray is gone", "")


def facts(*notices: Notice, idle_s: float = 1e9, busy: str = "", **report: object) -> Facts:
    return Facts(replace(REPORT, **report), notices, NOW, idle_s, busy)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(), Look.OK),
        (facts(INFO), Look.OK),
        (facts(WARNING), Look.OK),
        (facts(ACTION, ERROR, phase="stopped", paused_until_ms=0, runs=1), Look.ACTION),
        (facts(ERROR, phase="stopped", paused_until_ms=0, runs=1), Look.ERROR),
        (facts(phase="failed", paused_until_ms=0), Look.ERROR),
        (facts(phase="stopped", paused_until_ms=0, runs=1), Look.STOPPED),
        (facts(paused_until_ms=0, runs=1, busy="Backing up"), Look.PAUSED),
        (facts(runs=1, busy="Backing up"), Look.BUSY),
        (facts(runs=1), Look.WORKING),
        (facts(phase="starting"), Look.OK),
        (facts(phase="attached"), Look.OK),
    ],
)
def test_the_most_important_thing_wins(given: Facts, expected: Look) -> None:
    assert look(given) is expected


@pytest.mark.parametrize(("idle_s", "expected"), [(0.1, Look.WORKING), (1.9, Look.WORKING), (2.0, Look.OK)])
def test_working_lingers_for_two_seconds_so_that_the_icon_does_not_flicker(idle_s: float, expected: Look) -> None:
    assert look(facts(idle_s=idle_s)) is expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts(), "Everything is fine."),
        (facts(ACTION), "A new device asks to be paired"),
        (facts(ACTION, ERROR), "A new device asks to be paired, and 1 more."),
        (facts(phase="failed", reason="Port 18789 is taken."), "The gateway does not run: Port 18789 is taken."),
        (facts(phase="stopped"), "The gateway is stopped."),
        (facts(paused_until_ms=0), "The assistant is paused until you resume it."),
        (facts(runs=1), "Answering 1 message."),
        (facts(runs=3), "Answering 3 messages."),
        (facts(WARNING), "Running, with one thing to look at: A key is in plain text"),
        (facts(safe_mode=True), "Running with the last good settings, because the newest could not be read."),
        (facts(phase="starting"), "Starting…"),
        (facts(phase="attached"), "Connected to a gateway that another program runs."),
        (facts(busy="Backing up, 40 %"), "Backing up, 40 %"),
    ],
)
def test_the_sentence_answers_whether_it_is_fine(given: Facts, said: str) -> None:
    assert sentence(given) == said


def test_a_pause_with_an_end_names_it() -> None:
    assert sentence(facts(paused_until_ms=NOW + 60_000)).startswith("The assistant is paused until ")


def rows(given: Facts) -> dict[str, Row]:
    return {row.id: row for row in tray_state(given).rows}


def test_status_and_stopping_are_in_the_first_five_rows() -> None:
    ids = [row.id for row in tray_state(facts()).rows]
    assert ids[0] == "page:overview"
    assert "pause" in ids[:5]
    assert ids[-1] == "app.quit"


def test_at_most_three_notices_are_rows_and_no_information() -> None:
    many = tuple(replace(WARNING, id=f"n{number}") for number in range(5))
    ids = [row.id for row in tray_state(facts(*many, INFO)).rows]
    assert [key for key in ids if key.startswith("notice:")] == ["notice:n0", "notice:n1", "notice:n2"]


def test_long_titles_are_cut() -> None:
    long = replace(WARNING, title="a\nvery " + "long " * 60)
    assert max(len(row.text) for row in tray_state(facts(long)).rows) < 80


def test_a_paused_assistant_can_be_resumed_and_a_running_one_paused() -> None:
    assert [row.id for row in rows(facts())["pause"].children] == [
        "pause:30m",
        "pause:1h",
        "pause:tomorrow",
        "pause:open",
    ]
    paused = rows(facts(paused_until_ms=0))
    assert "assistant.resume" in paused
    assert "pause" not in paused


def test_notifications_can_be_muted_and_then_unmuted() -> None:
    assert [row.id for row in rows(facts())["mute"].children] == [
        "notify.mute:1800",
        "notify.mute:3600",
        "notify.mute:28800",
    ]
    muted = rows(replace(facts(), muted=True))
    assert muted["notify.unmute"].text == "Unmute notifications"
    assert "mute" not in muted


def test_quitting_asks_when_only_while_answers_are_going() -> None:
    assert rows(facts())["app.quit"].children == ()
    assert [row.id for row in rows(facts(queued=1))["quit"].children] == ["app.quit_when_idle", "app.quit"]


@pytest.mark.parametrize(("known", "ticked"), [(True, True), (False, False)])
def test_start_at_login_shows_what_the_system_says(known: bool, ticked: bool) -> None:
    assert rows(replace(facts(), autostart=known))["autostart"].checked is ticked


def test_start_at_login_is_not_offered_before_it_is_known() -> None:
    assert "autostart" not in rows(facts())


def test_the_tooltip_is_the_name_and_the_sentence() -> None:
    assert tray_state(facts()).tooltip == "Clawd Desktop\nEverything is fine."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts(), "● Running — 14 conversations, 2 clients"),
        (facts(ACTION), "● Running — 14 conversations, 2 clients"),
        (facts(runs=1), "● Working — 1 answer"),
        (facts(phase="starting"), "● Starting…"),
        (facts(phase="stopped"), "● The gateway is stopped."),
        (facts(ACTION, paused_until_ms=0), "● The assistant is paused until you resume it."),
        (facts(busy="Backing up, 40 %"), "● Backing up, 40 %"),
    ],
)
def test_the_first_row_says_what_goes_on(given: Facts, said: str) -> None:
    assert tray_state(given).rows[0].text == said


def test_a_backup_is_one_click_and_while_it_is_made_it_can_be_stopped() -> None:
    assert rows(facts())["backup.now"].text == "Back up now"
    going = rows(replace(facts(busy="Backing up, 40 %"), backing_up=True))
    assert going["page:backup"].text == "Backing up, 40 %"
    assert going["backup.stop"].text == "Stop the backup"
    assert "backup.now" not in going
