"""Looks at a whole configuration for what makes it unsafe or expensive, and knows a template that is safe.

Source: ConfigBestPractices of the course; its four checks are config.gateway.auth.none, config.gateway.password.short,
config.sandbox.mode and config.channels.whatsapp.
"""

from __future__ import annotations

from clawd_desktop.config import (
    audit_channels,
    audit_file,
    audit_gateway,
    audit_operation,
    audit_places,
    audit_secrets,
    audit_tools,
    audit_web,
)
from clawd_desktop.config.audit_check import AuditFacts, Check, Subject
from clawd_desktop.config.schema.root import Config
from clawd_desktop.config.secret_refs import GATEWAY_PASSWORD, reference
from clawd_desktop.core.findings import Finding
from clawd_desktop.core.values import JsonObject

CATEGORY = "configuration"
CHECKS: tuple[Check, ...] = (
    *audit_file.CHECKS,
    *audit_gateway.CHECKS,
    *audit_web.CHECKS,
    *audit_channels.CHECKS,
    *audit_tools.CHECKS,
    *audit_places.CHECKS,
    *audit_secrets.CHECKS,
    *audit_operation.CHECKS,
)
BY_ID = {check.id: check for check in CHECKS}


def validate_secure_config(config: Config, facts: AuditFacts | None = None) -> tuple[Finding, ...]:
    """All that is wrong with the configuration, worst first; nothing of it is a secret."""
    subject = Subject(config, facts or AuditFacts())
    found = [finding for check in CHECKS if (finding := _finding(check, subject)) is not None]
    return tuple(sorted(found, key=lambda finding: -finding.level))


def _finding(check: Check, subject: Subject) -> Finding | None:
    told = check.test(subject)
    if not told:
        return None
    return Finding(check.id, CATEGORY, check.level, check.title, told, check.recommendation, check.repair)


def patch_of(check_id: str, subject: Subject) -> JsonObject:
    """The change that mends what this check found, {} when a person must decide. Raises KeyError for another id."""
    patch = BY_ID[check_id].patch
    return patch(subject) if patch is not None else {}


def secure_template() -> JsonObject:
    """A configuration that no check warns of; the password is a name in the keyring, never a text."""
    return {
        "gateway": {
            "port": 18_789,
            "bind": "loopback",
            "auth": {"mode": "password", "password": reference(GATEWAY_PASSWORD)},
            "controlUi": {"enabled": True},
            "tls": {"enabled": True},
            "rateLimiting": {"enabled": True},
        },
        "channels": {"whatsapp": {"dmPolicy": "pairing", "allowFrom": []}},
        "session": {"dmScope": "per-channel-peer"},
        "agents": {"defaults": {"workspace": "~/clawd", "sandbox": {"mode": "non-main", "workspaceAccess": "none"}}},
        "tools": {
            "exec": {"security": "allowlist", "ask": "on-miss"},
            "sandbox": {
                "tools": {
                    "allow": ["read", "write", "edit", "sessions_list"],
                    "deny": ["browser", "nodes", "gateway", "exec"],
                }
            },
        },
        "monitoring": {"dailyCostLimit": 5},
    }
