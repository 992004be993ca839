"""The `sandbox` part of agents: where tools run so that they cannot harm the computer."""

from typing import Literal

from clawd_desktop.config.schema.base import Count, Days, Free, Hours, Names, Port, Section, option, part


class Docker(Section):
    """The container that tools run in."""

    image: str = option("clawdbot-sandbox:bookworm-slim", "Image", "Container image.")
    container_prefix: str = option("clawdbot-sbx-", "Name prefix", "Start of container names.", advanced=True)
    workdir: str = option("/workspace", "Folder inside", "Working folder in the container.", advanced=True)
    read_only_root: bool = option(True, "Read-only system", "The container cannot change its own system.")
    tmpfs: Names = option(("/tmp", "/var/tmp", "/run"), "Folders in memory", "Writable, gone at the end.")  # noqa: S108
    network: str = option("none", "Network", "none: no network at all.")
    user: str | None = option(None, "User", "uid:gid inside the container.", advanced=True)
    cap_drop: Names = option(("ALL",), "Dropped rights", "Linux capabilities taken away.", advanced=True)
    env: dict[str, str] = option({"LANG": "C.UTF-8"}, "Environment", "Variables inside.", advanced=True)
    setup_command: str | None = option(None, "Set-up", "Command that runs once in a new container.", advanced=True)
    pids_limit: Count | None = option(None, "Most processes", "0 or none: the system's own limit.", advanced=True)
    memory: str | None = option(None, "Memory", "Most memory, such as 512m.")
    memory_swap: str | None = option(None, "Memory and swap", "Most of both together.", advanced=True)
    cpus: float | None = option(None, "Processors", "Most processors, such as 1.5.")
    ulimits: Free | None = option(None, "Limits", "ulimit values by name.", advanced=True)
    seccomp_profile: str | None = option(None, "Seccomp profile", "File of the system-call filter.", advanced=True)
    apparmor_profile: str | None = option(None, "AppArmor profile", "Name of the profile.", advanced=True)
    dns: Names = option((), "Name servers", "DNS servers inside.", advanced=True)
    extra_hosts: Names = option((), "Extra hosts", "name:address entries inside.", advanced=True)
    binds: Names = option((), "Mounted folders", "host:container[:ro] folders shown inside.", advanced=True)


class SandboxBrowser(Section):
    """A browser inside the sandbox."""

    enabled: bool = option(False, "Browser in the sandbox", "Run a browser inside for sandboxed sessions.")
    image: str | None = option(None, "Image", "Container image of the browser.", advanced=True)
    cdp_port: Port = option(9_222, "Debug port", "Port of the browser's debug interface.", advanced=True)
    vnc_port: Port = option(5_900, "VNC port", "Port to watch it.", advanced=True)
    no_vnc_port: Port = option(6_080, "noVNC port", "Port to watch it in a browser.", advanced=True)
    auto_start: bool = option(True, "Start when needed", "Start it at the first use.", advanced=True)
    allow_host_control: bool = option(False, "Allow the real browser", "Let sandboxed sessions use the real browser.")


class Prune(Section):
    """When old sandboxes are removed."""

    idle_hours: Hours = option(24, "Unused for", "Remove after this time without use; 0: never.")
    max_age_days: Days = option(7, "Older than", "Remove after this age; 0: never.")


class Sandbox(Section):
    """Who is put into a sandbox and what it looks like."""

    mode: Literal["off", "non-main", "all"] = option(
        "off", "Sandboxed sessions", "non-main: all but your own main session; all: every session."
    )
    scope: Literal["session", "agent", "shared"] = option("agent", "One sandbox for each", "session, agent, or one.")
    workspace_access: Literal["none", "ro", "rw"] = option(
        "none", "Sees the workspace", "none: a copy of its own; ro: reads it; rw: changes it."
    )
    workspace_root: str | None = option(None, "Copies in", "Folder of the sandboxes' own workspaces.", advanced=True)
    session_tools_visibility: Literal["spawned", "all"] = option(
        "spawned", "Sees sessions", "Which sessions a sandboxed one may see.", advanced=True
    )
    docker: Docker = part(Docker, "Container", "The container that tools run in.", advanced=True)
    browser: SandboxBrowser = part(SandboxBrowser, "Browser", "A browser inside.", advanced=True)
    prune: Prune = part(Prune, "Tidying", "When old sandboxes are removed.", advanced=True)
