"""The gateway room: the socket and HTTP side that Clawdbot clients talk to."""
