"""What the cards say, from every kind of report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import REPORT

from clawd_desktop.core.errors import SecretsState
from clawd_desktop.core.events import GatewayPhase
from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.ring import Ring
from clawd_desktop.ui.overview.facts import CARDS, KEYRING, PHASES, Measured, card_values, measured

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("changes", "card", "row", "said"),
    [
        ({}, "gateway", "state", "Running"),
        ({}, "gateway", "address", "ws://127.0.0.1:18789"),
        ({"addresses": ()}, "gateway", "address", "—"),
        ({}, "gateway", "uptime", "1 h 0 min"),
        ({"phase": "failed"}, "gateway", "uptime", "—"),
        ({"phase": "melting"}, "gateway", "state", "melting"),
        ({"connections": 1}, "gateway", "clients", "1 connected"),
        ({}, "assistant", "tokens", "12.3k in, 2.3k out ($0.12)"),
        ({"tokens_today": Usage()}, "assistant", "tokens", "0 in, 0 out"),
        ({"model": "local/smollm2"}, "assistant", "model", "Built-in, small"),
        ({"model": ""}, "assistant", "model", "None chosen"),
        ({"fallbacks": ("a/b", "c/d")}, "assistant", "fallback", "a/b, c/d"),
        ({"runs": 2, "queued": 1}, "assistant", "runs", "2 answers, 1 waiting"),
        ({"secrets_state": "locked"}, "secrets", "state", "The keyring is locked"),
        ({"secrets_state": "new"}, "secrets", "state", "new"),
        ({"secrets_state": ""}, "secrets", "state", "Not asked yet"),
        ({"secrets_backend": ""}, "secrets", "backend", "—"),
        ({"sessions": 1234}, "backup", "conversations", "1,234"),
        ({}, "channels", "state", "None connected"),
        ({}, "channels", "ways", "This window and Clawdbot clients"),
        ({"phase": "failed"}, "channels", "ways", "None: the gateway is down"),
        ({}, "sandbox", "commands", "This version runs none"),
    ],
)
def test_each_value(changes: dict[str, object], card: str, row: str, said: str) -> None:
    assert card_values(replace(REPORT, **changes), Measured())[card][row] == said  # type: ignore[arg-type]


def test_every_row_of_every_card_has_a_value() -> None:
    values = card_values(REPORT, Measured())
    assert {card.id: {key for key, _ in card.rows} for card in CARDS} == {
        key: set(rows) for key, rows in values.items()
    }


def test_channels_come_from_what_was_measured() -> None:
    ring = Ring()
    ring.add(1, {"channel.up{telegram}": 1.0, "channel.up{irc}": 0.0, "system.cpuUsage": 0.5})
    known = measured(ring)
    assert known == Measured((("telegram", True), ("irc", False)))
    values = card_values(REPORT, known)
    assert values["channels"]["state"] == "telegram, irc (not connected)"


def test_every_phase_and_every_state_of_the_keyring_has_words() -> None:
    assert set(PHASES) == set(GatewayPhase)
    assert set(KEYRING) == set(SecretsState)
