"""The `ui`, `talk`, `browser`, `canvasHost` and `discovery` sections: what is seen and heard."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import Colour, Free, Milliseconds, Port, Secret, Section, option, part, table


class AssistantLook(Section):
    """How the assistant appears."""

    name: Annotated[str, Field(max_length=50)] | None = option(None, "Name", "Shown in chat.")
    avatar: Annotated[str, Field(max_length=200)] | None = option(None, "Picture", "Emoji, text, path or address.")


class Ui(Section):
    """How windows and the web page look."""

    seam_color: Colour | None = option(None, "Accent", "Colour as #RRGGBB.")
    assistant: AssistantLook = part(AssistantLook, "Assistant", "How the assistant appears.")


class Talk(Section):
    """Speaking and listening."""

    voice_id: str | None = option(None, "Voice", "Id of the voice.")
    voice_aliases: dict[str, str] = table("Short names", "Name to voice id.", advanced=True)
    model_id: str | None = option(None, "Model", "Speech model.", advanced=True)
    output_format: str | None = option(None, "Format", "Of the sound.", advanced=True)
    api_key: Secret | None = option(None, "API key", "Key of ElevenLabs; ELEVENLABS_API_KEY otherwise.")
    interrupt_on_speech: bool = option(True, "Stop when you speak", "Fall silent at once.")


class BrowserProfile(Section):
    """One browser."""

    cdp_port: Port | None = option(None, "Debug port", "Of a local browser.")
    cdp_url: str | None = option(None, "Debug address", "Of any browser.")
    driver: Literal["clawd", "extension"] | None = option(None, "Driver", "How it is driven.")
    color: Colour | None = option(None, "Colour", "As #RRGGBB.")


class Browser(Section):
    """The browser that assistants drive."""

    enabled: bool = option(True, "Browser", "Offer it.")
    evaluate_enabled: bool = option(True, "Scripts", "Let it run scripts in pages.")
    cdp_url: str | None = option(None, "Debug address", "Of a running browser.", advanced=True)
    remote_cdp_timeout_ms: Milliseconds = option(1_500, "Limit", "To reach it.", advanced=True)
    headless: bool = option(False, "Invisible", "Run without a window.")
    no_sandbox: bool = option(False, "No browser sandbox", "Only where it cannot run otherwise.", advanced=True)
    attach_only: bool = option(False, "Only attach", "Never start one.", advanced=True)
    executable_path: str | None = option(None, "Program", "Path of the browser.", advanced=True)
    color: Colour | None = option(None, "Colour", "As #RRGGBB.", advanced=True)
    default_profile: str = option("chrome", "Profile", "Which one is used.")
    profiles: dict[str, BrowserProfile] = table("Profiles", "Browsers by name.", advanced=True)
    snapshot_defaults: Free | None = option(None, "Snapshots", "How pages are read.", advanced=True)


class CanvasHost(Section):
    """The server of the canvas."""

    enabled: bool = option(True, "Canvas", "Serve it.")
    root: str | None = option(None, "Folder", "What is served; without: canvas in the workspace.")
    port: Port = option(18_793, "Port", "Where.")
    live_reload: bool = option(True, "Live", "Show changes at once.")


class Mdns(Section):
    """Being found in the local network."""

    mode: Literal["off", "minimal", "full"] = option("minimal", "Announce", "How much is told.")


class WideArea(Section):
    """Being found beyond it."""

    enabled: bool = option(False, "Wide area", "Announce through DNS.")


class Discovery(Section):
    """Being found by other devices."""

    wide_area: WideArea = part(WideArea, "Wide area", "Beyond the local network.")
    mdns: Mdns = part(Mdns, "Local", "In the local network.")
