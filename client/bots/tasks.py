"""The tasks of a bot that runs: what is under way, what of it rests, what hangs, and how all of it ends. Knows no event."""

import asyncio
import logging
from collections.abc import Coroutine, Set
from typing import Any, Final

from hubbub.client.bots.clock import Clock
from hubbub.client.bots.handling import HANGING_S

LOOK_EVERY_S: Final = 5.0
_log: Final = logging.getLogger("hubbub.bot")


class Over(Exception):  # no error
    """The event is not to be handled any more: its store is gone, or the bot is closing."""


class Tasks:
    """Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: dict[asyncio.Task[None], tuple[float, str]] = {}
        """Since when, and what it is."""
        self._resting: dict[asyncio.Task[Any] | None, asyncio.Task[None]] = {}
        """Of those, what sleeps until it tries again, and its sleep."""
        self.closing = False

    @property
    def within(self) -> bool:
        """Called from one of these."""
        return asyncio.current_task() in self._under_way

    def awake(self, asleep: Set[asyncio.Task[object]]) -> list[str]:
        """What is under way and is not, nor rests in, one of those that are asleep. For tests."""
        return [
            what
            for task, (_, what) in self._under_way.items()
            if task not in asleep and self._resting.get(task) not in asleep
        ]

    def start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        """Run it; closing waits for it."""
        task = asyncio.create_task(work)
        self._under_way[task] = (self._clock.now(), what)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Over):
            _log.error("a mistake of Hubbub's", exc_info=error)

    async def rest(self, seconds: float) -> None:
        """Sleep by the bot's clock. Ended by closing, with Over."""
        me, sleep = asyncio.current_task(), asyncio.create_task(self._sleep(seconds))
        self._resting[me] = sleep
        try:
            await asyncio.wait([sleep])
        finally:
            self._resting.pop(me, None)
            sleep.cancel()
        if self.closing:
            raise Over

    async def _sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    async def watch(self) -> None:
        """Name what hangs, once."""
        named: set[asyncio.Task[None]] = set()
        while True:
            await self._clock.sleep(LOOK_EVERY_S)
            now = self._clock.now()
            named &= self._under_way.keys()
            for task, (since, what) in self._under_way.items():
                if now - since >= HANGING_S and task not in named and task not in self._resting:
                    named.add(task)
                    _log.warning(
                        "%s has been running for %d s; its conversation waits for it", what, now - since
                    )

    async def close(self, seconds: float) -> None:
        """Rest no more, and give what is under way so many seconds."""
        self._stop()
        running = set(self._under_way)
        if running and seconds > 0:
            _, running = await asyncio.wait(running, timeout=seconds)
        for task in running:
            what = self._under_way[task][1] if task in self._under_way else "a handler"
            _log.warning("%s was still running and is cut off; its event comes again", what)
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def abort(self) -> None:
        """End as by a kill: nothing is waited for."""
        self._stop()
        running = list(self._under_way)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _stop(self) -> None:
        self.closing = True
        for sleep in self._resting.values():
            sleep.cancel()
