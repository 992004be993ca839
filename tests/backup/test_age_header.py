"""The head of an age file is taken as it is written and in no other way; however large or odd it is, that is quick."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup import age_header
from clawd_desktop.backup.age_header import MAGIC, MOST_BYTES, VERSION, Header, Source, Stanza
from clawd_desktop.backup.manifest import Damaged

KEY = bytes(range(16))
STANZA = Stanza("scrypt", (age_header.encoded(bytes(16)), "18"), bytes(32))
HEAD = age_header.build(STANZA, KEY)
MAC = b"--- " + b"A" * 43 + b"\n"


class OneByOne(io.BytesIO):
    """A file that hands out a byte at a time, as a slow one may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, 1 if size is None or size < 0 else size))


def test_what_was_built_is_read_back_and_vouched_for() -> None:
    header, ahead = age_header.read(io.BytesIO(HEAD + b"payload"))
    assert (header.stanzas, header.text, ahead) == ((STANZA,), HEAD, b"payload")
    age_header.check(header, KEY)
    with pytest.raises(Damaged, match="changed"):
        age_header.check(header, bytes(16))


def test_it_is_read_from_a_file_that_gives_little_at_once() -> None:
    file = OneByOne(HEAD + b"payload")
    header, ahead = age_header.read(file)
    assert (header.text, ahead, file.read(1)) == (HEAD, b"", b"p")


def test_the_head_of_the_specification() -> None:
    header = age_header.parse(
        b"age-encryption.org/v1\n-> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE\n"
        b"qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E\n--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n"
    )
    (stanza,) = header.stanzas
    assert (stanza.kind, len(stanza.body), len(header.mac)) == ("X25519", 32, 32)
    assert header.signed.endswith(b"\n---")


def test_several_stanzas_with_long_and_empty_bodies() -> None:
    body = b"A" * 64 + b"\n" + b"A" * 64 + b"\n\n"
    header = age_header.parse(VERSION + b"-> a b c\n" + body + b"-> d\n\n" + MAC)
    assert [(one.kind, one.arguments, len(one.body)) for one in header.stanzas] == [("a", ("b", "c"), 96), ("d", (), 0)]


@pytest.mark.parametrize(
    "text",
    [
        VERSION + MAC,
        VERSION + b"-> a\n" + MAC,
        VERSION + b"->a\n\n" + MAC,
        VERSION + b"-> a  b\n\n" + MAC,
        VERSION + b"-> a \n\n" + MAC,
        VERSION + b"-> \xc3\xa9\n\n" + MAC,
        VERSION + b"-> a\n" + b"A" * 65 + b"\n\n" + MAC,
        VERSION + b"-> a\n" + b"A" * 64 + b"\n" + MAC,
        VERSION + b"-> a\nAA==\n" + MAC,
        VERSION + b"-> a\nAB\n" + MAC,
        VERSION + b"-> a\nA\n" + MAC,
        VERSION + b"-> a\n\n--- " + b"A" * 42 + b"B\n",
        VERSION + b"-> a\n\n--- " + b"A" * 44 + b"\n",
        VERSION + b"-> a\n\n---\n",
        b"x" + HEAD,
        HEAD + b"x",
    ],
)
def test_what_the_format_does_not_know_is_damage(text: bytes) -> None:
    with pytest.raises(Damaged, match="as the age format says"):
        age_header.parse(text)


@pytest.mark.parametrize("text", [b"x", b"ustar", b"-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END\n", b"x" + HEAD])
def test_what_is_something_else_is_named(text: bytes) -> None:
    with pytest.raises(Damaged, match="not in the age format"):
        age_header.read(io.BytesIO(text))


@pytest.mark.parametrize("version", [b"v2\n", b"v1\r\n", b"v1.1\n", b"\n"])
def test_another_version_is_named(version: bytes) -> None:
    with pytest.raises(Damaged, match="does not know"):
        age_header.read(io.BytesIO(MAGIC + version + b"anything\n" + MAC))


def test_every_cut_is_damage() -> None:
    for size in range(len(HEAD)):
        with pytest.raises(Damaged, match="it is empty" if not size else "inside its head"):
            age_header.read(io.BytesIO(HEAD[:size]))


class Endless(io.RawIOBase):
    """A head that never ends."""

    def __init__(self, begin: bytes, more: bytes) -> None:
        self.begin, self.more, self.given = begin, more, 0

    def read(self, size: int = -1, /) -> bytes:
        block = (self.begin if not self.given else b"") + self.more * (size // len(self.more))
        self.given += len(block)
        return block


@pytest.mark.parametrize("more", [b"A" * 64 + b"\n", b"-> a\n\n", b"\n--", b"\0", b"-> " + b"a " * 30, b" "])
def test_a_huge_head_is_refused_soon(more: bytes) -> None:
    endless, begun = Endless(VERSION + b"-> a\n", more), time.process_time()
    with pytest.raises(Damaged, match="larger than 64 KiB"):
        age_header.read(endless)  # type: ignore[arg-type]
    assert endless.given < 2 * MOST_BYTES
    assert time.process_time() - begun < 2


@given(st.binary(max_size=200), st.sampled_from([b"", MAGIC, VERSION, VERSION + b"-> a b\n", HEAD[:60]]))
def test_no_bytes_break_the_reader(data: bytes, begin: bytes) -> None:
    try:
        header, _ = age_header.read(io.BytesIO(begin + data))
    except Damaged:
        return
    assert isinstance(header, Header)


def test_the_source_gives_what_was_read_ahead_first() -> None:
    source = Source(OneByOne(b"defgh"), b"abc", position=10)
    assert (source.read(2), source.position) == (b"ab", 12)
    assert (source.block(4), source.position) == (b"cdef", 16)
    assert (source.block(9), source.block(9), source.position) == (b"gh", b"", 18)
