"""What is known of channels, and of those who wait to be let in, fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.channels import ChannelsStatus, MessageSent, PairingRequests, PollSent

NONE = {
    "ts": 1, "channelOrder": [], "channelLabels": {}, "channelDetailLabels": {}, "channelSystemImages": {},
    "channelMeta": [], "channels": {}, "channelAccounts": {}, "channelDefaultAccountId": {},
}  # fmt: skip


def test_no_channel_and_one() -> None:
    one = {
        "channelMeta": [{"id": "telegram", "label": "Telegram", "detailLabel": "Bot"}],
        "channels": {"telegram": {"configured": True}},
        "channelAccounts": {"telegram": [{"accountId": "default", "running": True}]},
    }
    assert misfit(ChannelsStatus, NONE) == misfit(ChannelsStatus, NONE | one) == ""
    assert "channelAccounts.telegram" in misfit(ChannelsStatus, NONE | {"channelAccounts": {"telegram": {}}})


def test_who_waits() -> None:
    row = {"id": "1", "code": "ABCD2345", "createdAt": "t", "lastSeenAt": "t"}
    seen = {"channel": "telegram", "requests": [row, row | {"meta": {"username": "me"}}]}
    assert misfit(PairingRequests, seen) == ""
    assert "meta" in misfit(PairingRequests, seen | {"requests": [row | {"meta": {"n": 1}}]})


def test_a_poll_has_what_a_message_has() -> None:
    sent = {"runId": "k", "messageId": "m", "channel": "telegram", "chatId": "c"}
    assert misfit(MessageSent, sent) == misfit(PollSent, sent | {"pollId": "p"}) == ""
    assert "pollId" in misfit(MessageSent, sent | {"pollId": "p"})
