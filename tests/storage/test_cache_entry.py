"""One entry on the disk: any other byte is a miss."""

from __future__ import annotations

import pytest

from clawd_desktop.storage.cache_entry import Entry, packed, unpacked


@pytest.mark.parametrize("entry", [Entry(b"", 0, 1), Entry(b"x" * 1000, 5, 2**40), Entry("nö".encode(), 1, 2, False)])
def test_it_comes_back_as_it_was(entry: Entry) -> None:
    assert unpacked(packed(entry, "k"), "k") == entry


def test_any_flipped_bit_cut_or_other_key_is_a_miss() -> None:
    data = packed(Entry(b"a value", 123, 456), "key")
    for position in range(len(data)):
        for bit in (1, 128):
            broken = bytearray(data)
            broken[position] ^= bit
            assert unpacked(bytes(broken), "key") is None, position
        assert unpacked(data[:position], "key") is None
    assert unpacked(data + b"!", "key") is None
    assert unpacked(data, "other") is None
    assert unpacked(b"\x80\x04K\x01.", "key") is None, "a pickle is no entry"
