"""One change at a time, told, and taken back on demand."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from ui.staging import Stage, settled

from clawd_desktop.ui.settings.saving import Saver

pytestmark = pytest.mark.qt


class Desk:
    """A saver and what it said."""

    def __init__(self, stage: Stage) -> None:
        self.window = QWidget()
        self.saver = Saver(stage.services, self.window)
        self.said, self.failed = list[str](), list[str]()
        self.saver.saved.connect(self.said.append)
        self.saver.failed.connect(self.failed.append)


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage)


async def test_a_value_is_saved_told_and_in_force(desk: Desk, stage: Stage) -> None:
    assert (desk.saver.value("gateway.port"), desk.saver.written("gateway.port")) == (18_789, None)
    desk.saver.set("gateway.port", 19_000, "Port")
    await settled(lambda: desk.said)
    assert desk.said == ["Saved: Port"]
    assert stage.services.config.config.gateway.port == 19_000
    assert (desk.saver.value("gateway.port"), desk.saver.written("gateway.port")) == (19_000, 19_000)


async def test_undo_takes_the_last_change_back(desk: Desk, stage: Stage) -> None:
    desk.saver.set("gateway.port", 19_000, "Port")
    await settled(lambda: desk.saver.can_undo)
    desk.saver.undo()
    await settled(lambda: len(desk.said) == 2)
    assert desk.saver.written("gateway.port") is None
    assert not desk.saver.can_undo


async def test_the_same_value_again_writes_nothing(desk: Desk, stage: Stage) -> None:
    desk.saver.set("gateway.port", None, "Port")
    assert not stage.services.config.snapshot().exists


async def test_what_cannot_be_is_refused_in_words(desk: Desk, stage: Stage) -> None:
    desk.saver.set("gateway.port", 70_000, "Port")
    await settled(lambda: desk.failed)
    assert "gateway.port" in desk.failed[0] or "Port" in desk.failed[0]
    assert stage.services.config.config.gateway.port == 18_789


async def test_a_change_from_elsewhere_is_a_conflict_and_the_next_try_works(desk: Desk, stage: Stage) -> None:
    assert desk.saver.value("gateway.port") == 18_789
    await stage.services.config.merge({"gateway": {"bind": "lan", "auth": {"token": "t"}}}, None)
    desk.saver.set("gateway.port", 19_000, "Port")
    await settled(lambda: desk.failed)
    desk.saver.set("gateway.port", 19_000, "Port")
    await settled(lambda: desk.said)
    assert (stage.services.config.config.gateway.port, stage.services.config.config.gateway.bind) == (19_000, "lan")
