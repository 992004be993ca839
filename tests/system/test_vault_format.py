"""The vault's bytes give back what went in, and tell damage, a wrong passphrase and a newer version apart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clawd_desktop.system.vault_format import (
    Cost,
    Damaged,
    TooNew,
    VaultData,
    WrongKey,
    create,
    decode,
    encode,
    open_key,
    open_record,
    with_record,
    without_record,
)

CHEAP = Cost(iterations=1, lanes=1, memory_kib=64)


def made(passphrase: str = "a good passphrase") -> tuple[VaultData, bytes]:
    data, key = create(passphrase, CHEAP)
    return with_record(data, key, "name", "é😀\0\n"), key


def test_what_went_in_comes_out_and_no_plain_text_is_in_between() -> None:
    data, key = made()
    raw = encode(with_record(data, key, "other", "visible?"))
    again = decode(raw)
    assert open_record(again, open_key(again, "a good passphrase"), "name") == "é😀\0\n"
    assert b"visible?" not in raw
    assert key not in raw
    assert list(without_record(again, "name").records) == ["other"]


def test_a_wrong_passphrase_is_not_damage() -> None:
    data, _ = made()
    with pytest.raises(WrongKey):
        open_key(decode(encode(data)), "a bad passphrase")


def test_one_passphrase_from_two_keyboards_is_one() -> None:
    data, key = made("caf\u00e9 caf\u00e9")
    assert open_key(data, "cafe\u0301 cafe\u0301") == key


def test_a_record_under_another_name_or_in_another_vault_does_not_open() -> None:
    data, key = made()
    with pytest.raises(WrongKey):
        open_record(replace(data, records={"other": data.records["name"]}), key, "other")
    with pytest.raises(WrongKey):
        open_record(replace(data, id="another"), key, "name")


@pytest.mark.parametrize("position", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_every_changed_byte_is_damage(position: float) -> None:
    raw = bytearray(encode(made()[0]))
    index = int(len(raw) * position)
    raw[index] = ord("A") if raw[index] != ord("A") else ord("B")
    with pytest.raises(Damaged):
        decode(bytes(raw))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format": "clawd-vault"}'])
def test_other_bytes_are_damage(raw: bytes) -> None:
    with pytest.raises(Damaged):
        decode(raw)


def test_half_a_vault_is_damage() -> None:
    raw = encode(made()[0])
    with pytest.raises(Damaged):
        decode(raw[: len(raw) // 2])


def test_a_newer_version_is_said_to_be_newer() -> None:
    fields = json.loads(encode(made()[0]))
    with pytest.raises(TooNew):
        decode(json.dumps({**fields, "version": 2}).encode())


@pytest.mark.parametrize(
    "cost",
    [Cost(0, 1, 64), Cost(99, 1, 64), Cost(1, 0, 64), Cost(1, 99, 4096), Cost(1, 1, 10**9), Cost(1, 4, 8)],
)
def test_a_file_cannot_ask_for_all_memory_or_time(cost: Cost) -> None:
    with pytest.raises(Damaged):
        decode(encode(replace(made()[0], cost=cost)))
    with pytest.raises(Damaged):
        create("a good passphrase", cost)
