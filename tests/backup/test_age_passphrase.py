"""Passphrases in every form, wrong ones, and heads that would make a computer work for ever."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import time

import pytest

from clawd_desktop.backup import age_header, age_passphrase
from clawd_desktop.backup.age_header import Source, Stanza
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.core.errors import BadInput

DATA = b"some data"
LITTLE = 2
COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


@pytest.fixture(autouse=True)
def cheap_passphrases() -> None:
    """Not here: the cost is what is tested."""


def sealed(passphrase: str, *, work: int = LITTLE) -> bytes:
    file = io.BytesIO()
    with age_passphrase.closed(file, passphrase, work=work) as writer:
        writer.write(DATA)
    return file.getvalue()


def opened(data: bytes, passphrase: str) -> bytes:
    file = io.BytesIO(data)
    header, ahead = age_header.read(file)
    with age_passphrase.opened(header, Source(file, ahead), passphrase) as reader:
        return reader.read()


@pytest.mark.parametrize("passphrase", ["a", " ", "é" * 1000, "\U0001f510" * 1000, "日本語 passphrase", "\ufeffa"])
def test_a_passphrase_opens_what_it_closed(passphrase: str) -> None:
    assert opened(sealed(passphrase), passphrase) == DATA
    with pytest.raises(BadInput):
        opened(sealed(passphrase), passphrase + "x")


def test_one_letter_in_two_forms_is_one_passphrase() -> None:
    assert opened(sealed(COMPOSED), DECOMPOSED) == DATA
    assert opened(sealed(DECOMPOSED), COMPOSED) == DATA


def test_letters_that_another_program_did_not_compose(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(age_passphrase, "_normal", str.encode)
        foreign = sealed(DECOMPOSED)
    assert opened(foreign, DECOMPOSED) == DATA


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("", "empty"),
        ("a\nb", "no keyboard"),
        ("a\0b", "no keyboard"),
        ("\x7f", "no keyboard"),
        ("\ud800", "no keyboard"),
        ("a" * 4096, "too long"),
        ("é" * 2048, "too long"),
    ],
)
def test_what_could_not_be_typed_elsewhere_is_refused(passphrase: str, why: str) -> None:
    assert why in age_passphrase.refusal(passphrase)
    file = io.BytesIO()
    with pytest.raises(BadInput, match=why):
        age_passphrase.closed(file, passphrase)
    assert file.getvalue() == b""


def test_what_may_be_used() -> None:
    assert [age_passphrase.refusal(text) for text in ("a", "é" * 1000, "a" * 4095)] == ["", "", ""]


@pytest.mark.parametrize("passphrase", ["x", "", "\ud800", "a\n", "a" * 100_000])
def test_another_passphrase_is_told_from_damage(passphrase: str) -> None:
    with pytest.raises(BadInput, match="does not open") as caught:
        opened(sealed("a"), passphrase)
    assert caught.value.code == "backup.wrong_passphrase"


def forged(*arguments: str, body: bytes = bytes(32), more: bytes = b"") -> bytes:
    """A head that says what a hostile file may say, whose check value is right as far as one can be."""
    text = age_header.build(Stanza("scrypt", arguments, body), bytes(16))
    return text.replace(b"\n---", b"\n" + more + b"---") if more else text


SALT = age_header.encoded(bytes(16))


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (forged(SALT, "21"), "2\\^21 steps"),
        (forged(SALT, "40"), "2\\^40 steps"),
        (forged(SALT, "9999"), "2\\^9999 steps"),
        (forged(SALT, "99999"), "as the age format says"),
        (forged(SALT, "9" * 50_000), "as the age format says"),
        (forged(SALT, "0"), "as the age format says"),
        (forged(SALT, "018"), "as the age format says"),
        (forged(SALT, "+18"), "as the age format says"),
        (forged(SALT, "1e9"), "as the age format says"),
        (forged(SALT, "0x12"), "as the age format says"),
        (forged(SALT), "as the age format says"),
        (forged(SALT, "18", "18"), "as the age format says"),
        (forged(SALT + "==", "18"), "as the age format says"),
        (forged("", "18"), "as the age format says"),
        (forged("A", "18"), "as the age format says"),
        (forged(age_header.encoded(bytes(15)), "18"), "as the age format says"),
        (forged(age_header.encoded(bytes(17)), "18"), "as the age format says"),
        (forged(age_header.encoded(bytes(20_000)), "18"), "as the age format says"),
        (forged(SALT, "18", body=bytes(31)), "as the age format says"),
        (forged(SALT, "18", body=bytes(33)), "as the age format says"),
        (forged(SALT, "18", more=b"-> scrypt a 18\n\n"), "beside something else"),
        (forged(SALT, "18", more=b"-> X25519 a\n\n"), "beside something else"),
        (forged(SALT, "18", more=b"-> x\n\n" * 9000), "beside something else"),
    ],
    ids=str,
)
def test_hostile_parameters_are_refused_before_they_cost_anything(
    head: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("something was computed")

    monkeypatch.setattr(age_passphrase, "_derive", never)
    begun = time.process_time()
    with pytest.raises(Damaged, match=what):
        opened(head + bytes(100), "a")
    assert time.process_time() - begun < 1


def test_a_changed_head_is_found_although_the_passphrase_is_right() -> None:
    file = sealed("a")
    mac = file.index(b"\n--- ") + 5
    changed = bytearray(file)
    changed[mac] = ord("A") if changed[mac] != ord("A") else ord("B")
    with pytest.raises(Damaged, match="head was changed"):
        opened(bytes(changed), "a")


def test_the_cost_is_that_of_the_age_program() -> None:
    assert (age_passphrase.WORK, age_passphrase.MOST_WORK) == (18, 20)
    file = sealed("a", work=18)
    assert file.split(b"\n")[1].endswith(b" 18")
    assert opened(file, "a") == DATA


SHORT_OF_MEMORY = """
import io, resource
from clawd_desktop.backup import age_passphrase
from clawd_desktop.core.errors import Unavailable
age_passphrase.closed(io.BytesIO(), "a", work=2).abandon()
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
try:
    age_passphrase.closed(io.BytesIO(), "a", work=19)
