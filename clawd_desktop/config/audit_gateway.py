"""Checks of who may come in: passwords, addresses, encryption and limits of the gateway."""

from __future__ import annotations

import ipaddress

from clawd_desktop.config.audit_check import Check, Subject, named, nested, put, when
from clawd_desktop.config.password_hash import is_hash
from clawd_desktop.config.passwords import SHORTEST, weakness
from clawd_desktop.config.secret_refs import GATEWAY_PASSWORD, reference
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import JsonObject, as_object

_FEWEST_DIFFERENT = 6
_WIDEST_V4, _WIDEST_V6 = 24, 64
_SHARED = ("gateway.auth.password", "gateway.auth.token", "hooks.token")
_POWERFUL = frozenset({
    "system.run", "system.execApprovals.set", "sms.send", "camera.snap", "camera.clip", "screen.record",
})  # fmt: skip
_MODE = ("gateway.auth.mode", "gateway.auth")


def _no_sign_in(subject: Subject) -> str:
    auth = as_object(as_object(subject.facts.parsed.get("gateway")).get("auth"))
    found = auth.get("mode") == "none" or any(issue.path == "gateway.auth.mode" for issue in subject.facts.legacy)
    return when(found, 'gateway.auth.mode is "none". It is not followed: the gateway asks for a password all the same.')


def _secret(subject: Subject, path: str) -> str:
    known = subject.facts.secrets.get(path, "")
    return "" if is_hash(known) else known


def _short(path: str, subject: Subject) -> str:
    known = _secret(subject, path)
    return when(0 < len(known) < SHORTEST, f"It has {len(known)} characters; fewer than {SHORTEST} are guessed.")


def _weak(path: str, subject: Subject) -> str:
    known = _secret(subject, path)
    reason = weakness(known) if len(known) >= SHORTEST else ""
    return when(bool(reason), f"It {reason}.")


def _few_different(subject: Subject) -> str:
    short = [path for path in _SHARED if len(known := _secret(subject, path)) >= SHORTEST
             and len(set(known)) < _FEWEST_DIFFERENT]  # fmt: skip
    return named(short, "The same few characters over and over: ")


def _reused(subject: Subject) -> str:
    known = [(path, value) for path in _SHARED if (value := _secret(subject, path))]
    return named(
        path for path, value in known if any(value == other for name, other in known if name != path)
    )  # fmt: skip


def _open_without_encryption(subject: Subject) -> str:
    gateway = subject.config.gateway
    open_ = gateway.bind in ("lan", "tailnet", "custom") and not gateway.tls.enabled and not gateway.trusted_proxies
    return when(open_, f'gateway.bind is "{gateway.bind}" without TLS and without a proxy in front. It is refused.')


def _open_without_limit(subject: Subject) -> str:
    return when(subject.beyond and not subject.config.gateway.rate_limiting.enabled, "Other computers can reach it.")


def _everywhere(subject: Subject) -> str:
    return when(subject.config.gateway.bind == "lan", "It listens on every address of this computer.")


def _no_address(subject: Subject) -> str:
    gateway = subject.config.gateway
    return when(gateway.bind == "custom" and not gateway.custom_bind_host, "gateway.customBindHost is empty.")


def _half_certificate(subject: Subject) -> str:
    tls = subject.config.gateway.tls
    return when(
        tls.enabled and bool(tls.cert_path) != bool(tls.key_path), "Only one of tls.certPath and keyPath is set."
    )


def _missing_files(subject: Subject) -> str:
    return named(str(path) for path in subject.facts.missing)


def _readable_key(subject: Subject) -> str:
    known = subject.facts.key_mode
    return when(known is not None and bool(known[1] & 0o077), f"{known[0] if known else ''} can be read by others.")


def _wide_proxies(subject: Subject) -> str:
    return named(text for text in subject.config.gateway.trusted_proxies if _is_wide(text))


def _is_wide(text: str) -> bool:
    network = ipaddress.ip_network(text, strict=False)
    return network.prefixlen < (_WIDEST_V4 if network.version == 4 else _WIDEST_V6)


def _loopback_proxy(subject: Subject) -> str:
    proxies = (ipaddress.ip_network(text, strict=False) for text in subject.config.gateway.trusted_proxies)
    return named(str(network) for network in proxies if network.is_loopback)


def _no_time_limit(subject: Subject) -> str:
    return when(subject.config.gateway.request_timeout == 0, "gateway.requestTimeout is 0.")


def _slow_sign_in(subject: Subject) -> str:
    limit = subject.config.gateway.connection_timeout
    return when(limit > 60_000, f"gateway.connectionTimeout is {limit / 1000:.0f} s.")


def _huge_frames(subject: Subject) -> str:
    size = subject.config.gateway.max_payload_bytes
    return when(size > 32 * 2**20, f"gateway.maxPayloadBytes is {size / 2**20:.0f} MiB for each connection.")


def _many_connections(subject: Subject) -> str:
    most = subject.config.gateway.max_connections
    return when(most > 20_000, f"gateway.maxConnections is {most:,}.")


def _powerful_commands(subject: Subject) -> str:
    return named(name for name in subject.config.gateway.nodes.allow_commands if name in _POWERFUL or "*" in name)


def _low_port(subject: Subject) -> str:
    port = subject.config.gateway.port
    return when(port < 1024, f"gateway.port is {port}.")


