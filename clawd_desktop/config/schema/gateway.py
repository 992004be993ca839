"""The `gateway` section: where it listens, who may come in, and how changes are taken up."""

import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from clawd_desktop.config.password_hash import is_hash, problem
from clawd_desktop.config.schema.base import (
    ByteCount,
    Count,
    Free,
    Milliseconds,
    Names,
    Port,
    Positive,
    Secret,
    Section,
    option,
    part,
)
from clawd_desktop.core.values import JsonValue

# Shorter would keep everybody out, the owner included.
SignInTime = Annotated[int, Field(ge=100, le=600_000, json_schema_extra={"unit": "ms"})]


class Auth(Section):
    """What a client must show."""

    mode: Literal["token", "password"] = option(
        "password", "Way of signing in", "Password or token; without a choice, whichever of the two is set."
    )
    password: Secret | None = option(
        None, "Password", "The gateway password, best as a reference into the keyring, or its Argon2id hash."
    )
    token: Secret | None = option(
        None, "Token", "The gateway token, best as a reference into the keyring, or its Argon2id hash."
    )
    allow_tailscale: bool | None = option(
        None, "Trust Tailscale", "Let in people whom Tailscale vouches for.", advanced=True
    )

    @model_validator(mode="before")
    @classmethod
    def _choose(cls, value: JsonValue) -> JsonValue:
        if isinstance(value, dict) and "mode" not in value and value.get("token") and not value.get("password"):
            return {**value, "mode": "token"}
        return value

    @field_validator("password", "token")
    @classmethod
    def _usable(cls, value: str | None) -> str | None:
        if value and is_hash(value) and (wrong := problem(value)):
            raise ValueError(wrong)
        return value


class ControlUi(Section):
    """The web page that the gateway serves."""

    enabled: bool = option(True, "Web page", "Serve the control page at the gateway's address.")
    base_path: str = option(
        "", "Base path", "Path in front of the page, such as /clawd, behind a proxy.", advanced=True
    )
    allowed_origins: Names = option(
        (), "Other addresses of the page", "Such as https://clawd.example.com, when a proxy serves it.", advanced=True
    )
    allow_insecure_auth: bool = option(
        False, "Allow sign-in over plain HTTP", "Let the page in without a device key. Only for a trusted network.",
        advanced=True,
    )  # fmt: skip
    dangerously_disable_device_auth: bool = option(
        False, "No device check", "Let the page in without any device key. Dangerous.", advanced=True
    )

    @field_validator("allowed_origins")
    @classmethod
    def _exact(cls, value: Names) -> Names:
        for origin in value:
            if not _is_origin(origin):
                raise ValueError(f"{origin!r} is no address of a page, such as https://clawd.example.com")
        return value


class Tailscale(Section):
    """How Tailscale shows the gateway."""

    mode: Literal["off", "serve", "funnel"] = option(
        "off", "Tailscale", "serve: for your own devices; funnel: for the whole internet, password needed."
    )
    reset_on_exit: bool = option(False, "Take back on exit", "Undo serve or funnel when the gateway stops.")


class Remote(Section):
    """A gateway on another computer."""

    url: str | None = option(None, "Address", "ws:// or wss:// address of the other gateway.")
    transport: Literal["ssh", "direct"] | None = option(None, "Way there", "Through an SSH tunnel or straight.")
    token: Secret | None = option(None, "Token", "Token of the other gateway.")
    password: Secret | None = option(None, "Password", "Password of the other gateway.")
    tls_fingerprint: str | None = option(None, "Certificate", "SHA-256 fingerprint that its certificate must have.")
    ssh_target: str | None = option(None, "SSH target", "user@host or user@host:port for the tunnel.")
    ssh_identity: str | None = option(None, "SSH key", "File of the private key for the tunnel.")


class Reload(Section):
    """What happens when the configuration changes on disk."""

    mode: Literal["off", "restart", "hot", "hybrid"] = option(
        "hybrid", "On change", "hybrid takes up what it can at once and says what needs a restart."
    )
    debounce_ms: Milliseconds = option(300, "Wait for more changes", "How long a file must rest before it is read.")


class Tls(Section):
    """Encryption of the gateway's own port."""

    open_keys = True
    enabled: bool = option(False, "TLS", "Serve https and wss.")
    auto_generate: bool = option(True, "Make a certificate", "Make a self-signed one when no files are named.")
    cert_path: str | None = option(None, "Certificate file", "PEM file of the certificate chain.")
    key_path: str | None = option(None, "Key file", "PEM file of the private key.")
    ca_path: str | None = option(None, "CA file", "PEM file of authorities that clients must be signed by.")


class ChatCompletions(Section):
    """OpenAI's chat completions over HTTP."""

    enabled: bool = option(False, "Chat completions", "Serve POST /v1/chat/completions.")


class Responses(Section):
    """OpenAI's responses over HTTP."""

    enabled: bool = option(False, "Responses", "Serve POST /v1/responses.")
    max_body_bytes: ByteCount = option(20_000_000, "Largest request", "Longer requests are refused.", advanced=True)
    files: Free | None = option(None, "Files", "Limits of files in requests.", advanced=True)
    images: Free | None = option(None, "Images", "Limits of images in requests.", advanced=True)


