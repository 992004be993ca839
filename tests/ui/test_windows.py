"""The table of pages is the information architecture."""

from __future__ import annotations

import pytest

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.tray_state import PAGES as TRAY_PAGES
from clawd_desktop.ui.windows import PAGES

pytestmark = pytest.mark.qt


def test_the_nine_pages_stand_in_their_order() -> None:
    assert [row.id for row in PAGES] == [
        "overview", "chat", "channels", "approvals", "sandbox", "resources", "alerts", "backup", "logs",
    ]  # fmt: skip


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.id)
def test_a_page_is_built_or_says_what_works_until_then(row: object) -> None:
    assert bool(row.build) != bool(row.until_then)  # type: ignore[attr-defined]
    assert resource(f"icons/{row.icon}.svg").exists()  # type: ignore[attr-defined]


def test_the_tray_names_the_same_pages() -> None:
    assert [(row.id, row.title) for row in PAGES if row.id != "chat"] == list(TRAY_PAGES)
