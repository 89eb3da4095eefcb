"""A bot that runs in a test. Knows no broker."""

import contextlib
from pathlib import Path

from hubbub.client.bot import CLOSING_S, Bot
from hubbub.client.bots.delivering import DeliveringClient
from hubbub.client.bots.settings import Settings
from hubbub.client.testing.clock import Clock
from hubbub.client.testing.settling import until


class RunningBot:
    """What `run_bot` gives."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self.bot = bot
        self._clock = clock
        self._before = bot.clock

    @property
    def name(self) -> str:
        """As others see it."""
        return self.bot.user

    @property
    def client(self) -> DeliveringClient:
        """Its connection."""
        return self.bot.client

    @property
    def runs(self) -> bool:
        """It was not stopped."""
        return self.bot.started

    async def start(self, address: str, name: str, password: str, profile: Path) -> None:
        """Go there, wherever else the bot would go by its parameters or the environment. `run_bot` does it."""
        self.bot.clock = self._clock
        try:
            await self.bot.start(Settings(address, name, password, profile, has_token=True))
        except BaseException:
            self.bot.clock = self._before
            raise

    async def stop(self, timeout: float = CLOSING_S) -> None:
        """As at SIGTERM: handlers that run get so many (real) seconds, all is saved. Twice does no harm."""
        await self.bot.close(timeout)
        self.bot.clock = self._before

    async def crash(self) -> None:
        """As by kill -9: nothing is waited for, nothing more is saved. Run it again, with `run_bot`, to see what comes again."""
        await self.bot.abort()
        self.bot.clock = self._before

    async def finish(self) -> None:
        """At a test's end: what sleeps by the clock would sleep for ever, so that nobody waits for it."""
        with contextlib.suppress(AssertionError):
            await until(lambda: not self.bot.busy(self._clock.asleep), "")
        await self.stop(0.0)
