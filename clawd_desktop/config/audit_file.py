"""Checks of the file itself: can it be understood, who may change it, and does it say what it seems to say."""

from __future__ import annotations

from clawd_desktop.config.audit_check import Check, Subject, named
from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.not_yet import without_effect
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import JsonObject, JsonValue

_VARIABLE = "The environment variable "
_UNKNOWN = "This key is not known"
_AUTH_MODE = "gateway.auth.mode"


def _shown(issues: list[Issue]) -> str:
    return named((f"{issue.path}: {issue.message}" if issue.path else issue.message).rstrip(".") for issue in issues)


def _broken(subject: Subject) -> str:
    return _shown([issue for issue in subject.facts.issues if not issue.message.startswith(_VARIABLE)])


def _variables(subject: Subject) -> str:
    return _shown([issue for issue in subject.facts.issues if issue.message.startswith(_VARIABLE)])


def _not_in_force(subject: Subject) -> str:
    return "" if subject.facts.issues else subject.facts.not_in_force


def _unknown(subject: Subject) -> str:
    return named(issue.path for issue in subject.facts.warnings if issue.message.startswith(_UNKNOWN))


def _other_warnings(subject: Subject) -> str:
    return _shown([issue for issue in subject.facts.warnings if not issue.message.startswith(_UNKNOWN)])


def _old_names(subject: Subject) -> str:
    return named(issue.path for issue in subject.facts.legacy if issue.path != _AUTH_MODE)


def _new_names(subject: Subject) -> JsonObject:
    return difference(subject.facts.parsed, migrated(subject.facts.parsed)[0])


def difference(before: JsonObject, after: JsonObject) -> JsonObject:
    """The RFC 7396 patch that makes `after` of `before`."""
    patch: JsonObject = {key: None for key in before if key not in after}
    for key, value in after.items():
        old: JsonValue = before.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            if inner := difference(old, value):
                patch[key] = inner
        elif key not in before or old != value:
            patch[key] = value
    return patch


def _no_effect(subject: Subject) -> str:
    return named(without_effect(subject.config.raw))


def _others_write(subject: Subject) -> str:
    return named(str(path) for path, mode in subject.facts.modes if mode & 0o022)


def _others_read(subject: Subject) -> str:
    return named(str(path) for path, mode in subject.facts.modes if mode & 0o044 and not mode & 0o022)


def _open_state(subject: Subject) -> str:
    mode, paths = subject.facts.state_mode, subject.facts.paths
    return f"{paths.state} has the rights {mode:o}." if mode is not None and mode & 0o077 and paths else ""


CHECKS = (
    Check("config.file.broken", Level.ERROR, "The configuration is not valid", _broken,
          "Correct it; until then what was read before stays in force."),
    Check("config.file.variables", Level.ERROR, "The configuration needs variables that are not set", _variables,
          "Set them where Clawd Desktop is started, or put the values into the keyring."),
    Check("config.file.gone", Level.ERROR, "The configuration on disk is not in force", _not_in_force,
          "Bring the file back, or save any setting: it is then written anew."),
    Check("config.file.writable", Level.ERROR, "Others can change the configuration", _others_write,
          "Run: chmod 600 on these files."),
    Check("config.file.readable", Level.INFO, "Others can read the configuration", _others_read,
          "Run: chmod 600 on these files."),
    Check("config.state.readable", Level.WARNING, "Others can look into the data folder", _open_state,
          "Run: chmod 700 on it."),
    Check("config.file.unknown", Level.INFO, "Keys that are not known", _unknown,
          "Check how they are written; they are kept, and do nothing."),
    Check("config.file.warnings", Level.WARNING, "The configuration was read with a warning", _other_warnings,
          "See what it says."),
    Check("config.file.old", Level.INFO, "Old names of settings", _old_names,
          "They are understood. Today's names say the same.", "Write today's names", _new_names),
    Check("config.file.effect", Level.INFO, "Settings without effect in this version", _no_effect,
          "They are kept for a version that knows them; do not rely on them now."),
)  # fmt: skip
