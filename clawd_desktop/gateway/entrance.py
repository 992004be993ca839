"""Brings together how the gateway may be reached now: configuration, this computer's network, certificate, notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.config.tls_files import tls_files
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.gateway.admission import LOOPBACK_HOSTS, AccessPolicy
from clawd_desktop.gateway.exposure import Network, Plan, Wish, check, own_hosts, plan
from clawd_desktop.gateway.own_network import look
from clawd_desktop.gateway.tls import GatewayTls
from clawd_desktop.operations.gateway_password import SharedSecrets

EXPOSED_NOTICE = "gateway.exposed"
CERTIFICATE_NOTICE = "gateway.certificate"
_SETTINGS = NoticeAction("settings:gateway", "Gateway settings")


@dataclass(frozen=True, slots=True)
class Opened:
    """Where to listen, whom to answer there, and the encryption of the port, if any."""

    places: tuple[str, ...]
    policy: AccessPolicy
    tls: GatewayTls | None


class Entrance:
    """Opened once for each start of the gateway. `gateway` is the section of the configuration that is in force."""

    def __init__(self, gateway: Callable[[], Gateway], paths: Paths, notices: NoticeBoard, clock: Clock) -> None:
        self._gateway = gateway
        self._paths = paths
        self._notices = notices
        self._clock = clock
        self._network = Network()
        self._plan = Plan(())
        self._encrypted = False

    async def open(self, secrets: SharedSecrets) -> Opened:
        """What the configuration asks for now. Raises ClawdError when that is not allowed or cannot be had."""
        gateway = self._gateway()
        self._network = await look(gateway.bind, gateway.custom_bind_host or "")
        try:
            self._plan = plan(wish(gateway, secrets), self._network)
            tls = await self._encryption(gateway) if gateway.tls.enabled else None
        except ClawdError:
            self._notices.clear(EXPOSED_NOTICE)
            raise
        self._encrypted = tls is not None
        self._tell_exposure(gateway, tls)
        return Opened(self._plan.places, self.policy(), tls)

    def policy(self) -> AccessPolicy:
        """Whom to answer, by the configuration in force and the network as it was at the start."""
        gateway = self._gateway()
        origins = tuple(origin.lower() for origin in gateway.control_ui.allowed_origins)
        return AccessPolicy(
            gateway.port,
            hosts=tuple(host for host in map(_web_host, origins) if host),
            origins=origins,
            trusted_proxies=tuple(gateway.trusted_proxies),
            own=own_hosts(self._network, self._plan.places),
            tls=self._encrypted,
            through_proxy=self._plan.through_proxy,
        )

    def allows(self, secrets: SharedSecrets) -> bool:
        """Whether what listens now would still be allowed with these secrets and the configuration in force."""
        try:
            check(self._plan, wish(self._gateway(), secrets))
        except ClawdError:
            return False
        return True

    async def _encryption(self, gateway: Gateway) -> GatewayTls:
        hosts = (*LOOPBACK_HOSTS, *own_hosts(self._network, self._plan.places))
        tls = GatewayTls(tls_files(gateway.tls, self._paths), hosts, self._clock, self._tell_certificate)
        await tls.open()
        self._notices.clear(CERTIFICATE_NOTICE)
        return tls

    def _tell_certificate(self, problem: str) -> None:
        if not problem:
            self._notices.clear(CERTIFICATE_NOTICE)
            return
        title, now = "The changed certificate cannot be used", self._clock.wall_ms()
        text = f"{problem} The one before stays in force."
        self._notices.set(Notice(CERTIFICATE_NOTICE, Severity.WARNING, title, text, (_SETTINGS,), now))

    def _tell_exposure(self, gateway: Gateway, tls: GatewayTls | None) -> None:
        if not self._plan.beyond:
            self._notices.clear(EXPOSED_NOTICE)
            return
        hosts = own_hosts(self._network, self._plan.places)
        scheme = "wss" if tls is not None else "ws"
        addresses = ", ".join(f"{scheme}://{host}:{gateway.port}" for host in hosts if host not in LOOPBACK_HOSTS)
        text = f"It can be reached at {addresses or 'all its addresses'}."
        if tls is not None:
            text += f" Its certificate has the SHA-256 fingerprint {tls.fingerprint}."
        else:
            text += " Its port is not encrypted: other computers are let in through the trusted proxy alone."
        title, now = "The gateway listens beyond this computer", self._clock.wall_ms()
        self._notices.set(Notice(EXPOSED_NOTICE, Severity.INFO, title, text, (_SETTINGS,), now))


def wish(gateway: Gateway, secrets: SharedSecrets) -> Wish:
    """What the configuration asks for, with the secrets that guard it."""
    return Wish(
        bind=gateway.bind,
        custom_host=gateway.custom_bind_host or "",
        tls=gateway.tls.enabled,
        proxies=tuple(gateway.trusted_proxies),
        secrets=tuple(secret for secret in (secrets.password, secrets.token) if secret),
    )


def _web_host(origin: str) -> str:
    """The Host header that a browser sends to that page; "" for one that is not of the web."""
    parts = urlsplit(origin)
    return parts.netloc if parts.scheme in ("http", "https") else ""
