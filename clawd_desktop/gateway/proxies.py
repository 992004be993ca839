"""Finds out who a request comes from when a proxy brought it; only proxies that the owner named are believed. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

PROXY_HEADERS = frozenset({
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip",
    "cf-ray", "fastly-client-ip", "x-original-host", "x-originating-ip",
})  # fmt: skip
PROXY_PREFIXES = ("x-forwarded", "tailscale-", "x-envoy-")
_MOST_HOPS = 32
# One `name=value` of RFC 7239, its value a token or a quoted text, and what may follow it.
_PAIR = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=]+))\s*([;,]|$)')


class NotSaid(Exception):
    """The proxy does not say who its client is, or says it in a way that can be read in two."""


def forwarding(names: Iterable[str]) -> tuple[str, ...]:
    """The header names (in lower case) that only proxies set."""
    return tuple(sorted(name for name in names if name in PROXY_HEADERS or name.startswith(PROXY_PREFIXES)))


def client_of(forwarded_for: Sequence[str], forwarded: Sequence[str], trusted: Iterable[str]) -> str:
    """The address of the rightmost hop that is no trusted proxy. Raises NotSaid.

    `forwarded_for` are the lines of X-Forwarded-For, `forwarded` those of Forwarded (RFC 7239). Proxies pass on the one
    that they do not write, so where both stand they must name the same client.
    """
    proxies = tuple(trusted)
    found: set[str] = set()
    if forwarded_for:
        found.add(_rightmost(_listed_hops(forwarded_for), proxies))
    if forwarded:
        found.add(_rightmost(_rfc7239_hops(forwarded), proxies))
    if len(found) != 1:
        raise NotSaid("X-Forwarded-For and Forwarded name two clients" if found else "it does not name its client")
    return found.pop()


def is_trusted(address: str, networks: Iterable[str]) -> bool:
    """True when the address is in one of the networks ("10.0.0.1" or "10.0.0.0/8")."""
    try:
        own = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(own, ipaddress.IPv6Address) and own.ipv4_mapped is not None:
        own = own.ipv4_mapped
    return any(own in network for network in map(_network, networks) if network is not None)


def _rightmost(hops: list[str], proxies: tuple[str, ...]) -> str:
    for hop in reversed(hops):
        if not _is_address(hop):
            raise NotSaid("it sends a list that is none of addresses")
        if not is_trusted(hop, proxies):
            return hop
    raise NotSaid("it names nobody but proxies")


def _listed_hops(lines: Sequence[str]) -> list[str]:
    hops = [hop.strip() for line in lines for hop in line.split(",")]
    if len(hops) > _MOST_HOPS:
        raise NotSaid("its list is too long")
    return hops


def _rfc7239_hops(lines: Sequence[str]) -> list[str]:
    """The `for` of each element, without port; each element must have exactly one."""
    hops: list[str] = []
    for line in lines:
        node: str | None = None
        at = 0
        while at < len(line) or at == 0:
            pair = _PAIR.match(line, at)
            if pair is None or len(hops) >= _MOST_HOPS:
                raise NotSaid("its Forwarded header cannot be read")
            at = pair.end()
            if pair[1].lower() == "for":
                if node is not None:
                    raise NotSaid("its Forwarded header names one hop twice")
                node = _without_port(re.sub(r"\\(.)", r"\1", pair[2]) if pair[2] is not None else pair[3])
            if pair[4] != ";":
                if node is None:
                    raise NotSaid("its Forwarded header has a hop without a name")
                hops.append(node)
                node = None
                if not pair[4]:
                    break
        if node is not None or line.rstrip().endswith((",", ";")):
            raise NotSaid("its Forwarded header ends too early")
    return hops


def _without_port(node: str) -> str:
    """The address of an RFC 7239 node: "192.0.2.1:80" and "[2001:db8::1]:80" may carry a port."""
    if node.startswith("["):
        address, bracket, port = node[1:].partition("]")
        return address if bracket and re.fullmatch(r"(:\d{1,5})?", port) else ""
    address, _, port = node.partition(":")
    return address if ":" not in port and re.fullmatch(r"\d{0,5}", port) else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
