"""What the skills methods answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Needs(TypedDict):
    """What a skill needs: programs, variables, settings, systems."""

    bins: list[str]
    anyBins: list[str]
    env: list[str]
    config: list[str]
    os: list[str]


class ConfigCheck(TypedDict):
    """A setting that a skill needs."""

    path: str
    value: object
    satisfied: bool


class InstallChoice(TypedDict):
    """A way to install what is missing."""

    id: str
    kind: str
    label: str
    bins: list[str]


class Skill(TypedDict):
    """One skill and whether it can be used."""

    name: str
    description: str
    source: str
    filePath: str
    baseDir: str
    skillKey: str
    primaryEnv: NotRequired[str]
    emoji: NotRequired[str]
    homepage: NotRequired[str]
    always: bool
    disabled: bool
    blockedByAllowlist: bool
    eligible: bool
    requirements: Needs
    missing: Needs
    configChecks: list[ConfigCheck]
    install: list[InstallChoice]


class SkillsStatus(TypedDict):
    """All skills."""

    workspaceDir: str
    managedSkillsDir: str
    skills: list[Skill]


class SkillInstalled(TypedDict):
    """What the installer said; `code` is null when it did not run."""

    ok: bool
    message: str
    stdout: str
    stderr: str
    code: int | None


class SkillSettings(TypedDict):
    """The skill's entry in the configuration; secrets are references."""

    enabled: NotRequired[bool]
    apiKey: NotRequired[str]
    env: NotRequired[dict[str, str]]
    config: NotRequired[dict[str, object]]


class SkillUpdated(TypedDict):
    """The skill's entry after the change."""

    ok: bool
    skillKey: str
    config: SkillSettings
