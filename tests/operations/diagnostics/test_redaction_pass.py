"""What leaves holds no secret and names nobody; what cannot be looked at in time does not leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from leaks import forms

from clawd_desktop.operations.diagnostics.redaction_pass import LONGEST_LINE, cleaned
from clawd_desktop.operations.redaction import Redactor

HOME = Path("/home/maria")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("in /home/maria/clawd", "in ~/clawd"),
        ("mac 00:1a:2B:3c:4d:5e", "mac [mac]"),
        ("from maria@example.com", "from [mail]"),
        ("to +49 170 1234567.", "to [phone]."),
        ("see http://user:pass1234@host/x", "see http://[hidden]@host/x"),
        ("token=abcdefghij", "token=[hidden]"),
        ("2026-01-27T10:00:00.000Z 18789", "2026-01-27T10:00:00.000Z 18789"),
        ("", ""),
    ],
)
def test_lines(text: str, shown: str) -> None:
    assert cleaned(text, Redactor(), HOME).text == shown


def test_every_shape_of_a_known_secret() -> None:
    secret, redactor = "canary'api\"key<>/+?0123456789", Redactor()
    redactor.learn(secret)
    for name, shape in forms(secret).items():
        text = shape.decode("utf-8", "replace")
        if not name.startswith("utf-16"):
            assert text not in cleaned(f"a {text} b", redactor, HOME).text, name


def test_a_secret_that_goes_over_lines() -> None:
    redactor = Redactor()
    redactor.learn("first line\nsecond line")
    assert cleaned("x\nfirst line\nsecond line\ny", redactor, HOME).text == "x\n[hidden]\ny"


def test_when_the_time_is_over_nothing_unseen_leaves() -> None:
    found = cleaned("password=hunter2-secret\n" * 100, Redactor(), HOME, limit_s=-1)
    assert (found.text, found.dropped) == ("", 100)


def test_lines_that_are_too_long_to_be_looked_at_do_not_leave() -> None:
    found = cleaned(f"short\n{'x' * (LONGEST_LINE + 1)}\nlast", Redactor(), HOME)
    assert (found.text, found.dropped) == ("short\nlast", 1)


def test_hostile_text_costs_little_time() -> None:
    for text in ("a@" * 20_000, "+1 " * 20_000, "://" * 20_000, "authorization: " * 4_000, "00:" * 20_000):
        assert cleaned(text, Redactor(), HOME, limit_s=5.0).dropped == 0
