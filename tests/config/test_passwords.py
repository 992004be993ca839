"""Passwords that stand between other computers and this one: the obvious ones are named, good ones are let be."""

from __future__ import annotations

import secrets

import pytest

from clawd_desktop.config.passwords import guesses, weakness


@pytest.mark.parametrize("secret", ["", "short", "k7Xq-92mP-vv", "elevenchars"])
def test_short_ones(secret: str) -> None:
    assert (weakness(secret) == "has fewer than 12 characters") is (len(secret) < 12)


@pytest.mark.parametrize(
    "secret",
    [
        "aaaaaaaaaaaaaaaaaaaaaaaa", "password1234", "generate-a-very-secure-password", "your-secure-password",
        "correct horse battery staple", "P@ssw0rd!2024", "abcdefghijklmnop", "123456789012345", "qwertyuiop123",
        "clawdbot-gateway-token", "abcabcabcabcabc", "aB3$aB3$aB3$", "ADMINISTRATOR1", "my-openclaw-password",
        "            ", "............", "letmeinletmein", "trustno1trustno1",
    ],
)  # fmt: skip
def test_obvious_ones(secret: str) -> None:
    assert weakness(secret) == "is made of words and patterns that are guessed first"


@pytest.mark.parametrize(
    "secret",
    [
        "k7Xq-92mP-vvQz",
        "zanzibar-mule-42-velvet",
        "mein hund heisst waldi",
        "3f9a8c1b7d2e",
        "Tr0ub4dor&3xyz",
        "密码很长而且没有人会猜到它的内容",
    ],
)
def test_good_ones(secret: str) -> None:
    assert weakness(secret) == ""


def test_what_the_application_makes_itself_is_good() -> None:
    assert not any(weakness(secrets.token_urlsafe(32)) for _ in range(200))


def test_a_hash_is_not_judged() -> None:
    assert weakness("$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43) == ""


def test_a_monster_is_estimated_quickly() -> None:
    assert guesses("xY3!" * 4000) > 0
    assert guesses("kq9Zp!" + "wvtr8" * 3000) > 0
