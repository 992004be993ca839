"""The list of what waits for a person."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, texts

from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.ui.overview.attention import Attention

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
