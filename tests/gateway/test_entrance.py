"""What configuration, network and certificate give together, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.errors import BadInput, Refused
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.gateway.entrance import Entrance
from clawd_desktop.gateway.exposure import EVERYWHERE, LOOPBACK
from clawd_desktop.operations.gateway_password import SharedSecrets

STRONG = SharedSecrets("zanzibar-mule-42-velvet", None)
WEAK = SharedSecrets("password1234", None)


class Scene:
    def __init__(self, folder: Path, section: dict[str, object]) -> None:
        self.section = section
        self.notices = NoticeBoard(EventBus())
        self.entrance = Entrance(self._gateway, find_paths({}, folder, folder), self.notices, SystemClock())

    def _gateway(self) -> Gateway:
        return Gateway.model_validate(self.section)

    def told(self, notice_id: str) -> str:
        return next((notice.text for notice in self.notices.current() if notice.id == notice_id), "")


async def test_this_computer_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    way = await scene.entrance.open(WEAK)
    assert (way.places, way.tls, way.policy.tls) == (LOOPBACK, None, False)
    assert scene.entrance.allows(WEAK)
    assert scene.told("gateway.exposed") == ""


async def test_everybody_with_tls(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"bind": "lan", "tls": {"enabled": True}, "port": 4711})
    way = await scene.entrance.open(STRONG)
    assert way.tls is not None
    assert (way.places, way.policy.tls, way.policy.through_proxy) == (EVERYWHERE, True, False)
    assert (tmp_path / "gateway" / "tls" / "gateway-cert.pem").exists()
    told = scene.told("gateway.exposed")
    assert way.tls.fingerprint in told
    assert all(f"wss://{host}:4711" in told for host in way.policy.own)
    assert not scene.entrance.allows(WEAK)
    scene.section = {}
    await scene.entrance.open(WEAK)
    assert scene.told("gateway.exposed") == ""


async def test_behind_a_proxy_without_tls(tmp_path: Path) -> None:
    page = {"allowedOrigins": ["https://Clawd.example.com", "app://mine"]}
    scene = Scene(tmp_path, {"bind": "lan", "trustedProxies": ["10.0.0.2"], "controlUi": page})
    way = await scene.entrance.open(STRONG)
    assert way.policy.through_proxy
    assert way.policy.trusted_proxies == ("10.0.0.2",)
    assert way.policy.origins == ("https://clawd.example.com", "app://mine")
    assert way.policy.hosts == ("clawd.example.com",)
    assert "through the trusted proxy alone" in scene.told("gateway.exposed")
    scene.section = {"bind": "lan"}
    assert not scene.entrance.allows(STRONG), "its proxy was taken away"


@pytest.mark.parametrize(
    ("section", "secrets", "error"),
    [
        ({"bind": "lan"}, STRONG, Refused),
        ({"bind": "lan", "tls": {"enabled": True}}, WEAK, Refused),
        ({"bind": "custom", "customBindHost": "0.0.0.0"}, STRONG, Refused),
        ({"bind": "custom", "customBindHost": "*", "tls": {"enabled": True}}, STRONG, BadInput),
        ({"bind": "custom"}, STRONG, BadInput),
    ],
)
async def test_b_what_is_refused_makes_no_certificate_and_tells_no_exposure(
    tmp_path: Path, section: dict[str, object], secrets: SharedSecrets, error: type[Exception]
) -> None:
    scene = Scene(tmp_path, section)
    with pytest.raises(error):
        await scene.entrance.open(secrets)
    assert not (tmp_path / "gateway").exists()
    assert scene.told("gateway.exposed") == ""


async def test_a_certificate_that_cannot_be_taken_is_told_until_it_can(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"tls": {"enabled": True}})
    way = await scene.entrance.open(STRONG)
    assert way.tls is not None
    file = tmp_path / "gateway" / "tls" / "gateway-cert.pem"
    good = file.read_bytes()
    file.write_bytes(b"junk")
    assert not await way.tls.look()
    assert "The one before stays in force." in scene.told("gateway.certificate")
    file.write_bytes(good)
    assert not await way.tls.look()
    assert scene.told("gateway.certificate") == ""
