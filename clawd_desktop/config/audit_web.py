"""Checks of what the gateway serves beside its socket: page, hooks, interfaces, Tailscale, canvas, discovery."""

from __future__ import annotations

from clawd_desktop.config.audit_check import Check, Subject, is_plain, named, put, when
from clawd_desktop.config.audit_places import dangerous
from clawd_desktop.config.passwords import weakness
from clawd_desktop.core.findings import Level

_LARGEST_HOOK = 16 * 2**20


def _insecure_page(subject: Subject) -> str:
    return when(subject.config.gateway.control_ui.allow_insecure_auth, "gateway.controlUi.allowInsecureAuth is on.")


def _no_device_check(subject: Subject) -> str:
    found = subject.config.gateway.control_ui.dangerously_disable_device_auth
    return when(found, "gateway.controlUi.dangerouslyDisableDeviceAuth is on.")


def _plain_origins(subject: Subject) -> str:
    return named(origin for origin in subject.config.gateway.control_ui.allowed_origins if is_plain(origin))


def _served_page(subject: Subject) -> str:
    return when(subject.beyond and subject.config.gateway.control_ui.enabled, "Its sign-in can be reached from there.")


def _funnel(subject: Subject) -> str:
    gateway = subject.config.gateway
    if gateway.tailscale.mode != "funnel":
        return ""
    known = subject.facts.secrets.get("gateway.auth.password", "")
    reason = weakness(known) if known else "is not known here"
    return when(bool(reason), f"Everybody on the internet can try it, and the password {reason}.")


def _trusts_tailscale(subject: Subject) -> str:
    return when(subject.config.gateway.auth.allow_tailscale is True, "gateway.auth.allowTailscale is on.")


def _left_behind(subject: Subject) -> str:
    tailscale = subject.config.gateway.tailscale
    return when(tailscale.mode != "off" and not tailscale.reset_on_exit, f"Tailscale's {tailscale.mode} stays on.")


def _foreign_interfaces(subject: Subject) -> str:
    endpoints = subject.config.gateway.http.endpoints
    served = [
        ("/v1/chat/completions", endpoints.chat_completions.enabled),
        ("/v1/responses", endpoints.responses.enabled),
    ]
    return named((path for path, on in served if on), "Served: ") if subject.beyond else ""


def _plain_remote(subject: Subject) -> str:
    gateway = subject.config.gateway
    return when(gateway.mode == "remote" and is_plain(gateway.remote.url), "gateway.remote.url begins with ws://.")


def _hooks_at_root(subject: Subject) -> str:
    hooks = subject.config.hooks
    return when(hooks.enabled and hooks.path.strip("/") == "", f"hooks.path is {hooks.path!r}.")


def _trusted_content(subject: Subject) -> str:
    rows = enumerate(subject.config.hooks.mappings)
    return named(row.id or f"mapping {number}" for number, row in rows if row.allow_unsafe_external_content)


def _large_hooks(subject: Subject) -> str:
    size = subject.config.hooks.max_body_bytes
    return when(size > _LARGEST_HOOK, f"hooks.maxBodyBytes is {size / 2**20:.0f} MiB.")


def _hooks_unboxed(subject: Subject) -> str:
    hooks, sandbox = subject.config.hooks, subject.config.agents.defaults.sandbox
    return when(hooks.enabled and sandbox.mode == "off", "agents.defaults.sandbox.mode is off.")


def _gmail_open(subject: Subject) -> str:
    gmail = subject.config.hooks.gmail
    return when(gmail is not None and not gmail.push_token, "hooks.gmail.pushToken is not set.")


def _canvas_folder(subject: Subject) -> str:
    canvas = subject.config.canvas_host
    return dangerous(subject, canvas.root, "canvasHost.root") if canvas.enabled and canvas.root else ""


def _canvas_open(subject: Subject) -> str:
    return when(subject.beyond and subject.config.canvas_host.enabled, "Whoever signs in sees what agents put there.")


def _told_much(subject: Subject) -> str:
    return when(subject.config.discovery.mdns.mode == "full", "discovery.mdns.mode is full.")


