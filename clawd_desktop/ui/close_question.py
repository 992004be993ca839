"""Asked once where there is no tray: whether closing the window ends the assistant."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clawd_desktop.ui.dialogs import choose
from clawd_desktop.ui.i18n import tr

_ANSWERS = ("background", "quit")


async def ask_on_close(parent: QWidget | None) -> str:
    """ "background", "quit", or "" when the person backed out."""
    text = tr(
        "Your desktop has no tray in which Clawd Desktop could stay. It can go on answering in the background; start "
        "it again to see its window. This is asked once; Settings can change it."
    )
    chosen = await choose(
        parent, tr("Keep the assistant running?"), text, [tr("Keep running in the background"), tr("Quit")]
    )
    return _ANSWERS[chosen] if chosen >= 0 else ""
