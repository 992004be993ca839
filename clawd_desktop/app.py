"""The composition root: builds every object by hand, starts them in order, and closes them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop import __version__
from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.briefing import Briefing
from clawd_desktop.agent.chat_sender import ChatSender
from clawd_desktop.agent.command_desk import CommandDesk
from clawd_desktop.agent.conversations import Conversations
from clawd_desktop.agent.model_names import CatalogNames
from clawd_desktop.agent.replay import replay
from clawd_desktop.agent.runner import Runner
from clawd_desktop.agent.system_events import SystemEvents
from clawd_desktop.agent.tool_runner import ToolRunner
from clawd_desktop.agent.turn import STUCK
from clawd_desktop.agent.wakes import Wakes
from clawd_desktop.backup import assembly as backup
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.restore_desk import UNDO_ACTION, Around, RestoreDesk
from clawd_desktop.backup.standing import facts_of
from clawd_desktop.cli.arguments import SERVE, Arguments
from clawd_desktop.cli.door import Door, answered, hand_over, quitting
from clawd_desktop.cli.exits import Exit, exit_for
from clawd_desktop.cli.pins import pinned
from clawd_desktop.cli.shown_chat import ShownChat
from clawd_desktop.cli.target import Target, find_target
from clawd_desktop.config.paths import Paths, find_paths, resource
from clawd_desktop.config.schema import Config
from clawd_desktop.config.secret_refs import references, resolve, secret_variables
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.brands import BRANDS
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock, SystemClock
from clawd_desktop.core.errors import ClawdError, SecretsState, StorageFault
from clawd_desktop.core.events import SecretsChanged, ShuttingDown
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.values import JsonObject, as_text
from clawd_desktop.gateway.assembly import Gatehouse, assemble
from clawd_desktop.gateway.host import NOTICE as PORT_NOTICE
from clawd_desktop.gateway.host import GatewayHost
from clawd_desktop.gateway.pass_desk import PassDesk
from clawd_desktop.gateway.services import Services
from clawd_desktop.gateway.summaries import desktop_facts
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.cooldown import Cooldowns
from clawd_desktop.models.failover import ModelPool
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import LocalModel
from clawd_desktop.models.transport import Transport
from clawd_desktop.operations import assembly as operations
from clawd_desktop.operations import logs
from clawd_desktop.operations.announcer import Announcer
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.crash_watch import START_NORMALLY, CrashWatch
from clawd_desktop.operations.diagnostics.ground import Brains
from clawd_desktop.operations.housekeeping import Housekeeping
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resident import resident_bytes
from clawd_desktop.operations.start_trouble import StartTrouble
from clawd_desktop.operations.status import Sources, StatusCollector
from clawd_desktop.operations.stuck_runs import Runs
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system.boot import boot_id
from clawd_desktop.system.core_files import leave_none
from clawd_desktop.system.restart import AGAIN
from clawd_desktop.system.secrets import SecretStore
from clawd_desktop.system.single_instance import Instance

if TYPE_CHECKING:
    from clawd_desktop.ui.shell import Shell

STATE_RETRY_S = 3.0
RESTORE_MS = 3000
QUIT_AFTER_S = 0.1
ACTIVE_MS = 3_600_000
_log = logging.getLogger("clawd.app")


@dataclass(frozen=True)
class Base:
    """What everything else stands on."""

    arguments: Arguments
    environ: dict[str, str]
    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    redactor: Redactor
    log: logs.LogDesk
    secrets: SecretStore
    config: ConfigStore
    crashes: CrashWatch
    restores: RestoreDesk
    quit: asyncio.Event
    again: asyncio.Event


@dataclass(frozen=True)
class Brain:
    """What answers."""

    sessions: SessionStore
    catalog: Catalog
    names: CatalogNames
    local: LocalModel
    assistant: Assistant
    wakes: Wakes
    chat: Conversations
    usage: UsageLedger
    status: StatusCollector
    operations: OperationsServices
    backups: BackupDesk
    drills: DrillDesk


@dataclass(frozen=True)
class Control:
    """What the owner can do with the running application."""

    host: GatewayHost
    run_action: Callable[[str], Awaitable[None]]
    shown: ShownChat
    passes: PassDesk


async def main(arguments: Arguments, shell: Shell | None, quit_event: asyncio.Event | None = None) -> int:
    """Run until `quit_event` is set or somebody quits; returns the exit code. `shell` is None without a screen.

    A state folder that cannot be used is told once and waited for. A restore ends the run, and the next one begins.
    """
    leave_none()
    restores = RestoreDesk(Lifetime())
    quit_event = quit_event or asyncio.Event()
    _listen_for_quit(shell, quit_event)
    while True:
        base = _base(arguments, quit_event, restores)
        code, trouble = await restores.lifetime.through(_until_its_end(base, shell))
        if quit_event.is_set():
            restores.stop()
        if not await restores.lifetime.goes_on(trouble):
            return code
        arguments = replace(arguments, show=restores.page, at_login=not restores.page)


async def _until_its_end(base: Base, shell: Shell | None) -> tuple[int, str]:
    """The exit code of one run, and why it could not start, "" when it did."""
    trouble = StartTrouble(sys.stderr, shell.say_trouble(base.quit.set) if shell is not None else None)
    while not base.quit.is_set():
        try:
            code = await _run(base, shell, trouble)
            return AGAIN if base.again.is_set() else code, ""
        except StorageFault as fault:
            if base.restores.lifetime.held:  # it was not so before the restore, which is then taken back
                return int(exit_for(fault)), fault.sentence()
            trouble.tell(fault.sentence())
        except ClawdError as error:
            _log.error("%s", error.sentence())
            if base.arguments.command != SERVE:  # its log stands on the terminal already
                sys.stderr.write(f"{error.sentence()}\n")
            return int(exit_for(error)), error.sentence()
        await _pause(base.quit, STATE_RETRY_S)
    trouble.over()
    return int(Exit.OK), ""


async def _pause(quit_event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await quit_event.wait()


async def _run(base: Base, shell: Shell | None, trouble: StartTrouble) -> int:
    """From owning the state folder to giving it back. Raises StorageFault when the disk refuses at the start."""
    doors: dict[str, Door] = {"quit": quitting(base.quit)}
    async with AsyncExitStack() as stack:
        instance = Instance(base.paths.state, base.paths.run, lambda request: answered(doors, request))
        if not await instance.acquire():
            return await hand_over(instance, base.arguments, base.paths.state)
        stack.push_async_callback(instance.release)
        await asyncio.to_thread(backup.settle, base.paths, base.clock)
        await asyncio.to_thread(base.crashes.begin, asked=base.arguments.safe_mode)
        stack.push(base.crashes.ended)
        base.crashes.start(base.notices)
        await base.config.load()
        brain = await _brain(stack, base)
        control = await _gateway(stack, base, brain)

        async def tell(request: JsonObject) -> JsonObject:
            return {"ok": True, "desktop": desktop_facts(brain.status)}

        doors |= {"status": tell, "pass": control.passes.hand_out}
        if shell is not None:
            await _desktop(stack, base, brain, control, shell, doors)
        trouble.over()
        stack.push_async_callback(tasks.stop, tasks.spawn(_listen(base, control.host), name="gateway start"))
        await tasks.first(base.quit, base.restores.lifetime.ending)
        ends = base.quit.is_set()
        _log.info("quitting" if ends else "making room for a restore")
        base.bus.publish(ShuttingDown("quit") if ends else ShuttingDown("restore", RESTORE_MS))
    return int(Exit.OK)


async def _listen(base: Base, host: GatewayHost) -> None:
    await host.start()
    base.restores.lifetime.runs(base.config.safe_reason or (host.fault.sentence() if host.fault else ""))


def _listen_for_quit(shell: Shell | None, quit_event: asyncio.Event) -> None:
    if shell is not None:
        shell.quit_requested = lambda reason: quit_event.set()
        shell.listen_for_signals()
    elif sys.platform != "win32":
        import signal

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, quit_event.set)


def _base(arguments: Arguments, quit_event: asyncio.Event, restores: RestoreDesk) -> Base:
    environ = dict(os.environ)
    if arguments.port is not None:
        environ[BRANDS[0] + "GATEWAY_PORT"] = str(arguments.port)  # the name that no twin stands over
    paths = find_paths(environ, Path.home(), arguments.data_dir)
    clock, bus, redactor = SystemClock(), EventBus(), Redactor()
    for secret in secret_variables(environ):
        redactor.learn(secret)
    return Base(
        arguments=arguments,
        environ=environ,
        paths=paths,
        clock=clock,
        bus=bus,
        notices=NoticeBoard(bus),
        redactor=redactor,
        log=logs.set_up(paths.logs, redactor, level="info", console=arguments.command == SERVE),
        secrets=SecretStore(paths.own, environ, bus, clock),
        config=ConfigStore(paths, environ, clock, bus),
        crashes=CrashWatch(paths.own, paths.logs, clock, __version__, boot_id()),
        restores=restores,
        quit=quit_event,
        again=asyncio.Event(),
    )


async def _brain(stack: AsyncExitStack, base: Base) -> Brain:
    def config() -> Config:
        return base.config.config

    def workspace() -> Path:
        return _workspace(base)

    sessions = SessionStore(
        base.paths.state,
        base.clock,
        base.bus,
        __version__,
        cwd=workspace(),
        default_agent=config().agents.default_id,
        main_key=config().session.main_key or "main",
    )
    await sessions.open()
    stack.push_async_callback(sessions.close)
    stack.push_async_callback(Housekeeping(sessions, base.clock).close)
    keys = KeyFinder(base.secrets, base.config.environ, base.paths.state, base.clock, base.redactor.learn)
    stack.callback(base.bus.subscribe(SecretsChanged, lambda _: keys.forget()))
    catalog = Catalog(config, keys, base.environ)
    names = CatalogNames(catalog)
    transport, local = Transport(base.clock), LocalModel(base.clock)
    pool = ModelPool(catalog, keys, transport, local, Cooldowns(base.clock))
    stack.push_async_callback(pool.close)
    template = resource("prompts/system.md").read_text(encoding="utf-8")
    briefing = Briefing(template, config, workspace, base.clock)
    events = SystemEvents(base.paths.own, base.clock)
    await events.open()
    models = RecordingModels(pool, base.clock)
    runner = Runner(sessions, models, ToolRunner({}, base.clock), briefing, events, base.bus, base.clock)
    desk = CommandDesk(sessions, names)
    assistant = Assistant(sessions, runner, config, catalog.window, base.bus, base.clock, desk)
    stack.push_async_callback(assistant.close)
    usage = UsageLedger(base.paths.state / "usage", base.bus, base.clock)
    await asyncio.to_thread(usage.load)
    stack.callback(usage.close)
    watchdog = Watchdog(base.bus)
    watchdog.start()
    stack.callback(watchdog.close)
    meter = RequestMeter()
    sources = Sources(
        sessions=lambda: len(sessions.entries()),
        runs=lambda: len(assistant.running()),
        queued=lambda: assistant.queued,
        paused_until_ms=lambda: assistant.pauses.until_ms,
        model=catalog.primary,
        fallbacks=catalog.fallbacks,
        tokens_today=usage.today,
        secrets=lambda: (base.secrets.state.value if base.secrets.asked else "", base.secrets.backend),
        safe_mode=lambda: base.config.safe_mode or base.crashes.safe.on,
        resident_bytes=lambda: resident_bytes((local.pid,)),
        loop_lag_s=lambda: watchdog.lag_s,
        requests_per_second=lambda: meter.pace().per_second,
    )
    status = StatusCollector(
        sources,
        base.notices,
        base.bus,
        base.clock,
        config_path=str(base.paths.config_file),
        state_folder=str(base.paths.state),
    )
    stack.callback(status.close)
    opened: list[OperationsServices] = []
    backups = backup.make_desk(
        base.paths, base.config, base.secrets, base.clock, base.bus, lambda: opened[0].held() if opened else {}
    )
    base.restores.use(Around(backups, base.secrets, base.notices, base.bus, base.clock, base.environ))
    needs = operations.Needs(
        paths=base.paths,
        clock=base.clock,
        bus=base.bus,
        notices=base.notices,
        redactor=base.redactor,
        config=base.config,
        status=status,
        watchdog=watchdog,
        meter=meter,
        secrets=base.secrets,
        sender=ChatSender(assistant),
        environ=base.environ,
        active_sessions=lambda: sessions.used_since(base.clock.wall_ms() - ACTIVE_MS),
        sessions=sessions,
        models=models,
        replayer=replay,
        local_model=local,
        usage=usage,
        turns=Runs(lambda key, run: assistant.abort(key, run, reason=STUCK), assistant.lingers),
        brains=Brains(catalog, keys, pool),
        log=base.log,
        terminal=base.arguments.command == SERVE,
        backups=lambda: facts_of(backups),
    )
    watching = await operations.assemble(stack, needs)
    opened.append(watching)
    drills = backup.begin(stack, backups, base.notices, base.environ, sources.safe_mode)
    watching.metrics.add_source("backups", lambda: backup.age_values(backups, base.clock, drills))
    assistant.admit_by(watching.resources)
    local.admission = watching.resources
    chat, wakes = Conversations(assistant, sessions), Wakes(assistant, events)
    return Brain(sessions, catalog, names, local, assistant, wakes, chat, usage, status, watching, backups, drills)


def _workspace(base: Base) -> Path:
    named = base.config.config.agents.defaults.workspace
    return base.paths.user(named) if named else base.paths.workspace


async def _gateway(stack: AsyncExitStack, base: Base, brain: Brain) -> Control:
    made: list[Gatehouse] = []

    async def other_gateway() -> Target:
        gateway = base.config.config.gateway
        found = await find_target(base.arguments, base.environ, gateway, lambda text: resolve(text, base.secrets))
        return pinned(found, base.arguments, gateway, base.paths)

    shown = ShownChat(brain.chat, other_gateway, base.bus, base.clock, base.notices)

    async def attach() -> None:
        await shown.attach()
        await made[0].host.give_up()
        base.notices.clear(PORT_NOTICE)

    def quit_soon() -> None:
        # After the answer is on its way, or whoever asked would see a broken connection.
        asyncio.get_running_loop().call_later(QUIT_AFTER_S, base.quit.set)

    async def again(_: str) -> None:
        base.again.set()
        quit_soon()

    async def start_normally(_: str) -> None:
        base.crashes.forget()
        await again("")

    async def take_back(name: str) -> None:
        base.restores.begin_undo(name)

    services = Services(
        version=__version__,
        paths=base.paths,
        clock=base.clock,
        bus=base.bus,
        notices=base.notices,
        secrets=base.secrets,
        config=base.config,
        learn=base.redactor.learn,
        sessions=brain.sessions,
        catalog=brain.catalog,
        names=brain.names,
        assistant=brain.assistant,
        wakes=brain.wakes,
        usage=brain.usage,
        status=brain.status,
        operations=brain.operations,
        backups=brain.backups,
        drills=brain.drills,
        restores=base.restores,
        workspace=lambda: _workspace(base),
        attach=attach,
        quit_soon=quit_soon,
        actions={"app.restart": again, START_NORMALLY: start_normally, UNDO_ACTION: take_back},
        safe_mode=base.crashes.safe.on,
    )
    made.append(await assemble(stack, services))
    stack.push_async_callback(shown.close)
    return Control(made[0].host, made[0].run_action, shown, made[0].passes)


async def _use_vault(base: Base, passphrase: str) -> None:
    """Keep the secrets in the encrypted file; those that the keyring still gives are moved there."""
    readable = base.secrets.state is SecretsState.OK
    await base.secrets.use_vault(passphrase, references(base.config.config.raw) if readable else ())


async def _desktop(
    stack: AsyncExitStack, base: Base, brain: Brain, control: Control, shell: Shell, doors: dict[str, Door]
) -> None:
    from clawd_desktop.models.discovery import local_servers
    from clawd_desktop.system.autostart.port import launch_command
    from clawd_desktop.system.autostart.switch import AutostartSwitch
    from clawd_desktop.system.autostart.table import make_autostart
    from clawd_desktop.system.notifications.port import OPEN, Chosen
    from clawd_desktop.system.notifications.table import make_notifier
    from clawd_desktop.ui.desktop import Desktop
    from clawd_desktop.ui.memory import Memory
    from clawd_desktop.ui.services import UiServices

    login = make_autostart(
        [*launch_command(base.environ, Path(sys.executable)), "--at-login"], base.environ, base.paths.home
    )
    services = UiServices(
        status=brain.status,
        operations=brain.operations,
        backups=brain.backups,
        drills=brain.drills,
        restores=base.restores,
        chat=lambda: control.shown.chat,
        notices=base.notices,
        bus=base.bus,
        config=base.config,
        secrets=base.secrets,
        clock=base.clock,
        theme=shell.theme,
        state_folder=base.paths.state,
        run_action=control.run_action,
        find_local_servers=local_servers(brain.operations.cache),
        autostart=AutostartSwitch(login),
        use_vault=lambda passphrase: _use_vault(base, passphrase),
        vault_is_locked=lambda: base.secrets.vault_is_locked,
    )
    desktop = Desktop(services, shell, Memory(base.paths.own))
    if base.crashes.safe.on:
        shell.theme.use("system")
    desktop.quit_requested = lambda reason: base.quit.set()

    async def show(request: JsonObject) -> JsonObject:
        desktop.show(as_text(request.get("page")))
        return {"ok": True}

    def chosen(choice: Chosen) -> None:
        desktop.choose("page:overview" if choice.action == OPEN else choice.action)

    notifier = make_notifier(chosen, base.clock, desktop.balloon)
    stack.push_async_callback(Announcer(base.notices, notifier, base.bus, brain.operations.quiet).close)
    doors["show"] = show
    await desktop.start(base.arguments.show or None, at_login=base.arguments.at_login)
    stack.push_async_callback(desktop.close)