def _told_far(subject: Subject) -> str:
    return when(subject.config.discovery.wide_area.enabled, "discovery.wideArea.enabled is on.")


CHECKS = (
    Check("config.page.insecure", Level.ERROR, "The page may be used without encryption", _insecure_page,
          "Turn it off; use https, or open the page on this computer.", "Turn it off",
          put("gateway.controlUi.allowInsecureAuth", False)),
    Check("config.page.noDevice", Level.ERROR, "The page is not bound to a device", _no_device_check,
          "Turn it off: without it a stolen password is enough.", "Turn it off",
          put("gateway.controlUi.dangerouslyDisableDeviceAuth", False)),
    Check("config.page.origins", Level.WARNING, "Pages without encryption may use the gateway", _plain_origins,
          "Use https:// addresses in gateway.controlUi.allowedOrigins."),
    Check("config.page.open", Level.INFO, "The page is served to other computers", _served_page,
          "Turn gateway.controlUi.enabled off where nobody uses it."),
    Check("config.tailscale.funnel", Level.ERROR, "The whole internet can try the password", _funnel,
          'Set a strong password, or gateway.tailscale.mode to "serve".', "Serve it to your own devices only",
          put("gateway.tailscale.mode", "serve")),
    Check("config.tailscale.trusted", Level.WARNING, "Tailscale's word replaces the password", _trusts_tailscale,
          "Take gateway.auth.allowTailscale out: others may use a device of your tailnet.", "Take it out",
          put("gateway.auth.allowTailscale", None)),
    Check("config.tailscale.stays", Level.INFO, "Tailscale stays open after the gateway has ended", _left_behind,
          "Turn on gateway.tailscale.resetOnExit.", "Turn it on", put("gateway.tailscale.resetOnExit", True)),
    Check("config.http.endpoints", Level.WARNING, "Foreign interfaces are open to other computers", _foreign_interfaces,
          "Turn off in gateway.http.endpoints what you do not use."),
    Check("config.remote.plain", Level.ERROR, "The way to the other gateway is not encrypted", _plain_remote,
          "Use wss://, or an SSH tunnel: the password would travel readable."),
    Check("config.hooks.path", Level.ERROR, "Hooks stand in the way of the gateway", _hooks_at_root,
          'Set hooks.path to a path of its own, such as "/hooks".', 'Set it to "/hooks"', put("hooks.path", "/hooks")),
    Check("config.hooks.trusted", Level.WARNING, "What comes from outside is obeyed", _trusted_content,
          "Turn allowUnsafeExternalContent off: a mail could otherwise give orders."),
    Check("config.hooks.size", Level.WARNING, "Hooks take very large requests", _large_hooks,
          "Set hooks.maxBodyBytes to 262144.", "Set the usual 256 KiB", put("hooks.maxBodyBytes", 262_144)),
    Check("config.hooks.unboxed", Level.WARNING, "Hooks run outside of a sandbox", _hooks_unboxed,
          'Set agents.defaults.sandbox.mode to "non-main".', 'Set it to "non-main"',
          put("agents.defaults.sandbox.mode", "non-main")),
    Check("config.hooks.gmail", Level.WARNING, "Mails may be pretended", _gmail_open, "Set hooks.gmail.pushToken."),
    Check("config.canvas.folder", Level.ERROR, "The canvas shows a folder that it should not", _canvas_folder,
          "Take canvasHost.root out, or name a folder of its own.", "Use the folder in the workspace",
          put("canvasHost.root", None)),
    Check("config.canvas.open", Level.INFO, "The canvas is served to other computers", _canvas_open,
          "Turn canvasHost.enabled off where nobody uses it."),
    Check("config.discovery.full", Level.WARNING, "The local network is told more than it needs", _told_much,
          'Set discovery.mdns.mode to "minimal".', 'Set it to "minimal"', put("discovery.mdns.mode", "minimal")),
    Check("config.discovery.wide", Level.WARNING, "The gateway is announced beyond the local network", _told_far,
          "Turn discovery.wideArea.enabled off where it is not needed.", "Turn it off",
          put("discovery.wideArea.enabled", False)),
)  # fmt: skip
