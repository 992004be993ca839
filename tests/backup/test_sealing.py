"""Closed backups: what opens them, that no damage passes, and that the standard age program and pyrage agree."""

from __future__ import annotations

import io
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyrage  # type: ignore[import-untyped]
import pytest
from backup.standard_tools import age, on_a_terminal, require

from clawd_desktop.backup import age_header
from clawd_desktop.backup.age_payload import CHUNK
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealing import Keys, Lock, closing, is_sealed, new_identity, opening
from clawd_desktop.core.errors import BadInput

PAIR = new_identity()
COMPOSED, DECOMPOSED = "caf\u00e9 am Stra\u00dfenrand", "cafe\u0301 am Stra\u00dfenrand"
# Nobody waits a second for each of a thousand files.
LITTLE = 2
WAYS = {
    "passphrase": (Lock(COMPOSED), Keys(COMPOSED)),
    "key": (Lock(recipients=(PAIR.recipient,)), Keys(identities=(PAIR.secret,))),
}
both_ways = pytest.mark.parametrize("way", list(WAYS))


def sealed(data: bytes, lock: Lock, *, work: int = LITTLE) -> bytes:
    file = io.BytesIO()
    with closing(file, lock, work=work) as writer:
        writer.write(data)
    return file.getvalue()


def opened(data: bytes, keys: Keys) -> bytes:
    with opening(io.BytesIO(data), keys) as reader:
        return reader.read()


@both_ways
@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_comes_back_equal(way: str, size: int) -> None:
    lock, keys = WAYS[way]
    data = os.urandom(size)
    file = sealed(data, lock)
    assert is_sealed(file[:20])
    assert opened(file, keys) == data


@pytest.mark.parametrize("head", [b"", b"age", b"\x28\xb5\x2f\xfd" + bytes(16), b"ustar", b"Age-encryption.org/v1\n"])
def test_what_is_not_sealed(head: bytes) -> None:
    assert not is_sealed(head)
    with pytest.raises(Damaged, match="not in the age format|is empty|inside its head"):
        opening(io.BytesIO(head), Keys("a"))


@both_ways
def test_the_files_stay_open_and_are_their_owners(way: str) -> None:
    lock, keys = WAYS[way]
    file = io.BytesIO(b"")
    closing(file, lock, work=LITTLE).close()
    assert not file.closed
    file.seek(0)
    opening(file, keys).close()
    assert not file.closed


def test_secrets_do_not_stand_in_what_is_printed() -> None:
    shown = f"{Lock('geheim')} {Keys('geheim', (PAIR.secret,))} {PAIR}"
    assert "geheim" not in shown
    assert "AGE-SECRET-KEY" not in shown


@pytest.mark.parametrize(
    ("lock", "what"),
    [
        (Lock(), "empty passphrase"),
        (Lock(""), "empty passphrase"),
        (Lock("a", (PAIR.recipient,)), "not with both"),
        (Lock(recipients=("age1nonsense",)), "age1nonsense"),
        (Lock(recipients=(PAIR.secret,)), "a secret one"),
        (Lock(recipients=("#",)), "no key for which"),
    ],
)
def test_what_is_no_lock_is_refused_before_anything_is_written(lock: Lock, what: str) -> None:
    file = io.BytesIO()
    with pytest.raises(BadInput, match=what) as caught:
        closing(file, lock)
    assert caught.value.hint or "key" in caught.value.message
    assert file.getvalue() == b""


