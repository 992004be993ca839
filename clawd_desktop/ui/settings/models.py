"""Settings, Models & keys: which model answers, servers on this computer, and the keys of providers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import as_text
from clawd_desktop.models.choosing import key_name, server_patch, store_key
from clawd_desktop.models.providers import KNOWN_PROVIDERS, ProviderFacts
from clawd_desktop.ui.dialogs import ask_secret
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.overview.welcome import SERVERS
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import LocalServer
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.settings.editors import editor
from clawd_desktop.ui.settings.fields import Field
from clawd_desktop.ui.settings.rows import setting_row, titled_card
from clawd_desktop.ui.settings.secret_row import where
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.text import label, set_role

_PRIMARY, _FALLBACKS = "agents.defaults.model.primary", "agents.defaults.model.fallbacks"


class Servers(QWidget):
    """The model servers that run on this computer; looks for them when it is made."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * SPACE)
        self._said = label(tr("Looking for Ollama and LM Studio…"), "muted", wrap=True)
        self._column.addWidget(self._said)
        spawn(self._look(), name="ui: look for model servers")

    async def _look(self) -> None:
        servers = [server for server in await self._context.services.find_local_servers() if server.models]
        self._said.setText(
            tr("Neither Ollama nor LM Studio is running on this computer. Start one, then open this page again.")
        )
        self._said.setVisible(not servers)
        for server in servers:
            self._column.addWidget(self._row(server))

    def _row(self, server: LocalServer) -> QWidget:
        name = tr(SERVERS.get(server.kind, server.kind))
        models = QComboBox()
        models.addItems(list(server.models))
        models.setAccessibleName(tr("Models of {server}", server=name))
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(models)
        row.addWidget(button(tr("Use"), lambda: self._use(server, models.currentText())))
        return setting_row(name, server.base_url, right)

    def _use(self, server: LocalServer, model: str) -> None:
        sentence = tr("{model} answers from now on.", model=f"{server.kind}/{model}")
        self._context.saver.merge(server_patch(server, model), sentence)


class ProviderRow(QWidget):
    """The key of one provider: where it lies, and buttons to enter or to get one."""

    def __init__(self, context: Context, provider: ProviderFacts) -> None:
        super().__init__()
        self._context = context
        self._provider = provider
        self._operations = Operations(self)
        self._state = label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._state)
        self._enter = button(tr("Enter key…"), self._start)
        self._enter.setAccessibleName(tr("Enter the key of {name}", name=provider.name))
        get = button(tr("Get one"), lambda: QDesktopServices.openUrl(QUrl(provider.key_page)), role="quiet")
        get.setAccessibleName(tr("Get a key from {name}", name=provider.name))
        get.setToolTip(provider.key_page)
        layout.addWidget(self._enter)
        layout.addWidget(get)
        context.saver.saved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show where the key lies now."""
        text, role = where(as_text(self._context.saver.written(key_name(self._provider.id))))
        variable = next((name for name in self._provider.key_variables if os.environ.get(name)), "")
        if role == "muted" and variable:
            text, role = tr("From the environment: {name}", name=variable), "good"
        self._state.setText(text)
        set_role(self._state, role)

    def _start(self) -> None:
        self._operations.start(self._provider.name, self._ask, busy=self._enter, report=self._context.saver.failed.emit)

    async def _ask(self) -> None:
        name = self._provider.name
        key = await ask_secret(self.window(), name, tr("API key of {name}; it goes into the keyring", name=name))
        if key:
            services = self._context.services
            await store_key(services.config, services.secrets, self._provider.id, key)
            self._context.saver.read()
            self._context.saver.saved.emit(tr("The key of {name} is kept in the keyring.", name=name))


def models_page(context: Context) -> QWidget:
    """Build the page."""
    content, page = column()
    page.addWidget(titled_card(tr("Who answers"), _choice_rows(context)))
    page.addWidget(titled_card(tr("On this computer"), [Servers(context)]))
    page.addWidget(titled_card(tr("Providers"), _provider_rows(context, KNOWN_PROVIDERS)))
    page.addStretch(1)
    return scrolled(content, tr("Models & keys"))


def _choice_rows(context: Context) -> list[QWidget]:
    saver = context.saver
    model = Field(
        _PRIMARY, tr("Model"), tr("As provider/model. Empty: the small built-in model."), "text",
        placeholder="anthropic/claude-sonnet-4-5",
    )  # fmt: skip
    others = Field(_FALLBACKS, tr("If it fails"), tr("Other models, tried in this order."), "list")
    rows = []
    for field in (model, others):
        save = partial(_save, context, field)
        rows.append(setting_row(field.label, field.help, editor(field, saver.value(field.path), save)))
    return rows


def _save(context: Context, field: Field, value: object) -> None:
    context.saver.set(field.path, value, field.label)  # type: ignore[arg-type]


def _provider_rows(context: Context, providers: Sequence[ProviderFacts]) -> list[QWidget]:
    return [
        setting_row(provider.name, "", ProviderRow(context, provider))
        for provider in providers
        if provider.key_variables
    ]
