"""A setting that does nothing yet is named; one that asks for nothing is not."""

from __future__ import annotations

import pytest

from clawd_desktop.config.first import first_config
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.not_yet import without_effect


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({}, ()),
        ({"gateway": {"bind": "loopback", "tls": {"enabled": False}}}, ()),
        ({"gateway": {"bind": "lan", "customBindHost": "10.0.0.1", "tls": {"enabled": True}}}, ()),
        ({"gateway": {"tailscale": {"mode": "serve"}}}, ("gateway.tailscale.mode",)),
        ({"gateway": {"auth": {"allowTailscale": True}}}, ("gateway.auth.allowTailscale",)),
        (
            {"gateway": {"controlUi": {"allowInsecureAuth": True, "dangerouslyDisableDeviceAuth": False}}},
            ("gateway.controlUi.allowInsecureAuth",),
        ),
        ({"channels": {"whatsapp": {"enabled": True}, "x": {"enabled": False}}}, ("channels.whatsapp.enabled",)),
        ({"channels": {"telegram": {"botToken": "keyring:t"}}}, ("channels.telegram.botToken",)),
        ({"channels": [], "gateway": 5}, ()),
        ({"hooks": {"enabled": True, "token": "x", "path": "/in"}, "canvasHost": {"root": "c"}}, ()),
        ({"gateway": {"http": {"endpoints": {"chatCompletions": {"enabled": True}}}}}, ()),
        (
            {"canvasHost": {"liveReload": True}, "hooks": {"gmail": {"account": "a"}}},
            ("hooks.gmail", "canvasHost.liveReload"),
        ),
        ({"backup": {}}, ()),
        ({"backup": {"enabled": False}}, ()),
        ({"backup": {"enabled": True, "schedule": {"time": "04:00"}, "onBattery": "never", "onMetered": True}}, ()),
        ({"backup": {"drill": {"enabled": True}, "notify": "always"}}, ()),
        ({"backup": {"retention": {"days": 3}, "leaveOut": ["x"], "sealed": {"passphrase": "keyring:b"}}}, ()),
        ({"backup": {"destinations": [{"path": "/b"}, {"kind": "folder", "path": "/c"}]}}, ()),
        ({"backup": {"destinations": [{"kind": "restic", "repository": "r"}]}}, ()),
        ({"backup": {"destinations": [{"kind": "rclone", "repository": "r", "enabled": False}]}}, ()),
    ],
)
def test_what_is_named(raw: dict[str, object], named: tuple[str, ...]) -> None:
    assert without_effect(raw) == named  # type: ignore[arg-type]


def test_a_new_installation_asks_for_nothing_that_is_not_there() -> None:
    first = parse(first_config("keyring:x"))
    assert isinstance(first, dict)
    assert without_effect(first) == ()
