"""What lies inside is known by number and by name, also when a name changes after it was checked."""

from __future__ import annotations

import pytest

from clawd_desktop.operations.alert_sinks.public_net import GuardedResolver, is_private


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1/", True), ("http://localhost:8/", True), ("http://10.1.2.3/", True),
        ("http://192.168.0.1/", True), ("http://169.254.169.254/", True), ("http://[::1]/", True),
        ("http://[fe80::1]/", True), ("http://[fd00::1]/", True), ("http://100.64.0.1/", True),
        ("http://[64:ff9b::7f00:1]/", True), ("http://[2002:7f00:1::]/", True), ("http://[2001:0:1::1]/", True),
        ("http://[fe80::5efe:7f00:1]/", True), ("http://[2600::5efe:7f00:1]/", True), ("http://224.0.0.1/", True),
        ("http://[ff02::1]/", True), ("http://[64:ff9b::808:808]/", False), ("http://2130706433/", True),
        ("http://0.0.0.0/", True), ("http://[::ffff:127.0.0.1]/", True),
        ("http://8.8.8.8/", False), ("http://[2606:4700::1111]/", False), ("http://no-such-host.invalid/", False),
    ],
)  # fmt: skip
async def test_inside_or_not(url: str, private: bool) -> None:
    assert await is_private(url) is private


async def test_a_name_that_leads_inside_is_not_found_when_only_the_internet_is_meant() -> None:
    guard = GuardedResolver()
    assert await guard.resolve("localhost", 80)
    guard.public_only = True
    with pytest.raises(OSError, match="private"):
        await guard.resolve("localhost", 80)
