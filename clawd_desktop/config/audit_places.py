"""Checks of folders that assistants may use: none may hold what they must not change or show; pure."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.config.audit_check import Check, Subject, is_shared_place, named, put
from clawd_desktop.core.findings import Level

_SYSTEM = frozenset({
    "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/opt", "/proc", "/root", "/run", "/sbin", "/sys", "/usr",
    "/var", "/Users", "/Library", "/System", "/Applications",
})  # fmt: skip


def dangerous(subject: Subject, text: str | None, name: str) -> str:
    """Why this folder is none that an assistant may have, "" when it is."""
    if not text:
        return ""
    folder, paths = subject.path(text), subject.facts.paths
    if folder.as_posix() in _SYSTEM or folder == Path(folder.anchor):
        return f"{name} is {folder}, a folder of the system."
    if paths is None:
        return ""
    if folder == paths.home or folder in paths.home.parents:
        return f"{name} is {folder}: all that is yours, keys and passwords too."
    if folder == paths.state or folder in paths.state.parents or paths.own == folder or paths.own in folder.parents:
        return f"{name} is {folder}, where passwords, approvals and devices are kept."
    return ""


def _workspaces(subject: Subject) -> list[tuple[str, str]]:
    agents = subject.config.agents
    rows = [("agents.defaults.workspace", agents.defaults.workspace)]
    rows += [(f"workspace of {agent.id}", agent.workspace) for agent in agents.list if agent.workspace]
    return rows


def _dangerous_workspace(subject: Subject) -> str:
    return " ".join(filter(None, (dangerous(subject, text, name) for name, text in _workspaces(subject))))


def _shared_workspace(subject: Subject) -> str:
    found = (f"{name} ({text})" for name, text in _workspaces(subject) if is_shared_place(subject.path(text)))
    return named(found)


def _one_workspace(subject: Subject) -> str:
    taken: dict[Path, list[str]] = {}
    for name, text in _workspaces(subject):
        taken.setdefault(subject.path(text), []).append(name)
    return named(" and ".join(names) for names in taken.values() if len(names) > 1)


def _skill_folders(subject: Subject) -> str:
    return named(text for text in subject.config.skills.load.extra_dirs if is_shared_place(subject.path(text)))


def _state_folder(subject: Subject) -> str:
    paths = subject.facts.paths
    return named([str(paths.state)] if paths is not None and is_shared_place(paths.state) else [])


CHECKS = (
    Check("config.workspace.dangerous", Level.ERROR, "The workspace is a folder of more than the assistant",
          _dangerous_workspace, "Give the assistant a folder of its own, such as ~/clawd.",
          "Use ~/clawd", put("agents.defaults.workspace", "~/clawd")),
    Check("config.workspace.shared", Level.WARNING, "The workspace lies where others can reach it", _shared_workspace,
          "Choose a folder below your home."),
    Check("config.workspace.common", Level.INFO, "Assistants share a workspace", _one_workspace,
          "Give each agent its own, where they should not see each other's files."),
    Check("config.skills.folder", Level.WARNING, "Skills are taken from where others can put some", _skill_folders,
          "Move them below your home and change skills.load.extraDirs."),
    Check("config.state.shared", Level.WARNING, "The data folder lies where others can reach it", _state_folder,
          "Move it below your home."),
)  # fmt: skip
