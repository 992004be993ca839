"""The tray balloon gets title, text and severity."""

from __future__ import annotations

from clawd_desktop.core.notices import Severity
from clawd_desktop.system.notifications.balloon import Balloon
from clawd_desktop.system.notifications.port import Notification


async def test_the_balloon_is_shown() -> None:
    shown: list[tuple[str, str, Severity]] = []
    balloon = Balloon(lambda *words: shown.append(words))
    assert await balloon.show(Notification("a", "title", "text", Severity.ERROR))
    await balloon.withdraw("a")
    await balloon.close()
    assert shown == [("title", "text", Severity.ERROR)]
