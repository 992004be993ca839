"""JSON of bodies, and what is none."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.http.bodies import json_of, object_of


@pytest.mark.parametrize(
    ("body", "value"), [(b"", {}), (b" \n", {}), (b"{}", {}), (b"[1]", [1]), (b'{"a":1}', {"a": 1})]
)
def test_values(body: bytes, value: object) -> None:
    assert json_of(body) == value
    assert object_of(body) == (value if isinstance(value, dict) else {})


@pytest.mark.parametrize(
    "body", [b"{", b"NaN", b"\xef\xbb\xbf{}", b"\xff", b'"\\ud800"', b"[" * 100_000, b"1e999x", b"{'a':1}"]
)
def test_what_is_none(body: bytes) -> None:
    with pytest.raises(BadInput, match="^SyntaxError: "):
        json_of(body)
