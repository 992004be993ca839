"""The reference of the configuration is what the sections' models say."""

from __future__ import annotations

import re

import pytest
from config_reference import FILE, page

PAGE = page()


def test_the_page_is_what_the_models_say() -> None:
    assert FILE.read_text(encoding="utf-8") == PAGE, "run: python tests/config_reference.py"


@pytest.mark.parametrize(
    "row",
    [
        r"\| `gateway.port` \| integer ≥ 1, ≤ 65,535 \| `18789` \| .* \| restart \|",
        r"\| `gateway.auth.password` \| string \| +\| .* \| restart, secret \|",
        r"\| `gateway.reload.mode` \| .*`hybrid` \| `\"hybrid\"` \| [^|]*\|  \|",
        r"\| `agents.defaults.maxConcurrent` \| integer .*\| `4` \|",
        r"\| `cron.enabled` \| boolean .* not yet \|",
        r"\| `models.providers.\*.apiKey` \| string .* secret \|",
    ],
)
def test_a_row_says_type_default_and_when_it_counts(row: str) -> None:
    assert re.search(row, PAGE), row


# Source: the keys of Clawdbot 2026.1.24's gateway section.
@pytest.mark.parametrize(
    "key",
    [
        "port", "mode", "bind", "controlUi.enabled", "controlUi.basePath", "controlUi.allowInsecureAuth", "auth.mode",
        "auth.token", "auth.password", "auth.allowTailscale", "trustedProxies", "tailscale.mode",
        "tailscale.resetOnExit", "remote.url", "remote.transport", "remote.token", "remote.password",
        "remote.tlsFingerprint", "remote.sshTarget", "remote.sshIdentity", "reload.mode", "reload.debounceMs",
        "tls.enabled", "tls.autoGenerate", "tls.certPath", "tls.keyPath", "tls.caPath",
        "http.endpoints.chatCompletions.enabled", "http.endpoints.responses.enabled", "nodes.browser",
        "nodes.allowCommands", "nodes.denyCommands",
    ],
)  # fmt: skip
def test_every_key_of_the_gateway_is_described(key: str) -> None:
    assert f"| `gateway.{key}` |" in PAGE
