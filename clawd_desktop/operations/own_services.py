"""The services that need no room of their own: built-in model, record of usage, log, and what measures and watches."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.resource_watch import ResourceWatch
from clawd_desktop.operations.sampler import Sampler
from clawd_desktop.operations.supervised import Service, Silent, Waits
from clawd_desktop.operations.usage import UsageLedger

CHECK_S = 10.0


def model_service(trouble: Callable[[], str], again: Callable[[], None]) -> Service:
    """The built-in model: it starts again by itself when it is next asked, until it has stopped too often."""

    async def is_well() -> bool:
        if text := trouble():
            raise Silent(text, hint="Is enough memory free (250 MB)? Or choose another model.")
        return True

    async def restart() -> None:
        again()

    return Service("model", is_well, restart, "The built-in model", every_s=CHECK_S, by_itself=False)


def usage_service(usage: UsageLedger) -> Service:
    """The record of usage: what could not be written is kept and written as soon as the disk allows."""

    async def is_well() -> bool:
        usage.catch_up()
        return True

    return Service("usage", is_well, None, "The record of usage", every_s=CHECK_S)


def sampler_service(sampler: Sampler) -> Service:
    """What measures: it must go round, and have measured lately."""

    async def is_well() -> bool:
        if text := sampler.trouble:
            raise Silent(text)
        return True

    return Service("sampler", is_well, sampler.begin_anew, "The sampler of measurements")


def resource_service(watch: ResourceWatch) -> Service:
    """What measures for the resource manager, and lets in who waits: it must go round."""

    async def is_well() -> bool:
        if text := watch.trouble:
            raise Silent(text)
        return True

    return Service("resources", is_well, watch.begin_anew, "The watch over resources", every_s=CHECK_S)


def alert_service(alerts: AlertDesk) -> Service:
    """What checks the alert rules: it must go round, for without it nobody is told of anything."""

    async def is_well() -> bool:
        if text := alerts.trouble:
            raise Silent(text)
        return True

    return Service("alerts", is_well, alerts.begin_anew, "The check of the alert rules", every_s=CHECK_S)


def log_service(fault: Callable[[], str]) -> Service:
    """The log: it goes on by itself as soon as the disk allows; lines in between are lost."""

    async def is_well() -> bool:
        if text := fault():
            raise Waits(text, hint="It goes on by itself.")
        return True

    return Service("log", is_well, None, "The log", every_s=CHECK_S, told=True)
