"""Hashes in place of passwords: which are usable, and which would cost too much to check."""

from __future__ import annotations

import pytest

from clawd_desktop.config.password_hash import is_hash, problem

SALT, HASH = "c29tZXNhbHRzb21lc2FsdA", "A" * 43
GOOD = f"$argon2id$v=19$m=65536,t=3,p=1${SALT}${HASH}"


def made(**changes: object) -> str:
    parts = {"m": 65536, "t": 3, "p": 1, "salt": SALT, "hash": HASH} | changes
    return "$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}".format(**parts)


@pytest.mark.parametrize(
    "text", [GOOD, made(m=262_144), made(t=10), made(t=1), made(p=16, m=128), made(m=8), made(hash="A" * 22)]
)
def test_a_usable_hash(text: str) -> None:
    assert (is_hash(text), problem(text)) == (True, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (made(m=262_145), "more than a sign-in may cost"),
        (made(m=4_294_967_295, t=1_000_000_000), "more than a sign-in may cost"),
        (made(t=11), "more than a sign-in may cost"),
        (made(t=0), "less than Argon2 needs"),
        (made(p=0), "less than Argon2 needs"),
        (made(p=2, m=15), "less than Argon2 needs"),
        (made(p=17), "more than a sign-in may cost"),
        (made(salt="AAAAAAAAA"), "no Argon2id hash"),
        (made(hash="A" * 21), "no Argon2id hash"),
        (made(salt="A" * 13), "wrong length"),
        (made(m="-1"), "no Argon2id hash"),
        (made(m="1" * 4000), "no Argon2id hash"),
        (GOOD.replace("argon2id", "argon2i"), "no Argon2id hash"),
        (GOOD.replace("v=19", "v=16"), "no Argon2id hash"),
        (GOOD + "\n", "no Argon2id hash"),
        (GOOD + "$", "no Argon2id hash"),
        ("$argon2id$", "no Argon2id hash"),
    ],
)
def test_a_hash_that_is_refused(text: str, words: str) -> None:
    assert is_hash(text)
    assert words in problem(text)


@pytest.mark.parametrize("text", ["", "secret", "$2b$12$abc", "keyring:gateway.auth.password", " $argon2id$"])
def test_what_is_no_hash(text: str) -> None:
    assert not is_hash(text)
