"""Checks of who may write to the assistant, and what strangers could make it do."""

from __future__ import annotations

from collections.abc import Iterator

from clawd_desktop.config.audit_check import Check, Subject, named, nested, put, together, when
from clawd_desktop.config.schema.channels import Account
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import JsonObject

_WHATSAPP = "whatsapp"
_EVERYONE = "*"


def accounts(subject: Subject) -> Iterator[tuple[str, Account]]:
    """All channels and their accounts with the dotted path to each."""
    for channel, settings in subject.config.channels.entries():
        yield f"channels.{channel}", settings
        for name, account in settings.accounts.items():
            yield f"channels.{channel}.accounts.{name}", account


def lets_strangers_in(subject: Subject) -> list[str]:
    """Where anybody may write without being approved."""
    return [path for path, account in accounts(subject) if account.dm_policy == "open"]


def _whatsapp_open(subject: Subject) -> str:
    # An allow list, or none at all, lets in fewer than pairing does.
    channel = subject.config.channels.get(_WHATSAPP)
    return when(channel is not None and channel.dm_policy == "open", "Everybody who has the number is answered.")


def _others_open(subject: Subject) -> str:
    return named(path for path in lets_strangers_in(subject) if path != f"channels.{_WHATSAPP}")


def _to_pairing(subject: Subject) -> JsonObject:
    return together(nested(f"{path}.dmPolicy", "pairing") for path in lets_strangers_in(subject))


def _everyone_listed(subject: Subject) -> str:
    return named(
        path for path, account in accounts(subject) if _EVERYONE in account.allow_from and account.dm_policy != "open"
    )


def _without_everyone(subject: Subject) -> JsonObject:
    return together(
        nested(f"{path}.allowFrom", [name for name in account.allow_from if name != _EVERYONE])
        for path, account in accounts(subject)
        if _EVERYONE in account.allow_from and account.dm_policy != "open"
    )


def _open_groups(subject: Subject) -> str:
    return named(path for path, account in accounts(subject) if account.group_policy == "open")


def _close_groups(subject: Subject) -> JsonObject:
    found = [path for path, account in accounts(subject) if account.group_policy == "open"]
    return together(nested(f"{path}.groupPolicy", "allowlist") for path in found)


def _open_by_default(subject: Subject) -> str:
    return when(subject.config.channels.defaults.group_policy == "open", "channels.defaults.groupPolicy is open.")


def _always_answers(subject: Subject) -> str:
    return named(
        f"{path}.groups.{name}"
        for path, account in accounts(subject)
        for name, group in account.groups.items()
        if name == _EVERYONE and group.require_mention is False
    )


def _groups_for_all(subject: Subject) -> str:
    return named(path for path, account in accounts(subject) if _EVERYONE in (account.group_allow_from or ()))


def _strangers_write(subject: Subject) -> str:
    return named(path for path, account in accounts(subject) if account.config_writes and account.dm_policy == "open")


def _no_writes(subject: Subject) -> JsonObject:
    return together(nested(f"{path}.configWrites", False) for path in lets_strangers_in(subject))


def _one_conversation(subject: Subject) -> str:
    if subject.config.session.dm_scope != "main":
        return ""
    people = {name for _, account in accounts(subject) for name in account.allow_from}
    return when(len(people) > 1, f"{len(people)} people may write, and all share your main conversation.")


def _unchecked_commands(subject: Subject) -> str:
    return when(not subject.config.commands.use_access_groups, "commands.useAccessGroups is off.")


def _shell_in_chat(subject: Subject) -> str:
    return when(subject.config.commands.bash, "commands.bash is on.")


def _settings_in_chat(subject: Subject) -> str:
    commands = subject.config.commands
    on = [("/config", commands.config), ("/debug", commands.debug), ("/restart", commands.restart)]
    return named(name for name, is_on in on if is_on)


def _strangers_unboxed(subject: Subject) -> str:
    open_ = lets_strangers_in(subject) if subject.config.agents.defaults.sandbox.mode == "off" else []
    return named(open_, "Without a sandbox: ")


