"""Decides where the gateway listens, whether that is allowed, and by which names it then answers; pure, no sockets.

Source of the meanings of `gateway.bind`: Clawdbot 2026.1.24. Unlike there, an address that cannot be had is never
replaced by a wider one, and this computer's own address always belongs to the list, so that its own tools find it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from clawd_desktop.config.passwords import weakness
from clawd_desktop.core.errors import BadInput, Refused, Unavailable

LOOPBACK = ("127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 # what is asked for, and only under the conditions below
# Source: Tailscale gives each device an address out of this block (carrier-grade NAT, RFC 6598).
_TAILNET = ipaddress.ip_network("100.64.0.0/10")
# How its interface is called on Linux, Windows and macOS. The block alone would also fit a mobile carrier's network.
_TAILSCALE = ("tailscale", "utun")


@dataclass(frozen=True, slots=True)
class Interface:
    """One address of this computer and the name of the interface that has it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Network:
    """What this computer is called and which addresses it has. `names` are in lower case.

    `custom` are the addresses that `customBindHost` stands for; `loopback` says whether 127.0.0.1 can be used.
    """

    interfaces: tuple[Interface, ...] = ()
    names: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    loopback: bool = True

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses by which others may reach this computer."""
        return tuple(interface.address for interface in self.interfaces if not is_loopback(interface.address))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the configuration asks for. `secrets` are what clients may show, as texts or hashes."""

    bind: str = "loopback"
    custom_host: str = ""
    tls: bool = False
    proxies: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to listen, the first one first. `beyond` says that other computers may come.

    `through_proxy` says that those may do so only through a trusted proxy, because the port itself is not encrypted.
    """

    places: tuple[str, ...]
    beyond: bool = False
    through_proxy: bool = False


def plan(wish: Wish, network: Network) -> Plan:
    """Where to listen. Raises BadInput, Refused or Unavailable with what is wrong and what to do."""
    places = _places(wish, network)
    beyond = not all(is_loopback(place) for place in places)
    if not beyond:
        return Plan(places)
    made = Plan(places, beyond=True, through_proxy=not wish.tls)
    check(made, wish)
    return made


def check(made: Plan, wish: Wish) -> None:
    """Whether what listens by that plan may do so with the proxies and secrets of the wish. Raises Refused if not."""
    if not made.beyond:
        return
    if made.through_proxy and not wish.proxies:
        raise Refused(
            "The gateway may not listen beyond this computer without encryption: everybody on the way could read the "
            "password.",
            hint="Turn TLS on (gateway.tls.enabled), or name the proxy in front of it (gateway.trustedProxies), "
            'or set gateway.bind to "loopback".',
        )
    for secret in wish.secrets:
        if reason := weakness(secret):
            raise Refused(
                f"The gateway may not listen beyond this computer with this password: it {reason}.",
                hint="Choose a longer one that nobody would guess, for example with: openssl rand -base64 24",
            )


def is_loopback(address: str) -> bool:
    """True for an address that only this computer can reach."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def tailnet_address(interfaces: Iterable[Interface]) -> str:
    """The IPv4 address of this computer in its tailnet, "" when it is in none."""
    for interface in interfaces:
        named = interface.name.lower().startswith(_TAILSCALE)
        if named and (address := _ipv4(interface.address)) is not None and address in _TAILNET:
            return interface.address
    return ""


def own_hosts(network: Network, places: Iterable[str]) -> tuple[str, ...]:
    """The hosts, without port, by which clients reach those places: addresses, IPv6 in brackets, and names."""
    found: dict[str, None] = {}
    for place in places:
        every = place in EVERYWHERE
        same_kind = [own for own in network.addresses if (":" in own) == (":" in place)]
        for address in same_kind if every else [place]:
            found[f"[{address}]" if ":" in address else address] = None
    beyond = any(not is_loopback(place) for place in places)
    return (*found, *(network.names if beyond else ()))


def with_port(hosts: Iterable[str], port: int, *, tls: bool) -> tuple[str, ...]:
    """The Host headers of these hosts: with the port, and without it where it is the usual one."""
    usual = port == (443 if tls else 80)
    return tuple(header for host in hosts for header in ((f"{host}:{port}", host) if usual else (f"{host}:{port}",)))


def _places(wish: Wish, network: Network) -> tuple[str, ...]:
    match wish.bind:
        case "lan":
            return EVERYWHERE
        case "tailnet":
            address = tailnet_address(network.interfaces)
            if not address:
                raise Unavailable(
                    "gateway.bind is tailnet, but this computer has no address of a tailnet.",
                    hint='Start Tailscale and sign in, or set gateway.bind to "loopback".',
                )
            return (*LOOPBACK, address)
        case "custom":
            return _custom(wish, network)
        case "auto":
            return LOOPBACK if network.loopback else EVERYWHERE
        case _:
            return LOOPBACK


def _custom(wish: Wish, network: Network) -> tuple[str, ...]:
    host = wish.custom_host.strip()
    hint = 'Set gateway.customBindHost to one address of this computer, or gateway.bind to "loopback".'
    if not host:
        raise BadInput("gateway.bind is custom, but gateway.customBindHost is empty.", hint=hint)
    if not network.custom:
        raise BadInput(f"gateway.customBindHost {host!r} is no address of this computer.", hint=hint)
    if any(ipaddress.ip_address(address.partition("%")[0]).is_unspecified for address in network.custom):
        return network.custom
    return (*LOOPBACK, *(address for address in network.custom if address not in LOOPBACK))


def _ipv4(text: str) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        return None
