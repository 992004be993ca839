"""The Run value is ours to write; Task Manager's word stands above it."""

from __future__ import annotations

import sys

import pytest

from clawd_desktop.core.errors import Refused, Unavailable
from clawd_desktop.system.autostart.port import AutostartState
from clawd_desktop.system.autostart.windows import APPROVED, RUN, WindowsAutostart, open_registry

NAME = "Clawd Desktop"


class Values:
    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str | bytes] = {}

    def read(self, key: str, name: str) -> str | bytes | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[(key, name)] = value

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


def test_on_and_off_again() -> None:
    values = Values()
    switch = WindowsAutostart([sys.executable, "-m", "clawd desktop"], values)
    assert switch.state().state is AutostartState.OFF
    switch.enable()
    assert switch.state().state is AutostartState.ON
    assert values.values == {(RUN, NAME): f'{sys.executable} -m "clawd desktop"'}
    switch.disable()
    switch.disable()
    assert values.values == {}


@pytest.mark.parametrize(
    ("approved", "state"),
    [
        (b"\x02" + bytes(11), AutostartState.ON),
        (b"\x06" + bytes(11), AutostartState.ON),
        (b"\x03" + bytes(11), AutostartState.DISABLED),
        (b"\x07" + bytes(11), AutostartState.DISABLED),
        (b"", AutostartState.ON),
    ],
)
def test_task_manager_is_heard(approved: bytes, state: AutostartState) -> None:
    values = Values()
    switch = WindowsAutostart([sys.executable], values)
    switch.enable()
    values.values[(APPROVED, NAME)] = approved
    assert switch.state().state is state


def test_what_task_manager_switched_off_is_not_switched_on_behind_its_back() -> None:
    values = Values()
    values.values[(APPROVED, NAME)] = b"\x03" + bytes(11)
    with pytest.raises(Refused) as caught:
        WindowsAutostart([sys.executable], values).enable()
    assert "Task Manager" in caught.value.message
    assert (RUN, NAME) not in values.values


def test_another_copy_is_stale() -> None:
    values = Values()
    values.write(RUN, NAME, r"C:\old\clawd.exe")
    assert WindowsAutostart([sys.executable], values).state().state is AutostartState.STALE


@pytest.mark.skipif(sys.platform == "win32", reason="there is a registry")
def test_elsewhere_there_is_no_registry() -> None:
    with pytest.raises(Unavailable):
        open_registry()
