"""What a conversation consists of stands in words, what is wrong with it too, and all of it can be copied."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from operations.test_session_scan import ASKED, BROKEN, COMPACTION, HEADER, SAID, WISH, line
from operations.test_tracing import ask, tells
from operations.tracing_stage import traced
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from ui.staging import NOW, Stage, settled, texts
from ui.test_accessibility import clipped, mute

from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.inspection import Inspection, Inspector
from clawd_desktop.operations.session_scan import scan
from clawd_desktop.ui.logs.inspect_dialog import InspectDialog, facts
from clawd_desktop.ui.logs.turns import TurnsView

pytestmark = pytest.mark.qt


def press(window: QWidget, word: str) -> None:
    next(each for each in window.findChildren(QPushButton) if each.text() == word).click()


def broken(folder: Path) -> Inspection:
    path = folder / "s1.jsonl"
    path.write_bytes(HEADER + line(ASKED) + line(WISH) + b"torn\n" + line(BROKEN) + COMPACTION + line(SAID)[:-9])
    entry: JsonObject = {"sessionId": "s1", "providerOverride": "openai", "modelOverride": "gpt-5"}
    return Inspection("main", True, "agent:main:main", "s1", str(path), NOW - 3_600_000, entry, scan(path))


def test_everything_that_is_wrong_is_said(stage: Stage, tmp_path: Path) -> None:
    said = dict(facts(broken(tmp_path), NOW))
    torn = len(HEADER + line(ASKED) + line(WISH))
    last = torn + 5 + len(line(BROKEN) + COMPACTION)
    assert said["Exists"] == "Yes"
    assert said["File"] == str(tmp_path / "s1.jsonl")
    assert said["Size"].endswith(" · 7 lines")
    assert said["Last change"].endswith(" · 1 h 0 min ago")
    assert said["Messages"] == "3 (You 1, Assistant 2)"
    assert said["Tokens, estimated"].endswith(" · 7 reported by models")
    assert said["Unanswered tool calls"] == "clock (c1), exec (c2)"
    assert said["Lines that cannot be read"] == f"2, at byte {torn:,}, {last:,} · the last line has no end"
    assert said["Besides"] == "1 answer failed · 1 summary"
    assert said["Model"] == "openai/gpt-5 is chosen · p/m: 1 answer · q/n: 1 answer"


def test_a_sound_one_says_that_nothing_is_wrong(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(HEADER + line(ASKED) + line(SAID))
    said = dict(facts(Inspection("s1", True, "", "s1", str(path), 0, {}, scan(path)), NOW))
    assert (said["Unanswered tool calls"], said["Lines that cannot be read"]) == ("None", "None")
    assert "Besides" not in said
    assert "Last change" not in said


def test_more_open_calls_than_are_listed(stage: Stage, tmp_path: Path) -> None:
    found = broken(tmp_path)
    assert found.scan is not None
    more = replace(found, scan=replace(found.scan, open_count=5))
    assert dict(facts(more, NOW))["Unanswered tool calls"] == "clock (c1), exec (c2) and 3 more"


async def test_one_that_does_not_exist_says_why(stage: Stage) -> None:
    dialog = InspectDialog(Inspection("gone", False, error="There is no conversation."), NOW, None)
    dialog.show()
    assert texts(dialog)[:2] == ["gone", "There is no conversation."]
    assert facts(dialog._found, NOW) == (("Exists", "No"),)
    dialog.close()
    dialog.deleteLater()


async def test_it_can_be_read_whole(stage: Stage, tmp_path: Path) -> None:
    dialog = InspectDialog(broken(tmp_path), NOW, None)
    dialog.show()
    await settled(dialog.isVisible)
    assert mute(dialog) == []
    assert clipped(dialog) == []
    dialog.close()
    dialog.deleteLater()


async def test_the_conversation_of_a_turn_is_inspected_and_copied(stage: Stage, tmp_path: Path) -> None:
    async with traced(tmp_path, tells) as on:
        await ask(on, "run-1")
        inspector = Inspector(on.on.store, on.store.list)
        operations = replace(stage.services.operations, traces=on.store, inspector=inspector)
        view = TurnsView(replace(stage.services, operations=operations, bus=on.on.bus))
        view.show()
        await settled(lambda: view.waterfall.current is not None)
        press(view, "Conversation…")
        await settled(lambda: isinstance(QApplication.activeModalWidget(), InspectDialog), "the dialog")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, InspectDialog)
        said = texts(dialog)
        assert "agent:main:main" in said
        assert "2 (You 1, Assistant 1)" in said
        assert {"Largest messages", "Last turns", "Answered"} <= set(said)
        press(dialog, "Copy as JSON")
        copied = json.loads(QGuiApplication.clipboard().text())
        assert (copied["sessionKey"], copied["messageCount"]) == ("agent:main:main", 2)
        assert [run["runId"] for run in copied["runs"]] == ["run-1"]
        press(dialog, "Close")
        await settled(lambda: QApplication.activeModalWidget() is None)
        view.hide()
        view.deleteLater()
