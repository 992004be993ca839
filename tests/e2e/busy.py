"""Work for a running application, at a pace that rises and falls as that of people does: for graphs to show."""

from __future__ import annotations

import asyncio
import math
import uuid

from e2e.app_process import App

# One wave of work, in seconds, and the requests a second on its crest.
_WAVE_S = 70.0
_MOST = 40.0
_QUESTION_EVERY_S = 4.0


async def keep_busy(app: App, password: str, seconds: float) -> None:
    """Ask the gateway for its state, and now and then a question, for so long."""
    loop = asyncio.get_running_loop()
    begin, asked = loop.time(), 0.0
    async with app.client(password) as client:
        while (passed := loop.time() - begin) < seconds:
            await client.call("status")
            await client.call("sessions.list")
            if passed - asked > _QUESTION_EVERY_S:
                asked = passed
                await client.call(
                    "chat.send", sessionKey="busy", message="And what next?", idempotencyKey=uuid.uuid4().hex
                )
            await asyncio.sleep(2 / (1 + _MOST * (0.5 - 0.5 * math.cos(passed * 2 * math.pi / _WAVE_S))))
