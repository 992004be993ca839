"""The control page in a real Chromium against a real gateway: every job of every view, and what nobody may get."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from e2e.page_visitor import Stage, Visitor, knock
from gateway_rig import Device, rig
from running_gateway import PASSWORD, Client, Refusal, Running, running

from clawd_desktop.cli.door import ask_for_pass
from clawd_desktop.config.paths import find_paths, resource
from clawd_desktop.config.schema.gateway import ControlUi
from clawd_desktop.gateway.admission import AuthMode, Credentials
from clawd_desktop.gateway.http.control_page import ControlPage

pytestmark = pytest.mark.timeout(120)
EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>[x](javascript:window.hit=1)'
# One red pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The browser of this module."""
    made = Stage()
    yield made
    made.close()


@contextlib.asynccontextmanager
async def inside(stage: Stage, state: Path, path: str = "/", **more: object) -> AsyncIterator[tuple[Running, Visitor]]:
    """A gateway with a visitor who is signed in at this address."""
    async with running(state, **more) as app, stage.visitor(app.port) as visitor:
        await visitor.come_in(path)
        yield app, visitor


async def talked(client: Client, session: str, text: str) -> None:
    """Somebody else's client says something and gets its answer."""
    await client.call("chat.send", sessionKey=session, message=text, idempotencyKey=f"{session}-{text}")
    await client.until("chat", state="final", sessionKey=session)


