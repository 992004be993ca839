"""With what backups are locked, in words."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema.backup import Sealed
from clawd_desktop.ui.backup.lock_words import state

pytestmark = pytest.mark.qt
KEY = "age1abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("sealed", "sentence", "locked", "more"),
    [
        (Sealed(), "Not locked", False, "Whoever has a backup"),
        (Sealed(passphrase="keyring:x"), "Locked with a passphrase", True, "Without the passphrase"),
        (Sealed(recipients=(KEY,)), "Locked with a key", True, "Only the secret part of age1abcdefghijkl… opens them."),
        (Sealed(recipients=(KEY, "age1b", "age1c")), "Locked with a key", True, "The secret part of age1abcdefghijkl…"),
    ],
)
def test_each(sealed: Sealed, sentence: str, locked: bool, more: str) -> None:
    found = state(sealed)
    assert (found.sentence, found.locked) == (sentence, locked)
    assert found.more.startswith(more)
    assert (found.colour == "good") == locked
