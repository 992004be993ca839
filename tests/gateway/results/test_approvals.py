"""The shapes of answers about approvals: no decision is null, and a companion's token has no place."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from clawd_desktop.gateway.results.approvals import ApprovalDecided, ApprovalSnapshot, ApprovalSocket


def test_no_decision_is_null_and_not_absent() -> None:
    decided = {"id": "a", "decision": None, "createdAtMs": 1, "expiresAtMs": 2}
    assert TypeAdapter(ApprovalDecided).validate_python(decided) == decided
    with pytest.raises(ValidationError):
        TypeAdapter(ApprovalDecided).validate_python({"id": "a", "createdAtMs": 1, "expiresAtMs": 2})


def test_the_file_has_all_its_parts_and_no_token() -> None:
    assert "token" not in ApprovalSocket.__annotations__
    file = {"version": 1, "socket": {"path": "/s"}, "defaults": {}, "agents": {"main": {"allowlist": []}}}
    shown = {"path": "/f", "exists": True, "hash": "h", "file": file}
    assert TypeAdapter(ApprovalSnapshot).validate_python(shown) == shown