def _mode_gone(subject: Subject) -> JsonObject:
    return nested(_MODE[0], "password")


CHECKS = (
    Check("config.gateway.auth.none", Level.ERROR, "Gateway authentication is disabled", _no_sign_in,
          'Set gateway.auth.mode to "password".', 'Set gateway.auth.mode to "password"', _mode_gone),
    Check("config.gateway.password.short", Level.WARNING, "Gateway password is too short",
          lambda subject: _short(GATEWAY_PASSWORD, subject),
          f"Use a password with at least {SHORTEST} characters, best one from the keyring.",
          "Refer to the password of the keyring; a long one is made where there is none",
          put(GATEWAY_PASSWORD, reference(GATEWAY_PASSWORD))),
    Check("config.gateway.password.weak", Level.WARNING, "Gateway password is easily guessed",
          lambda subject: _weak(GATEWAY_PASSWORD, subject),
          "Make a random one, for example with: openssl rand -base64 24"),
    Check("config.gateway.token.short", Level.WARNING, "Gateway token is too short",
          lambda subject: _short("gateway.auth.token", subject), "Make a longer one: openssl rand -base64 24"),
    Check("config.gateway.token.weak", Level.WARNING, "Gateway token is easily guessed",
          lambda subject: _weak("gateway.auth.token", subject), "Make a random one: openssl rand -base64 24"),
    Check("config.hooks.token.short", Level.WARNING, "Token of the hooks is too short",
          lambda subject: _short("hooks.token", subject), "Make a longer one: openssl rand -base64 24"),
    Check("config.hooks.token.weak", Level.WARNING, "Token of the hooks is easily guessed",
          lambda subject: _weak("hooks.token", subject), "Make a random one: openssl rand -base64 24"),
    Check("config.secrets.few", Level.WARNING, "A password consists of a few characters", _few_different,
          "Make a random one: openssl rand -base64 24"),
    Check("config.secrets.reused", Level.ERROR, "One secret opens several doors", _reused,
          "Give each its own: whoever learns one would otherwise hold them all."),
    Check("config.gateway.open.plain", Level.ERROR, "The gateway is to be reached without encryption",
          _open_without_encryption, "Turn on gateway.tls.enabled, or name the proxy in gateway.trustedProxies.",
          "Turn on TLS with a certificate that is made by itself", put("gateway.tls.enabled", True)),
    Check("config.gateway.open.unlimited", Level.WARNING, "Requests from other computers are not limited",
          _open_without_limit, "Turn on gateway.rateLimiting.enabled.", "Turn on the limit of requests",
          put("gateway.rateLimiting.enabled", True)),
    Check("config.gateway.open.everywhere", Level.INFO, "The gateway listens on every address", _everywhere,
          'Where Tailscale is used, gateway.bind "tailnet" lets in fewer.'),
    Check("config.gateway.bind.empty", Level.ERROR, "No address to listen on", _no_address,
          'Set gateway.customBindHost, or gateway.bind to "loopback".', "Listen on this computer only",
          put("gateway.bind", "loopback")),
    Check("config.gateway.tls.half", Level.ERROR, "Certificate and key are not both named", _half_certificate,
          "Name both files, or neither: then they are made.", "Name neither, so that both are made",
          lambda subject: {"gateway": {"tls": {"certPath": None, "keyPath": None}}}),
    Check("config.gateway.tls.missing", Level.ERROR, "Files that the gateway needs are not there", _missing_files,
          "Put them there, or correct gateway.tls."),
    Check("config.gateway.tls.rights", Level.ERROR, "The private key can be read by others", _readable_key,
          "Run: chmod 600 on that file."),
    Check("config.gateway.proxies.wide", Level.WARNING, "Many computers count as proxies", _wide_proxies,
          "Name the proxy's own address: whoever is in that network can pretend to be anybody."),
    Check("config.gateway.proxies.loopback", Level.INFO, "Programs of this computer count as proxies", _loopback_proxy,
          "That is right with a proxy on this computer, and wrong without one."),
    Check("config.gateway.limits.request", Level.WARNING, "Requests may take for ever", _no_time_limit,
          "Set gateway.requestTimeout, such as 30000.", "Set the usual 30 s", put("gateway.requestTimeout", 30_000)),
    Check("config.gateway.limits.signIn", Level.WARNING, "Strangers may hold connections for long", _slow_sign_in,
          "Set gateway.connectionTimeout to 10000.", "Set the usual 10 s", put("gateway.connectionTimeout", 10_000)),
    Check("config.gateway.limits.frame", Level.WARNING, "Single messages may fill the memory", _huge_frames,
          "Set gateway.maxPayloadBytes to what your clients really send.", "Set the usual 512 KiB",
          put("gateway.maxPayloadBytes", 524_288)),
    Check("config.gateway.limits.connections", Level.WARNING, "More connections than a system usually bears",
          _many_connections, "Set gateway.maxConnections to some thousands at most.", "Set the usual 1,000",
          put("gateway.maxConnections", 1_000)),
    Check("config.gateway.nodes.powerful", Level.WARNING, "Nodes may be asked for powerful things", _powerful_commands,
          "Take out of gateway.nodes.allowCommands what you do not use."),
    Check("config.gateway.port.low", Level.WARNING, "The port needs an administrator", _low_port,
          "Choose a port above 1023; ports below need root, as which nothing here should run.", "Set the usual 18789",
          put("gateway.port", 18_789)),
)  # fmt: skip
