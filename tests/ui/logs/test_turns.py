"""Turns that really ran are listed, drawn, run again and exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from operations.test_tracing import ask, tells
from operations.tracing_stage import traced
from ui.staging import Stage, save_as, settled, texts

from clawd_desktop.ui.logs.turns import TurnsView

pytestmark = pytest.mark.qt


async def test_without_turns_it_says_what_will_be_here(stage: Stage) -> None:
    view = TurnsView(stage.services)
    view.show()
    assert view.states.state() == "empty or error"
    assert any("No turn was traced yet." in text for text in texts(view))
    view.hide()
    view.deleteLater()


async def test_a_turn_is_shown_run_again_and_exported(stage: Stage, tmp_path: Path) -> None:
    async with traced(tmp_path, tells, tells) as on:
        await ask(on, "run-1")
        operations = replace(stage.services.operations, traces=on.store)
        view = TurnsView(replace(stage.services, operations=operations, bus=on.on.bus))
        view.resize(900, 500)
        view.show()
        await settled(lambda: view.waterfall.current is not None)
        assert view.list.count() == 1
        assert any(text.startswith("Answered") for text in texts(view))
        view.replay()
        await settled(lambda: any("the same answer" in text for text in texts(view)))
        view.export()
        await save_as(tmp_path / "turn.json")
        assert json.loads((tmp_path / "turn.json").read_text())["traceEvents"]
        await ask(on, "run-2")
        await settled(lambda: view.list.count() == 2)
        assert view.list.currentRow() == 1
        view.hide()
        view.deleteLater()
