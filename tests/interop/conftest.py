"""Gives the tests of this folder the foreign clients, or skips them with the reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from interop.clients import ForeignClients


@pytest.fixture(scope="session")
def packages() -> tuple[Path, Path]:
    """Where the packages and their Node lie; installed once for all runs of the suite."""
    if sys.platform == "win32":
        pytest.skip("the foreign clients are driven through a terminal, which Windows does not have")
    from interop.clients import Missing, install

    try:
        return install()
    except Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture
def foreign(packages: tuple[Path, Path], tmp_path: Path) -> ForeignClients:
    """Foreign clients; each call has a home of its own."""
    from interop.clients import ForeignClients

    return ForeignClients(*packages, tmp_path / "homes")
