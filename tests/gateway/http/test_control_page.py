"""The control page's files: what is answered, with which headers, and that nothing else can be reached."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from gateway_rig import http, rig
from running_gateway import running

import clawd_desktop
from clawd_desktop.config.paths import resource
from clawd_desktop.config.schema.gateway import ControlUi
from clawd_desktop.core.errors import NotFound
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http.control_page import VIEWS, ControlPage, base_of, policy, read_files

FOLDER = resource("control_page")
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


class Settings:
    """What the configuration says; a test changes it while the gateway runs."""

    def __init__(self, **values: object) -> None:
        self.now = ControlUi.model_validate(values)

    def __call__(self) -> ControlUi:
        return self.now


def page(**values: object) -> ControlPage:
    return ControlPage(Settings(**values), lambda: FOLDER)


def get(path: str, *headers: str, method: str = "GET") -> str:
    lines = (f"{method} {path} HTTP/1.1", "Host: 127.0.0.1:{port}", *headers)
    return "\n".join(lines) + "\n\n"


def header(answer: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*?)\r?$", answer, re.IGNORECASE | re.MULTILINE)
    return found.group(1) if found else ""


async def test_the_page_and_each_of_its_views(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(),)) as gateway:
        for view in ("", *VIEWS, "chat?session=agent:main:main"):
            status, answer = await http(gateway.port, get(f"/{view}"))
            assert status == 200, view
            assert "<!doctype html>" in answer
            assert header(answer, "Content-Type") == "text/html; charset=utf-8"


async def test_every_file_has_the_right_type_and_length(tmp_path: Path) -> None:
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "html": "text/html"}
    async with rig(tmp_path, topics=(page(),)) as gateway:
        for name in FILES:
            if name == "index.html":
                continue
            status, answer = await http(gateway.port, get(f"/{name}"))
            assert status == 200, name
            assert header(answer, "Content-Type") == f"{kinds[name.rpartition('.')[2]]}; charset=utf-8"
            assert int(header(answer, "Content-Length")) == (FOLDER / name).stat().st_size


async def test_the_headers_that_keep_the_page_from_misuse(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(),)) as gateway:
        status, answer = await http(gateway.port, get("/", method="HEAD"))
        assert status == 200
        own = f"127.0.0.1:{gateway.port}"
        assert header(answer, "Content-Security-Policy") == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            f"connect-src 'self' ws://{own} wss://{own}; font-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        )
        for name, value in (
            ("Cache-Control", "no-cache"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("Server", "clawd-desktop"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ):
            assert header(answer, name) == value, name


async def test_a_known_version_is_not_sent_again(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(),)) as gateway:
        tag = header((await http(gateway.port, get("/app.js")))[1], "ETag")
        assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
        status, answer = await http(gateway.port, get("/app.js", f'If-None-Match: "old", {tag}'))
        assert (status, header(answer, "ETag"), header(answer, "Content-Length")) == (304, tag, "")
        assert (await http(gateway.port, get("/app.js", 'If-None-Match: "old"')))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/index.html", "/nothing", "/chat/", "/chat/more", "/app.js/", "//app.js", "/./app.js", "/ui/../app.js",
        "/..%2fapp.js", "/%2e%2e/pyproject.toml", "/../../pyproject.toml", "/ui", "/ui/", "/APP.JS", "/app.js%00",
        "/app%2ejs", "/\\app.js", "/ui%5ctoast.js",
    ],
)  # fmt: skip
async def test_nothing_else_is_answered(tmp_path: Path, path: str) -> None:
    async with rig(tmp_path, topics=(page(),)) as gateway:
        assert (await http(gateway.port, get(path)))[0] in (400, 404), path


async def test_it_cannot_be_written_to(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(),)) as gateway:
        for path in ("/", "/app.js", "/chat"):
            request = get(path, "Content-Type: application/json", "Content-Length: 0", method="POST")
            assert (await http(gateway.port, request))[0] == 405
        assert (await http(gateway.port, get("/nothing", "Content-Length: 0", method="POST")))[0] == 401


async def test_another_place_has_the_page_too(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(basePath="clawd/"),)) as gateway:
        status, answer = await http(gateway.port, get("/clawd?session=a"))
        assert (status, header(answer, "Location")) == (302, "/clawd/?session=a")
        assert header((await http(gateway.port, get("/clawd")))[1], "Location") == "/clawd/"
        for path, expected in (("/clawd/", 200), ("/clawd/chat", 200), ("/clawd/app.js", 200), ("/", 404)):
            assert (await http(gateway.port, get(path)))[0] == expected, path


async def test_settings_count_at_once(tmp_path: Path) -> None:
    settings = Settings()
    async with rig(tmp_path, topics=(ControlPage(settings, lambda: FOLDER),)) as gateway:
        assert (await http(gateway.port, get("/")))[0] == 200
        settings.now = ControlUi(enabled=False)
        for path in ("/", "/chat", "/app.js"):
            assert (await http(gateway.port, get(path)))[0] == 404
        settings.now = ControlUi(base_path="/new")
        assert (await http(gateway.port, get("/new/")))[0] == 200
        assert (await http(gateway.port, get("/")))[0] == 404


async def test_a_program_without_its_files_still_answers_the_rest(tmp_path: Path) -> None:
    def gone() -> Path:
        raise NotFound("The file control_page of this program is missing.", hint="Install the program again.")

    async with rig(tmp_path, topics=(ControlPage(Settings(), gone),)) as gateway:
        assert (await http(gateway.port, get("/")))[0] == 404
        assert (await http(gateway.port, get("/healthz")))[0] == 200


def test_files_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "notes.txt").write_text("not part of the page")
    served = ControlPage(Settings(), lambda: tmp_path)
    before = served.rows()
    (tmp_path / "index.html").unlink()
    assert served.rows() is before
    assert set(read_files(FOLDER)) == set(FILES)


@pytest.mark.parametrize(
    ("configured", "base"),
    [("", ""), ("/", ""), ("a", "/a"), ("/a/", "/a"), ("//a//b", "/a/b"), ("/ä b", "/%C3%A4%20b"), ("/a?b", "/a%3Fb")],
)
def test_base_paths(configured: str, base: str) -> None:
    assert base_of(configured) == base


def test_an_ipv6_address_is_left_to_self() -> None:
    assert "connect-src 'self';" in policy("[::1]:18789")


class Page(HTMLParser):
    """What a page of HTML loads, and what in it a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.loaded += [value for name, value in attrs if name in ("src", "href") and value]

    def handle_data(self, data: str) -> None:
        if self._tag in ("script", "style") and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""


