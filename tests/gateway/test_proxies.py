"""Who is behind a proxy: the rightmost hop that is none, in either header, and nothing that can be read in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.gateway.proxies import NotSaid, client_of, forwarding, is_trusted

PROXIES = ("10.0.0.0/8", "2001:db8:aa::/48")


@pytest.mark.parametrize(
    ("listed", "forwarded", "client"),
    [
        (["1.2.3.4"], [], "1.2.3.4"),
        (["6.6.6.6, 1.2.3.4, 10.0.0.7"], [], "1.2.3.4"),
        (["6.6.6.6", "1.2.3.4, 10.0.0.7"], [], "1.2.3.4"),
        (["2001:db8::9"], [], "2001:db8::9"),
        (["9.9.9.9, 2001:db8:aa::1"], [], "9.9.9.9"),
        ([], ["for=1.2.3.4"], "1.2.3.4"),
        ([], ["For=1.2.3.4;proto=https;by=10.0.0.1"], "1.2.3.4"),
        ([], ['for="1.2.3.4:8080"'], "1.2.3.4"),
        ([], ['for="[2001:db8::9]:4711";host="a,b;c"'], "2001:db8::9"),
        ([], ['for="[2001:db8::9]"'], "2001:db8::9"),
        ([], ["for=6.6.6.6, for=1.2.3.4 , for=10.0.0.2"], "1.2.3.4"),
        ([], ["for=6.6.6.6", "for=1.2.3.4"], "1.2.3.4"),
        ([], ['host="\\"for=6.6.6.6";for=1.2.3.4'], "1.2.3.4"),
        (["1.2.3.4"], ["for=1.2.3.4"], "1.2.3.4"),
    ],
)
def test_b03_the_client(listed: list[str], forwarded: list[str], client: str) -> None:
    assert client_of(listed, forwarded, PROXIES) == client


@pytest.mark.parametrize(
    ("listed", "forwarded"),
    [
        ([], []),
        ([""], []),
        (["junk"], []),
        (["1.2.3.4,"], []),
        (["1.2.3.4:80"], []),
        (["10.0.0.1"], []),
        (["1.2.3.4, junk"], []),
        ([", ".join(["10.0.0.1"] * 40)], []),
        ([], [""]),
        ([], ["for=unknown"]),
        ([], ["for=_hidden"]),
        ([], ["proto=https"]),
        ([], ["for=1.2.3.4;for=6.6.6.6"]),
        ([], ["for=1.2.3.4, proto=https"]),
        ([], ["for=1.2.3.4,"]),
        ([], ["for=1.2.3.4;"]),
        ([], ['for="1.2.3.4']),
        ([], ["for=[2001:db8::9]:x"]),
        ([], ['for="[2001:db8::9"']),
        ([], ["for=2001:db8::9"]),
        ([], ["for = 1.2.3.4"]),
        ([], [", ".join(["for=10.0.0.1"] * 40)]),
        (["6.6.6.6"], ["for=1.2.3.4"]),
        (["1.2.3.4"], ["junk"]),
    ],
)
def test_b03_what_says_nothing_for_certain(listed: list[str], forwarded: list[str]) -> None:
    with pytest.raises(NotSaid):
        client_of(listed, forwarded, PROXIES)


@given(st.lists(st.text(max_size=60), max_size=3), st.lists(st.text(max_size=60), max_size=3))
def test_nothing_is_believed_that_is_no_address(listed: list[str], forwarded: list[str]) -> None:
    try:
        client = client_of(listed, forwarded, PROXIES)
    except NotSaid:
        return
    assert not is_trusted(client, PROXIES)
    assert client


@pytest.mark.parametrize(
    ("address", "networks", "trusted"),
    [
        ("10.1.2.3", PROXIES, True),
        ("::ffff:10.1.2.3", PROXIES, True),
        ("2001:db8:aa:1::5", PROXIES, True),
        ("fe80::1%eth0", ("fe80::1",), True),
        ("2001:db8:ab::5", PROXIES, False),
        ("11.1.2.3", PROXIES, False),
        ("10.1.2.3", ("nonsense",), False),
        ("", PROXIES, False),
    ],
)
def test_proxies_of_the_owner(address: str, networks: tuple[str, ...], trusted: bool) -> None:
    assert is_trusted(address, networks) is trusted


def test_headers_of_proxies() -> None:
    names = ["host", "x-forwarded-anything", "forwarded", "x-real-ip", "accept", "tailscale-user-login"]
    assert forwarding(names) == ("forwarded", "tailscale-user-login", "x-forwarded-anything", "x-real-ip")