class Endpoints(Section):
    """Which foreign HTTP interfaces are served."""

    chat_completions: ChatCompletions = part(ChatCompletions, "Chat completions", "OpenAI's older interface.")
    responses: Responses = part(Responses, "Responses", "OpenAI's newer interface.")


class Http(Section):
    """HTTP beside the socket."""

    endpoints: Endpoints = part(Endpoints, "Endpoints", "Foreign interfaces on the same port.")


class NodeBrowser(Section):
    """Which node's browser is used."""

    mode: Literal["auto", "manual", "off"] = option("auto", "Browser of a node", "How the browser's node is chosen.")
    node: str | None = option(None, "Node", "Id or name of the node, when chosen by hand.")


class Nodes(Section):
    """What paired nodes may be asked for."""

    browser: NodeBrowser = part(NodeBrowser, "Browser", "Browser of a node.")
    allow_commands: Names = option((), "Also allow", "Node commands allowed beyond the usual ones.")
    deny_commands: Names = option((), "Never allow", "Node commands that are always refused.")


class RateLimiting(Section):
    """How many requests one client may make."""

    enabled: bool = option(False, "Limit requests", "Slow down clients that ask too often.")
    requests_per_minute: Positive = option(
        6_000, "Requests per minute", "For each device, and for each address of another computer."
    )
    burst_size: Positive = option(600, "Burst", "Requests that may come at once.")


class Gateway(Section):
    """The port that all clients talk to."""

    port: Port = option(18_789, "Port", "TCP port of the gateway. CLAWDBOT_GATEWAY_PORT wins over it.")
    mode: Literal["local", "remote"] = option("local", "Where it runs", "On this computer, or on another one.")
    bind: Literal["loopback", "lan", "tailnet", "auto", "custom"] = option(
        "loopback",
        "Reachable from",
        "loopback: this computer only. Anything else needs TLS or a trusted proxy, and a strong password.",
    )
    custom_bind_host: str | None = option(
        None, "Own address", "Address to listen on besides this computer's own when bind is custom.", advanced=True
    )
    auth: Auth = part(Auth, "Sign-in", "What a client must show.")
    control_ui: ControlUi = part(ControlUi, "Web page", "The page that the gateway serves.")
    trusted_proxies: Names = option(
        (), "Trusted proxies", "Addresses or networks (10.0.0.0/24) of proxies whose headers are believed."
    )
    tailscale: Tailscale = part(Tailscale, "Tailscale", "Reach the gateway through Tailscale.")
    remote: Remote = part(Remote, "Other gateway", "How to reach a gateway on another computer.", advanced=True)
    reload: Reload = part(Reload, "Changes", "What happens when the file changes.", advanced=True)
    tls: Tls = part(Tls, "Encryption", "TLS on the gateway's port.", advanced=True)
    http: Http = part(Http, "HTTP", "Interfaces beside the socket.", advanced=True)
    nodes: Nodes = part(Nodes, "Nodes", "What paired nodes may do.", advanced=True)
    max_connections: Positive = option(
        1_000, "Most connections", "Further clients are turned away; one of this computer's owner always has a place.",
        advanced=True,
    )  # fmt: skip
    connection_timeout: SignInTime = option(10_000, "Handshake limit", "Time for a client to sign in.", advanced=True)
    request_timeout: Milliseconds = option(
        30_000, "Request limit", "Time for one request, 0 for any. What waits by its nature is not cut off.",
        advanced=True,
    )  # fmt: skip
    rate_limiting: RateLimiting = part(RateLimiting, "Request limit", "How often a client may ask.", advanced=True)
    max_payload_bytes: ByteCount = option(
        524_288, "Largest frame", "Longer frames close the connection.", advanced=True
    )
    history_limit: Count = option(
        200, "History length", "Messages that chat.history answers when the client asks for no number.", advanced=True
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: Names) -> Names:
        for text in value:
            if not _is_network(text):
                raise ValueError(f"{text!r} is no address or network of proxies, such as 10.0.0.2 or 10.0.0.0/24")
        return value

    @field_validator("tailscale")
    @classmethod
    def _needs(cls, value: Tailscale, info: ValidationInfo) -> Tailscale:
        auth = info.data.get("auth")
        if value.mode != "off" and info.data.get("bind", "loopback") != "loopback":
            raise ValueError(f'mode "{value.mode}" needs gateway.bind to be "loopback"')
        if value.mode == "funnel" and isinstance(auth, Auth) and auth.mode != "password":
            raise ValueError('mode "funnel" needs gateway.auth.mode to be "password"')
        return value


def _is_network(text: str) -> bool:
    """One address or a network; one that holds every address would make every client a proxy."""
    try:
        return ipaddress.ip_network(text, strict=False).prefixlen > 0
    except ValueError:
        return False


def _is_origin(text: str) -> bool:
    """Scheme, host and perhaps port, as a browser sends it; a pattern or a path is none."""
    try:
        parts = urlsplit(text)
        usable = bool(parts.scheme and parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return usable and "*" not in text and "@" not in parts.netloc and text == f"{parts.scheme}://{parts.netloc}"
