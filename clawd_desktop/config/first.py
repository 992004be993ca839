"""The configuration that a new installation starts with: short, explained, and without a secret in it."""

from __future__ import annotations

import json

_TEXT = """\
// Clawd Desktop reads this file at once when it changes. It is JSON5: comments and trailing commas are fine.
{
  gateway: {
    // The port that all windows, phones and programs talk to.
    port: 18789,
    // Who can reach it. "loopback": this computer only. "lan": your network.
    bind: "loopback",
    auth: {
      mode: "password",
      // The password itself lies in the keyring of your system; this is its name there.
      password: @PASSWORD@,
    },
  },

  agents: {
    defaults: {
      // The folder that the assistant works in. It may read and change what is there.
      workspace: "~/clawd",

      // Which model answers, as "provider/model". Without it the best one that is there is used, at least the small
      // built-in one that needs no key and no network.
      // model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] },

      // Tools of all sessions but your own run in a sandbox.
      sandbox: { mode: "non-main" },
    },
  },

  // Where people write to the assistant. Strangers get a code that you approve first (dmPolicy "pairing").
  channels: {
    // telegram: { botToken: "${TELEGRAM_BOT_TOKEN}", dmPolicy: "pairing" },
  },
}
"""


def first_config(password_reference: str) -> str:
    """The text of a first configuration file, whose gateway password is `password_reference`."""
    return _TEXT.replace("@PASSWORD@", json.dumps(password_reference))
