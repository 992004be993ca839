"""What the cards say, from every kind of report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import REPORT

from clawd_desktop.core.errors import SecretsState
from clawd_desktop.core.events import GatewayPhase
from clawd_desktop.core.messages import Usage
from clawd_desktop.ui.overview.facts import CARDS, KEYRING, PHASES, card_values

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
        ({}, "computer", "memory", "90 MiB"),
        ({"sessions": 1234}, "computer", "conversations", "1,234"),
    ],
)
def test_each_value(changes: dict[str, object], card: str, row: str, said: str) -> None:
    assert card_values(replace(REPORT, **changes))[card][row] == said  # type: ignore[arg-type]


def test_every_row_of_every_card_has_a_value() -> None:
    values = card_values(REPORT)
    assert {card.id: {key for key, _ in card.rows} for card in CARDS} == {
        key: set(rows) for key, rows in values.items()
    }


def test_every_phase_and_every_state_of_the_keyring_has_words() -> None:
    assert set(PHASES) == set(GatewayPhase)
    assert set(KEYRING) == set(SecretsState)
