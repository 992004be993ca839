"""Keys as people paste them: lines, whole files, and the wrong half of a pair."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from backup.standard_tools import require

from clawd_desktop.backup.age_keys import identities, new_identity, recipients
from clawd_desktop.core.errors import BadInput

PAIR = new_identity()


def ssh_pair(folder: Path, kind: str, passphrase: str = "") -> tuple[str, str]:
    """The public and the secret text of a new SSH key."""
    require("ssh-keygen")
    path = folder / f"id_{kind}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path], check=True)
    return path.with_suffix(".pub").read_text(), path.read_text()


def test_each_new_pair_is_another_one_and_hides_its_secret() -> None:
    assert PAIR.secret.startswith("AGE-SECRET-KEY-1")
    assert PAIR.recipient.startswith("age1")
    assert new_identity().secret != PAIR.secret
    assert PAIR.secret not in repr(PAIR)


def test_lines_and_whole_files_are_understood() -> None:
    file = f"# created: 2026-11-26\n# public key: {PAIR.recipient}\n\n{PAIR.secret}\r\n"
    assert len(identities([file, PAIR.secret])) == 2
    assert len(recipients([f"  {PAIR.recipient}\n# a comment\n{new_identity().recipient}\n"])) == 2


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_ssh_keys_are_understood(tmp_path: Path, kind: str) -> None:
    public, secret = ssh_pair(tmp_path, kind)
    assert len(recipients([public])) == 1
    assert len(identities([secret])) == 1


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        ([], "no key for which"),
        (["", "# only a comment"], "no key for which"),
        ([PAIR.recipient[:-1]], PAIR.recipient[:20]),
        (["ssh-ed25519 AAAA"], "ssh-ed25519 AAAA"),
        (["ssh-dss AAAAB3NzaC1kc3M="], "ssh-dss"),
        (["x" * 5000], "x" * 58),
        ([PAIR.recipient, "zzz"], "zzz"),
        ([PAIR.secret], "a secret one"),
        (["-----BEGIN OPENSSH PRIVATE KEY-----\nabc"], "a secret one"),
    ],
    ids=range(9),  # the keys are other ones in each process
)
def test_what_is_no_recipient_is_named(texts: list[str], what: str) -> None:
    with pytest.raises(BadInput, match=what) as caught:
        recipients(texts)
    assert len(str(caught.value)) < 300
    assert PAIR.secret not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        PAIR.recipient,
        PAIR.secret[:-1],
        PAIR.secret + "Q",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nabc",
        "\ud800",
    ],
    ids=range(7),
)
def test_what_is_no_secret_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        identities([text])
    assert caught.value.code == "backup.key"
    assert PAIR.secret[:30] not in str(caught.value)


def test_an_ssh_key_with_a_passphrase_says_what_to_do(tmp_path: Path) -> None:
    _, secret = ssh_pair(tmp_path, "ed25519", passphrase="a passphrase")
    with pytest.raises(BadInput, match="ssh-keygen -p"):
        identities([secret])


def test_a_kind_of_ssh_key_that_age_has_not_is_refused(tmp_path: Path) -> None:
    public, secret = ssh_pair(tmp_path, "ecdsa")
    with pytest.raises(BadInput, match="ecdsa"):
        recipients([public])
    with pytest.raises(BadInput):
        identities([secret])
