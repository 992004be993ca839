"""The gateway password gets to the clipboard and not to stay."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from ui.staging import Stage

from clawd_desktop.core.errors import NotFound
from clawd_desktop.ui.password import PasswordCopier

pytestmark = pytest.mark.qt
PATH = "keyring:gateway.auth.password"


async def test_what_is_in_force_is_copied_and_cleared(stage: Stage, qapp: QApplication) -> None:
    await stage.services.config.merge({"gateway": {"auth": {"password": PATH}}}, None)
    stage.secrets.kept["gateway.auth.password"] = "the secret"
    copier = PasswordCopier(stage.services)
    await copier.copy()
    assert qapp.clipboard().text() == "the secret"
    copier.clear()
    assert qapp.clipboard().text() == ""


async def test_something_else_on_the_clipboard_is_left_alone(stage: Stage, qapp: QApplication) -> None:
    await stage.services.config.merge({"gateway": {"auth": {"mode": "token", "token": "a-token"}}}, None)
    copier = PasswordCopier(stage.services)
    await copier.copy()
    qapp.clipboard().setText("mine")
    copier.clear()
    assert qapp.clipboard().text() == "mine"


async def test_without_a_password_it_says_so(stage: Stage) -> None:
    with pytest.raises(NotFound, match="no password yet"):
        await PasswordCopier(stage.services).copy()


async def test_a_reference_to_nothing_is_an_error_not_an_empty_copy(stage: Stage) -> None:
    await stage.services.config.merge({"gateway": {"auth": {"password": PATH}}}, None)
    with pytest.raises(NotFound):
        await PasswordCopier(stage.services).copy()
