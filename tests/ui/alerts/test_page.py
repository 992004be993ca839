"""The alerts page shows what the desk knows, and each button does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alert_stage import AlertStage
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from ui.staging import Stage, settled, texts

from clawd_desktop.config.schema.monitoring import Rule
from clawd_desktop.ui.alerts.page import AlertsPage
from clawd_desktop.ui.alerts.rule_editor import RuleEditor
from clawd_desktop.ui.widgets.graph import loading

pytestmark = pytest.mark.qt


@pytest.fixture
def alerts(stage: Stage, tmp_path: Path) -> AlertStage:
    made = AlertStage(tmp_path / "alerts", bus=stage.bus, clock=stage.clock)
    made.manual = stage.clock
    return made


@pytest.fixture
def page(stage: Stage, alerts: AlertStage) -> Iterator[AlertsPage]:
    operations = replace(stage.services.operations, alerts=alerts.desk, quiet=alerts.quiet)
    made = AlertsPage(replace(stage.services, operations=operations))
    made.resize(900, 700)
    yield made
    made.hide()
    made.deleteLater()


def press(page: AlertsPage, text: str) -> None:
    next(button for button in page.findChildren(QPushButton) if button.text() == text).click()


async def test_a_calm_page_says_so(page: AlertsPage, alerts: AlertStage) -> None:
    alerts.desk.configure()
    page.show()
    said = texts(page)
    assert "Nothing is wrong: all rules hold." in said
    assert "The processor is busy" in said
    assert "Before" not in said


async def test_an_alert_appears_is_acknowledged_and_ends_in_the_past(page: AlertsPage, alerts: AlertStage) -> None:
    alerts.desk.configure()
    page.show()
    alerts.measure("system.cpuUsage", 0.9, 90)
    await settled(lambda: "Acknowledge" in texts(page))
    press(page, "Acknowledge")
    await settled(lambda: "Acknowledge" not in texts(page))
    assert alerts.desk.open()[0].acknowledged_by == "owner"
    alerts.measure("system.cpuUsage", 0.1)
    await settled(lambda: "Before" in texts(page))
    assert "Nothing is wrong: all rules hold." in texts(page)


async def test_why_opens_the_graph(page: AlertsPage, alerts: AlertStage) -> None:
    await loading.load()
    alerts.desk.configure()
    page.show()
    alerts.measure("system.cpuUsage", 0.9, 90)
    await settled(lambda: "Why?" in texts(page))
    press(page, "Why?")
    await settled(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    assert dialog.windowTitle() == "Why did this fire?"
    dialog.reject()
    await settled(lambda: QApplication.activeModalWidget() is None)


async def test_a_rule_is_tested_snoozed_and_changed(page: AlertsPage, alerts: AlertStage, stage: Stage) -> None:
    await stage.services.config.load()
    alerts.desk.configure()
    page.show()
    rule = alerts.desk.rules().get("cpu.warning")

    def rules() -> dict[str, Rule]:
        return stage.services.config.config.monitoring.rules

    page._wish("test", rule, page)
    await settled(lambda: any(text.startswith("Test of “The processor is busy”.") for text in texts(page)))
    page._wish("snooze", rule, page)
    await settled(lambda: "cpu.warning" in alerts.desk.snoozed())
    page._wish("wake", rule, page)
    await settled(lambda: not alerts.desk.snoozed())
    page._wish("off", rule, page)
    await settled(lambda: (saved := rules().get("cpu.warning")) and not saved.enabled)
    page._wish("edit", rule, page)
    await settled(lambda: isinstance(QApplication.activeModalWidget(), RuleEditor))
    editor = QApplication.activeModalWidget()
    assert isinstance(editor, RuleEditor)
    editor.value.setText("90%")
    editor._take()
    await settled(lambda: rules()["cpu.warning"].value == "90%")


async def test_quiet_hours_and_muting_are_kept(page: AlertsPage, alerts: AlertStage, stage: Stage) -> None:
    await stage.services.config.load()
    page.show()
    page.quiet.on.click()
    await settled(lambda: stage.services.config.config.monitoring.quiet.hours)
    press(page, "30 min")
    await settled(lambda: any(text.startswith("Muted until") for text in texts(page)))
    press(page, "Disturb me again")
    await settled(lambda: any(text.startswith("Notifications are on.") for text in texts(page)))
