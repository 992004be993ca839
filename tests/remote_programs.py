"""The programs for remote places; the command that runs the whole suite installs them (installers/development)."""

from __future__ import annotations

import shutil

import pytest


def installed(name: str) -> None:
    """Skip the test, naming the package, where the program is missing."""
    if shutil.which(name) is None:
        pytest.skip(f"needs: apt-get install {name}")
