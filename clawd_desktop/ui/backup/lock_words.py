"""With what backups are locked, in words; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clawd_desktop.ui.i18n import tr

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Sealed

_KEY_SHOWN = 16


@dataclass(frozen=True, slots=True)
class LockState:
    """Drawing, colour, sentence, what is to be known besides, and whether they are locked at all."""

    icon: str
    colour: str
    sentence: str
    more: str
    locked: bool


def state(sealed: Sealed) -> LockState:
    """What the settings say."""
    if sealed.recipients:
        return LockState("lock", "good", tr("Locked with a key"), _keys(sealed.recipients), True)
    if sealed.passphrase:
        text = tr("Without the passphrase nobody can open them, also not on another computer.")
        return LockState("lock", "good", tr("Locked with a passphrase"), text, True)
    text = tr("Whoever has a backup can read your conversations in it. Passwords are left out of it.")
    return LockState("warning", "warning", tr("Not locked"), text, False)


def _keys(recipients: tuple[str, ...]) -> str:
    first = f"{recipients[0][:_KEY_SHOWN]}…"
    if len(recipients) == 1:
        return tr("Only the secret part of {key} opens them.", key=first)
    return tr("The secret part of {key} opens them, or one of {n} others.", key=first, n=len(recipients) - 1)
