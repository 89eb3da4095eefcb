"""The time that a bot goes by, so that a test can move it."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What tells a bot the time. A test gives it one that is moved by hand."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns when so many seconds have passed."""
        ...


class RealClock:
    """The machine's."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Returns when so many seconds have passed."""
        await asyncio.sleep(seconds)
