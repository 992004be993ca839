"""Checks of what assistants may do to this computer: commands, leaving the sandbox, browser, sandboxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from clawd_desktop.config.audit_channels import lets_strangers_in
from clawd_desktop.config.audit_check import Check, Subject, address, is_own, named, put, when
from clawd_desktop.config.schema.sandbox import Sandbox
from clawd_desktop.config.schema.tool_policy import Elevated, Exec
from clawd_desktop.core.findings import Level

# Programs that run what they are given, or write where they are told.
_NOT_HARMLESS = re.compile(
    r"(ba|da|z|k|c|tc|fi)?sh|python[\d.]*|node|bun|deno|perl|ruby|php|lua|awk|gawk|sed|find|xargs|env|ssh|scp|tar|vim?"
    r"|less|more|man|git|make|docker|sudo|su|nohup|timeout|watch|osascript|powershell|pwsh|cmd|curl|wget|tee|dd|rm"
)
_HOST_MOUNTS = re.compile(r"(/|/etc|/root|/home|/var|/proc|/sys|/boot|.*docker\.sock|.*/\.ssh|.*/\.clawdbot)/?")


def _sandboxes(subject: Subject) -> Iterator[tuple[str, Sandbox]]:
    agents = subject.config.agents
    yield "agents.defaults.sandbox", agents.defaults.sandbox
    for agent in agents.list:
        if agent.sandbox is not None:
            yield f"sandbox of {agent.id}", agent.sandbox


def _execs(subject: Subject) -> Iterator[tuple[str, Exec]]:
    yield "tools.exec", subject.config.tools.exec
    for agent in subject.config.agents.list:
        if agent.tools is not None and agent.tools.exec is not None:
            yield f"tools.exec of {agent.id}", agent.tools.exec


def _elevations(subject: Subject) -> Iterator[tuple[str, Elevated]]:
    yield "tools.elevated", subject.config.tools.elevated
    for agent in subject.config.agents.list:
        if agent.tools is not None and agent.tools.elevated is not None:
            yield f"tools.elevated of {agent.id}", agent.tools.elevated


def _sandbox_off(subject: Subject) -> str:
    return when(subject.config.agents.defaults.sandbox.mode == "off", "agents.defaults.sandbox.mode is off.")


def _agent_unboxed(subject: Subject) -> str:
    agents = subject.config.agents
    return named(
        agent.id
        for agent in agents.list
        if agent.sandbox is not None and "mode" in agent.sandbox.model_fields_set and agent.sandbox.mode == "off"
    )


def _writes_workspace(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if box.mode != "off" and box.workspace_access == "rw")


def _host_network(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if box.docker.network == "host")


def _has_network(subject: Subject) -> str:
    rows = ((name, box.docker.network) for name, box in _sandboxes(subject))
    return named(f"{name}: {network}" for name, network in rows if network not in ("none", "host"))


def _mounts(subject: Subject) -> str:
    binds = ((name, bind) for name, box in _sandboxes(subject) for bind in box.docker.binds)
    return named(f"{name}: {bind}" for name, bind in binds if _HOST_MOUNTS.fullmatch(bind.partition(":")[0]))


def _writable_root(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if not box.docker.read_only_root)


def _keeps_rights(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if "ALL" not in box.docker.cap_drop)


def _runs_as_root(subject: Subject) -> str:
    users = ((name, (box.docker.user or "").partition(":")[0]) for name, box in _sandboxes(subject))
    return named(name for name, user in users if user in ("0", "root"))


def _unconfined(subject: Subject) -> str:
    return named(
        name
        for name, box in _sandboxes(subject)
        if "unconfined" in (box.docker.seccomp_profile, box.docker.apparmor_profile)
    )


def _real_browser(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if box.browser.allow_host_control)


def _shared_box(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if box.mode != "off" and box.scope == "shared")


def _sees_sessions(subject: Subject) -> str:
    return named(name for name, box in _sandboxes(subject) if box.session_tools_visibility == "all")


def _anything_unasked(subject: Subject) -> str:
    return named(name for name, run in _execs(subject) if run.security == "full" and run.ask == "off")


def _anything(subject: Subject) -> str:
    return named(name for name, run in _execs(subject) if run.security == "full" and run.ask != "off")


def _never_asks(subject: Subject) -> str:
    return named(name for name, run in _execs(subject) if run.ask == "off" and run.security not in ("full", "deny"))


def _not_harmless(subject: Subject) -> str:
    programs = [bin_ for _, run in _execs(subject) for bin_ in run.safe_bins or ()]
    return named(name for name in programs if _NOT_HARMLESS.fullmatch(PurePosixPath(name).name))


def _searched_first(subject: Subject) -> str:
    folders = [folder for _, run in _execs(subject) for folder in run.path_prepend]
    return named(text for text in folders if not text.startswith(("/", "~")) or text.startswith(("/tmp", "/var/tmp")))  # noqa: S108


def _no_time_limit(subject: Subject) -> str:
    return named(name for name, run in _execs(subject) if run.timeout_sec == 0 or run.timeout_sec > 86_400)


def _elevated_for_all(subject: Subject) -> str:
    return named(
        f"{name}.allowFrom.{channel}"
        for name, elevated in _elevations(subject)
        for channel, people in elevated.allow_from.items()
        if elevated.enabled and "*" in people
    )


def _elevated_always(subject: Subject) -> str:
    found = subject.config.agents.defaults.elevated_default == "full"
    return when(found, "agents.defaults.elevatedDefault is full.")


def _browser_unboxed(subject: Subject) -> str:
    return when(subject.config.browser.no_sandbox, "browser.noSandbox is on.")


def _scripts_for_strangers(subject: Subject) -> str:
    browser = subject.config.browser
    return named(lets_strangers_in(subject) if browser.enabled and browser.evaluate_enabled else [])


def _far_browser(subject: Subject) -> str:
    browser = subject.config.browser
    found = [browser.cdp_url, *(profile.cdp_url for profile in browser.profiles.values())]
    parts = [(text, address(text)) for text in found if text]
    return named(text for text, part in parts if part is not None and not is_own(part.hostname or ""))


CHECKS = (
    Check("config.sandbox.mode", Level.WARNING, "Sandbox mode is not enabled for non-main sessions", _sandbox_off,
          'Set agents.defaults.sandbox.mode to "non-main" for better security.', 'Set it to "non-main"',
          put("agents.defaults.sandbox.mode", "non-main")),
    Check("config.sandbox.agent", Level.WARNING, "An agent runs outside of the sandbox", _agent_unboxed,
          "Take sandbox.mode out of that agent, so that the default holds."),
    Check("config.sandbox.writes", Level.WARNING, "Sandboxed sessions change the real workspace", _writes_workspace,
          'Set workspaceAccess to "ro" or "none" there.'),
    Check("config.sandbox.network.host", Level.ERROR, "The sandbox uses this computer's network", _host_network,
          'Set docker.network to "none" there: all that listens on loopback is open to it.'),
    Check("config.sandbox.network", Level.INFO, "The sandbox has a network", _has_network,
          'Set docker.network to "none" where it is not needed.'),
    Check("config.sandbox.mounts", Level.ERROR, "The sandbox can reach what it should keep out", _mounts,
          "Take these out of docker.binds."),
    Check("config.sandbox.root", Level.WARNING, "The sandbox may change its own system", _writable_root,
          "Turn docker.readOnlyRoot on there."),
    Check("config.sandbox.rights", Level.WARNING, "The sandbox keeps rights of the system", _keeps_rights,
          'Put "ALL" into docker.capDrop there.'),
    Check("config.sandbox.user", Level.WARNING, "The sandbox runs as root", _runs_as_root,
          "Take docker.user out, or name another user."),
    Check("config.sandbox.unconfined", Level.ERROR, "The sandbox has no filter of system calls", _unconfined,
          'Take "unconfined" out of its profiles.'),
    Check("config.sandbox.browser", Level.WARNING, "Sandboxed sessions may use your browser", _real_browser,
          "Turn sandbox.browser.allowHostControl off: you are signed in there."),
    Check("config.sandbox.shared", Level.WARNING, "All sessions share one sandbox", _shared_box,
          'Set scope to "session" or "agent" there.'),
    Check("config.sandbox.sessions", Level.WARNING, "Sandboxed sessions read other conversations", _sees_sessions,
          'Set sessionToolsVisibility to "spawned" there.'),
    Check("config.exec.unasked", Level.ERROR, "Any command runs without a question", _anything_unasked,
          'Set tools.exec.security to "allowlist" and ask to "on-miss".', "Allow listed commands, ask for others",
          lambda subject: {"tools": {"exec": {"security": "allowlist", "ask": "on-miss"}}}),
    Check("config.exec.full", Level.WARNING, "Any command may be run", _anything,
          'Set tools.exec.security to "allowlist".', "Allow listed commands only",
          put("tools.exec.security", "allowlist")),
    Check("config.exec.ask", Level.WARNING, "You are never asked before a command runs", _never_asks,
          'Set tools.exec.ask to "on-miss".', 'Set it to "on-miss"', put("tools.exec.ask", "on-miss")),
    Check("config.exec.harmless", Level.WARNING, "Programs count as harmless that are not", _not_harmless,
          "Take them out of tools.exec.safeBins: they run or write whatever they are told."),
    Check("config.exec.path", Level.WARNING, "Programs are searched where others can put some", _searched_first,
          "Write absolute folders of your own in tools.exec.pathPrepend."),
    Check("config.exec.time", Level.WARNING, "Commands may run for ever", _no_time_limit,
          "Set tools.exec.timeoutSec to 1800.", "Set the usual half hour", put("tools.exec.timeoutSec", 1_800)),
    Check("config.elevated.everyone", Level.ERROR, "Everybody may leave the sandbox", _elevated_for_all,
          'Take "*" out of tools.elevated.allowFrom.', "Nobody may", put("tools.elevated.enabled", False)),
    Check("config.elevated.always", Level.WARNING, "The sandbox is left without a question", _elevated_always,
          'Set agents.defaults.elevatedDefault to "ask".', 'Set it to "ask"',
          put("agents.defaults.elevatedDefault", "ask")),
    Check("config.browser.unboxed", Level.WARNING, "The browser runs without its own sandbox", _browser_unboxed,
          "Turn browser.noSandbox off: a page could otherwise take over the computer.", "Turn it off",
          put("browser.noSandbox", False)),
    Check("config.browser.scripts", Level.WARNING, "Strangers may have scripts run in your browser",
          _scripts_for_strangers, "Turn browser.evaluateEnabled off.", "Turn it off",
          put("browser.evaluateEnabled", False)),
    Check("config.browser.far", Level.WARNING, "The browser is driven over the network", _far_browser,
          "Use a browser on this computer, or a tunnel: its debug port asks for no password."),
)  # fmt: skip
