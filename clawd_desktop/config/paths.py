"""Where everything lies: the state folder that Clawdbot knows, and caches and logs where each system wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.brands import brand_value
from clawd_desktop.core.errors import NotFound

APP = "clawd-desktop"
CONFIG_NAMES = ("moltbot.json", "clawdbot.json", "openclaw.json")
NEW_CONFIG = "clawdbot.json"
_HOME_FOLDERS = (".clawdbot", ".moltbot", ".openclaw")
# Source: Clawdbot 2026.1.27 looks for a configuration in both folders, the newer name first.
_CONFIG_FOLDERS = (".moltbot", ".clawdbot")
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders and files of one installation. None of them need exist.

    `workspace` is the default one; the configuration may name another. `backups` lies outside of all that is backed up.
    `run` holds sockets and is gone after a restart of the computer. `isolated` says that --data-dir keeps everything
    below one folder.
    """

    state: Path
    config_file: Path
    workspace: Path
    logs: Path
    cache: Path
    run: Path
    home: Path
    backups: Path
    isolated: bool = False

    @property
    def exec_approvals(self) -> Path:
        """What commands may run. One file per user, as node hosts and command lines of Clawdbot look for it.

        Only --data-dir moves it. Source: Clawdbot 2026.1.24, infra/exec-approvals.
        """
        return (self.state if self.isolated else self.home / _HOME_FOLDERS[0]) / "exec-approvals.json"

    @property
    def own(self) -> Path:
        """The folder below the state folder that only this program uses."""
        return self.state / APP

    def user(self, text: str) -> Path:
        """A path that a person wrote: "~" is this home, relative is below the state folder."""
        if text == "~" or text.startswith(("~/", "~\\")):
            return self.home / text[2:]
        return self.state / text


def find_paths(environ: Mapping[str, str], home: Path, data_dir: Path | None = None) -> Paths:
    """Where everything lies for this user. `data_dir` (--data-dir) and *_STATE_DIR put everything below one folder.

    Order of the state folder: `data_dir`, *_STATE_DIR, ~/.clawdbot, or ~/.moltbot or ~/.openclaw when only that exists.
    Order of the configuration: *_CONFIG_PATH, the chosen folder; without one ~/.moltbot before ~/.clawdbot.
    """
    named = brand_value(environ, "STATE_DIR")
    if data_dir is not None or named:
        state = _absolute(data_dir if data_dir is not None else Path(named), home)
        config = _existing((state,), state)
        # A configuration named in the environment must not leak into a folder that was asked for by hand.
        other = "" if data_dir is not None else brand_value(environ, "CONFIG_PATH")
        chosen_config = _absolute(Path(other), home) if other else config
        return _below(state, chosen_config, home, isolated=data_dir is not None)
    state = next((home / name for name in _HOME_FOLDERS if (home / name).is_dir()), home / _HOME_FOLDERS[0])
    folders = (state,) if state.name == ".openclaw" else tuple(home / name for name in _CONFIG_FOLDERS)
    chosen = brand_value(environ, "CONFIG_PATH")
    config = _absolute(Path(chosen), home) if chosen else _existing(folders, state)
    return _usual(state, config, home, environ)


def resource(name: str) -> Path:
    """A file or folder of resources/, in a checkout or in an installed wheel. Raises NotFound when it is missing."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if (root / name).exists():
            return root / name
    raise NotFound(f"The file {name} of this program is missing.", hint="Install the program again.")


def _existing(folders: tuple[Path, ...], state: Path) -> Path:
    names = [folder / name for folder in folders for name in CONFIG_NAMES]
    # Anything under that name counts, a folder or a pipe too: it is then named as the reason, not written around.
    return next((path for path in names if path.exists() or path.is_symlink()), state / NEW_CONFIG)


def _absolute(path: Path, home: Path) -> Path:
    text = str(path)
    if text == "~" or text.startswith(("~/", "~\\")):
        return home / text[2:]
    return path if path.is_absolute() else Path.cwd() / path


def _below(state: Path, config: Path, home: Path, *, isolated: bool) -> Paths:
    return Paths(
        state=state,
        config_file=config,
        workspace=state / "workspace",
        logs=state / "logs",
        cache=state / "cache",
        run=state / "run",
        home=home,
        backups=state.with_name(f"{state.name}-backups"),
        isolated=isolated,
    )


def _usual(state: Path, config: Path, home: Path, environ: Mapping[str, str]) -> Paths:
    import appdirs

    runtime = environ.get("XDG_RUNTIME_DIR", "")
    return Paths(
        state=state,
        config_file=config,
        workspace=home / "clawd",
        logs=Path(appdirs.user_log_dir(APP, False)),
        cache=Path(appdirs.user_cache_dir(APP, False)),
        run=Path(runtime) / APP if runtime and Path(runtime).is_dir() else state / "run",
        home=home,
        backups=Path(appdirs.user_data_dir(APP, False)) / "backups",
    )