except Unavailable as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to a limit of memory")
def test_too_little_memory_is_said() -> None:
    run = subprocess.run([sys.executable, "-c", SHORT_OF_MEMORY], capture_output=True, text=True, check=False)
    assert "needs 512 MB" in run.stdout, run.stderr


def test_a_wrong_passphrase_takes_as_long_as_a_right_one() -> None:
    file = sealed("a", work=14)

    def seconds(passphrase: str) -> float:
        age_passphrase._last.clear()
        begun = time.process_time()
        with_it = io.BytesIO(file)
        header, ahead = age_header.read(with_it)
        with contextlib.suppress(BadInput):
            age_passphrase.opened(header, Source(with_it, ahead), passphrase)
        return time.process_time() - begun

    right, wrong = min(seconds("a") for _ in range(5)), min(seconds("b") for _ in range(5))
    assert 0.5 < wrong / right < 2


def test_a_file_that_is_opened_again_costs_one_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was only closed costs one more, so that reading it back proves the passphrase."""
    guesses: list[bytes] = []
    real = age_passphrase._derive

    def derive(passphrase: bytes, salt: bytes, work: int) -> bytes:
        guesses.append(salt)
        return real(passphrase, salt, work)

    monkeypatch.setattr(age_passphrase, "_derive", derive)
    file = io.BytesIO()
    with age_passphrase.closed(file, "words", work=4) as closing:
        closing.write(b"content")

    def reading(passphrase: str) -> bytes:
        return opened(file.getvalue(), passphrase)

    assert reading("words") == b"content"
    assert len(guesses) == 2
    assert reading("words") == b"content"
    assert len(guesses) == 2
    with pytest.raises(BadInput):
        reading("other words")
