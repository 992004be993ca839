"""Who follows which conversation, and that nothing is left behind."""

from __future__ import annotations

import pytest

from clawd_desktop.core.errors import Refused
from clawd_desktop.gateway.subscriptions import MOST, Subscriptions


def test_a_connection_follows_until_it_stops_or_is_gone() -> None:
    subscriptions = Subscriptions()
    subscriptions.add("c1", "main")
    subscriptions.add("c1", "main")
    subscriptions.add("c2", "main")
    subscriptions.add("c1", "work")
    assert subscriptions.of("main") == {"c1", "c2"}
    assert subscriptions.remove("c1", "main")
    assert not subscriptions.remove("c1", "main")
    assert not subscriptions.remove("nobody", "main")
    assert (subscriptions.of("main"), subscriptions.of("work")) == ({"c2"}, {"c1"})
    subscriptions.forget("c1")
    subscriptions.forget("c2")
    subscriptions.forget("c2")
    assert vars(subscriptions) == {"_followers": {}, "_followed": {}}


def test_a_connection_cannot_follow_without_end() -> None:
    subscriptions = Subscriptions()
    for number in range(MOST):
        subscriptions.add("c1", f"s{number}")
    subscriptions.add("c1", "s0")
    with pytest.raises(Refused, match=str(MOST)):
        subscriptions.add("c1", "one more")
    subscriptions.add("c2", "one more")
    assert subscriptions.of("one more") == {"c2"}
