"""What the gate is told and what it says are plain facts; secrets are digests from the first moment on."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials, Offer, Peer, Standing, digest
from clawd_desktop.gateway.methods.table import Role

PEER = Peer("127.0.0.1", "loopback", local=True, browser=False)


def test_credentials_forget_the_texts_and_blank_ones_are_none() -> None:
    held = Credentials.of(AuthMode.PASSWORD, token=" ", password="hush")
    assert held.digests == (digest("hush"),)
    assert "hush" not in repr(held)
    assert Credentials.of(AuthMode.TOKEN).digests == ()


def test_a_hash_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(BadInput, match="hash"):
        Credentials.of(AuthMode.PASSWORD, password="$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$" + "A" * 43)


def test_digests_of_odd_texts_differ() -> None:
    assert len({digest("\ud800"), digest("?"), digest(""), digest("é"), digest("e\u0301")}) == 5


@pytest.mark.parametrize(("tls", "scheme"), [(False, "http"), (True, "https")])
def test_a_policy_answers_its_own_names_in_its_own_scheme(tls: bool, scheme: str) -> None:
    policy = AccessPolicy(18789, hosts=("Claw.Example:443",), origins=("https://claw.example",), tls=tls)
    assert {"127.0.0.1:18789", "localhost:18789", "[::1]:18789", "claw.example:443"} <= policy.own_hosts()
    assert {f"{scheme}://localhost:18789", "https://claw.example"} <= policy.own_origins()


def test_a_device_with_a_proved_key_is_counted_by_itself() -> None:
    assert Offer(PEER, Role.OPERATOR, (), device_id="d").guess_key == "loopback"
    known = Offer(PEER, Role.OPERATOR, (), device_id="d", standing=Standing(("operator",), ()))
    assert known.guess_key == "device:d"
