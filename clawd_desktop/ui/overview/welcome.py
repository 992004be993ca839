"""The first-run card: says honestly that the built-in model is small, and offers better ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import CARD_PADDING, SPACE
from clawd_desktop.ui.services import LocalServer
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.text import label

SERVERS = {"ollama": mark("Ollama"), "lmstudio": mark("LM Studio")}


class Welcome(QFrame):
    """`open_models` shows the settings of models, `use` takes a model of a local server, `open_chat` begins.

    `bring_back` asks for a backup of an earlier computer; it is given the button that asked.
    """

    def __init__(
        self,
        open_models: Callable[[], None],
        use: Callable[[LocalServer], None],
        open_chat: Callable[[], None],
        bring_back: Callable[[QPushButton], None],
    ) -> None:
        super().__init__()
        self.setProperty("role", "banner-accent")
        self._use = use
        body = QVBoxLayout(self)
        body.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        body.setSpacing(2 * SPACE)
        body.addWidget(label(tr("Welcome. You can begin right away."), "heading", wrap=True))
        text = tr(
            "A small model that runs on this computer answers now, without a key and without a network. It is good for "
            "a first try and not very clever. For real work choose a bigger one."
        )
        body.addWidget(label(text, "body", wrap=True))
        self._found = QHBoxLayout()
        self._found.setSpacing(2 * SPACE)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addWidget(button(tr("Choose a model…"), open_models, role="primary"))
        buttons.addLayout(self._found)
        buttons.addWidget(button(tr("Try the small one"), open_chat, role="quiet"))
        buttons.addStretch(1)
        body.addSpacing(SPACE)
        body.addLayout(buttons)
        self.earlier = button(tr("I have a backup of an earlier computer…"), lambda: None, role="link")
        self.earlier.clicked.connect(lambda _=False: bring_back(self.earlier))
        earlier = QHBoxLayout()
        earlier.addWidget(self.earlier)
        earlier.addStretch(1)
        body.addLayout(earlier)

    def offer(self, servers: Sequence[LocalServer]) -> None:
        """Add a button for each model server that was found on this computer and has a model."""
        clear(self._found)
        for server in servers:
            if server.models:
                name = tr(SERVERS.get(server.kind, server.kind))
                text = tr("Use {model} from {server}", model=server.models[0], server=name)
                self._found.addWidget(button(text, lambda server=server: self._use(server)))  # type: ignore[misc]


def needs_welcome(model: str) -> bool:
    """Whether the built-in model is the one that answers."""
    return not model or model.startswith("local/")
