"""What a person sees of a backup before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from restore_stage import Home, home_at, spoil

from clawd_desktop.backup.look import difference, look
from clawd_desktop.backup.preview import AreaPreview
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.core.errors import NotFound, Unreadable


@pytest.fixture
def house(tmp_path: Path) -> Home:
    return home_at(tmp_path / "house")


def by_area(house: Home, areas: tuple[AreaPreview, ...]) -> dict[str, dict[str, str]]:
    return {area.area: {one.path: one.state for one in area.files} for area in areas}


def test_nothing_changed(house: Home) -> None:
    backup = house.backup()
    shown = by_area(house, look(backup, house.site).areas)
    assert len(shown) == 12
    different = {path for area in shown.values() for path, state in area.items() if state != "same"}
    # Secrets were taken out of these, and a database is never the same file twice.
    assert different <= {
        "clawdbot.json", "clawdbot.json.bak", "clawdbot.json.bak.1", "parts/more.json5", "exec-approvals.json",
        "config-history/1795000000000-0123456789abcdef.json5", "agents/main/agent/models.json", "cron/jobs.json",
        "memory/main.sqlite", "clawd-desktop/metrics.sqlite",
    }  # fmt: skip


def test_what_was_spoiled(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    before = house.seen()
    found = look(backup, house.site)
    shown = by_area(house, found.areas)
    assert shown["sessions"] == {
        "agents/main/sessions/s1.jsonl": "changed",
        "agents/main/sessions/s2.jsonl": "would be lost",
        "agents/main/sessions/sessions.json": "same",
    }
    assert shown["automation"]["cron/runs/j.jsonl"] == "only in backup"
    assert shown["workspace-main"]["later.md"] == "would be lost"
    assert shown["workspace-main"]["today.md"] == "only in backup"
    assert shown["workspace-main"]["empty"] == "same"
    assert ".env" not in shown["workspace-main"]
    assert shown["skills"] == {"skills/mine/SKILL.md": "changed"}
    assert [area.area for area in found.areas if area.warnings] == ["approvals", "sessions", "automation"]
    assert {path: what for path, what in house.seen().items() if path in before} == before


def test_lines(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    assert difference(backup, house.site, "skills", "skills/mine/SKILL.md")[2:] == (
        "@@ -1 +1,3 @@", "-spoiled", "+---", "+name: mine", "+---",
    )  # fmt: skip
    assert difference(backup, house.site, "memory", "memory/main.sqlite") == ()
    (house.folder / "clawd" / "MEMORY.md").unlink()
    assert difference(backup, house.site, "workspace-main", "MEMORY.md")[-1] == "+# Memory"
    for area, path in (("skills", "none"), ("workspace-main", "empty"), ("none", "x")):
        with pytest.raises(NotFound):
            difference(backup, house.site, area, path)


def test_no_secret_is_shown(house: Home) -> None:
    backup = house.backup()
    file = house.ground.paths.config_file
    file.write_text(file.read_text().replace('"mode": "local"', '"mode": "remote"'))
    lines = difference(backup, house.site, "config", "clawdbot.json")
    assert any("remote" in line for line in lines)
    assert "canary" not in "\n".join(lines)


def test_a_damaged_backup_is_told(house: Home) -> None:
    backup = house.backup()
    path = next((house.folder / "backups").glob("*.zst"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        look(backup, house.site)


def test_it_can_be_stopped(house: Home) -> None:
    backup = house.backup()
    with pytest.raises(Stopped):
        look(backup, house.site, halt=lambda: True)
