"""Which tools may be used and how commands run: what the `tools` section and each agent share."""

from typing import Literal

from clawd_desktop.config.schema.base import Milliseconds, Names, Positive, Seconds, Section, option, part, table

Profile = Literal["minimal", "coding", "messaging", "full"]


class Policy(Section):
    """Tools by name, group (group:fs) or wildcard; deny wins, an empty allow list allows all."""

    allow: Names | None = option(None, "Allow", "Only these.")
    also_allow: Names | None = option(None, "Also allow", "In addition to the profile.")
    deny: Names | None = option(None, "Deny", "Never these.")


class ProfiledPolicy(Policy):
    """A policy that starts from a ready-made profile."""

    profile: Profile | None = option(None, "Profile", "Ready-made set of tools; without: all.")


class ApplyPatch(Section):
    """The tool that changes several files at once."""

    enabled: bool = option(False, "Patches", "Offer apply_patch.")
    allow_models: Names = option((), "For models", "Only these models; empty: all that know it.")


class Exec(Section):
    """The tool that runs commands."""

    host: Literal["sandbox", "gateway", "node"] = option("sandbox", "Runs on", "Where commands run.")
    security: Literal["deny", "allowlist", "full"] | None = option(
        None, "Security", "deny, allowlist or full; without: deny in the sandbox, allowlist elsewhere."
    )
    ask: Literal["off", "on-miss", "always"] = option("on-miss", "Ask", "When you are asked first.")
    node: str | None = option(None, "Node", "Which node, when it runs on one.", advanced=True)
    path_prepend: Names = option((), "Search first", "Folders in front of PATH.", advanced=True)
    safe_bins: Names | None = option(None, "Harmless programs", "May read standard input without asking.")
    background_ms: Milliseconds = option(10_000, "To background after", "Longer commands go on alone.")
    timeout_sec: Seconds = option(1_800, "Longest run", "Then it is ended.")
    approval_running_notice_ms: Milliseconds = option(10_000, "Notice after", "When one is told.", advanced=True)
    cleanup_ms: Milliseconds | None = option(None, "Forget after", "When finished ones are dropped.", advanced=True)
    notify_on_exit: bool = option(True, "Tell when done", "Tell the assistant when one has ended.")
    apply_patch: ApplyPatch = part(ApplyPatch, "Patches", "Changing several files at once.", advanced=True)
    max_processes: Positive = option(16, "At once", "How many commands may run.", advanced=True)
    timeout: Milliseconds | None = option(None, "Longest run", "Older form of timeoutSec.", advanced=True)
    sandbox: bool | None = option(None, "In the sandbox", "Older form of host.", advanced=True)


class Elevated(Section):
    """Leaving the sandbox for a command."""

    enabled: bool = option(True, "Elevated", "Whether anyone may.")
    allow_from: dict[str, Names] = table("Who may", "Senders by channel.")


class SandboxTools(Section):
    """What sandboxed sessions may use."""

    tools: Policy = part(Policy, "Tools", "Allowed and denied in the sandbox.")


class AgentTools(ProfiledPolicy):
    """What one agent may use."""

    by_provider: dict[str, ProfiledPolicy] | None = option(
        None, "By model", "Policy by provider or model.", advanced=True
    )
    exec: Exec | None = option(None, "Commands", "Running commands.")
    elevated: Elevated | None = option(None, "Elevated", "Leaving the sandbox.", advanced=True)
    sandbox: SandboxTools | None = option(None, "In the sandbox", "Tools in the sandbox.")
