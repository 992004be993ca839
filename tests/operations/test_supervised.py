"""Only what a restart can mend is started again."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import (
    AlreadyRunning,
    BadInput,
    ClawdError,
    Refused,
    SecretsFault,
    SecretsState,
    StorageFault,
    Unavailable,
    Unreadable,
)
from clawd_desktop.operations.supervised import ServiceRow, Silent, Standing, can_be_mended, standing_values


@pytest.mark.parametrize(
    ("fault", "mended"),
    [
        (Silent("It ended."), True),
        (Unavailable("The connection is refused."), True),
        (AlreadyRunning("The port is taken."), False),
        (StorageFault("The disk is full."), False),
        (SecretsFault("The keyring is locked.", state=SecretsState.LOCKED), False),
        (Refused("It may not."), False),
        (BadInput("It is mistyped."), False),
        (Unreadable("It is no JSON.", path="x"), False),
    ],
)
def test_which_faults_a_restart_can_mend(fault: ClawdError, mended: bool) -> None:
    assert can_be_mended(fault) is mended


def test_how_services_stand_as_measurements() -> None:
    rows = [
        ServiceRow(state.value, "T", state, 0, 0, 0, "", 0)
        for state in (Standing.WELL, Standing.DOWN, Standing.RESTARTING, Standing.UNKNOWN, Standing.BLOCKED)
    ]
    assert standing_values(rows) == {"service.up{well}": 1, "service.up{down}": 0, "service.up{restarting}": 0}
