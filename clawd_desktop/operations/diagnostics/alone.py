"""Puts together what checks need where the application does not run, or cannot be asked."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.secret_refs import plain_secrets, secret_variables
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.cooldown import Cooldowns
from clawd_desktop.models.failover import ModelPool
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import LocalModel
from clawd_desktop.models.transport import Transport
from clawd_desktop.operations.diagnostics.ground import Brains, Ground
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.system.autostart.port import Autostart, launch_command
from clawd_desktop.system.autostart.table import make_autostart
from clawd_desktop.system.secrets import SecretStore


@asynccontextmanager
async def ground_alone(paths: Paths, environ: Mapping[str, str]) -> AsyncIterator[Ground]:
    """The ground of an installation that does not run; a configuration that is broken is a finding, not an error."""
    bus, clock, redactor = EventBus(), SystemClock(), Redactor()
    for secret in secret_variables(environ):
        redactor.learn(secret)
    config = ConfigStore(paths, environ, clock, bus)
    await config.load()
    for plain in (*plain_secrets(config.snapshot().parsed), *plain_secrets(config.snapshot().config)):
        redactor.learn(plain.value)
    secrets = SecretStore(paths.own, environ, bus, clock)
    keys = KeyFinder(secrets, config.environ, paths.state, clock, redactor.learn)
    catalog = Catalog(lambda: config.config, keys, environ)
    pool = ModelPool(catalog, keys, Transport(clock), LocalModel(clock), Cooldowns(clock))
    mover = PlainSecretsMover(config, secrets, NoticeBoard(bus), clock, redactor.learn)
    try:
        yield Ground(
            paths=paths,
            environ=environ,
            clock=clock,
            config=config,
            secrets=secrets,
            redactor=redactor,
            brains=Brains(catalog, keys, pool),
            autostart=own_autostart(environ, paths.home),
            move_secrets=mover.move,
        )
    finally:
        await pool.close()


def own_autostart(environ: Mapping[str, str], home: Path) -> Autostart:
    """Starting at login, of this very copy."""
    return make_autostart([*launch_command(environ, Path(sys.executable)), "--at-login"], environ, home)
