"""Says on the screen that the data folder cannot be used: at that moment there is neither an icon nor a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.icons import app_icon


class FolderTrouble(QMessageBox):
    """One sentence with a button that ends the application; `quit_asked` is called when a person chooses that."""

    def __init__(self, sentence: str, quit_asked: Callable[[], None]) -> None:
        super().__init__()
        self.setWindowTitle("Clawd Desktop")
        self.setWindowIcon(app_icon())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(tr("The folder for your data cannot be used"))
        wait = tr("It goes on by itself as soon as the folder can be used. Nothing is lost meanwhile.")
        self.setInformativeText(f"{sentence}\n\n{wait}")
        self.addButton(tr("Quit"), QMessageBox.ButtonRole.RejectRole)
        self._quit_asked = quit_asked
        self.finished.connect(self._ended)
        self.setModal(False)

    def present(self) -> Callable[[], None]:
        """Show it; the returned function takes it away without ending anything."""
        self.show()
        return self.take_away

    def take_away(self) -> None:
        """The trouble is over: close without ending anything."""
        self._quit_asked = lambda: None
        self.close()
        self.deleteLater()

    def _ended(self, _answer: int) -> None:
        self._quit_asked()