def _nobody_asked(subject: Subject) -> str:
    approvals = subject.config.approvals.exec
    return when(approvals.enabled and approvals.mode == "targets" and not approvals.targets, "There are no targets.")


def _all_agents_talk(subject: Subject) -> str:
    between = subject.config.tools.agent_to_agent
    return when(between.enabled and (not between.allow or _EVERYONE in between.allow), "All agents may.")


def _across_channels(subject: Subject) -> str:
    across = subject.config.tools.message.cross_context.allow_across_providers
    return when(across, "tools.message.crossContext.allowAcrossProviders is on.")


CHECKS = (
    Check("config.channels.whatsapp", Level.WARNING, "WhatsApp DM policy is not set to pairing", _whatsapp_open,
          'Set channels.whatsapp.dmPolicy to "pairing" to prevent spam.', 'Set it to "pairing"',
          put("channels.whatsapp.dmPolicy", "pairing")),
    Check("config.channels.open", Level.WARNING, "Everybody may write to the assistant", _others_open,
          'Set dmPolicy to "pairing" there: strangers then get a code that you approve.', 'Set it to "pairing"',
          _to_pairing),
    Check("config.channels.everyone", Level.WARNING, "A list of people lets everybody in", _everyone_listed,
          'Take "*" out of allowFrom there.', 'Take "*" out', _without_everyone),
    Check("config.channels.groups.open", Level.WARNING, "Every group is answered", _open_groups,
          'Set groupPolicy to "allowlist" there.', 'Set it to "allowlist"', _close_groups),
    Check("config.channels.groups.default", Level.WARNING, "Every group is answered by default", _open_by_default,
          'Set channels.defaults.groupPolicy to "allowlist".', 'Set it to "allowlist"',
          put("channels.defaults.groupPolicy", "allowlist")),
    Check("config.channels.groups.always", Level.WARNING, "Groups are answered without being asked", _always_answers,
          "Turn on requireMention there: each message costs money, and may be a trap."),
    Check("config.channels.groups.everyone", Level.WARNING, "Everybody in a group may give orders", _groups_for_all,
          'Take "*" out of groupAllowFrom there.'),
    Check("config.channels.writes", Level.ERROR, "Strangers may change the configuration", _strangers_write,
          "Turn configWrites off there.", "Turn it off", _no_writes),
    Check("config.channels.unboxed", Level.ERROR, "Strangers reach tools of this computer", _strangers_unboxed,
          'Set agents.defaults.sandbox.mode to "non-main" or "all".', 'Set it to "non-main"',
          put("agents.defaults.sandbox.mode", "non-main")),
    Check("config.session.shared", Level.WARNING, "Several people share one conversation", _one_conversation,
          'Set session.dmScope to "per-channel-peer": each would otherwise read what the others said.',
          'Set it to "per-channel-peer"', put("session.dmScope", "per-channel-peer")),
    Check("config.commands.unchecked", Level.ERROR, "Everybody may use commands in chat", _unchecked_commands,
          "Turn commands.useAccessGroups on.", "Turn it on", put("commands.useAccessGroups", True)),
    Check("config.commands.shell", Level.WARNING, "Shell commands can be run from chat", _shell_in_chat,
          "Turn commands.bash off.", "Turn it off", put("commands.bash", False)),
    Check("config.commands.settings", Level.INFO, "The application can be changed from chat", _settings_in_chat,
          "Turn off in commands what you do not use."),
    Check("config.approvals.nobody", Level.WARNING, "Nobody is asked for approval", _nobody_asked,
          'Add approvals.exec.targets, or set approvals.exec.mode to "session".', 'Ask in the conversation',
          put("approvals.exec.mode", "session")),
    Check("config.agents.talk", Level.WARNING, "All agents may give each other orders", _all_agents_talk,
          "Name in tools.agentToAgent.allow those that should."),
    Check("config.message.across", Level.WARNING, "What is said in one channel may go to another", _across_channels,
          "Turn it off where channels are used by different people.", "Turn it off",
          put("tools.message.crossContext.allowAcrossProviders", False)),
)  # fmt: skip
