"""Checks of where secrets stand and how they travel."""

from __future__ import annotations

from collections.abc import Iterator

from clawd_desktop.config.audit_check import Check, Subject, address, is_plain, named, nested, when
from clawd_desktop.config.secret_refs import plain_secrets, plan_move
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import JsonObject, as_object, as_text

_LOADERS = frozenset({
    "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONSTARTUP",
    "NODE_OPTIONS", "BASH_ENV", "ENV", "PATH", "PERL5OPT", "RUBYOPT", "GIT_SSH_COMMAND", "IFS",
})  # fmt: skip
_KEY_WORDS = ("key=", "token=", "password=", "secret=")


def _plain_text(subject: Subject) -> str:
    return named(secret.name for secret in plain_secrets(subject.facts.parsed))


def _readable_plain_text(subject: Subject) -> str:
    open_ = [path for path, mode in subject.facts.modes if mode & 0o044]
    return named(map(str, open_ if plain_secrets(subject.facts.parsed) else ()))


def move_patch(subject: Subject) -> JsonObject:
    """References in place of the secrets of the file; whoever applies it must have stored them first."""
    return plan_move(subject.facts.parsed, plain_secrets(subject.facts.parsed)).patch


def _plain_providers(subject: Subject) -> str:
    rows = subject.config.models.providers.items()
    return named(
        f"{name} ({provider.base_url})"
        for name, provider in rows
        if is_plain(provider.base_url) and (provider.api_key or provider.headers)
    )


def _keys_in_addresses(subject: Subject) -> str:
    found = {name: provider.base_url for name, provider in subject.config.models.providers.items()}
    return named(name for name, text in found.items() if _holds_key(text))


def _holds_key(text: str) -> bool:
    parts = address(text)
    if parts is None:
        return False
    return bool(parts.password) or any(word in parts.query.lower() for word in _KEY_WORDS)


def _webhooks(subject: Subject) -> Iterator[tuple[str, str | None]]:
    monitoring = subject.config.monitoring
    for name, sink in monitoring.sinks.items():
        yield f"monitoring.sinks.{name}", sink.url
    yield "monitoring.deadMan", monitoring.dead_man.url


def _plain_webhooks(subject: Subject) -> str:
    return named(name for name, url in _webhooks(subject) if is_plain(url))


def _plain_telemetry(subject: Subject) -> str:
    otel = subject.config.diagnostics.otel
    return when(otel.enabled and is_plain(otel.endpoint), f"diagnostics.otel.endpoint is {otel.endpoint}.")


def _plain_logs(subject: Subject) -> str:
    found: list[str] = []
    for transport in subject.config.logging.transports:
        settings = transport.config or {}
        for key in ("url", "address"):
            text = settings.get(key)
            if isinstance(text, str) and is_plain(text):
                found.append(f"{transport.type}: {text}")
    return named(found)


def _loader_variables(subject: Subject) -> str:
    section = as_object(subject.config.raw.get("env"))
    names = {*section, *as_object(section.get("vars"))}
    return named(sorted(names & _LOADERS))


def _without_loaders(subject: Subject) -> JsonObject:
    section = as_object(subject.config.raw.get("env"))
    own: JsonObject = {name: None for name in section if name in _LOADERS}
    inner: JsonObject = {name: None for name in as_object(section.get("vars")) if name in _LOADERS}
    return nested("env", {**own, **({"vars": inner} if inner else {})})


def _same_bots(subject: Subject) -> str:
    seen: dict[str, list[str]] = {}
    for name, settings in as_object(subject.config.raw.get("channels")).items():
        for key in ("botToken", "token"):
            if value := as_text(as_object(settings).get(key)):
                seen.setdefault(value, []).append(name)
    return named(" and ".join(names) for names in seen.values() if len(names) > 1)


CHECKS = (
    Check("config.secrets.readable", Level.ERROR, "Others can read passwords", _readable_plain_text,
          "Move them to the keyring, and run: chmod 600 on these files."),
    Check("config.secrets.plain", Level.WARNING, "Passwords in plain text", _plain_text,
          "Move them to the keyring.", "Move them to the keyring, and take them out of old copies", move_patch),
    Check("config.secrets.providers", Level.ERROR, "Keys travel readable to a provider", _plain_providers,
          "Use https:// in baseUrl."),
    Check("config.secrets.addresses", Level.WARNING, "A key stands in an address", _keys_in_addresses,
          "Put it into apiKey or headers: addresses are written into logs of others."),
    Check("config.secrets.webhooks", Level.WARNING, "Alerts travel readable", _plain_webhooks, "Use https:// there."),
    Check("config.secrets.telemetry", Level.WARNING, "Telemetry travels readable", _plain_telemetry,
          "Use https:// in diagnostics.otel.endpoint."),
    Check("config.secrets.logs", Level.WARNING, "The log travels readable", _plain_logs,
          "Send it through an encrypted way, or to this computer."),
    Check("config.env.loader", Level.ERROR, "The configuration changes how programs are loaded", _loader_variables,
          "Take these out of env.", "Take them out", _without_loaders),
    Check("config.channels.sameBot", Level.WARNING, "Two channels use one bot", _same_bots,
          "Give each a bot of its own: they would take messages from each other."),
)  # fmt: skip
