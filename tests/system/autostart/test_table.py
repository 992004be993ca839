"""Each platform gets the switch it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.system.autostart.table import make_autostart


@pytest.mark.parametrize(
    ("platform", "kind"),
    [
        ("linux", "FreedesktopAutostart"),
        ("freebsd14", "FreedesktopAutostart"),
        ("darwin", "MacAutostart"),
        ("emscripten", "NoAutostart"),
    ],
)
def test_each_platform_has_its_own(home: Path, platform: str, kind: str) -> None:
    assert type(make_autostart(["/bin/true"], {}, Path(home), platform)).__name__ == kind
