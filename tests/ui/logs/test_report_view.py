"""The report shows exactly what would leave, follows the chosen parts, and is saved only where a person says."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from ui.staging import Stage, save_as, settled

from clawd_desktop.ui.logs.report_view import ReportView

pytestmark = pytest.mark.qt


@pytest.fixture
def view(stage: Stage) -> Iterator[ReportView]:
    made = ReportView(stage.services)
    for name, box in made.parts.items():
        box.blockSignals(True)
        box.setChecked(name in ("facts", "config"))
        box.blockSignals(False)
    yield made
    made.hide()
    made.deleteLater()


async def ready(view: ReportView) -> None:
    await view._services.operations.doctor._ground.config.load()


async def test_the_preview_follows_the_parts(view: ReportView) -> None:
    await ready(view)
    view.show()
    await settled(lambda: view.preview.toPlainText())
    assert "=====" in view.preview.toPlainText()
    before = view.preview.toPlainText()
    view.copy()
    assert QGuiApplication.clipboard().text() == before
    view.parts["config"].setChecked(False)
    await settled(lambda: view.preview.toPlainText() not in (before, ""))
    view.parts["facts"].setChecked(False)
    await settled(lambda: not view.preview.toPlainText())
    assert not view._save.isEnabled()


async def test_it_is_saved_as_a_zip_with_its_manifest(view: ReportView, tmp_path: Path) -> None:
    await ready(view)
    view.show()
    await settled(lambda: view.preview.toPlainText())
    view.save()
    await save_as(tmp_path / "report.zip")
    assert "manifest.json" in zipfile.ZipFile(tmp_path / "report.zip").namelist()
