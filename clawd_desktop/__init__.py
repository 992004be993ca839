"""Clawd Desktop: a personal assistant that lives in the system tray and speaks the Clawdbot gateway protocol."""

__version__ = "0.1.0"
