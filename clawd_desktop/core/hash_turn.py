"""Lets one Argon2 computation of this process run at a time: two with several lanes each may wait for each other."""

from __future__ import annotations

import threading

# Observed with OpenSSL 4.0.3 (cryptography 50.0.2): both hold a part of its thread pool, and neither ever ends.
ONE_HASH_AT_A_TIME = threading.Lock()
