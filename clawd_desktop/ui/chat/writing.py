"""Takes what is written to the conversation: sending, long pastes, pictures, and drafts that are never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from clawd_desktop.ui import dialogs
from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.attachments import MOST_IMAGES, Attachment, attach_file, attach_image
from clawd_desktop.ui.chat.banner import Banner
from clawd_desktop.ui.chat.composer import MESSAGE_LIMIT, Composer, byte_size, local_files, trimmed
from clawd_desktop.ui.chat.conversation import Conversation
from clawd_desktop.ui.chat.drafts import NEW, Draft, Drafts
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations

_SAVE_PAUSE_MS = 800


class Writing(QObject):
    """Connects the box, the banner above it, the drafts and the conversation."""

    def __init__(
        self, page: QWidget, conversation: Conversation, composer: Composer, banner: Banner, drafts_file: Path
    ) -> None:
        super().__init__(page)
        self._page = page
        self._conversation = conversation
        self._composer = composer
        self._banner = banner
        self._operations = Operations(page)
        self._pause = QTimer(self, singleShot=True, interval=_SAVE_PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self.drafts = Drafts(drafts_file, self._pause.start)
        self._connect()

    def _connect(self) -> None:
        composer = self._composer
        composer.submitted.connect(self.send)
        composer.stop.connect(self._conversation.stop)
        composer.changed.connect(lambda: self.drafts.set(self._conversation.key, composer.draft()))
        composer.too_long.connect(self.refuse)
        composer.files.connect(self._attach_files)
        composer.picture.connect(self._attach_picture)
        composer.edit_last.connect(self._edit_last)
        composer.pick_files.connect(lambda: self._operations.start(tr("Attach pictures"), self._pick_file))
        self._conversation.opened.connect(self._got_key)
        self._conversation.unsent.connect(self._unsent)

    def show_draft(self) -> None:
        """Put into the box what was typed in the open conversation and not sent."""
        self._banner.hide()
        self._composer.restore(self.drafts.get(self._conversation.key))

    def ask(self, question: str) -> None:
        """Send this text."""
        self._composer.restore(Draft(question))
        self.send()

    def send(self) -> None:
        """Send what is in the box."""
        text, attachments = self._composer.text, self._composer.attachments
        if byte_size(text) > MESSAGE_LIMIT:
            self.refuse(text)
            return
        self._banner.hide()
        self._conversation.send(text, attachments)
        self._composer.clear()

    def refuse(self, text: str) -> None:
        """Say that the text is too long for a message, and offer what can be done."""
        # 20 MB are not encoded just to name a size: characters are close enough.
        size = byte_size(text) if len(text) < 8 * MESSAGE_LIMIT else len(text)
        sentence = tr(
            "This text has {size}; a message can have {limit}. Name a file instead, or paste only the beginning.",
            size=words.size(size),
            limit=words.size(MESSAGE_LIMIT),
        )
        beginning = trimmed(text, MESSAGE_LIMIT - byte_size(self._composer.text) - 2)
        if beginning and text != self._composer.text:
            self._banner.tell(sentence, tr("Paste the beginning"), lambda: self._composer.paste_long(beginning))
        else:
            self._banner.tell(sentence)

    def save(self) -> None:
        """Write the drafts in the background if there is something new."""
        if self.drafts.saved:
            return
        self._pause.stop()
        data = self.drafts.snapshot()
        self._operations.start(
            tr("Save drafts"), lambda: asyncio.to_thread(self.drafts.save, data), report=self._banner.tell
        )

    def save_now(self) -> None:
        """Write the drafts before the application ends. Raises StorageFault."""
        self._pause.stop()
        if not self.drafts.saved:
            self.drafts.save(self.drafts.snapshot())

    def _got_key(self, key: str) -> None:
        self.drafts.set(key, self._composer.draft())
        self.drafts.set(NEW, Draft())

    def _unsent(self, key: str, text: str, attachments: tuple[Attachment, ...], sentence: str) -> None:
        if key != self._conversation.key:
            self.drafts.set(key, Draft(text))
            return
        typed = self._composer.draft()
        both = "\n\n".join(part for part in (text, typed.text) if part.strip())
        self._composer.restore(Draft(both, typed.pasted), (*attachments, *self._composer.attachments))
        self._banner.tell(tr("Not sent. {why} Your text is back in the box.", why=sentence))

    def _attach_files(self, paths: list[str]) -> None:
        files = local_files(paths)
        self._operations.start(tr("Attach pictures"), lambda: self._attach(files), report=self._banner.tell)

    def _attach_picture(self, image: QImage) -> None:
        async def attach() -> None:
            self._hang(await attach_image(image, tr("Pasted picture")))

        self._operations.start(tr("Attach pictures"), attach, report=self._banner.tell)

    async def _attach(self, files: Sequence[Path]) -> None:
        for path in files:
            self._hang(await attach_file(path))

    async def _pick_file(self) -> None:
        pattern = tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.gif)"
        path = await dialogs.choose_file(self._page, tr("Attach a picture"), pattern=pattern)
        if path is not None:
            self._attach_files([str(path)])

    def _hang(self, attachment: Attachment) -> None:
        if not self._composer.add(attachment):
            self._banner.tell(tr("A message can carry {count} pictures.", count=MOST_IMAGES))

    def _edit_last(self) -> None:
        text = self._conversation.last_said()
        if text:
            self._composer.restore(Draft(text))
