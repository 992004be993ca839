"""What tests of the configuration's checks stand on: one row per check, with what is wrong and what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clawd_desktop.config.audit import BY_ID, patch_of, validate_secure_config
from clawd_desktop.config.audit_check import AuditFacts, Check, Subject
from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.merge import merge_patch
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.check import checked
from clawd_desktop.config.secret_refs import is_reference
from clawd_desktop.core.findings import Finding
from clawd_desktop.core.values import JsonObject, as_object

PATHS = find_paths({}, Path("/home/me"), None)
STRONG = "Zq7-vB2x-Lm9t-Kp4w-Rs8n"
OTHER = "Hw3-cY6u-Tg1d-Ae5f-Jk0z"


@dataclass(frozen=True)
class Row:
    """A configuration in which the check finds something, and one like it in which it does not."""

    id: str
    bad: JsonObject
    good: JsonObject
    bad_facts: dict[str, Any] = field(default_factory=dict)
    good_facts: dict[str, Any] = field(default_factory=dict)


def subject(raw: JsonObject, **facts: Any) -> Subject:
    """The configuration as the application would have it in force, with what it knows beside it."""
    source, legacy = migrated(raw)
    result = checked(source)
    auth, hooks = result.config.gateway.auth, result.config.hooks
    shared = {"gateway.auth.password": auth.password, "gateway.auth.token": auth.token, "hooks.token": hooks.token}
    known = {path: value for path, value in shared.items() if value and not is_reference(value)}
    given: dict[str, Any] = {
        "parsed": raw,
        "issues": result.issues,
        "warnings": result.warnings,
        "legacy": legacy,
        "secrets": known,
        "paths": PATHS,
    }
    return Subject(result.config, AuditFacts(**(given | facts)))


def found(check_id: str, raw: JsonObject, **facts: Any) -> Finding | None:
    """What the check finds, None when it finds nothing."""
    looked_at = subject(raw, **facts)
    all_found = {finding.id: finding for finding in validate_secure_config(looked_at.config, looked_at.facts)}
    return all_found.get(check_id)


def prove(row: Row) -> None:
    """It is found where it is, says where, and is not found where it is not."""
    finding = found(row.id, row.bad, **row.bad_facts)
    assert finding is not None, f"{row.id} is not found in {row.bad}"
    assert finding.level is BY_ID[row.id].level
    assert finding.description
    assert finding.recommendation
    assert finding.description.endswith(".")
    spared = found(row.id, row.good, **row.good_facts)
    assert spared is None, f"{row.id} is found where all is well: {spared}"


def prove_repair(row: Row) -> None:
    """The offered change makes a configuration in which it is not found any more, and nothing new is wrong."""
    patch = patch_of(row.id, subject(row.bad, **row.bad_facts))
    assert bool(patch) == bool(BY_ID[row.id].repair), "a repair says what it does, and does it"
    if not patch:
        return
    mended = as_object(merge_patch(row.bad, patch))
    facts = {name: value for name, value in row.bad_facts.items() if name not in ("parsed", "legacy", "issues")}
    assert found(row.id, mended, **facts) is None, f"{patch} does not help"
    assert not checked(migrated(mended)[0]).issues


def prove_complete(checks: Sequence[Check], rows: Sequence[Row]) -> None:
    """No check without its row."""
    assert sorted(check.id for check in checks) == sorted({row.id for row in rows})


def name(row: Row) -> str:
    """How a row is called in lists of tests."""
    return row.id
