"""Keeps the services running: asks each whether it is well, and starts it again within its budget."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core import tasks
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound
from clawd_desktop.core.events import Resumed, ShuttingDown
from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.restart_budget import Budget, Decision, decide
from clawd_desktop.operations.supervised import Service, ServiceRow, Standing
from clawd_desktop.operations.told import Told
from clawd_desktop.operations.units import Unit, parsed
from clawd_desktop.operations.watched import Watched

TICK_S = 1.0
REST_S = 60.0
LATE_S = 4.0
ACTION = "service.restart"
_log = logging.getLogger("clawd.supervisor")


class Supervisor:
    """Looks after every service that it was given, once a second, and never waits for one.

    `repair` is what the configuration says now. A check or restart that hangs is given up after its limit and counts
    as a failure. `rest` lets nothing count for a while, as after sleep.
    """

    def __init__(
        self,
        repair: Callable[[], Repair],
        told: Told,
        *,
        tick_s: float = TICK_S,
    ) -> None:
        self._repair = repair
        self._told = told
        self._clock = told.clock
        self._notices = told.notices
        self._tick_s = tick_s
        self._watched: dict[str, Watched] = {}
        self._next: asyncio.TimerHandle | None = None
        self._quiet_until = 0.0
        self._ticked = 0.0
        self._undo = (
            told.bus.subscribe(ShuttingDown, lambda _: self._stop()),
            told.bus.subscribe(Resumed, lambda _: self.rest(REST_S)),
        )

    def start(self) -> None:
        """Begin to look."""
        # Not a loop of its own that could end: each look books the next one before anything else.
        self._ticked = asyncio.get_running_loop().time()
        self._next = asyncio.get_running_loop().call_later(self._tick_s, self._tick)

    async def close(self) -> None:
        """Look no more, and leave no check and no restart behind."""
        for unsubscribe in self._undo:
            unsubscribe()
        self._stop()
        await asyncio.gather(*(watched.close() for watched in self._watched.values()))
        self._watched.clear()

    def watch(self, service: Service) -> Callable[[], None]:
        """Look after the service from now on; returns how to stop that. Raises BadInput when the name is taken."""
        if service.name in self._watched:
            raise BadInput(f"The service {service.name} is watched already.")
        watched = self._watched[service.name] = Watched(service, self._clock, self._judge)

        def forget() -> None:
            if self._watched.get(service.name) is watched:
                del self._watched[service.name]
                self._notices.clear(notice_id(service.name))
                watched.discard()

        return forget

    def look_at(self, name: str) -> None:
        """Ask this service at the next moment instead of when it is due; an unknown one is none of ours."""
        watched = self._watched.get(name)
        if watched is not None:
            watched.due_s = 0.0
            asyncio.get_running_loop().call_soon(watched.look)

    def rest(self, seconds: float) -> None:
        """Let nothing that goes wrong count for so long: the computer slept, or the process was stopped."""
        self._quiet_until = max(self._quiet_until, self._clock.monotonic() + seconds)
        for watched in self._watched.values():
            watched.discard()

    @property
    def repairs(self) -> bool:
        """Whether anything is started again without asking."""
        return self._repair().enabled

    def rows(self) -> tuple[ServiceRow, ...]:
        """How all services stand, in the order in which they came."""
        return tuple(watched.row() for watched in self._watched.values())

    async def restart(self, name: str) -> ServiceRow:
        """Start the service again because a person asks for it, with a new budget.

        Raises NotFound for an unknown one, BadInput for one that cannot be started again, ClawdError when it failed.
        """
        watched = self._watched.get(name)
        if watched is None:
            raise NotFound(f"There is no service {name[:80]!r}.", hint="clawd-desktop services lists them.")
        if watched.service.restart is None:
            raise BadInput(f"{watched.service.title} cannot be started again by hand.", hint=watched.row().fault)
        watched.new_budget()
        fault = await asyncio.shield(watched.restart())
        self._tell(watched, fault)
        if fault is not None:
            raise fault
        return watched.row()

    def _stop(self) -> None:
        # What is being closed one after the other is not to be started again.
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = loop.call_later(self._tick_s, self._tick)
        late, self._ticked = loop.time() - self._ticked, loop.time()
        if late > self._tick_s + LATE_S:
            # The loop, or the whole process, stood still: what was asked meanwhile could not be answered.
            self.rest(min(late, REST_S))
        self._look_at_all()

    def _look_at_all(self) -> None:
        for watched in list(self._watched.values()):
            tasks.attempt(watched.look, name=f"look at {watched.service.name}")

    def _judge(self, watched: Watched, fault: ClawdError | None) -> None:
        """A service has answered: what follows."""
        if self._next is None:
            return
        if fault is None:
            self._well(watched)
        elif self._clock.monotonic() >= self._quiet_until and watched.struck(fault):
            self._broken(watched, fault)

    def _well(self, watched: Watched) -> None:
        if watched.state in (Standing.DOWN, Standing.BLOCKED, Standing.WAITING):
            _log.info("%s is well again", watched.service.title)
        watched.recovered()
        self._notices.clear(notice_id(watched.service.name))

    def _broken(self, watched: Watched, fault: ClawdError) -> None:
        if not watched.mendable:
            self._stays(watched, Standing.BLOCKED, fault)
            return
        if watched.gave_up:
            return
        if watched.service.restart is None or not watched.service.by_itself:
            self._stays(watched, Standing.DOWN, fault)
            return
        verdict = decide(watched.times, self._clock.monotonic(), budget_of(self._repair()))
        if verdict.decision is Decision.RESTART:
            _log.warning("%s is not well and is started again: %s", watched.service.title, watched.fault)
            tasks.spawn(self._mend(watched, watched.restart()), name=f"mend {watched.service.name}")
        elif verdict.decision is Decision.WAIT:
            watched.stands(Standing.WAITING)
        elif verdict.decision is Decision.LEAVE:
            self._stays(watched, Standing.DOWN, fault, f"{fault.sentence()} Self-repair is switched off.")
        else:
            self._give_up(watched, fault)

    async def _mend(self, watched: Watched, restart: asyncio.Task[ClawdError | None]) -> None:
        self._tell(watched, await restart)

    def _tell(self, watched: Watched, fault: ClawdError | None) -> None:
        service, why = watched.service, f" ({watched.fault})" if watched.fault else ""
        text = f"{service.title} was started again{why}."
        if fault is not None:
            text = f"{service.title} could not be started again: {fault.sentence()}"
            _log.warning("%s", text)
        else:
            _log.info("%s", text)
        self._told.repaired("service", service.name, "restart", text, ok=fault is None)

    def _give_up(self, watched: Watched, fault: ClawdError) -> None:
        budget = budget_of(self._repair())
        times = f"{budget.most} times within {budget.window_s / 60:g} minutes"
        text = f"{watched.service.title} was started again {times} and still is not well: {fault.sentence()}"
        _log.error("%s It stays as it is.", text)
        watched.gave_up = True
        self._told.repaired("service", watched.service.name, "give_up", text, ok=False)
        self._stays(watched, Standing.DOWN, fault, f"{text} It is not tried again by itself.")

    def _stays(self, watched: Watched, state: Standing, fault: ClawdError, text: str = "") -> None:
        """It is not well and nothing is done about it, other than to say so."""
        service = watched.service
        if watched.state is not state:
            _log.warning("%s is not well: %s", service.title, fault.sentence())
        watched.stands(state)
        if service.told and not text:
            return
        actions = (NoticeAction(f"{ACTION}:{service.name}", "Start again"),) if service.restart is not None else ()
        notice = Notice(
            notice_id(service.name), Severity.ERROR, f"{service.title} is not well", text or fault.sentence(),
            (*actions, NoticeAction("page:logs", "Show the log")), watched.fault_ms,
        )  # fmt: skip
        self._notices.set(notice)


def notice_id(name: str) -> str:
    """The id of the notice about a service."""
    return f"service.{name}"


def budget_of(repair: Repair) -> Budget:
    """The configured limits as numbers."""
    return Budget(
        repair.enabled,
        repair.max_restarts,
        parsed(repair.window, Unit.SECONDS),
        parsed(repair.cooldown, Unit.SECONDS),
    )
