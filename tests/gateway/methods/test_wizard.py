"""The set-up by questions writes what Settings writes, over a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Client, Json, Refusal, running

from clawd_desktop import __version__
from clawd_desktop.gateway.methods import wizard
from clawd_desktop.models.discovery import Found


@pytest.fixture(autouse=True)
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secrets file in place of the keyring, which tests do not have."""
    file = tmp_path / "secrets"
    monkeypatch.setenv("CLAWD_SECRETS_FILE", str(file))
    return file


class Walk:
    """A client that walks through a wizard."""

    def __init__(self, client: Client, answer: Json) -> None:
        self.client, self.answer = client, answer
        self.id = answer["sessionId"]

    @property
    def step(self) -> Json:
        return self.answer["step"]  # type: ignore[return-value]

    async def give(self, value: object = None) -> Json:
        given = {"stepId": self.step["id"], "value": value}
        self.answer = await self.client.call("wizard.next", sessionId=self.id, answer=given)
        return self.answer


async def walk(client: Client, **params: object) -> Walk:
    return Walk(client, await client.call("wizard.start", **params))


async def test_a_provider_its_key_and_a_model_are_taken_into_use(tmp_path: Path, secrets: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        on = await walk(client, mode="local", workspace="~/work")
        assert (on.step["type"], on.answer["done"], on.answer["status"]) == ("note", False, "running")
        await on.give()
        assert on.step["type"] == "select"
        choices = {option["value"] for option in on.step["options"]}  # type: ignore[attr-defined]
        assert {"anthropic", "openai", "google"} <= choices
        await on.give("anthropic")
        assert (on.step["type"], on.step["sensitive"]) == ("text", True)
        await on.give(" sk-ant-canary ")
        models = [option["value"] for option in on.step["options"]]  # type: ignore[attr-defined]
        await on.give(models[-1])
        assert on.step["type"] == "confirm"
        assert not secrets.exists(), "nothing is changed before it is confirmed"
        again = await client.call("wizard.next", sessionId=on.id)
        assert again["step"] == on.step, "without an answer it is asked again"
        assert await on.give(True) == {"done": True, "status": "done"}
        text = (state / "clawdbot.json").read_text()
        assert "sk-ant-canary" not in text
        assert json.loads(secrets.read_text()) == {"models.providers.anthropic.apiKey": "sk-ant-canary"}
        config: Json = (await client.call("config.get"))["config"]  # type: ignore[assignment]
        defaults = config["agents"]["defaults"]  # type: ignore[index]
        assert defaults["model"]["primary"] == f"anthropic/{models[-1]}"
        assert defaults["workspace"] == "~/work"
        assert config["models"]["providers"]["anthropic"]["apiKey"] == "keyring:models.providers.anthropic.apiKey"  # type: ignore[index]
        assert config["wizard"]["lastRunVersion"] == __version__  # type: ignore[index]
        with pytest.raises(Refusal, match="^wizard not found$"):
            await client.call("wizard.status", sessionId=on.id)
        log = "".join((await client.call("logs.tail"))["lines"])  # type: ignore[arg-type]
        assert "sk-ant-canary" not in log


async def test_a_server_on_this_computer_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found() -> tuple[Found, ...]:
        return (Found("ollama", "http://127.0.0.1:9/v1", ("llama3", "qwen3")), Found("lmstudio", "http://x", ()))

    monkeypatch.setattr("clawd_desktop.models.discovery.find_local_servers", found)
    async with running(tmp_path / "state") as app, app.client() as client:
        on = await walk(client)
        await on.give()
        assert "lmstudio" not in {option["value"] for option in on.step["options"]}  # type: ignore[attr-defined]
        await on.give("ollama")
        await on.give("qwen3")
        assert (await on.give(True))["status"] == "done"
        config: Json = (await client.call("config.get"))["config"]  # type: ignore[assignment]
        assert config["agents"]["defaults"]["model"]["primary"] == "ollama/qwen3"  # type: ignore[index]
        assert config["models"]["providers"]["ollama"]["baseUrl"] == "http://127.0.0.1:9/v1"  # type: ignore[index]
        assert config["models"]["providers"]["test"], "other providers stay"  # type: ignore[index]


async def test_one_at_a_time_and_cancelled_without_a_change(tmp_path: Path, secrets: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        before = (tmp_path / "state" / "clawdbot.json").read_bytes()
        on = await walk(client)
        with pytest.raises(Refusal, match="^wizard already running$") as refused:
            await client.call("wizard.start")
        assert refused.value.error["code"] == "UNAVAILABLE"
        assert await client.call("wizard.status", sessionId=on.id) == {"status": "running"}
        assert await client.call("wizard.cancel", sessionId=on.id) == {"status": "cancelled", "error": "cancelled"}
        for method in ("wizard.next", "wizard.cancel", "wizard.status"):
            with pytest.raises(Refusal, match="^wizard not found$"):
                await client.call(method, sessionId=on.id)
        later = await walk(client)
        for value in (None, "openrouter", "sk-or", "meta/llama", False):
            await later.give(value)
        assert later.answer == {"done": True, "status": "cancelled", "error": "cancelled"}
        assert (tmp_path / "state" / "clawdbot.json").read_bytes() == before
        assert not secrets.exists()


async def test_one_that_nobody_answers_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        first = await walk(client)
        monkeypatch.setattr(wizard, "IDLE_S", 0.0)
        await walk(client)
        with pytest.raises(Refusal, match="^wizard not running$"):
            await first.give()
        assert await client.call("wizard.status", sessionId=first.id) == {
            "status": "cancelled", "error": "nobody answered",
        }  # fmt: skip


async def test_answers_that_do_not_fit_are_refused_and_asked_again(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        on = await walk(client)
        with pytest.raises(Refusal, match="wizard: no pending step"):
            await client.call("wizard.next", sessionId=on.id, answer={"stepId": "other"})
        await on.give()
        with pytest.raises(Refusal, match="There is no such choice"):
            await on.give("nobody")
        await on.give("openai")
        with pytest.raises(Refusal, match="A key is needed"):
            await on.give("  ")
        with pytest.raises(Refusal, match="one line"):
            await on.give("two\nlines")
        with pytest.raises(Refusal, match="The answer is a text"):
            await on.give(5)
        await on.give("sk-1")
        with pytest.raises(Refusal, match="There is no such model"):
            await on.give("gpt-99")
        assert (await client.call("wizard.next", sessionId=on.id))["step"] == on.step
        with pytest.raises(Refusal, match="set up on the computer where it runs"):
            await client.call("wizard.start", mode="remote")


async def test_what_cannot_be_saved_is_said_and_changes_nothing(tmp_path: Path, secrets: Path) -> None:
    secrets.write_text("{}")
    secrets.chmod(0o644)
    async with running(tmp_path / "state") as app, app.client() as client:
        before = (tmp_path / "state" / "clawdbot.json").read_bytes()
        on = await walk(client)
        for value in (None, "openrouter", "sk-or", "meta/llama", True):
            await on.give(value)
        assert (on.answer["done"], on.answer["status"]) == (True, "error")
        assert "can be read by other users" in str(on.answer["error"])
        assert (tmp_path / "state" / "clawdbot.json").read_bytes() == before


async def test_a_key_that_is_known_need_not_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk")
    async with running(tmp_path / "state") as app, app.client() as client:
        on = await walk(client)
        await on.give()
        await on.give("groq")
        assert "Leave it empty" in str(on.step["message"])
        await on.give("")
        assert on.step["type"] == "select"
