"""Settings, Security: the real check of a real configuration, and a repair that shows its difference first."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.settings_stage import SettingsStage
from ui.staging import settled

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.settings.security import SecurityPage, summary

pytestmark = pytest.mark.qt
UNSAFE = "{\n  commands: { bash: true },\n}\n"


def unsafe(settings: SettingsStage) -> SettingsStage:
    """The configuration on the disk lets shell commands in."""
    file = settings.stage.services.operations.security._paths.config_file  # type: ignore[attr-defined]
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(UNSAFE)
    file.chmod(0o600)
    return settings


async def opened(settings: SettingsStage) -> SecurityPage:
    await settings.stage.services.operations.security._config.load()
    page = SecurityPage(settings.context)
    await settled(
        lambda: page.sentence.text() != "",
    )
    return page


async def test_what_is_wrong_is_shown_with_its_way_on(settings: SettingsStage) -> None:
    page = await opened(unsafe(settings))
    assert "warnings" in page.sentence.text()
    names = [one.accessibleName() for one in page.findChildren(QPushButton)]
    assert "Repair: Shell commands can be run from chat" in names


async def test_a_repair_shows_the_difference_and_is_done_when_wanted(
    settings: SettingsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    answers = [False, True]

    async def confirm(window: object, title: str, text: str, **_: object) -> bool:
        shown.append(text)
        return answers.pop(0)

    monkeypatch.setattr(dialogs, "confirm", confirm)
    page = await opened(unsafe(settings))
    file = settings.stage.services.operations.security._paths.config_file
    for wanted in (UNSAFE, UNSAFE.replace("true", "false")):
        (fix,) = [one for one in page.findChildren(QPushButton) if "Shell commands" in one.accessibleName()]
        await settled(fix.isEnabled)
        fix.click()
        await settled(lambda wanted=wanted: len(shown) == 2 - len(answers) and file.read_text() == wanted)
    assert "+  commands: { bash: false }," in shown[0]
    await settled(
        lambda: not [one for one in page.findChildren(QPushButton) if "Shell commands" in one.accessibleName()]
    )


def row(level: Level) -> Finding:
    return Finding("a", "configuration", level, "t")


def test_sentences() -> None:
    assert summary([]) == "Security check: nothing to worry about"
    assert summary([row(Level.INFO)]) == "Security check: nothing to worry about"
    assert summary([row(Level.WARNING)] * 2) == "Security check: 2 warnings"
    assert summary([row(Level.ERROR), row(Level.WARNING)]) == "Security check: 1 errors, 1 warnings"
