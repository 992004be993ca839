"""Where the gateway listens and when that is refused: every kind of binding, as a table."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import BadInput, ClawdError, Refused, Unavailable
from clawd_desktop.gateway.exposure import (
    EVERYWHERE,
    LOOPBACK,
    Interface,
    Network,
    Plan,
    Wish,
    check,
    is_loopback,
    own_hosts,
    plan,
    tailnet_address,
    with_port,
)

STRONG = ("zanzibar-mule-42-velvet",)
CARDS = (
    Interface("lo", "127.0.0.1"),
    Interface("lo", "::1"),
    Interface("eth0", "10.1.2.3"),
    Interface("eth0", "2001:db8::5"),
    Interface("tailscale0", "fd7a:115c:a1e0::1"),
    Interface("tailscale0", "100.101.102.103"),
)
NETWORK = Network(CARDS, ("box", "box.local"))
TAILNET = (*LOOPBACK, "100.101.102.103")
PROXY = ("10.0.0.2",)


def custom(*addresses: str) -> Network:
    return Network(CARDS, ("box", "box.local"), addresses)


@pytest.mark.parametrize(
    ("wish", "network", "expected"),
    [
        (Wish(), NETWORK, Plan(LOOPBACK)),
        (Wish(secrets=("weak",)), NETWORK, Plan(LOOPBACK)),
        (Wish("auto"), NETWORK, Plan(LOOPBACK)),
        (Wish("custom", "127.0.0.2"), custom("127.0.0.2"), Plan((*LOOPBACK, "127.0.0.2"))),
        (Wish("custom", "localhost"), custom("::1", "127.0.0.1"), Plan(LOOPBACK)),
        (Wish("lan", tls=True, secrets=STRONG), NETWORK, Plan(EVERYWHERE, beyond=True)),
        (Wish("lan", proxies=PROXY, secrets=STRONG), NETWORK, Plan(EVERYWHERE, beyond=True, through_proxy=True)),
        (Wish("lan", tls=True, proxies=PROXY, secrets=STRONG), NETWORK, Plan(EVERYWHERE, beyond=True)),
        (Wish("tailnet", tls=True, secrets=STRONG), NETWORK, Plan(TAILNET, beyond=True)),
        (Wish("auto", tls=True, secrets=STRONG), Network(CARDS, loopback=False), Plan(EVERYWHERE, beyond=True)),
        (Wish("custom", "10.1.2.3", tls=True, secrets=STRONG), custom("10.1.2.3"),
         Plan((*LOOPBACK, "10.1.2.3"), beyond=True)),
        (Wish("custom", "box.lan", tls=True, secrets=STRONG), custom("10.1.2.3"),
         Plan((*LOOPBACK, "10.1.2.3"), beyond=True)),
        (Wish("custom", "0.0.0.0", tls=True, secrets=STRONG), custom("0.0.0.0"), Plan(("0.0.0.0",), beyond=True)),
        (Wish("custom", "::", tls=True, secrets=STRONG), custom("::"), Plan(("::",), beyond=True)),
    ],
)  # fmt: skip
def test_where_it_listens(wish: Wish, network: Network, expected: Plan) -> None:
    assert plan(wish, network) == expected


BARE = "without encryption"
WEAK = "with this password"
NONE = "is no address of this computer"


@pytest.mark.parametrize(
    ("wish", "network", "error", "words"),
    [
        (Wish("lan", secrets=STRONG), NETWORK, Refused, BARE),
        (Wish("tailnet", secrets=STRONG), NETWORK, Refused, BARE),
        (Wish("auto", secrets=STRONG), Network(CARDS, loopback=False), Refused, BARE),
        (Wish("custom", "10.1.2.3", secrets=STRONG), custom("10.1.2.3"), Refused, BARE),
        (Wish("custom", "0.0.0.0", secrets=STRONG), custom("0.0.0.0"), Refused, BARE),
        (Wish("custom", "::", secrets=STRONG), custom("::"), Refused, BARE),
        (Wish("custom", "box.lan", secrets=STRONG), custom("10.1.2.3"), Refused, BARE),
        (Wish("custom", "two", secrets=STRONG), custom("127.0.0.2", "10.1.2.3"), Refused, BARE),
        (Wish("custom", "*", tls=True, secrets=STRONG), custom(), BadInput, NONE),
        (Wish("custom", "127.0.0.1,0.0.0.0", tls=True, secrets=STRONG), custom(), BadInput, NONE),
        (Wish("custom", "192.0.2.1", tls=True, secrets=STRONG), custom(), BadInput, NONE),
        (Wish("custom", "", tls=True, secrets=STRONG), custom(), BadInput, "customBindHost is empty"),
        (Wish("custom", "  ", tls=True, secrets=STRONG), custom(), BadInput, "customBindHost is empty"),
        (Wish("tailnet", tls=True, secrets=STRONG), Network(CARDS[:4]), Unavailable, "no address of a tailnet"),
        (Wish("lan", tls=True, secrets=("short",)), NETWORK, Refused, WEAK),
        (Wish("lan", tls=True, secrets=(*STRONG, "password1234")), NETWORK, Refused, WEAK),
        (Wish("lan", proxies=PROXY, secrets=("generate-a-very-secure-password",)), NETWORK, Refused, WEAK),
    ],
)
def test_when_it_does_not(wish: Wish, network: Network, error: type[ClawdError], words: str) -> None:
    with pytest.raises(error, match=words) as fault:
        plan(wish, network)
    assert fault.value.hint, "it says what to do"


def test_what_listens_must_stay_allowed() -> None:
    open_now, proxied = Plan(EVERYWHERE, beyond=True), Plan(EVERYWHERE, beyond=True, through_proxy=True)
    check(Plan(LOOPBACK), Wish(secrets=("weak",)))
    check(open_now, Wish("lan", secrets=STRONG))
    with pytest.raises(Refused, match=WEAK):
        check(open_now, Wish("lan", secrets=("weak",)))
    with pytest.raises(Refused, match=BARE):
        check(proxied, Wish("lan", secrets=STRONG))


@pytest.mark.parametrize(
    ("cards", "address"),
    [
        (CARDS, "100.101.102.103"),
        ((Interface("utun4", "100.64.0.1"),), "100.64.0.1"),
        ((Interface("Tailscale", "100.127.255.254"),), "100.127.255.254"),
        ((Interface("wwan0", "100.64.0.1"),), ""),
        ((Interface("tailscale0", "100.128.0.1"), Interface("tailscale0", "fd7a::1")), ""),
        ((), ""),
    ],
)
def test_the_address_in_the_tailnet(cards: tuple[Interface, ...], address: str) -> None:
    assert tailnet_address(cards) == address


@pytest.mark.parametrize(
    ("places", "hosts"),
    [
        (LOOPBACK, ("127.0.0.1", "[::1]")),
        ((*LOOPBACK, "10.1.2.3"), ("127.0.0.1", "[::1]", "10.1.2.3", "box", "box.local")),
        (("0.0.0.0",), ("10.1.2.3", "100.101.102.103", "box", "box.local")),
        (("::",), ("[2001:db8::5]", "[fd7a:115c:a1e0::1]", "box", "box.local")),
    ],
)
def test_the_hosts_that_it_answers_to(places: tuple[str, ...], hosts: tuple[str, ...]) -> None:
    assert own_hosts(NETWORK, places) == hosts


@pytest.mark.parametrize(
    ("port", "tls", "headers"),
    [(18789, True, ("a:18789",)), (443, True, ("a:443", "a")), (443, False, ("a:443",)), (80, False, ("a:80", "a"))],
)
def test_the_usual_port_may_be_left_out(port: int, tls: bool, headers: tuple[str, ...]) -> None:
    assert with_port(["a"], port, tls=tls) == headers


@pytest.mark.parametrize(
    ("address", "own"), [("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("0.0.0.0", False), ("x", False)]
)
def test_loopback(address: str, own: bool) -> None:
    assert is_loopback(address) is own