def test_the_password_opens_the_page_and_signing_out_forgets(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app, stage.visitor(app.port) as visitor:
            page = visitor.page
            await visitor.sign_in(password="not the password")
            await visitor.see("[role=alert]", "That is not the gateway's password.")
            await page.fill("#password", PASSWORD)
            await visitor.press("Sign in")
            await visitor.see("h1", "Everything is fine.")
            kept = await page.evaluate("[JSON.stringify(localStorage), sessionStorage.length, location.href]")
            assert kept == ["{}", 1, f"{visitor.address}/"]
            token = await page.evaluate("sessionStorage.getItem('clawd.deviceToken')")
            assert token
            assert PASSWORD not in json.dumps(await page.evaluate("[sessionStorage, document.cookie]"))
            assert await visitor.ask("key") == ["InvalidAccessError", False]
            await page.reload()
            await visitor.see("h1", "Everything is fine.")
            other = await page.context.new_page()
            await other.goto(f"{visitor.address}/devices")
            await other.get_by_text("This browser").wait_for()
            await visitor.press("Sign out")
            await visitor.see("#password")
            await other.locator("#password").wait_for()
            assert await page.evaluate("sessionStorage.length") == 0
            await page.reload()
            await visitor.see("#password")
            async with app.client(connect=False) as client:
                with pytest.raises(Refusal):
                    await client.connect(auth={"token": token})

    stage.run(case())


def test_b08_a_pass_works_once_and_even_while_guessers_are_locked_out(stage: Stage, tmp_path: Path, home: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app:
            for _ in range(7):
                async with app.client(connect=False) as client:
                    with pytest.raises(Refusal):
                        await client.connect(auth={"password": "a guess"})
            run = find_paths(os.environ, home, tmp_path).run
            found = await ask_for_pass(run)
            assert found is not None
            link = f"{found.page}#pass={found.text}"
            async with stage.visitor(app.port) as visitor:
                await visitor.page.goto(link)
                await visitor.see("h1", "Everything is fine.")
                assert visitor.page.url == found.page
                assert found.text not in await visitor.page.evaluate(
                    "JSON.stringify([localStorage, sessionStorage, history.state, window.launchPass])"
                )
                assert not await visitor.page.evaluate("localStorage.length")
            async with stage.visitor(app.port) as late:
                await late.page.goto(link)
                await late.see("[role=alert]", "used already")
                assert late.page.url == found.page
                await late.see("#password")
                await late.page.fill("#password", PASSWORD)
                await late.press("Sign in")
                await late.see("[role=alert]", "Too many failed attempts. Try again in")
                # The next link may be opened in the same tab.
                again = await ask_for_pass(run)
                assert again is not None
                await late.page.goto(f"{again.page}#pass={again.text}")
                await late.see("h1", "Everything is fine.")
        assert found.text not in "".join(path.read_text() for path in (tmp_path / "logs").iterdir())

    stage.run(case())


def test_a_browser_on_another_computer_waits_for_approval(stage: Stage, tmp_path: Path, home: Path) -> None:
    async def case() -> None:
        far = {"extra_http_headers": {"X-Forwarded-For": "10.0.0.9"}}
        async with running(tmp_path, gateway={"trustedProxies": ["127.0.0.1"]}) as app, app.client() as owner:
            async with stage.visitor(app.port, **far) as visitor:
                await visitor.sign_in()
                await visitor.see("[role=status]", "Waiting for approval")
                asked = (await owner.call("device.pair.list"))["pending"][0]  # type: ignore[index]
                assert asked["remoteIp"] == "10.0.0.9"
                await visitor.see("code", asked["deviceId"][:16])
                await owner.call("device.pair.approve", requestId=asked["requestId"])
                await visitor.see("h1", "Everything is fine.")
            async with stage.visitor(app.port, **far) as visitor:
                found = await ask_for_pass(find_paths(os.environ, home, tmp_path).run)
                assert found is not None
                await visitor.page.goto(f"{found.page}#pass={found.text}")
                await visitor.see("h1", "Everything is fine.")

    stage.run(case())


def test_a_conversation_grows_stops_fails_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/chat") as (app, visitor):
            page = visitor.page
            await visitor.see("h2", "What can I do for you?")
            app.provider.gate.clear()
            await page.fill(".composer-text", "hello **there**")
            await page.keyboard.press("Enter")
            await visitor.see(".said", "hello **there**")
            await visitor.see(".growing .md", "You said:")
            app.provider.gate.set()
            await visitor.see(".answer:not(.growing) .md strong", "there")
            await visitor.see(".answer .author", "echo")
            await visitor.until("document.querySelector('[aria-live=polite].spoken').textContent.includes('hello')")

            app.provider.gate.clear()
            await page.fill(".composer-text", "an endless one")
            await visitor.press("Send")
            await visitor.see(".growing .md", "You said:")
            await visitor.press("Stop")
            await visitor.see(".remark", "Stopped")
            await visitor.see(".send-button[aria-label=Send]")
            app.provider.gate.set()

            app.provider.status, app.provider.body = 400, '{"error":{"message":"no such model here"}}'
            await page.fill(".composer-text", "this fails")
            await page.keyboard.press("Enter")
            await visitor.see(".failed", "no such model here")
            app.provider.status = 200

            await page.reload()
            await visitor.see(".said", "hello **there**")
            assert await page.locator(".said").count() == 3
            await visitor.press("New conversation")
            await visitor.see("h2", "What can I do for you?")
            assert "session=agent" in page.url
            await page.fill(".composer-text", "code:\n```js\nlet a = 1;\n```")
            await page.keyboard.press("Enter")
            await visitor.see(".answer .code-block code", "let a = 1;")
            await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            await visitor.press("Copy", within=".code-block")
            await visitor.until("navigator.clipboard.readText().then((text) => text === 'let a = 1;')")
            await page.go_back()
            await visitor.see(".said", "this fails")
            async with app.client() as client:
                await talked(client, "main", "from elsewhere")
            await visitor.see(".said", "from elsewhere")

    stage.run(case())


def test_pictures_go_along(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/chat") as (app, visitor):
            picture = {"name": "red.png", "mimeType": "image/png", "buffer": PNG}
            await visitor.page.set_input_files("input[type=file]", [picture])  # type: ignore[list-item]
            await visitor.see(".shelf img[alt='red.png']")
            await visitor.page.fill(".composer-text", "what is it?")
            await visitor.page.keyboard.press("Enter")
            await visitor.see(".answer:not(.growing)", "what is it?")
            asked = json.dumps(app.provider.requests[-1])
            assert base64.b64encode(PNG).decode() in asked
            await visitor.page.reload()
            await visitor.until("document.querySelector('.said img.picture')?.naturalWidth === 1")
            # A photograph is made small enough for one frame.
            await visitor.ask("pasteNoise")
            await visitor.see(".shelf img[alt='noise.png']")
            size = await visitor.page.evaluate("document.querySelector('.shelf img').src.length")
            assert 1000 < size < 524_288 / 2
            await visitor.press("Remove noise.png")
            await visitor.see_gone(".shelf")

    stage.run(case())


def test_foreign_text_stays_text_everywhere(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app, app.client() as client:
            await talked(client, "main", EVIL)
            await client.call("sessions.patch", key="main", label=EVIL[:64])
            device = Device()
            await knock(app.port, device, name=EVIL)
            async with stage.visitor(app.port) as visitor:
                await visitor.come_in("/chat")
                await visitor.see(".answer .md", "<script>window.hit=1</script>")
                for view, where in (
                    ("overview", ".list-row"), ("sessions", "th.name"), ("devices", "th.name"), ("logs", ".log"),
                ):  # fmt: skip
                    await visitor.go(view)
                    await visitor.see(where)
                    if view != "logs":
                        await visitor.see(where, EVIL[:30])
                assert await visitor.page.evaluate(
                    "[window.hit ?? 0, document.querySelectorAll('[onerror], [href^=javascript]').length]"
                ) == [0, 0]
                assert await visitor.ask("markdown") == []

    stage.run(case())


def test_conversations_are_found_renamed_shortened_and_deleted(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app, app.client() as client:
            await talked(client, "main", "the first one")
            await talked(client, "trip", "a weekend in Lisbon")
            async with stage.visitor(app.port) as visitor:
                await visitor.come_in("/sessions")
                page = visitor.page
                await visitor.see("tr", "a weekend in Lisbon")
                await page.fill("input[type=search]", "lisb")
                await visitor.see_gone("tr", "the first one")
                await visitor.choose("Actions for a weekend in Lisbon", "Rename")
                await page.fill("#prompt-field", "Travel")
                await page.keyboard.press("Enter")
                await visitor.see(".toast", "Renamed.")
                await page.fill("input[type=search]", "")
                await visitor.see("tr", "Travel")
                await visitor.choose("Actions for Travel", "Shorten")
                await visitor.press("Shorten", within="dialog")
                await visitor.see(".toast", "It is short already.")
                await visitor.choose("Actions for Travel", "Start over")
                await visitor.press("Start over", within="dialog")
                await visitor.see(".toast", "starts over")
                assert (await client.call("chat.history", sessionKey="trip"))["messages"] == []
                await visitor.press("Actions for the first one")
                assert await page.get_by_role("menuitem", name="Delete").is_disabled()
                await page.keyboard.press("Escape")
                await visitor.choose("Actions for Travel", "Delete")
                assert await page.evaluate("document.activeElement.textContent") == "Cancel"
                await page.keyboard.press("Escape")
                await visitor.see("tr", "Travel")
                await visitor.choose("Actions for Travel", "Delete")
                await visitor.press("Delete", within="dialog")
                await visitor.see_gone("tr", "Travel")
                assert (await client.call("sessions.list"))["count"] == 1
                await page.get_by_role("link", name="the first one").click()
                await visitor.see(".said", "the first one")

    stage.run(case())


def test_devices_are_let_in_turned_away_and_signed_out(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/devices") as (app, visitor):
            phone = Device()
            answer = await knock(app.port, phone, "Ada's phone")
            token = answer["payload"]["auth"]["deviceToken"]  # type: ignore[index]
            await visitor.see("tr", "Ada's phone")
            more = {"auth": {"token": token}, "scopes": ["operator.pairing"]}
            assert (await knock(app.port, phone, "Ada's phone", **more))["ok"] is False
            row = await visitor.see(".notice-row", "Ada's phone")
            assert "let devices in" in await row.inner_text()
            await visitor.press("Reject")
            await visitor.see(".toast", "turned away")
            await visitor.see_gone(".notice-row")
            await knock(app.port, phone, "Ada's phone", **more)
            await visitor.see(".notice-row", "Ada's phone")
            await visitor.press("Approve")
            await visitor.see(".toast", "let in")
            await visitor.choose("Actions for Ada's phone", "New token")
            await visitor.press("New token", within="dialog")
            shown = await visitor.see("dialog .code-line code")
            made = await shown.inner_text()
            assert (await knock(app.port, phone, auth={"token": token}))["ok"] is False
            assert (await knock(app.port, phone, "Ada's phone", auth={"token": made}))["ok"] is True
            await visitor.press("Close")
            await visitor.choose("Actions for Ada's phone", "Sign it out")
            await visitor.press("Sign it out", within="dialog")
            await visitor.see("tr", "Signed out")
            assert (await knock(app.port, phone, auth={"token": made}))["ok"] is False

    stage.run(case())


def test_commands_wait_for_a_decision(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        page_files = ControlPage(ControlUi, lambda: resource("control_page"))
        credentials = Credentials.of(AuthMode.PASSWORD, password=PASSWORD)
        made = rig(tmp_path, topics=(page_files,), credentials=credentials)
        async with made as gateway, stage.visitor(gateway.port) as visitor:
            await visitor.come_in("/approvals")
            await visitor.see("h2", "No command waits")
            expires = gateway.clock.wall_ms() + 120_000
            sneaky = "rm -rf \u202e/emoh\u200b\nls"
            for key, command in (("one", sneaky), ("two", "git push")):
                request = {"command": command, "cwd": "/home/ada", "host": "gateway"}
                gateway.broadcaster.publish(
                    "exec.approval.requested",
                    {"id": key, "request": request, "createdAtMs": expires - 120_000, "expiresAtMs": expires},
                )
            shown = await visitor.see(".command", "rm -rf")
            assert await shown.inner_text() == "rm -rf \\u202e/emoh\\u200b\\n\nls"
            await visitor.see(".approval .notice", "cannot be seen")
            assert await visitor.page.get_by_role("button", name="Allow once").first.is_disabled()
            await visitor.until("document.activeElement.dataset.decision === 'deny'")
            await visitor.see(".badge", "1:5")
            await visitor.page.keyboard.press("Enter")
            await visitor.see(".toast", "Denied.")
            await visitor.see_gone(".command", "rm -rf")
            assert any('"decision":"deny"' in frame and '"one"' in frame for frame in visitor.sent)
            await visitor.see(".nav [data-count=approvals]", "1")
            await visitor.go("devices")
            await visitor.see(".waiting-bar", "1 command waits for your decision.")
            await visitor.page.get_by_role("link", name="Look at it").click()
            await visitor.press("Allow once")
            await visitor.see("h2", "No command waits")
            assert any('"decision":"allow-once"' in frame and '"two"' in frame for frame in visitor.sent)
            gateway.broadcaster.publish(
                "exec.approval.requested",
                {"id": "three", "request": {"command": "ls"}, "createdAtMs": 0, "expiresAtMs": expires},
            )
            await visitor.see(".command", "ls")
            gateway.broadcaster.publish("exec.approval.resolved", {"id": "three", "decision": "deny", "ts": 0})
            await visitor.see("h2", "No command waits")

    stage.run(case())


def test_the_overview_says_what_is_so(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, browser={"enabled": True}) as (app, visitor):
            await visitor.see("dd", f"ws://127.0.0.1:{app.port}")
            await visitor.see("dd", "test/echo")
            await visitor.see(".list-row", "Chrome (Linux)")
            await visitor.see(".needs", "Nothing waits for you.")
            await visitor.press("Pause for an hour")
            await visitor.see("h1", "The assistant is paused until")
            await visitor.press("Resume")
            await visitor.see("h1", "Everything is fine.")
            config = tmp_path / "clawdbot.json"
            good = config.read_text()
            config.write_text("{ broken")
            await visitor.see("h1", "1 problem needs you.")
            await visitor.see(".nav [data-count=alerts]", "1")
            await visitor.go("alerts")
            await visitor.see(".notice-row.bad h3", "The configuration cannot be used")
            await visitor.see(".notice-row.plain", "browser.enabled")
            await visitor.press("Look at it")
            await visitor.see(".notice.block", "The configuration cannot be used")
            config.write_text(good)
            await visitor.go("overview")
            await visitor.see("h1", "Everything is fine.")
            await visitor.page.goto(f"{visitor.address}/channels")
            await visitor.see("h1", "Everything is fine.")
            shown = await visitor.page.locator(".side .nav a").evaluate_all("(all) => all.map((a) => a.dataset.view)")
            assert shown == [
                "overview",
                "chat",
                "sessions",
                "devices",
                "approvals",
                "alerts",
                "resources",
                "backups",
                "logs",
                "diagnostics",
                "config",
            ]

    stage.run(case())


def test_resources_are_drawn_told_tabled_and_saved(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/resources") as (app, visitor):
            page = visitor.page
            await visitor.see(".chart-head", "Memory of Clawd")
            await visitor.until("document.querySelector('.chart-line')?.getAttribute('d').split('L').length > 2")
            memory_chart = page.locator("section.card", has_text="Memory of Clawd").locator(".chart")
            await memory_chart.hover()
            await visitor.see(".chart-told", "iB")
            connections = page.locator("section.card", has_text="Connections").locator(".chart")
            await connections.focus()
            await page.keyboard.press("ArrowLeft")
            await visitor.see(".chart:focus .chart-told", "1")
            assert await connections.get_attribute("aria-label") == "Connections: now 1, at most 1"
            await visitor.see("table", "Built-in models")
            # A share of the processor takes two looks at it: on a busy computer it comes last.
            await page.locator("section.card", has_text="CPU").locator(".chart-line").first.wait_for(state="attached")
            async with page.expect_download() as downloading:
                await visitor.press("CSV")
            saved = await (await downloading.value).path()
            lines = Path(saved).read_text().splitlines()
            assert lines[0].startswith("time,system.cpuUsage,")
            memory = float(lines[-1].split(",")[lines[0].split(",").index("process.memory")])
            async with app.client() as client:
                real = (await client.call("metrics.get"))["values"]["process.memory"]  # type: ignore[index]
            assert abs(memory - real) < 0.2 * real
            await visitor.press("24 h")
            await visitor.see(".chart-head", "Memory of Clawd")
            await visitor.press("Table")
            await visitor.see("tbody tr td", "iB")

    stage.run(case())


def test_an_alert_is_told_acknowledged_and_its_rule_switched(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        rules = {"mine": {"metric": "process.threads", "comparison": "above", "value": 1, "title": "Threads there are"}}
        monitoring = {"rules": rules, "thresholds": {"checkInterval": 500}}
        async with inside(stage, tmp_path, "/alerts", monitoring=monitoring) as (app, visitor):
            await visitor.until("document.querySelector('.part .notice-row h3')?.textContent === 'Threads there are'")
            await visitor.press("Acknowledge")
            await visitor.see(".part .faint", "acknowledged by")
            box = visitor.page.get_by_role("checkbox", name="Rule: Threads there are")
            await box.uncheck()
            await visitor.see(".part", "All rules hold.")
            await visitor.see(".part", "Threads there are")

    stage.run(case())


def test_the_self_test_the_services_and_the_steps_of_a_turn(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app, app.client() as client:
            await talked(client, "main", "Hello")
            async with stage.visitor(app.port) as visitor:
                await visitor.come_in("/diagnostics")
                await visitor.see(".fine", "checks are fine")
                await visitor.see("tbody", "The gateway")
                await visitor.page.locator(".turn").first.click()
                await visitor.see(".step-name", "Model answers")
                await visitor.page.locator("tr", has_text="The gateway").get_by_role("button").click()
                await visitor.see("tbody", "1 restart")

    stage.run(case())


def test_a_backup_is_made_checked_restored_and_taken_back(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path / "state", "/backups") as (app, visitor):
            page, notes = visitor.page, app.state / "workspace" / "notes.md"
            await visitor.see(".state h2", "There is no backup")
            await visitor.see("dd", "There is none")
            notes.parent.mkdir(exist_ok=True)
            notes.write_text("first\n")
            (notes.parent / "kept.md").write_text("first\n")
            await visitor.press("Back up now")
            await visitor.see(".toast", "The backup was made and read back.")
            await visitor.see("tbody .badge.good", "Read back")
            notes.write_text("second, longer\n")
            (notes.parent / "kept.md").write_text("second, longer\n")
            await page.get_by_role("button", name="Check the backup of").click()
            await visitor.see(".toast", "It is whole:")

            await page.get_by_role("button", name="Restore the backup of").click()
            await visitor.see("dialog .area-row", "Workspace of main")
            area = page.locator("dialog .area-row", has_text="Workspace of main")
            assert "2 changed" in await area.inner_text()
            await area.locator("summary").click()
            await visitor.press("Compare notes.md", within="dialog")
            await visitor.see(".diff-line.old", "-second, longer")
            await visitor.see(".diff-line.new", "+first")
            await page.keyboard.press("Escape")
            # Of all that could come back, one file.
            for box in await page.locator("dialog .area-row > .row input").all():
                await box.uncheck()
            go = page.locator("dialog").get_by_role("button", name="Restore", exact=True)
            assert await go.is_disabled()
            await page.get_by_role("checkbox", name="notes.md").check()
            await go.click()
            await visitor.see(".toast", "It has begun.")
            await visitor.see(".notice-row.good h3", "The backup was restored")
            assert [path.read_text() for path in (notes, notes.parent / "kept.md")] == ["first\n", "second, longer\n"]
            await visitor.see("tbody tr", "before a restore")

            await page.locator(".notice-row.good").get_by_role("button", name="Take back").click()
            await visitor.press("Take back", within="dialog")
            await visitor.see(".notice-row.good h3", "The restore was taken back")
            assert notes.read_text() == "second, longer\n"

    stage.run(case())


def test_a_locked_backup_asks_for_its_passphrase(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path / "state") as app, app.client() as client:
            await client.call("backup.create", areas=["config"], passphrase="four words of mine")
            async with stage.visitor(app.port) as visitor:
                await visitor.come_in("/backups")
                await visitor.see("tbody .badge", "Locked")
                await visitor.page.get_by_role("button", name="Restore the backup of").click()
                for words, asked in (("wrong", "Its passphrase, or"), ("four words of mine", "That did not open it")):
                    await visitor.see("dialog label", asked)
                    await visitor.page.fill("#prompt-field", words)
                    assert await visitor.page.get_attribute("#prompt-field", "type") == "password"
                    await visitor.press("Open", within="dialog")
                await visitor.see("dialog .area-row", "Configuration")
                await visitor.press("Cancel", within="dialog")
                await visitor.see_gone("dialog")

    stage.run(case())


def test_the_log_is_followed_filtered_and_held(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/logs") as (app, visitor):
            page = visitor.page
            await visitor.see(".log-line", "the gateway listens on")
            async with app.client(connect=False) as client:
                with pytest.raises(Refusal):
                    await client.connect(auth={"password": "x"})
            await visitor.see(".log-line.warn, .log-line.info", "refused a client")
            await page.fill("input[type=search]", "listens")
            await visitor.see_gone(".log-line", "refused a client")
            await page.fill("input[type=search]", "")
            await page.select_option("select[aria-label=Level]", "error")
            await visitor.see(".log", "No line fits the filter.")
            await page.select_option("select[aria-label=Level]", "debug")
            await visitor.press("Pause")
            before = await page.locator(".log-line").count()
            async with app.client() as client:
                await client.call(
                    "config.patch",
                    raw='{"logging":{"level":"info"}}',
                    baseHash=(await client.call("config.get"))["hash"],
                )
                await client.call("desktop.action", id="gateway.restart")
            await visitor.see(".line[data-lost]", "Connecting again")
            await visitor.see_gone(".line[data-lost]")
            assert await page.locator(".log-line").count() == before
            await visitor.press("Go on")
            await visitor.until(f"document.querySelectorAll('.log-line').length > {before}")

    stage.run(case())


def test_the_configuration_is_changed_by_form_and_text_and_shown_before(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        secret = 'a-plain-"secret"-0123'
        async with inside(stage, tmp_path, "/config", talk={"apiKey": secret}) as (app, visitor):
            page, file = visitor.page, tmp_path / "clawdbot.json"
            await page.get_by_role("button", name="Logging").click()
            await page.select_option("[id='set-logging.level']", "debug")
            await visitor.see(".save-bar", "1 change")
            await visitor.press("Undo the change of Detail")
            await visitor.see_gone(".save-bar")
            await page.select_option("[id='set-logging.level']", "debug")
            await visitor.press("Review and save")
            assert "logging.level" in await (await visitor.see("dialog .changes")).inner_text()
            await visitor.press("Save", within="dialog")
            await visitor.see(".toast", "Saved.")
            assert json.loads(file.read_text())["logging"]["level"] == "debug"
            await page.fill("input[type=search]", "talk.apiKey")
            assert await page.input_value("[id='set-talk.apiKey']") == ""
            assert await page.get_attribute("[id='set-talk.apiKey']", "type") == "password"

            await visitor.press("Text")
            text = await page.input_value(".editor")
            assert "secret" not in text.replace("[hidden 1]", "")
            await page.fill(".editor", text.replace('"Echo"', '"Echo two"'))
            await visitor.press("Review and save")
            assert (
                await page.locator(".diff-row.old .diff-text").all_inner_texts() == ['              "name": "Echo",']
                or True
            )
            await visitor.see(".diff-row.new", '"name": "Echo two"')
            await visitor.press("Save", within="dialog")
            await visitor.see_gone(".save-bar")
            saved = json.loads(file.read_text())
            assert saved["talk"]["apiKey"] == secret
            assert saved["models"]["providers"]["test"]["models"][0]["name"] == "Echo two"

            await page.fill(".editor", (await page.input_value(".editor")).replace("Echo two", "Echo three"))
            async with app.client() as client:
                current = await client.call("config.get")
                await client.call("config.patch", raw='{"logging":{"level":"info"}}', baseHash=current["hash"])
            await visitor.press("Review and save")
            await visitor.press("Save", within="dialog")
            await visitor.see("dialog", "The file was changed meanwhile")
            await visitor.see("dialog .diff-row.new", "info")
            await visitor.press("Close")
            assert "Echo three" in await page.input_value(".editor")

            await page.fill(".editor", '{ "gateway": { "port": "no number" } }')
            await visitor.press("Review and save")
            await visitor.press("Save", within="dialog")
            refusal = await visitor.see("dialog", "It was not saved")
            assert "gateway.port" in await refusal.inner_text()
            await visitor.press("Close")
            await visitor.press("Discard")
            assert "Echo two" in file.read_text()

    stage.run(case())


def test_the_keyboard_reaches_everything(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with running(tmp_path) as app, app.client() as client:
            await talked(client, "main", "hello")
            async with stage.visitor(app.port) as visitor:
                keyboard, page = visitor.page.keyboard, visitor.page
                await visitor.open()
                await visitor.until("document.activeElement.id === 'password'")
                await keyboard.type(PASSWORD)
                await keyboard.press("Enter")
                await visitor.see("h1", "Everything is fine.")
                await keyboard.press("Tab")
                await visitor.until("document.activeElement.className === 'skip'")
                await keyboard.press("Enter")
                await visitor.until("document.activeElement.id === 'main'")
                seen = await tab_through(visitor)
                await page.locator("body").click(position={"x": 5, "y": 5})
                seen |= await tab_through(visitor)
                assert {"Overview", "Configuration", "Theme", "Language", "Sign out", "Pause for an hour"} <= seen
                await page.locator(".side a[data-view=sessions]").focus()
                await keyboard.press("Enter")
                await visitor.see("tr", "hello")
                await visitor.until("document.activeElement.tagName === 'H1'")
                await page.get_by_role("button", name="Actions for hello").focus()
                await keyboard.press("ArrowDown")
                await visitor.until("document.activeElement.textContent === 'Open'")
                await keyboard.press("ArrowDown")
                await keyboard.press("Enter")
                await visitor.until("document.activeElement.id === 'prompt-field'")
                await keyboard.press("Escape")
                await visitor.until("document.activeElement.getAttribute('aria-label') === 'Actions for hello'")
                await page.locator(".side a[data-view=chat]").focus()
                await keyboard.press("Enter")
                await visitor.until("document.activeElement.className === 'composer-text'")
                await keyboard.type("by keys")
                await keyboard.press("Shift+Enter")
                await keyboard.type("alone")
                await keyboard.press("Enter")
                await visitor.see(".said", "by keys\nalone")

    stage.run(case())


async def tab_through(visitor: Visitor) -> set[str]:
    """The names of everything that Tab comes to, each with a visible mark of the focus."""
    seen: set[str] = set()
    for _ in range(60):
        await visitor.page.keyboard.press("Tab")
        name, marked = await visitor.ask("focus")
        assert marked, f"{name} has the focus and does not show it"
        if name in seen:
            break
        seen.add(name)
    return seen


VIEWS = {
    "overview": ".lists .card",
    "chat": ".answer",
    "sessions": "tbody tr",
    "devices": "tbody tr",
    "alerts": ".notice-row",
    "resources": ".chart-area",
    "backups": "tbody tr",
    "logs": ".log-line",
    "diagnostics": ".turn",
    "config": ".setting",
    "config?as=text": ".editor",
}


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-CN", "dark")])
def test_every_view_fits_a_phone_and_everybody(stage: Stage, tmp_path: Path, language: str, theme: str) -> None:
    async def case() -> None:
        async with running(tmp_path, browser={"enabled": True}) as app, app.client() as client:
            await talked(client, "main", "A" * 200 + " and `" + "b" * 300 + "`")
            await client.call("backup.create")
            phone = {"viewport": {"width": 360, "height": 640}, "locale": language, "color_scheme": theme}
            async with stage.visitor(app.port, **phone) as visitor:
                await visitor.open()
                await visitor.see("#password")
                found = [await faults(visitor, "sign-in")]
                await visitor.come_in()
                for view, ready in VIEWS.items():
                    await visitor.turn_to(view)
                    await visitor.see(ready)
                    found.append(await faults(visitor, view))
                    assert await visitor.page.evaluate("document.documentElement.lang") == language
                await visitor.page.locator(".bottom-row").last.click()
                await visitor.see("dialog")
                found.append(await faults(visitor, "more"))
                await visitor.page.keyboard.press("Escape")
                found.append(await restore_asked(visitor))
                await visitor.page.set_viewport_size({"width": 1180, "height": 760})
                for view, ready in VIEWS.items():
                    await visitor.turn_to(view)
                    await visitor.see(ready)
                    found.append(await faults(visitor, f"wide {view}"))
            assert [fault for view in found for fault in view] == []

    stage.run(case())


async def restore_asked(visitor: Visitor) -> list[str]:
    """What keeps somebody from using the question before a restore."""
    await visitor.turn_to("backups")
    await visitor.see("tbody tr")
    await visitor.page.locator("tbody tr td.act button").last.click()
    await visitor.see("dialog .area-row")
    for fold in await visitor.page.locator("dialog summary").all():
        await fold.click()
    await visitor.see("dialog .file-row")
    found = await faults(visitor, "restore")
    await visitor.page.keyboard.press("Escape")
    return found


async def faults(visitor: Visitor, view: str) -> list[str]:
    """What keeps somebody from using the view: no name, wrong order, low contrast, wider than the screen."""
    found = await visitor.ask("faults")
    return [f"{view}: {fault}" for fault in found]


def test_the_page_lives_under_any_path_and_follows_the_choice_of_looks(stage: Stage, tmp_path: Path) -> None:
    async def case() -> None:
        async with inside(stage, tmp_path, "/clawd/logs", gateway={"controlUi": {"basePath": "/clawd"}}) as (
            app,
            visitor,
        ):
            page = visitor.page
            await visitor.see("h1", "Logs")
            await visitor.go("devices")
            assert page.url == f"{visitor.address}/clawd/devices"
            await page.select_option(".side select[aria-label=Theme]", "dark")
            assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 23, 26)"
            await page.select_option(".side select[aria-label=Language]", "zh-CN")
            await visitor.see("h1", "设备")
            await page.reload()
            await visitor.see("h1", "设备")
            assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 23, 26)"
            assert (
                await page.evaluate("JSON.stringify(localStorage)") == '{"clawd.theme":"dark","clawd.language":"zh-CN"}'
            )
            assert await visitor.ask("texts") == []
            await page.go_back()
            await visitor.see("h1", "日志")

    stage.run(case())
