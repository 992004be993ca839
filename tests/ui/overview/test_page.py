"""Overview follows what happens, and rests when nobody looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, LocalModels, Stage, settled, texts

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.events import ConnectionsChanged
from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.alert_rules import Comparison, Importance
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.ui.overview.page import OverviewPage

pytestmark = pytest.mark.qt
ALERT = Alert(
    "a1", "cpu.critical", "system.cpuUsage", Importance.CRITICAL, "The processor is overloaded", "CPU is 99 %",
    Comparison.ABOVE, 0.95, 0.85, 0.99, 0.99, NOW - 120_000, NOW - 60_000,
)  # fmt: skip
TAKEN = Notice("port", Severity.ERROR, "The port is taken", "", (NoticeAction("gateway.retry", "Try again"),), NOW)


@pytest.fixture
def page(stage: Stage) -> Iterator[OverviewPage]:
    made = OverviewPage(stage.services)
    yield made
    made.hide()
    made.deleteLater()


def press(page: OverviewPage, text: str) -> None:
    next(button for button in page.findChildren(QPushButton) if button.text() == text).click()


async def test_it_answers_in_one_sentence_and_says_when_nothing_waits(page: OverviewPage) -> None:
    page.show()
    said = texts(page)
    assert said[0] == "Everything is fine."
    assert "Nothing waits for you." in said
    assert page.states.state() == "normal"


async def test_events_are_shown_while_it_is_seen(page: OverviewPage, stage: Stage) -> None:
    page.show()
    stage.status.set(connections=7)
    stage.bus.publish(ConnectionsChanged(7))
    await settled(lambda: "7 connected" in texts(page))


async def test_a_hidden_page_measures_nothing(page: OverviewPage, stage: Stage) -> None:
    page.show()
    page.hide()
    stage.status.failure = StorageFault("must not be asked")
    stage.bus.publish(ConnectionsChanged(7))
    await settled(lambda: not page._bridge._waiting)
    assert page.states.state() == "normal"
    assert not page._tick.isActive()


async def test_a_notice_is_listed_and_its_fix_is_run(page: OverviewPage, stage: Stage) -> None:
    page.show()
    stage.notices.set(TAKEN)
    await settled(lambda: "The port is taken" in texts(page))
    assert "Nothing waits for you." not in texts(page)
    press(page, "Try again")
    await settled(lambda: stage.actions)
    assert stage.actions == ["gateway.retry"]


async def test_an_open_alert_is_listed_also_when_nothing_was_said_of_it(page: OverviewPage, stage: Stage) -> None:
    desk = stage.services.operations.alerts
    desk._book.kept.open["cpu.critical", "system.cpuUsage"] = ALERT
    page.show()
    assert {"The processor is overloaded", "CPU is 99 %", "Acknowledge", "Snooze 1 h"} <= set(texts(page))
    press(page, "Acknowledge")
    await settled(lambda: stage.actions)
    assert stage.actions == ["alert.acknowledge:a1"]


async def test_the_strip_shows_what_was_measured_and_a_dash_for_what_was_not(page: OverviewPage, stage: Stage) -> None:
    stage.services.operations.history.add(NOW - 1_000, {"system.cpuUsage": 0.42})
    page.show()
    said = texts(page._resources)
    assert "42 %" in said
    assert said.count("—") == 2


async def test_information_alone_is_nothing_to_do(page: OverviewPage, stage: Stage) -> None:
    stage.notices.set(Notice("hello", Severity.INFO, "Hello", ""))
    page.show()
    assert "Nothing waits for you." in texts(page)


async def test_a_failure_is_told_and_can_be_tried_again(page: OverviewPage, stage: Stage) -> None:
    stage.status.failure = StorageFault("The disk is gone.", hint="Connect it again.")
    page.show()
    assert {"The disk is gone.", "Connect it again."} <= set(texts(page.states))
    stage.status.failure = None
    press(page, "Try again")
    assert page.states.state() == "normal"


async def test_the_first_run_offers_what_runs_on_this_computer_and_takes_it(page: OverviewPage, stage: Stage) -> None:
    stage.status.set(model="local/smollm2-135m-instruct")
    stage.servers.append(LocalModels())
    page.show()
    await settled(lambda: "Use llama3.2:3b from Ollama" in texts(page))
    press(page, "Use llama3.2:3b from Ollama")
    config = stage.services.config
    await settled(lambda: config.config.agents.defaults.model.primary == "ollama/llama3.2:3b")


@pytest.mark.parametrize(
    ("button", "action"),
    [
        ("Copy password", "password.copy"),
        ("Change model", "settings:models"),
        ("Open chat", "page:chat"),
        ("All graphs", "page:resources"),
        ("Channels", "page:channels"),
        ("Sandbox", "page:sandbox"),
        ("Backup && restore", "page:backup"),
        ("Choose a model…", "settings:models"),
        ("Try the small one", "page:chat"),
    ],
)
async def test_links_ask_for_what_they_say(page: OverviewPage, stage: Stage, button: str, action: str) -> None:
    page.show()
    press(page, button)
    await settled(lambda: stage.actions)
    assert stage.actions == [action]
