"""The shapes of answers about devices have no place for a secret but the one that was just made."""

from __future__ import annotations

from pydantic import TypeAdapter

from clawd_desktop.gateway.results.devices import DeviceList, TokenRotated, TokenSummary

SECRETS = {"token", "tokenHashes", "silentHashes"}


def test_a_listed_token_has_no_secret() -> None:
    assert not SECRETS & set(TokenSummary.__annotations__)
    token = {"role": "r", "scopes": [], "token": "x"}
    device = {"deviceId": "d", "roles": [], "tokens": [token]}
    shown = TypeAdapter(DeviceList).validate_python({"pending": [], "paired": [device]})
    assert "token" not in shown["paired"][0]["tokens"][0]


def test_a_rotation_shows_the_new_one() -> None:
    assert "token" in TokenRotated.__annotations__
