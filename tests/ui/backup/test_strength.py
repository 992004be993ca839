"""How strong a passphrase is said to be: what people take is not called good."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.backup.strength import bits, strength

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("passphrase", "role"),
    [
        ("", "muted"),
        ("password", "bad"),
        ("Password1", "bad"),
        ("aaaaaaaaaaaaaaaaaaaa", "bad"),
        ("12345678901234", "bad"),
        ("abcdefghijklmnop", "bad"),
        ("clawd clawd clawd clawd", "bad"),
        ("summer2026!", "bad"),
        ("three short words", "warning"),
        ("correct horse battery staple", "good"),
        ("k7#Qv!2mZr9@Lw", "good"),
        ("一二三四五六七八九", "good"),
    ],
)
def test_each(passphrase: str, role: str) -> None:
    assert strength(passphrase)[0] == role, bits(passphrase)


def test_more_is_never_weaker() -> None:
    text = "correct horse battery staple, and 17 more"
    found = [bits(text[:number]) for number in range(1, len(text))]
    assert found[-1] > found[10] > found[3]
