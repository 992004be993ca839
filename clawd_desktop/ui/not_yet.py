"""The calm page in the place of one that is not built yet: says so, and what works today."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.states import message
from clawd_desktop.ui.windows import PageRow


def not_yet(theme: Theme, row: PageRow) -> QWidget:
    """The page for a row of the table that has no page yet."""
    title = tr("{page} comes in a later version.", page=tr(row.title))
    return message(theme, row.icon, "muted", title, tr(row.until_then), [])
