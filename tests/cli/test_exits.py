"""Exit codes: one for each kind of error, all of them explained."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.exits import MEANINGS, Exit, GatewayError, NotRunning, TimedOut, exit_for, table
from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError, Refused


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClawdError("x"), Exit.FAILED),
        (BadInput("x"), Exit.FAILED),
        (NotRunning("x"), Exit.NOT_RUNNING),
        (TimedOut("x"), Exit.TIMEOUT),
        (Refused("x"), Exit.REFUSED),
        (AlreadyRunning("x"), Exit.IN_USE),
        (GatewayError("unknown method: x", code="INVALID_REQUEST"), Exit.FAILED),
        (GatewayError("missing scope: operator.admin", code="INVALID_REQUEST"), Exit.REFUSED),
        (GatewayError("pairing required", code="NOT_PAIRED"), Exit.REFUSED),
    ],
)
def test_an_error_leads_to_its_exit_code(error: ClawdError, code: Exit) -> None:
    assert exit_for(error) is code


def test_every_exit_code_is_explained() -> None:
    assert set(MEANINGS) == set(Exit)
    assert all(f"  {int(code)} " in table() for code in Exit)
