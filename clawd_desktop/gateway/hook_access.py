"""Keeps the token of hooks in force as the configuration changes, and says what of the hooks cannot be carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from clawd_desktop.automation.hook_mappings import cannot_run
from clawd_desktop.automation.hooks import base_path, hooks_of
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.events import ConfigChanged, GatewayChanged, SecretsChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets
from clawd_desktop.gateway.admission import digest

if TYPE_CHECKING:
    from clawd_desktop.config.schema.automation import Hooks

NOTICE = "config.hooks"
SAME = "hooks.token is the same as the gateway's own secret, and so opens no hook; choose another one for hooks"


class HookAccess:
    """`use` puts digests of other tokens into force; `learn` hides a secret from the logs.

    `opens_gateway` says whether a digest is that of a secret of the gateway itself, which no hook accepts.
    """

    def __init__(
        self,
        config: ConfigStore,
        secrets: Secrets,
        notices: NoticeBoard,
        clock: Clock,
        learn: Callable[[str], None],
        use: Callable[[tuple[bytes, ...]], None],
        opens_gateway: Callable[[bytes], bool],
    ) -> None:
        self._config = config
        self._secrets = secrets
        self._notices = notices
        self._clock = clock
        self._learn = learn
        self._use = use
        self._opens_gateway = opens_gateway
        self._asked = ""
        self._trouble = ""
        self._stale = False
        self._looking: asyncio.Task[None] | None = None
        self.digests: tuple[bytes, ...] = ()

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin to watch, and look now; returns how to stop."""
        undo = (
            bus.subscribe(ConfigChanged, lambda _: self.look()),
            bus.subscribe(SecretsChanged, lambda _: self.look(again=True)),
            bus.subscribe(GatewayChanged, lambda _: self.look()),
        )
        self.look()

        def stop() -> None:
            for each in undo:
                each()

        return stop

    async def close(self) -> None:
        """Look no more."""
        await tasks.stop(self._looking)

    def look(self, *, again: bool = False) -> None:
        """Take over what the configuration says now; a token that it no longer names is dead at once."""
        hooks = hooks_of(self._config.config)
        wanted = (hooks.token or "").strip() if hooks is not None else ""
        if wanted == self._asked and not again:
            self._tell()
            return
        if wanted != self._asked:
            self._put(())
        self._asked = wanted
        self._stale = True
        if self._looking is None or self._looking.done():
            self._looking = tasks.spawn(self._find(), name="token of hooks")

    async def _find(self) -> None:
        # One task for all changes, so that an older answer of a slow keyring never follows a newer one.
        while self._stale:
            self._stale = False
            asked, token, self._trouble = self._asked, "", ""
            try:
                token = (await resolve(asked, self._secrets)).strip() if asked else ""
            except ClawdError as fault:
                self._trouble = fault.sentence()
            if asked != self._asked:
                continue
            if token:
                self._learn(token)
            self._put((digest(token),) if token else ())
            self._tell()

    def _put(self, digests: tuple[bytes, ...]) -> None:
        self.digests = digests
        self._use(digests)

    def _reasons(self, hooks: Hooks | None) -> list[str]:
        if hooks is None:
            return []
        own = [self._trouble] if self._trouble else []
        if any(self._opens_gateway(each) for each in self.digests):
            own.append(SAME)
        return [*_wrong_path(hooks), *cannot_run(hooks), *own]

    def _tell(self) -> None:
        reasons = self._reasons(hooks_of(self._config.config))
        if not reasons:
            self._notices.clear(NOTICE)
            return
        text = " ".join(reason[:1].upper() + reason[1:].rstrip(".") + "." for reason in reasons)
        actions = (NoticeAction("settings:advanced", "Look at it"),)
        title, now = "Some hooks do not work", self._clock.wall_ms()
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, actions, now))


def _wrong_path(hooks: Hooks) -> list[str]:
    try:
        base_path(hooks)
    except BadInput as fault:
        return [fault.sentence()]
    return []
