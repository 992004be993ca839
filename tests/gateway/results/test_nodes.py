"""The shapes of answers about nodes hold what may be absent apart from what is always there."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from clawd_desktop.gateway.results.nodes import NodeDescription, NodeInvoked, NodePairVerified

ROW = {"nodeId": "n", "caps": [], "commands": [], "paired": True, "connected": False}


def test_a_description_is_a_row_with_its_time() -> None:
    assert TypeAdapter(NodeDescription).validate_python({**ROW, "ts": 1}) == {**ROW, "ts": 1}
    for missing in ("ts", "nodeId", "caps", "commands", "paired", "connected"):
        with pytest.raises(ValidationError):
            TypeAdapter(NodeDescription).validate_python({k: v for k, v in {**ROW, "ts": 1}.items() if k != missing})


def test_a_payload_may_be_absent_but_its_text_is_null_at_least() -> None:
    invoked = {"ok": True, "nodeId": "n", "command": "x", "payloadJSON": None}
    assert TypeAdapter(NodeInvoked).validate_python(invoked) == invoked
    with pytest.raises(ValidationError):
        TypeAdapter(NodeInvoked).validate_python({"ok": True, "nodeId": "n", "command": "x"})
    assert TypeAdapter(NodePairVerified).validate_python({"ok": False}) == {"ok": False}