def test_the_page_loads_only_its_own_files_and_has_nothing_inline() -> None:
    parsed = Page()
    parsed.feed((FOLDER / "index.html").read_text(encoding="utf-8"))
    assert parsed.inline == []
    # All at once: one module that names the next would cost a way to the gateway each.
    assert set(parsed.loaded) == {name for name in FILES if name != "index.html"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_no_script_writes_markup_or_keeps_a_secret(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    for banned in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        ".style.",
    ):
        assert banned not in text, banned
    assert not re.search(r"https?://(?!www\.w3\.org|127\.0\.0\.1)", text), "something from elsewhere"
    for imported in re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", text):
        assert ((FOLDER / name).parent / imported).resolve().is_file(), imported


async def test_the_running_application_serves_it(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"controlUi": {"basePath": "/clawd"}}) as app:
        assert (await http(app.port, get("/clawd/logs")))[0] == 200
        assert (await http(app.port, get("/")))[0] == 404


def test_the_signs_are_those_of_the_windows() -> None:
    text = (FOLDER / "ui" / "icons.js").read_text(encoding="utf-8")
    for name, shapes in re.findall(r'^  "?([\w-]+)"?: \[\n(.*?)^  \],', text, re.DOTALL | re.MULTILINE):
        drawn = re.findall(r'(?:d|cx|width): "([^"]+)"', shapes)
        known = (FOLDER.parent / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        assert drawn, name
        assert not [value for value in drawn if f'"{value}"' not in known], name
    assert (FOLDER / "clawd.svg").read_bytes() == (FOLDER.parent / "icons" / "clawd.svg").read_bytes()


def test_sentences_that_are_translated_are_still_said() -> None:
    text = (FOLDER / "text" / "notices-zh-CN.js").read_text(encoding="utf-8")
    said = "".join(path.read_text(encoding="utf-8") for path in Path(clawd_desktop.__path__[0]).rglob("*.py"))
    sentences = re.findall(r'^  "?([^":]+)"?: "', text, re.MULTILINE)
    assert len(sentences) > 20
    assert [one for one in sentences if f'"{one}"' not in said] == []


async def test_a_slow_line_is_not_cut_between_two_files(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(page(),), limits=Limits(handshake=1.0)) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        end = asyncio.get_running_loop().time() + 1.5
        while asyncio.get_running_loop().time() < end:
            writer.write(get("/app.js", method="HEAD").format(port=gateway.port).replace("\n", "\r\n").encode())
            assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.05)
        writer.close()
