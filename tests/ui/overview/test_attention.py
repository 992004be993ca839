"""The list of what waits for a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, texts

from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.ui.overview.attention import ACTIONS, MOST, Attention

PACKAGE = Path(__file__).parents[3] / "clawd_desktop"
pytestmark = pytest.mark.qt
TAKEN = Notice(
    "port", Severity.ERROR, "The port is taken", "By <b>node</b>, process 4711.",
    (NoticeAction("gateway.retry", "Try again"), NoticeAction("settings:gateway", "Change the port")), NOW - 120_000,
)  # fmt: skip


def test_a_row_has_cause_time_and_fixes(stage: Stage) -> None:
    asked: list[tuple[str, str]] = []
    listed = Attention(stage.services.theme, lambda action, which: asked.append((action, which.text())))
    listed.show_notices((TAKEN,), NOW)
    assert {"The port is taken", "2 min ago", "By <b>node</b>, process 4711."} <= set(texts(listed))
    for button in listed.findChildren(QPushButton):
        button.click()
    assert asked == [("gateway.retry", "Try again"), ("settings:gateway", "Change the port")]


def test_the_same_notices_are_not_built_again_and_none_hides_it(stage: Stage) -> None:
    listed = Attention(stage.services.theme, lambda _action, _which: None)
    listed.show_notices((TAKEN,), NOW)
    first = listed.findChildren(QPushButton)[0]
    listed.show_notices((TAKEN,), NOW + 1_000)
    assert listed.findChildren(QPushButton)[0] is first
    listed.show_notices((), NOW)
    assert listed.isHidden()
    assert listed.body.count() == 0


def test_very_many_rows_are_counted_instead_of_built(stage: Stage) -> None:
    listed = Attention(stage.services.theme, lambda _action, _which: None)
    listed.show_notices([Notice(f"n{number}", Severity.WARNING, "Again", "") for number in range(5_000)], NOW)
    assert texts(listed).count("Again") == MOST
    assert texts(listed)[-1] == f"And {5_000 - MOST:,} more."


def test_every_button_that_other_rooms_name_is_known_to_the_translators() -> None:
    named = re.compile(r'NoticeAction\(\s*f?(?:"[^"]*"|[\w.]+),\s*"([^"]+)"')
    rooms = [path for path in PACKAGE.rglob("*.py") if "ui" not in path.relative_to(PACKAGE).parts]
    found = {label for path in rooms for label in named.findall(path.read_text(encoding="utf-8"))}
    assert found <= set(ACTIONS)
    assert len(found) > 20
