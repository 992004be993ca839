"""Which place serves is one decision, made from what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.system.secrets_choice import (
    Place,
    Record,
    choose,
    decode_record,
    encode_record,
    find_secrets_file,
)

FILE = Path("/run/secrets/x")


@pytest.mark.parametrize(
    ("record", "file", "vault", "place"),
    [
        (None, None, False, Place.KEYRING),
        (None, None, True, Place.VAULT),
        (Record("i"), None, False, Place.KEYRING),
        (Record("i"), None, True, Place.VAULT),
        (Record("i", "vault"), None, True, Place.VAULT),
        (Record("i", "vault"), None, False, Place.VAULT),
        (Record("i", "secret-service"), None, True, Place.KEYRING),
        (Record("i", "kwallet"), None, False, Place.KEYRING),
        (Record("i", "vault"), FILE, True, Place.FILE),
        (None, FILE, False, Place.FILE),
    ],
)
def test_the_place(record: Record | None, file: Path | None, vault: bool, place: Place) -> None:
    assert choose(record, secrets_file=file, vault_exists=vault) is place


def test_the_file_is_named_or_mounted_or_there_is_none(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted.json"
    assert find_secrets_file({}, mounted) is None
    mounted.touch()
    assert find_secrets_file({}, mounted) == mounted
    assert find_secrets_file({"CLAWD_SECRETS_FILE": " /a/b "}, mounted) == Path("/a/b")
    assert find_secrets_file({"CLAWD_SECRETS_FILE": "  "}, mounted) == mounted


@pytest.mark.parametrize("record", [Record("0a1b2c3d"), Record("0a1b2c3d", "vault")])
def test_the_record_comes_back(record: Record) -> None:
    assert decode_record(encode_record(record), FILE) == record


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"version": 2, "instance": "a"}', b'{"version": 1}', b'{"version": 1, "instance": "../a"}'],
)
def test_a_record_that_cannot_be_understood_is_not_taken_for_none(data: bytes) -> None:
    with pytest.raises(SecretsFault) as caught:
        decode_record(data, FILE)
    assert caught.value.state is SecretsState.BROKEN
    assert str(FILE) in caught.value.message
