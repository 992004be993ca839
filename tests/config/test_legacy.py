"""Old names are understood; the four configurations of the course load as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.pipeline import Loaded, load
from clawd_desktop.core.values import JsonObject

LOCAL = """
{
"agent": {
"model": "anthropic/claude-3-5-sonnet-20241022",
"workspace": "~/clawd"
},
"gateway": {
"port": 18789,
"bind": "loopback",
"auth": {
"mode": "password",
"password": "your-secure-password"
},
"controlUi": {
"enabled": true
}
},
"channels": {
"whatsapp": {
"enabled": true,
"dmPolicy": "pairing",
"allowFrom": ["+1234567890"]
}
},
"agents": {
"defaults": {
"workspace": "~/clawd",
"sandbox": {
"mode": "non-main",
"allowlist": ["read", "write", "edit", "sessions_list", "sessions_history", "sessions_send"],
"denylist": ["browser", "canvas", "nodes", "cron", "gateway"]
}
}
}
}"""
TAILSCALE = """
// 配置文件中启用Tailscale
{
"gateway": {
"tailscale": {
"mode": "serve", // 或 "funnel" 用于公共访问
"resetOnExit": true
}
}
}"""
SUGGESTED = """
{
gateway: {
maxConnections: 100,
requestTimeout: 30000,
rateLimiting: {
enabled: true,
requestsPerMinute: 1000,
burstSize: 100
}
},
agents: {
maxConcurrentRuns: 5,
sessionCacheSize: 100,
memoryLimit: 1024 // MB
}
}"""
SECURE = """
{
"agent": {
"model": "anthropic/claude-3-5-sonnet-20241022"
},
"gateway": {
"port": 18789,
"bind": "loopback",
"auth": {
"mode": "password",
"password": "generate-a-very-secure-password"
},
"controlUi": {
"enabled": true
},
"ssl": {
"enabled": true,
"certPath": "/path/to/certificate.pem",
"keyPath": "/path/to/private-key.pem"
}
},
"channels": {
"whatsapp": {
"dmPolicy": "pairing",
"allowFrom": []
}
},
"agents": {
"defaults": {
"sandbox": {
"mode": "non-main",
"allowlist": ["read", "write", "edit", "sessions_list"],
"denylist": ["browser", "nodes", "gateway", "exec"]
}
}
}
}"""
SANDBOX_READS: JsonObject = {"tools": {"sandbox": {"tools": {"allow": ["read"]}}}}


def course(text: str) -> Loaded:
    result = load(text, Path("clawdbot.json"), {}, lambda path: b"{}")
    assert result.issues == ()
    assert result.warnings == ()
    return result


def test_the_local_configuration_of_the_course_loads() -> None:
    result = course(LOCAL)
    defaults = result.config.agents.defaults
    assert defaults.model.primary == "anthropic/claude-3-5-sonnet-20241022"
    assert (defaults.workspace, defaults.sandbox.mode) == ("~/clawd", "non-main")
    policy = result.config.tools.sandbox.tools
    assert policy.allow == ("read", "write", "edit", "sessions_list", "sessions_history", "sessions_send")
    assert policy.deny == ("browser", "canvas", "nodes", "cron", "gateway")
    assert result.config.channels["whatsapp"].allow_from == ("+1234567890",)
    assert result.config.gateway.auth.password == "your-secure-password"
    assert {issue.path for issue in result.legacy} == {
        "agent.model", "agent", "agents.defaults.sandbox.allowlist", "agents.defaults.sandbox.denylist",
    }  # fmt: skip


def test_the_tailscale_configuration_of_the_course_loads() -> None:
    assert course(TAILSCALE).config.gateway.tailscale.mode == "serve"


def test_the_performance_configuration_of_the_course_loads() -> None:
    config = course(SUGGESTED).config
    assert config.gateway.max_connections == 100
    assert config.gateway.rate_limiting.requests_per_minute == 1000
    assert config.agents.defaults.max_concurrent == 5
    assert config.agents.memory_limit == 1024


def test_the_secure_configuration_of_the_course_loads() -> None:
    config = course(SECURE).config
    assert (config.gateway.tls.enabled, config.gateway.tls.cert_path) == (True, "/path/to/certificate.pem")
    assert config.tools.sandbox.tools.deny == ("browser", "nodes", "gateway", "exec")


def test_the_log_configuration_of_the_course_loads() -> None:
    text = """{logging: {level: 'debug', format: 'json', transports: [{type: 'syslog', config: {host: 'x'}}],
               retention: {days: 30, maxSize: '100MB'}}}"""
    logging = course(text).config.logging
    assert (logging.level, logging.retention.days, logging.transports[0].type) == ("debug", 30, "syslog")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"telegram": {"botToken": "t"}}, {"channels": {"telegram": {"botToken": "t"}}}),
        ({"agent": {"model": {"primary": "a/b"}}}, {"agents": {"defaults": {"model": {"primary": "a/b"}}}}),
        ({"agent": {"modelFallbacks": ["a/b"]}}, {"agents": {"defaults": {"model": {"fallbacks": ["a/b"]}}}}),
        (
            {"agent": {"model": "old/x"}, "agents": {"defaults": {"model": {"primary": "new/x"}}}},
            {"agents": {"defaults": {"model": {"primary": "new/x"}}}},
        ),
        ({"gateway": {"token": "t"}}, {"gateway": {"auth": {"token": "t"}}}),
        ({"gateway": {"token": "t", "auth": {"token": "u"}}}, {"gateway": {"auth": {"token": "u"}}}),
        ({"gateway": {"auth": {"mode": "none", "token": "t"}}}, {"gateway": {"auth": {"token": "t"}}}),
        (
            {"identity": {"name": "Bo"}},
            {"agents": {"list": [{"identity": {"name": "Bo"}, "id": "main", "default": True}]}},
        ),
        (
            {"identity": {"name": "Bo"}, "agents": {"list": [{"id": "x"}, {"id": "y", "default": True}]}},
            {"agents": {"list": [{"id": "x"}, {"id": "y", "default": True, "identity": {"name": "Bo"}}]}},
        ),
        (
            {"routing": {"agents": {"w": {"name": "Work"}}, "defaultAgentId": "w", "queue": {"mode": "collect"}}},
            {
                "messages": {"queue": {"mode": "collect"}},
                "agents": {"list": [{"id": "w", "name": "Work", "default": True}]},
            },
        ),
        ({"routing": {"allowFrom": ["+1"]}}, {"channels": {"whatsapp": {"allowFrom": ["+1"]}}}),
        ({"routing": {"bindings": [{"agentId": "a"}]}}, {"bindings": [{"agentId": "a"}]}),
        (
            {"telegram": {"requireMention": True}},
            {"channels": {"telegram": {"groups": {"*": {"requireMention": True}}}}},
        ),
        (
            {"agents": {"list": [{"id": "a", "sandbox": {"allowlist": ["read"], "mode": "all"}}]}},
            {
                "agents": {
                    "list": [
                        {"id": "a", "sandbox": {"mode": "all"}, "tools": {"sandbox": {"tools": {"allow": ["read"]}}}}
                    ]
                }
            },
        ),
        ({"agent": "odd"}, {"agents": {"defaults": "odd"}}),
    ],
)
def test_old_names_become_new_ones_in_memory(old: JsonObject, new: JsonObject) -> None:
    before = repr(old)
    result, issues = migrated(old)
    assert result == new
    assert len(issues) >= 1
    assert repr(old) == before
    assert migrated(result) == (result, ())


def test_a_configuration_of_today_is_left_alone() -> None:
    raw: JsonObject = {"gateway": {"auth": {"token": "t"}}, "agents": {"defaults": {"model": {"primary": "a/b"}}}}
    assert migrated(raw) == (raw, ())


def test_the_limits_of_the_course_are_found_where_it_writes_them() -> None:
    limits: JsonObject = {"maxConnections": 7, "rateLimiting": {"enabled": True, "burstSize": 9}}
    for raw in ({"performance": {"gateway": limits}}, {"gateway": {"performance": limits}}):
        moved, issues = migrated(raw)  # type: ignore[arg-type]
        assert moved == {"gateway": limits}
        assert len(issues) == 1
    moved, _ = migrated({"performance": {"agents": {"maxConcurrentRuns": 3}}, "gateway": {"port": 4}})
    assert moved == {"agents": {"defaults": {"maxConcurrent": 3}}, "gateway": {"port": 4}}
