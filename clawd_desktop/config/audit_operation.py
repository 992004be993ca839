"""Checks of how it is run: logs, money, memory, plugins, versions and who is told when something goes wrong."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.config.audit_check import Check, Subject, is_shared_place, named, put, when
from clawd_desktop.core.findings import Level

_TALKATIVE = ("debug", "trace")
_MUTE = ("silent", "fatal")
_LARGE_CONTEXT = 500_000
_MANY_TURNS = 16
_DAY_S = 86_400


def _redaction_off(subject: Subject) -> str:
    return when(subject.config.logging.redact_sensitive == "off", "It is hidden all the same.")


def _talkative(subject: Subject) -> str:
    logging = subject.config.logging
    parts = [name for name, level in logging.subsystems.items() if level in _TALKATIVE]
    return named([*(["logging.level"] if logging.level in _TALKATIVE else []), *parts], "On debug or trace: ")


def _mute(subject: Subject) -> str:
    level = subject.config.logging.level
    return when(level in _MUTE, f"logging.level is {level}.")


def _kept_for_ever(subject: Subject) -> str:
    return when(subject.config.logging.retention.days == 0, "logging.retention.days is 0.")


def _kept_briefly(subject: Subject) -> str:
    days = subject.config.logging.retention.days
    return when(0 < days < 3, f"logging.retention.days is {days}.")


def _records_prompts(subject: Subject) -> str:
    trace = subject.config.diagnostics.cache_trace or {}
    return when(trace.get("enabled") is True, "diagnostics.cacheTrace records what is said, in plain text.")


def _no_budget(subject: Subject) -> str:
    return when(subject.config.monitoring.daily_cost_limit == 0, "monitoring.dailyCostLimit is 0.")


def _large_context(subject: Subject) -> str:
    defaults = subject.config.agents.defaults
    tokens, chars = defaults.context_tokens or 0, defaults.bootstrap_max_chars
    found = [
        *([f"contextTokens is {tokens:,}"] if tokens > _LARGE_CONTEXT else []),
        *([f"bootstrapMaxChars is {chars:,}"] if chars > _LARGE_CONTEXT else []),
    ]
    return named(found)


def _endless_turns(subject: Subject) -> str:
    seconds = subject.config.agents.defaults.timeout_seconds
    return when(seconds == 0 or seconds > _DAY_S, f"agents.defaults.timeoutSeconds is {seconds}.")


def _many_turns(subject: Subject) -> str:
    most = subject.config.agents.defaults.max_concurrent
    return when(most > _MANY_TURNS, f"agents.defaults.maxConcurrent is {most}.")


def _no_reserve(subject: Subject) -> str:
    resources = subject.config.resources
    rows = [("reserveMemory", resources.reserve_memory), ("reserveDisk", resources.reserve_disk)]
    return named(f"resources.{name} is 0" for name, value in rows if value == 0)


def _silent_rules(subject: Subject) -> str:
    return named(name for name, rule in subject.config.monitoring.rules.items() if not rule.enabled)


def _quiet_security(subject: Subject) -> str:
    quiet = subject.config.monitoring.quiet
    missing = [word for word in ("approvals", "security") if word not in quiet.except_]
    return named(missing) if quiet.hours and "critical" not in quiet.except_ else ""


def _shared_programs(subject: Subject) -> str:
    rows = subject.config.monitoring.sinks.items()
    return named(
        f"{name}: {sink.command[0]}"
        for name, sink in rows
        if sink.command and (not Path(sink.command[0]).is_absolute() or is_shared_place(Path(sink.command[0])))
    )


def _no_repair(subject: Subject) -> str:
    return when(not subject.config.monitoring.repair.enabled, "monitoring.repair.enabled is off.")


def _unstable(subject: Subject) -> str:
    channel = subject.config.update.channel
    return when(channel != "stable", f"update.channel is {channel}.")


def _no_updates(subject: Subject) -> str:
    return when(not subject.config.update.check_on_start, "update.checkOnStart is off.")


def _plugin_folders(subject: Subject) -> str:
    paths = (subject.config.plugins.load or {}).get("paths")
    return named(str(path) for path in paths) if isinstance(paths, list) else ""


def _any_plugin(subject: Subject) -> str:
    plugins = subject.config.plugins
    return when(plugins.enabled is True and plugins.allow is None, "plugins.allow is not set.")


def _no_reload(subject: Subject) -> str:
    return when(subject.config.gateway.reload.mode == "off", "gateway.reload.mode is off.")


CHECKS = (
    Check("config.logging.redaction", Level.INFO, "Secrets in tool calls are asked to be shown", _redaction_off,
          "Take logging.redactSensitive out: hiding cannot be switched off.", "Take it out",
          put("logging.redactSensitive", None)),
    Check("config.logging.talkative", Level.INFO, "The log is very detailed", _talkative,
          'Set logging.level back to "info" when the fault is found.', 'Set logging.level to "info"',
          put("logging.level", "info")),
    Check("config.logging.mute", Level.WARNING, "The log says nothing", _mute,
          'Set logging.level to "info": a fault could not be explained.', 'Set it to "info"',
          put("logging.level", "info")),
    Check("config.logging.kept", Level.INFO, "Logs are kept for ever", _kept_for_ever,
          "Set logging.retention.days; what was said stands in them longer than needed.", "Keep them for 14 days",
          put("logging.retention.days", 14)),
    Check("config.logging.brief", Level.INFO, "Logs are gone after a weekend", _kept_briefly,
          "Keep them for a week at least.", "Keep them for 14 days", put("logging.retention.days", 14)),
    Check("config.diagnostics.prompts", Level.WARNING, "Conversations are recorded in plain text", _records_prompts,
          "Turn diagnostics.cacheTrace off when the fault is found.", "Turn it off",
          put("diagnostics.cacheTrace.enabled", False)),
    Check("config.cost.limit", Level.INFO, "Nothing tells when a day gets expensive", _no_budget,
          "Set monitoring.dailyCostLimit to what a day may cost, in US dollars."),
    Check("config.agents.context", Level.WARNING, "Each question may be very large", _large_context,
          "Set it to what your model really needs: each turn pays for all of it."),
    Check("config.agents.endless", Level.WARNING, "A turn may go on for ever", _endless_turns,
          "Set agents.defaults.timeoutSeconds to 600.", "Set the usual 10 min",
          put("agents.defaults.timeoutSeconds", 600)),
    Check("config.agents.many", Level.WARNING, "Very many turns at once", _many_turns,
          "Set agents.defaults.maxConcurrent to 4.", "Set the usual 4", put("agents.defaults.maxConcurrent", 4)),
    Check("config.resources.reserve", Level.WARNING, "Nothing is left to the computer", _no_reserve,
          "Set both back to what is usual.", "Set what is usual",
          lambda subject: {"resources": {"reserveMemory": None, "reserveDisk": None}}),
    Check("config.monitoring.rules", Level.INFO, "Rules are switched off", _silent_rules,
          "Switch them on again when the reason is gone."),
    Check("config.monitoring.quiet", Level.WARNING, "Quiet hours hide what matters", _quiet_security,
          "Put these into monitoring.quiet.except.", "Put approvals and security there",
          lambda subject: {"monitoring": {"quiet": {"except": [
              *dict.fromkeys([*subject.config.monitoring.quiet.except_, "approvals", "security"])]}}}),
    Check("config.monitoring.programs", Level.WARNING, "Alerts start a program that others can replace",
          _shared_programs, "Write an absolute path of your own there."),
    Check("config.monitoring.repair", Level.INFO, "Nothing is repaired by itself", _no_repair,
          "Turn monitoring.repair.enabled on again.", "Turn it on", put("monitoring.repair.enabled", True)),
    Check("config.update.channel", Level.INFO, "Versions that are not finished are offered", _unstable,
          'Set update.channel to "stable" on a computer that you rely on.', 'Set it to "stable"',
          put("update.channel", "stable")),
    Check("config.update.off", Level.INFO, "New versions are not looked for", _no_updates,
          "Turn update.checkOnStart on: corrections of security faults come that way.", "Turn it on",
          put("update.checkOnStart", True)),
    Check("config.plugins.folders", Level.WARNING, "Plugins are taken from folders", _plugin_folders,
          "Check who can write there: a plugin may do all that you may."),
    Check("config.plugins.any", Level.WARNING, "Any plugin is loaded", _any_plugin,
          "Name in plugins.allow those that you chose."),
    Check("config.reload.off", Level.INFO, "Changes of the file are not taken up", _no_reload,
          'Set gateway.reload.mode to "hybrid".', 'Set it to "hybrid"', put("gateway.reload.mode", "hybrid")),
)  # fmt: skip
