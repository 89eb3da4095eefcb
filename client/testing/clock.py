"""A clock that runs like any other and can be moved ahead, for tests. Knows no broker and no bot."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable, Set
from typing import Final

_SECOND: Final = 1_000_000
_DONE: Final = "The clock's test is over."
_UNTOLD: Final = 20 * _SECOND
"""The clock jumps so far without the broker being told: a fraction of what a client may be silent for."""

Tasks = Set[asyncio.Task[object]]


class Clock:
    """The time of a test's broker and bots. It runs on by itself; `advance` moves it, and wakes who sleeps by it.

    `microseconds` may be asked from any thread, everything else belongs to the event loop.
    """

    def __init__(self) -> None:
        self._ahead = 0
        self._untold = 0
        self._stop: int | None = None
        """The moment at which `advance` stands. What woke there sleeps on from it: 1 s and then 5 s are within 6 s, however long the
        machine takes in between."""
        self._sleepers: list[tuple[int, int, asyncio.Future[None], asyncio.Task[object] | None]] = []
        self._count = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self.asleep: set[asyncio.Task[object]] = set()
        """Tasks that sleep by this clock now."""
        self.on_move: Callable[[], Awaitable[object]] = _nothing
        """Awaited before a move: returns when what there is to do at the present time is done."""
        self.on_jump: Callable[[Callable[[], None]], Awaitable[object]] = _at_once
        """Calls what it is given, which moves the clock, where nobody is taken by surprise."""
        self.on_woken: Callable[[Tasks], Awaitable[object]] = _nothing_more
        """Returns when what woke has run."""

    def microseconds(self) -> int:
        """Since 1970, UTC."""
        return time.time_ns() // 1000 + self._ahead

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self.microseconds() / _SECOND

    async def sleep(self, seconds: float) -> None:
        """Until so many seconds of this clock have passed, by themselves or by `advance`."""
        until: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.current_task()
        begun = self._stop if self._stop is not None and seconds > 0 else self.microseconds()
        due = begun + round(max(0.0, seconds) * _SECOND)
        heapq.heappush(self._sleepers, (due, next(self._count), until, task))
        self._set_alarm()
        if task is not None:
            self.asleep.add(task)
        try:
            await until
        finally:
            if task is not None:
                self.asleep.discard(task)

    async def advance(self, seconds: float) -> None:
        """Move the clock, once what there is to do before is done. It stops at each moment at which somebody wanted to be woken,
        in order, and goes on when what woke there has run: is done, or sleeps by this clock again."""
        if seconds < 0:
            raise ValueError("a clock that goes back would break what no server breaks")
        await self.on_move()
        target = self.microseconds() + round(seconds * _SECOND)
        try:
            while self._sleepers and self._sleepers[0][0] <= target:
                await self._move_to(self._sleepers[0][0])
                await self.on_woken(self._wake())
            await self._move_to(target)
            await self.on_woken(self._wake())
        finally:
            self._stop = None
        self._set_alarm()

    async def _move_to(self, moment: int) -> None:
        def jump() -> None:
            self._ahead += max(0, moment - self.microseconds())

        self._stop = moment
        self._untold += max(0, moment - self.microseconds())
        if self._untold <= _UNTOLD:
            jump()
        else:
            self._untold = 0
            await self.on_jump(jump)

    def _wake(self) -> Tasks:
        """Those whose time has come."""
        woken: set[asyncio.Task[object]] = set()
        now = self.microseconds()
        while self._sleepers and self._sleepers[0][0] <= now:
            _, _, until, task = heapq.heappop(self._sleepers)
            if until.done():  # cancelled
                continue
            until.set_result(None)
            if task is not None:
                self.asleep.discard(task)
                woken.add(task)
        return woken

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._sleepers:
            wait = (self._sleepers[0][0] - self.microseconds()) / _SECOND
            self._alarm = asyncio.get_running_loop().call_later(max(0.0, wait), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._wake()
        self._set_alarm()

    def close(self) -> None:
        """Nobody is woken any more."""
        if self._alarm is not None:
            self._alarm.cancel()
        for _, _, until, _ in self._sleepers:
            until.cancel(_DONE)
        self._sleepers.clear()


async def _nothing() -> None:
    pass


async def _at_once(jump: Callable[[], None]) -> None:
    jump()


async def _nothing_more(_: Tasks) -> None:
    pass
