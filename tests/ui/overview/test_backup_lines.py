"""The two lines as widgets, and on the page over the real desk."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, settled, texts

from clawd_desktop.backup.desk import Order
from clawd_desktop.core.backup_facts import BackupFacts, Drill
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.ui.overview.backup_lines import DRILL, NEWEST, BackupLines
from clawd_desktop.ui.overview.page import OverviewPage

pytestmark = pytest.mark.qt


def test_until_facts_come_nobody_knows_and_each_line_opens_the_page(stage: Stage) -> None:
    opened: list[QPushButton] = []
    lines = BackupLines(stage.services.theme, opened.append)
    assert [link.text() for link in lines.links.values()] == ["Unknown", "Unknown"]
    facts = BackupFacts(NOW - 60_000, NOW, drill=Drill(NOW - 60_000, ok=False, text="It did not start."))
    lines.show_facts(facts, 0, NOW)
    assert lines.links[NEWEST].accessibleName() == "Last verified backup: 1 min ago"
    assert lines.links[DRILL].accessibleDescription() == "It did not start."
    for link in lines.links.values():
        link.click()
    assert opened == list(lines.links.values())


async def test_on_the_page_they_follow_the_desk(stage: Stage) -> None:
    desk = stage.services.backups
    (stage.services.state_folder / "clawdbot.json").write_text("{}")
    page = OverviewPage(stage.services)
    page.show()
    await settled(lambda: "No backup yet" in texts(page))
    assert "Never tried out" in texts(page)
    await desk.create(Order())
    await settled(lambda: "just now" in texts(page))
    in_the_way = stage.services.state_folder / "file"
    in_the_way.write_text("")
    stage.clock.advance(60)
    with pytest.raises(ClawdError):
        await desk.create(Order(folder=in_the_way / "backups"))
    await settled(lambda: "The last backup failed" in texts(page))
    assert "1 min ago; the last attempt failed" in texts(page)
    page._backups.links[NEWEST].click()
    await settled(lambda: "page:backup" in stage.actions)
    records = stage.services.state_folder / "clawd-desktop" / "backups.json"
    records.write_bytes(b"{ no json")
    page._look_at_backups()
    await settled(lambda: texts(page).count("Unknown") == 2)
    page.hide()
    page.deleteLater()


async def test_a_click_on_backing_up_in_the_list_asks_for_it(stage: Stage) -> None:
    page = OverviewPage(stage.services)
    page._backup_facts = BackupFacts(failed="The disk is full.")
    page.refresh()
    next(one for one in page._attention.findChildren(QPushButton) if one.text() == "Back up now").click()
    await settled(lambda: "backup.now" in stage.actions)
    page.deleteLater()
