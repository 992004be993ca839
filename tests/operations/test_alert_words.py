"""An alert in words."""

from __future__ import annotations

from dataclasses import replace

from operations.test_alert_store import NOW, ONE

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.operations.alert_rules import merged
from clawd_desktop.operations.alert_sinks.port import Kind
from clawd_desktop.operations.alert_words import message, text_of, title_of
from clawd_desktop.operations.alerts import Raised

RULES = merged(Monitoring())


def test_title_and_text_name_what_it_is_about() -> None:
    down, lag = RULES.get("channel.down"), RULES.get("loop.lag")
    assert title_of(down, "channel.up{telegram}") == "A channel is not connected: telegram"
    assert text_of(Raised(down, "channel.up{telegram}", 0, NOW)) == (
        "Channel connected (telegram) is 0, below 1 for 3 min. The Channels page says why."
    )
    assert text_of(Raised(lag, "loop.lagP95", 0.3, NOW)).startswith("Loop lag, p95 is 300 ms, above 250 ms for 60 s.")


def test_each_kind_of_message() -> None:
    gib = 2.0**30
    alert = replace(ONE, worst=gib, ended_ms=NOW + 90_000, told_ms=NOW)
    over = message(Kind.RECOVERED, alert, NOW)
    assert (over.title, over.text) == ("Over: T", "Free disk is right again after 90 s; the worst was 1.0 GiB.")
    waiting = message(Kind.ESCALATED, alert, NOW + 900_000)
    assert waiting.text == "x Nobody acknowledged it for 15 min."
    assert message(Kind.RAISED, replace(ONE, flaps=3), NOW).text == "x It came back 3 times."
    assert message(Kind.RAISED, ONE, NOW).text == "x"
    gone = message(Kind.RECOVERED, replace(alert, key="no.more"), NOW)
    assert gone.text.startswith("no.more is right again")
