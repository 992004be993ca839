"""The `env`, `auth`, `skills`, `plugins`, `meta`, `wizard`, `update` and other small sections."""

from typing import Literal

from clawd_desktop.config.schema.base import Free, Hours, Milliseconds, Names, Secret, Section, option, part, table


class Meta(Section):
    """Who wrote the file last."""

    last_touched_version: str | None = option(None, "Version", "Of the program that wrote it.")
    last_touched_at: str | None = option(None, "Time", "When it was written.")


class Wizard(Section):
    """When the set-up ran last."""

    last_run_at: str | None = option(None, "Time", "When it ran.")
    last_run_version: str | None = option(None, "Version", "Which version ran.")
    last_run_commit: str | None = option(None, "Commit", "Which commit ran.")
    last_run_command: str | None = option(None, "Command", "How it was started.")
    last_run_mode: str | None = option(None, "Mode", "local or remote.")


class Update(Section):
    """New versions."""

    channel: Literal["stable", "beta", "dev"] = option("stable", "Versions", "Which ones are offered.")
    check_on_start: bool = option(True, "Look at start", "Ask for new versions.")


class ShellEnv(Section):
    """Variables of the login shell."""

    enabled: bool = option(False, "From the shell", "Read missing keys from the login shell.")
    timeout_ms: Milliseconds = option(15_000, "Limit", "For the shell to answer.")


class Env(Section):
    """Environment variables that are set when they are missing; every other key is a variable too."""

    open_keys = True
    shell_env: ShellEnv = part(ShellEnv, "Shell", "Variables of the login shell.")
    vars: dict[str, str] = table("Variables", "Name to value.", sensitive=True)


class AuthProfile(Section):
    """One way of signing in at a provider."""

    provider: str = option("", "Provider", "Name of the provider.")
    mode: Literal["api_key", "oauth", "token"] = option("api_key", "Way", "How.")
    email: str | None = option(None, "Account", "Mail address of the account.")


class Cooldowns(Section):
    """How long a failing account rests."""

    billing_backoff_hours: Hours = option(5, "Without credit", "First rest; doubles.")
    billing_backoff_hours_by_provider: dict[str, Hours] = table("By provider", "Different.", advanced=True)
    billing_max_hours: Hours = option(24, "At most", "Longest rest.")
    failure_window_hours: Hours = option(24, "Forget after", "When failures are forgotten.")


class AuthOrder(Section):
    """The `auth` section: accounts at providers and their order."""

    profiles: dict[str, AuthProfile] = table("Accounts", "Ways of signing in by id.")
    order: dict[str, Names] = table("Order", "Account ids by provider.")
    cooldowns: Cooldowns = part(Cooldowns, "Rests", "How long a failing account rests.", advanced=True)


class SkillEntry(Section):
    """Settings of one skill."""

    enabled: bool | None = option(None, "Enabled", "Whether it is used.")
    api_key: Secret | None = option(None, "API key", "Its main key.")
    env: dict[str, str] | None = option(None, "Environment", "Variables for it.", sensitive=True)
    config: Free | None = option(None, "Settings", "Of its own.")


class SkillLoad(Section):
    """Where skills are found."""

    extra_dirs: Names = option((), "Folders", "Where else to look.")
    watch: bool = option(True, "Watch", "Take up changes at once.")
    watch_debounce_ms: Milliseconds = option(250, "Rest", "How long a file must rest.", advanced=True)


class SkillInstall(Section):
    """How what skills need is installed."""

    prefer_brew: bool | None = option(None, "Homebrew first", "Where there is a choice.")
    node_manager: Literal["npm", "pnpm", "yarn", "bun"] | None = option(None, "Node packages", "Which program.")


class Skills(Section):
    """Skills."""

    allow_bundled: Names | None = option(None, "Bundled", "Only these; without: all.")
    load: SkillLoad = part(SkillLoad, "Folders", "Where skills are found.")
    install: SkillInstall = part(SkillInstall, "Installing", "How it is done.", advanced=True)
    entries: dict[str, SkillEntry] = table("Skills", "Settings by name.")


class PluginEntry(Section):
    """Settings of one plugin."""

    enabled: bool | None = option(None, "Enabled", "Whether it is loaded.")
    config: Free | None = option(None, "Settings", "Of its own.")


class Plugins(Section):
    """Plugins."""

    enabled: bool | None = option(None, "Plugins", "Load any.")
    allow: Names | None = option(None, "Allow", "Only these.")
    deny: Names | None = option(None, "Deny", "Never these.")
    load: Free | None = option(None, "Folders", "Where to look.", advanced=True)
    slots: dict[str, str] = table("Slots", "Which plugin fills a slot.", advanced=True)
    entries: dict[str, PluginEntry] = table("Plugins", "Settings by id.")
    installs: Free | None = option(None, "Installed", "Where they came from.", advanced=True)


class BindingPeer(Section):
    """One conversation partner."""

    kind: Literal["dm", "group", "channel"] = option("dm", "Kind", "Of conversation.")
    id: str = option("", "Id", "On the channel.")


class BindingMatch(Section):
    """Which messages go to an agent."""

    channel: str = option("", "Channel", "Id of the channel.")
    account_id: str | None = option(None, "Account", "Id of the account.")
    peer: BindingPeer | None = option(None, "Partner", "Only this one.")
    guild_id: str | None = option(None, "Server", "Discord server.")
    team_id: str | None = option(None, "Team", "Slack team.")


class Binding(Section):
    """Messages that go to an agent."""

    agent_id: str = option("", "Agent", "Id of the agent.")
    match: BindingMatch = part(BindingMatch, "For", "Which messages.")


class Audio(Section):
    """Older settings for speech; tools.media.audio took their place."""

    transcription: Free | None = option(None, "Transcription", "Command that writes speech down.")


class Media(Section):
    """Attachments."""

    preserve_filenames: bool = option(False, "Keep names", "Store attachments under their own names.")


class NodeHost(Section):
    """This computer as a node of another gateway."""

    browser_proxy: Free | None = option(None, "Browser", "Offer its browser.")


class WebReconnect(Section):
    """How WhatsApp Web comes back."""

    initial_ms: Milliseconds = option(2_000, "First wait", "Before the first try.")
    max_ms: Milliseconds = option(30_000, "Longest wait", "Between two tries.")
    factor: float = option(1.8, "Growth", "Of the wait.")
    jitter: float = option(0.25, "Chance", "Share of the wait.")
    max_attempts: int = option(12, "Tries", "At most.")


class WebChannel(Section):
    """WhatsApp Web's connection."""

    enabled: bool = option(True, "Connect", "Keep the connection.")
    heartbeat_seconds: int | None = option(None, "Sign of life", "Time between two.", unit="s")
    reconnect: WebReconnect = part(WebReconnect, "Coming back", "After it was lost.")
