"""A pass is used once, within a minute, and is nowhere kept as text."""

from __future__ import annotations

import hashlib

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials, Granted, Locked, Offer, Peer, Proof
from clawd_desktop.gateway.admission import Unauthorized as Refused
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.methods.table import Role
from clawd_desktop.gateway.passes import LIFETIME_S, MARK, MOST_ALIVE, Passes
from clawd_desktop.operations.redaction import Redactor

LOCAL = Peer("127.0.0.1", "loopback", local=True, browser=True)
FAR = Peer("10.0.0.9", "10.0.0.9", local=False, browser=True)
REFUSED = Refused("mismatch", AuthMode.PASSWORD)


class Stage:
    """A gate with a password and passes, on a clock of its own."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.passes = Passes(self.clock)
        credentials = Credentials.of(AuthMode.PASSWORD, password="a long password")
        self.limiter = AuthLimiter(self.clock)
        self.gate = Gate(credentials, self.limiter, AccessPolicy(1), self.passes)

    def show(self, text: str, peer: Peer = LOCAL, **more: str) -> object:
        return self.gate.decide(Offer(peer, Role.OPERATOR, (), password=text, **more))  # type: ignore[arg-type]


def test_it_lets_in_once_and_is_then_like_any_wrong_secret() -> None:
    stage = Stage()
    made = stage.passes.issue()
    assert stage.show(made) == Granted(Proof.SECRET, ("operator.admin",))
    assert stage.limiter.failures == 0
    assert stage.show(made) == REFUSED
    assert stage.limiter.failures == 1


def test_a_device_that_shows_it_is_paired_wherever_it_is() -> None:
    stage = Stage()
    for peer in (LOCAL, FAR):
        assert stage.show(stage.passes.issue(), peer, device_id="d") == Granted(
            Proof.SECRET, ("operator.admin",), pair=True
        )


def test_it_ends_after_a_minute() -> None:
    stage = Stage()
    early, late = stage.passes.issue(), stage.passes.issue()
    stage.clock.advance(LIFETIME_S - 0.1)
    assert isinstance(stage.show(early), Granted)
    stage.clock.advance(0.1)
    assert stage.show(late) == REFUSED


def test_guessers_cannot_keep_it_out() -> None:
    stage = Stage()
    for _ in range(50):
        stage.limiter.failed("loopback")
    assert isinstance(stage.show("a long password"), Locked)
    assert isinstance(stage.show("clawd-pass-guess"), Locked)
    assert isinstance(stage.show(stage.passes.issue()), Granted)


def test_each_is_new_long_and_kept_as_a_digest_only() -> None:
    passes = Passes(ManualClock())
    made = [passes.issue() for _ in range(3)]
    assert len(set(made)) == 3
    assert all(text.startswith(MARK) and len(text) - len(MARK) == 43 for text in made)
    assert passes.alive() == tuple(hashlib.sha256(text.encode()).digest() for text in made)
    kept = repr(vars(passes))
    assert not [text for text in made if text in kept or text.removeprefix(MARK) in kept]


def test_a_few_are_alive_and_the_oldest_makes_room() -> None:
    stage = Stage()
    first = stage.passes.issue()
    second = stage.passes.issue()
    for _ in range(MOST_ALIVE - 1):
        stage.passes.issue()
    assert len(stage.passes.alive()) == MOST_ALIVE
    assert stage.show(first) == REFUSED
    assert isinstance(stage.show(second), Granted)


def test_what_is_not_a_pass_changes_nothing() -> None:
    stage = Stage()
    made = stage.passes.issue()
    for text in ("", made[:-1], made.removeprefix(MARK), f"{made} "):
        stage.show(text)
    stage.gate.secret_of((made,))
    assert isinstance(stage.show(made), Granted)


def test_a_pass_is_no_bearer_and_no_token() -> None:
    stage = Stage()
    made = stage.passes.issue()
    assert stage.gate.decide(Offer(LOCAL, Role.OPERATOR, (), token=made)) == REFUSED
    assert not stage.gate.secret_of((made,))


def test_the_log_knows_what_one_looks_like() -> None:
    made = Passes(ManualClock()).issue()
    assert made.removeprefix(MARK) not in Redactor().clean(f"GET /#pass={made}")