@pytest.mark.parametrize(
    ("way", "keys", "code"),
    [
        ("passphrase", Keys(), "backup.no_passphrase"),
        ("passphrase", Keys(""), "backup.no_passphrase"),
        ("passphrase", Keys(identities=(PAIR.secret,)), "backup.no_passphrase"),
        ("passphrase", Keys(COMPOSED + " "), "backup.wrong_passphrase"),
        ("passphrase", Keys(COMPOSED.upper()), "backup.wrong_passphrase"),
        ("key", Keys(), "backup.no_key"),
        ("key", Keys(COMPOSED), "backup.no_key"),
        ("key", Keys(identities=(new_identity().secret,)), "backup.wrong_key"),
        ("key", Keys(identities=("nonsense",)), "backup.key"),
    ],
)
def test_each_wrong_key_says_what_is_wrong(way: str, keys: Keys, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        opening(io.BytesIO(sealed(b"a", WAYS[way][0])), keys)
    assert caught.value.code == code
    assert caught.value.hint


@both_ways
def test_both_kinds_of_keys_at_once_open_either(way: str) -> None:
    assert opened(sealed(b"a", WAYS[way][0]), Keys(COMPOSED, (PAIR.secret,))) == b"a"


def test_one_letter_in_two_forms_is_one_passphrase() -> None:
    assert opened(sealed(b"a", Lock(COMPOSED)), Keys(DECOMPOSED)) == b"a"
    assert opened(sealed(b"a", Lock(DECOMPOSED)), Keys(COMPOSED)) == b"a"


@pytest.mark.parametrize("letter", ["a", "é", "日", "\U0001f510"])
def test_a_passphrase_of_a_thousand_characters(letter: str) -> None:
    assert opened(sealed(b"a", Lock(letter * 1000)), Keys(letter * 1000)) == b"a"
    with pytest.raises(BadInput):
        opened(sealed(b"a", Lock(letter * 1000)), Keys(letter * 999))


# What a wrong passphrase and damage look like, and nothing else: no third way to fail that would tell more.


WRONG_KEY = ("backup.wrong_passphrase", "backup.wrong_key", "backup.no_key", "backup.no_passphrase")


def outcome(data: bytes, keys: Keys, expected: bytes) -> str:
    """ "key", "damaged" or "same"; anything else fails the test."""
    try:
        got = opened(data, keys)
    except BadInput as error:
        return "key" if error.code in WRONG_KEY else str(error.code)
    except Damaged:
        return "damaged"
    assert got == expected, "what was changed came out as if it were whole"
    return "same"


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def stanza_of(file: bytes) -> range:
    """Where the stanzas lie, which alone may speak of a wrong key."""
    return range(len(age_header.VERSION), file.index(b"\n--- ") + 1)


@both_ways
def test_each_single_bit_of_a_small_file(way: str) -> None:
    lock, keys = WAYS[way]
    file = sealed(b"small", lock)
    stanza = stanza_of(file)
    for bit in range(8 * len(file)):
        found = outcome(flipped(file, bit), keys, b"small")
        assert found == "damaged" or (found == "key" and bit // 8 in stanza), f"bit {bit}: {found}"


@both_ways
def test_a_thousand_random_bits_of_a_larger_file(way: str) -> None:
    lock, keys = WAYS[way]
    chance = random.Random(20261126)
    data = chance.randbytes(5 * CHUNK + 123)
    file = sealed(data, lock)
    stanza = stanza_of(file)
    for bit in (chance.randrange(8 * len(file)) for _ in range(1000)):
        found = outcome(flipped(file, bit), keys, data)
        assert found == "damaged" or (found == "key" and bit // 8 in stanza), f"bit {bit}: {found}"


@both_ways
@pytest.mark.parametrize("size", [5 * CHUNK, 5 * CHUNK + 123])
def test_a_cut_at_each_4_kib_and_around_each_piece(way: str, size: int) -> None:
    lock, keys = WAYS[way]
    data = os.urandom(size)
    file = sealed(data, lock)
    begin = file.index(b"\n", file.index(b"\n--- ") + 1) + 1 + 16
    ends = {begin + number * (CHUNK + 16) + near for number in range(6) for near in (-17, -16, -1, 0, 1, 15, 16, 17)}
    for cut in sorted({*range(0, len(file), 4096), *range(begin + 20), *ends, len(file) - 1}):
        if cut < len(file):
            assert outcome(file[:cut], keys, data) == "damaged", cut


@both_ways
def test_a_missing_last_piece_and_anything_after_it(way: str) -> None:
    lock, keys = WAYS[way]
    data = bytes(4 * CHUNK)
    file = sealed(data, lock)
    for changed in (file[: -CHUNK - 16], file + b"\0", file + file, file + file[-CHUNK - 16 :]):
        assert outcome(changed, keys, data) == "damaged"


@both_ways
def test_a_payload_under_another_files_head(way: str) -> None:
    lock, keys = WAYS[way]
    one, other = (sealed(bytes(CHUNK), lock) for _ in range(2))
    head = one.index(b"\n", one.index(b"\n--- ") + 1) + 1
    there = other.index(b"\n", other.index(b"\n--- ") + 1) + 1
    assert outcome(one[:head] + other[there:], keys, b"") == "damaged"


def test_a_wrong_passphrase_reads_nothing_behind_the_head() -> None:
    file = sealed(bytes(CHUNK), Lock(COMPOSED))
    cut = file[: file.index(b"\n", file.index(b"\n--- ") + 1) + 1]
    for data in (file, cut, cut + b"x", flipped(file, 8 * (len(file) - 1))):
        with pytest.raises(BadInput) as caught:
            opening(io.BytesIO(data), Keys("another"))
        assert caught.value.code == "backup.wrong_passphrase"


@both_ways
def test_a_hostile_head_costs_nothing(way: str) -> None:
    _, keys = WAYS[way]
    salt, mac = age_header.encoded(bytes(16)), b"--- " + b"A" * 43 + b"\n"
    bodies = {
        "work": f"-> scrypt {salt} 63\n{'A' * 43}\n".encode(),
        "digits": f"-> scrypt {salt} {'9' * 30_000}\n{'A' * 43}\n".encode(),
        "salt": f"-> scrypt {'A' * 30_000} 18\n{'A' * 43}\n".encode(),
        "stanzas": b"-> X25519 a\n\n" * 1_000_000,
        "body": b"-> X25519 a\n" + (b"A" * 64 + b"\n") * 1_000_000,
        "line": b"-> " + b"a" * 50_000_000,
    }
    for what, body in bodies.items():
        begun = time.process_time()
        with pytest.raises((Damaged, BadInput)):
            opening(io.BytesIO(age_header.VERSION + body + mac), keys)
        assert time.process_time() - begun < 2, what


class Full(io.BytesIO):
    """A disk that has room for the head only."""

    def write(self, data: object, /) -> int:
        assert isinstance(data, memoryview)
        if self.tell() + len(data) > 2000:
            raise OSError(28, "No space left on device")
        return super().write(data)


@both_ways
def test_a_full_disk_is_told_as_it_is(way: str) -> None:
    with pytest.raises(OSError, match="No space left"), closing(Full(), WAYS[way][0], work=LITTLE) as writer:
        writer.write(bytes(20 * CHUNK))


@both_ways
def test_what_broke_off_does_not_open(way: str) -> None:
    lock, keys = WAYS[way]
    file = io.BytesIO()

    def broken_off() -> None:
        with closing(file, lock, work=LITTLE) as writer:
            writer.write(bytes(10 * CHUNK))
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert outcome(file.getvalue(), keys, b"") == "damaged"


# The age program and pyrage. Source: age 1.1 and later, as Debian has it.


def test_the_age_program_opens_our_passphrase_file(tmp_path: Path) -> None:
    require("age")
    data = os.urandom(2 * CHUNK + 17)
    (tmp_path / "a.age").write_bytes(sealed(data, Lock(DECOMPOSED), work=18))
    age("--decrypt", "--output", tmp_path / "a", tmp_path / "a.age", answers=[COMPOSED])
    assert (tmp_path / "a").read_bytes() == data


def test_the_age_program_is_not_given_another_passphrase(tmp_path: Path) -> None:
    require("age")
    (tmp_path / "a.age").write_bytes(sealed(b"a", Lock(COMPOSED)))
    code, said = on_a_terminal(["age", "-d", "-o", str(tmp_path / "a"), str(tmp_path / "a.age")], ["another"])
    assert code != 0
    assert "incorrect passphrase" in said


def test_we_open_the_age_programs_passphrase_file(tmp_path: Path) -> None:
    require("age")
    passphrase = DECOMPOSED + "é" * 900
    data = os.urandom(CHUNK)
    (tmp_path / "a").write_bytes(data)
    age("--passphrase", "--output", tmp_path / "a.age", tmp_path / "a", answers=[passphrase, passphrase])
    with (tmp_path / "a.age").open("rb") as file, opening(file, Keys(passphrase)) as reader:
        assert reader.read() == data


def test_a_long_passphrase_can_be_typed_at_the_age_program(tmp_path: Path) -> None:
    require("age")
    (tmp_path / "a.age").write_bytes(sealed(b"a", Lock("\U0001f510" * 1000)))
    age("--decrypt", "--output", tmp_path / "a", tmp_path / "a.age", answers=["\U0001f510" * 1000])
    assert (tmp_path / "a").read_bytes() == b"a"


def age_pair(folder: Path) -> tuple[str, str]:
    return PAIR.recipient, PAIR.secret + "\n"


def ssh_ed25519(folder: Path) -> tuple[str, str]:
    return _ssh(folder, "ed25519")


def ssh_rsa(folder: Path) -> tuple[str, str]:
    return _ssh(folder, "rsa")


def _ssh(folder: Path, kind: str) -> tuple[str, str]:
    require("ssh-keygen")
    path = folder / f"id_{kind}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text(), path.read_text()


@pytest.mark.parametrize("pair", [age_pair, ssh_ed25519, ssh_rsa])
def test_keys_open_ours_with_the_age_program_and_its_own_with_us(
    tmp_path: Path, pair: Callable[[Path], tuple[str, str]]
) -> None:
    require("age")
    public, secret = pair(tmp_path)
    data = os.urandom(2 * CHUNK + 17)
    for name, text in (("a", data), ("a.age", sealed(data, Lock(recipients=(public,)))), ("key", secret.encode())):
        (tmp_path / name).write_bytes(text)
    (tmp_path / "key").chmod(0o600)
    age("--decrypt", "--identity", tmp_path / "key", "--output", tmp_path / "b", tmp_path / "a.age")
    assert (tmp_path / "b").read_bytes() == data
    age("--recipient", public.strip(), "--output", tmp_path / "b.age", tmp_path / "a")
    with (tmp_path / "b.age").open("rb") as file:
        assert opening(file, Keys(identities=(secret,))).read() == data


def test_pyrage_opens_ours_and_we_open_its(tmp_path: Path) -> None:
    data = os.urandom(CHUNK + 1)
    assert pyrage.passphrase.decrypt(sealed(data, Lock(DECOMPOSED)), COMPOSED) == data
    assert opened(pyrage.passphrase.encrypt(data, COMPOSED), Keys(DECOMPOSED)) == data
    identity = pyrage.x25519.Identity.from_str(PAIR.secret)
    assert pyrage.decrypt(sealed(data, Lock(recipients=(PAIR.recipient,))), [identity]) == data
    assert opened(pyrage.encrypt(data, [identity.to_public()]), Keys(identities=(PAIR.secret,))) == data


@both_ways
def test_zstd_and_tar_work_through_it(way: str) -> None:
    import tarfile

    from backports import zstd

    lock, keys = WAYS[way]
    file, data = io.BytesIO(), os.urandom(10 * CHUNK)
    with closing(file, lock, work=LITTLE) as writer:
        packed: BinaryIO
        with (
            zstd.open(writer, "wb") as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            member = tarfile.TarInfo("areas/config/a")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    file.seek(0)
    with opening(file, keys) as reader, zstd.open(reader) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        first = tar.next()
        assert first is not None
        content = tar.extractfile(first)
        assert content is not None
        assert content.read() == data
