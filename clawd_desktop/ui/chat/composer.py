"""The box a message is written in: grows with the text, takes pictures, and never chokes on what is pasted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.attachments import MOST_IMAGES, Attachment
from clawd_desktop.ui.chat.drafts import Draft
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.text import tooltip

# One message must fit a gateway frame of 512 KiB after JSON escaping, which may double it, so that every other client
# can send and read it too; it is about 64,000 tokens, more than most models take at once.
MESSAGE_LIMIT = 256 * 1024
# Longer text becomes a chip: an edit box lays out megabytes on each key press.
INLINE_LIMIT = 8 * 1024
_LINES = 8
_SEND_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def byte_size(text: str) -> int:
    """The size in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def trimmed(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """The beginning of the text that fits into `limit` bytes of UTF-8."""
    return text[:limit].encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


class MessageBox(QPlainTextEdit):
    """One to eight lines of plain text. `long_text`, `picture_files` and `picture` carry what was pasted or dropped."""

    enter = Signal()
    up_in_empty = Signal()
    long_text = Signal(str)
    picture_files = Signal(list)
    picture = Signal(QImage)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Message"))
        self.setPlaceholderText(tr("Message Clawd"))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setViewportMargins(8, 0, 0, 0)
        self.setStyleSheet(
            "QPlainTextEdit, QPlainTextEdit:focus { border: none; background: transparent; padding: 0; }"
        )
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Be as tall as the text, within one to eight lines."""
        lines = int(self.document().documentLayout().documentSize().height())
        shown = max(1, min(_LINES, lines))
        over = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > _LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if self.verticalScrollBarPolicy() is not over:
            self.setVerticalScrollBarPolicy(over)
        self.setFixedHeight(shown * self.fontMetrics().lineSpacing() + 8)

    def resizeEvent(self, event: QResizeEvent, /) -> None:  # noqa: N802
        """Another width breaks lines elsewhere."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:  # noqa: N802
        """Enter and Ctrl+Enter send; Shift+Enter breaks the line; Up in an empty box asks for the last message."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in _SEND_KEYS and not shift:
            self.enter.emit()
        elif event.key() in _SEND_KEYS:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.up_in_empty.emit()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:  # noqa: N802
        """Text, pictures and files can be pasted and dropped."""
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData, /) -> None:  # noqa: N802
        """Take short text into the box; hand everything else on."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.picture_files.emit(files)
        elif source.hasImage():
            self.picture.emit(QImage(source.imageData()))
        else:
            text = source.text()
            if len(text) > INLINE_LIMIT:
                self.long_text.emit(text)
            else:
                super().insertFromMimeData(source)


class Composer(QFrame):
    """The box with its buttons and what hangs on the message.

    Signals: `submitted` when the person sends, `stop`, `changed` when the draft may differ, `too_long` with a text that
    does not fit; `files` and `picture` ask for pictures to be read; `edit_last`, `pick_files`.
    """

    submitted = Signal()
    stop = Signal()
    changed = Signal()
    too_long = Signal(str)
    files = Signal(list)
    picture = Signal(QImage)
    edit_last = Signal()
    pick_files = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pasted: list[str] = []
        self._attachments: list[Attachment] = []
        self._running = False
        self.setProperty("role", "composer")
        self.box = MessageBox()
        self.chips = QWidget()
        self._chip_row = QHBoxLayout(self.chips)
        self._chip_row.setContentsMargins(8, 0, 0, 4)
        self._chip_row.setSpacing(8)
        self.chips.hide()
        self.attach_button = self._button("attach", tr("Attach pictures"))
        self.send_button = self._button("send", tr("Send"))
        self.stop_button = self._button("stop", tr("Stop the answer"))
        self._hint = QLabel(_hint(False))
        self._hint.setProperty("role", "caption")
        self._arrange()
        self._connect()
        self._restyle()

    def _arrange(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.attach_button)
        below.addWidget(self._hint, 1)
        below.addWidget(self.stop_button)
        below.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.chips)
        layout.addWidget(self.box)
        layout.addLayout(below)
        self.stop_button.hide()
        self.send_button.setEnabled(False)
        self.setFocusProxy(self.box)

    def _connect(self) -> None:
        self.box.enter.connect(self._submit)
        self.box.up_in_empty.connect(self.edit_last)
        self.box.long_text.connect(self.paste_long)
        self.box.picture_files.connect(self.files)
        self.box.picture.connect(self.picture)
        self.box.textChanged.connect(self._edited)
        self.send_button.clicked.connect(self._submit)
        self.stop_button.clicked.connect(self.stop)
        self.attach_button.clicked.connect(self.pick_files)
        self._theme.changed.connect(self._restyle)

    def _button(self, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(tooltip(name))
        button.setFixedSize(32, 32)
        button.setIconSize(QSize(18, 18))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setProperty("icon_name", icon)
        return button

    def _restyle(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f'QFrame[role="composer"] {{ background: {tokens.surface}; border: 1px solid {tokens.outline};'
            f" border-radius: 14px; }}"
        )
        filled = (
            f"QToolButton {{ background: {tokens.accent_fill}; border: 2px solid transparent; border-radius: 16px;"
            " padding: 0; }"
            f"QToolButton:hover {{ background: {tokens.accent_hover}; }}"
            f"QToolButton:disabled {{ background: {tokens.hover}; }}"
            f"QToolButton:focus {{ border-color: {tokens.text}; }}"
        )
        for button, role in (
            (self.send_button, "on_accent"),
            (self.stop_button, "window"),
            (self.attach_button, "muted"),
        ):
            self._theme.bind_icon(button, str(button.property("icon_name")), role)
        self.send_button.setStyleSheet(filled)
        self.stop_button.setStyleSheet(
            filled.replace(tokens.accent_fill, tokens.text).replace(tokens.accent_hover, tokens.muted)
        )

    # What the page reads and writes.

    @property
    def text(self) -> str:
        """The whole message: what was typed, then what was pasted."""
        return "\n\n".join(part for part in (self.box.toPlainText().strip("\n"), *self._pasted) if part.strip())

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The pictures that go with the message."""
        return tuple(self._attachments)

    def draft(self) -> Draft:
        """What would be lost if it were not kept."""
        return Draft(self.box.toPlainText(), tuple(self._pasted))

    def restore(self, draft: Draft, attachments: Sequence[Attachment] = ()) -> None:
        """Show a draft in place of what is there. A long one stays a chip."""
        text, pasted = draft.text, list(draft.pasted)
        if len(text) > INLINE_LIMIT:
            text, pasted = "", [text, *pasted]
        self._pasted = pasted
        self._attachments = list(attachments)
        if self.box.toPlainText() != text:
            self.box.setPlainText(text)
            self.box.moveCursor(self.box.textCursor().MoveOperation.End)
        self._show_chips()

    def clear(self) -> None:
        """An empty box."""
        self.restore(Draft())

    def add(self, attachment: Attachment) -> bool:
        """Hang a picture on the message; False when there are as many as may be."""
        if len(self._attachments) >= MOST_IMAGES:
            return False
        self._attachments.append(attachment)
        self._show_chips()
        return True

    def paste_long(self, text: str) -> None:
        """Keep long text as a chip beside the box; what does not fit into a message is sent out as `too_long`."""
        room = MESSAGE_LIMIT - byte_size(self.text)
        # Counting characters first: 20 MB are not encoded just to learn that they are too many.
        if len(text) > room or byte_size(text) > room:
            self.too_long.emit(text)
            return
        self._pasted.append(text)
        self._show_chips()

    def set_running(self, running: bool) -> None:
        """Offer to stop while an answer is on its way; sending stays possible and queues."""
        if running != self._running:
            self._running = running
            self.stop_button.setVisible(running)
            self._hint.setText(_hint(running))

    def _submit(self) -> None:
        if self.send_button.isEnabled():
            self.submitted.emit()

    def _edited(self) -> None:
        self.send_button.setEnabled(bool(self.text.strip() or self._attachments))
        self.changed.emit()

    def _show_chips(self) -> None:
        while (item := self._chip_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, attachment in enumerate(self._attachments):
            self._chip_row.addWidget(self._chip(attachment.name, attachment.thumbnail, lambda n=number: self._drop(n)))
        for number, text in enumerate(self._pasted):
            label = tr("Pasted text, {size}", size=words.size(byte_size(text)))
            self._chip_row.addWidget(self._chip(label, b"", lambda n=number: self._drop_pasted(n)))
        self._chip_row.addStretch(1)
        self.chips.setVisible(bool(self._attachments or self._pasted))
        self._edited()

    def _chip(self, label: str, picture: bytes, drop: object) -> QFrame:
        chip = QFrame()
        chip.setProperty("role", "card")
        row = QHBoxLayout(chip)
        row.setContentsMargins(8, 6, 4, 6)
        row.setSpacing(6)
        shown = QLabel(label)
        if picture:
            pixmap = QPixmap()
            pixmap.loadFromData(picture)
            shown.setPixmap(
                pixmap.scaled(96, 48, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
            shown.setToolTip(tooltip(label))
        shown.setTextFormat(Qt.TextFormat.PlainText)
        shown.setAccessibleName(label)
        row.addWidget(shown)
        remove = self._button("close", tr("Remove {name}", name=label))
        remove.setFixedSize(24, 24)
        self._theme.bind_icon(remove, "close", "muted")
        remove.clicked.connect(drop)
        row.addWidget(remove)
        return chip

    def _drop(self, number: int) -> None:
        del self._attachments[number]
        self._show_chips()
        self.box.setFocus()

    def _drop_pasted(self, number: int) -> None:
        del self._pasted[number]
        self._show_chips()
        self.box.setFocus()


def _hint(running: bool) -> str:
    if running:
        return tr("Esc stops; a message sent now waits its turn")
    return tr("Enter sends, Shift+Enter starts a new line")


def local_files(paths: Sequence[str]) -> list[Path]:
    """The files of a drop, at most as many as a message may carry."""
    return [Path(path) for path in paths[:MOST_IMAGES]]
