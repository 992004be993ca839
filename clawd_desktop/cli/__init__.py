"""Commands for a terminal; all but `serve` talk to the running gateway over its socket."""
