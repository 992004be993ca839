"""Asks for the passphrase of the encrypted file, twice, because nobody can recover it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clawd_desktop.core.errors import BadInput
from clawd_desktop.ui.dialogs import ask_secret
from clawd_desktop.ui.i18n import tr

SHORTEST = 8


async def ask_new_passphrase(parent: QWidget | None) -> str | None:
    """The passphrase; None when the person backed out. Raises BadInput when it is too short or the two differ."""
    title = tr("Encrypted file for passwords and keys")
    first = await ask_secret(parent, title, tr("Passphrase. Nobody can recover it: write it down."))
    if first is None:
        return None
    if len(first) < SHORTEST:
        raise BadInput(tr("The passphrase needs at least {n} characters.", n=SHORTEST))
    second = await ask_secret(parent, title, tr("The same passphrase once more"))
    if second is not None and second != first:
        raise BadInput(tr("The two passphrases differ."), hint=tr("Nothing was changed."))
    return second
