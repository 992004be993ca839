"""From text to a configuration that can be used: includes, old names, variables, checks, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config import include
from clawd_desktop.config.environment import with_overrides, with_variables
from clawd_desktop.config.json5 import Document, read
from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.schema.check import Issue, checked
from clawd_desktop.config.schema.root import Config
from clawd_desktop.config.substitution import substitute
from clawd_desktop.core.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a text turned out to be.

    `parsed` is the main file as it stands; `source` has includes joined and old names moved, but references and
    variables as they are written; `config` is ready for use. With `issues` the configuration is not valid, and what
    they name is left out of `config`. `hidden` is wrong too, but a variable of the environment stands over it.
    """

    parsed: JsonObject
    source: JsonObject
    config: Config
    environ: Mapping[str, str]
    files: tuple[Path, ...] = ()
    issues: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    legacy: tuple[Issue, ...] = ()
    hidden: tuple[Issue, ...] = ()


def load(text: str, file: Path, environ: Mapping[str, str], read_include: Callable[[Path], bytes]) -> Loaded:
    """What the text of `file` says. Raises Unreadable with line and column when it is not JSON5."""
    document = read(text, str(file))
    value, includes = include.resolve(document.value, file, lambda path: read(read_include(path), str(path)).value)
    issues = [*_duplicates(document), *includes.issues]
    if not isinstance(value, dict):
        issues.append(Issue("", f"{file} must hold an object {{ }}."))
    joined: JsonObject = value if isinstance(value, dict) else {}
    source, legacy = migrated(joined)
    variables = _variables(source, environ)
    substituted, unset = substitute(source, variables)
    result, alone = checked(with_overrides(substituted, environ)), checked(substituted)
    return Loaded(
        parsed=document.value if isinstance(document.value, dict) else {},
        source=source,
        config=result.config,
        environ=variables,
        files=tuple(dict.fromkeys(includes.files)),
        issues=(*issues, *unset, *result.issues),
        warnings=result.warnings,
        legacy=legacy,
        hidden=tuple(issue for issue in alone.issues if issue not in result.issues),
    )


def nothing(environ: Mapping[str, str]) -> Loaded:
    """What holds when there is no file."""
    return Loaded({}, {}, checked(with_overrides({}, environ)).config, with_variables(environ, {}))


def _variables(source: JsonObject, environ: Mapping[str, str]) -> Mapping[str, str]:
    section: JsonValue = source.get("env", {})
    # What is unset in there is reported with the rest.
    own, _ = substitute({"env": section}, environ)
    return with_variables(environ, own)


def _duplicates(document: Document) -> list[Issue]:
    return [
        Issue(one.path, f"This key stands twice; the second time in line {one.line}, column {one.column}.")
        for one in document.duplicates
    ]
