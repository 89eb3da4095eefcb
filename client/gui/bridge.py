"""The library's thread, and the one way between it and the window's. No other file of the window knows of threads.

What the window wants done goes over as a coroutine function; what came of it comes back as a call in the window's
thread, when that drains. Nothing of Tk is ever touched from the other side, and the window never waits.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, suppress
from functools import partial
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, Final, ParamSpec, TypeVar, cast

from hubbub.client import HubbubError

P = ParamSpec("P")
T = TypeVar("T")

TURN_S: Final = 0.005
"""What one drain may take, but for the last call in it: a third of a frame."""
WAITING_MAX: Final = 2_000
"""A source that is followed is not asked for more while so many calls wait: the library knows how to fall behind."""
_LOOK_AGAIN_S: Final = 0.01
_log: Final = logging.getLogger(__name__)


class Call:
    """Something under way in the library's thread."""

    def __init__(self) -> None:
        self.active = True
        """Nobody cancelled it, and its end was not told yet. Of the window's thread."""
        self.stop: Callable[[], object] = lambda: None

    def cancel(self) -> None:
        """End it; nothing of it is told any more."""
        if self.active:
            self.active = False
            self.stop()


class Bridge:
    """An event loop in a thread of its own. All methods are called by the window's thread, but where they say so."""

    def __init__(self) -> None:
        self.on_fault: Callable[[Exception], None] = self._log_fault
        """What failed in a way that nobody foresaw: a mistake of ours."""
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hubbub-library", daemon=True)
        self._thread.start()

    def run(
        self,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], None] | None = None,
        failed: Callable[[HubbubError], None] | None = None,
    ) -> Call:
        """Have a coroutine run there; `done` gets its value, `failed` the library's error. Other errors are faults."""

        async def running(call: Call) -> None:
            value = await job()
            if done is not None:
                self._tell(call, partial(done, value))
            self._end(call, None)

        return self._start(running, failed)

    def follow(
        self,
        source: Callable[[], AsyncIterator[T]],
        each: Callable[[T], None],
        ended: Callable[[HubbubError | None], None] | None = None,
    ) -> Call:
        """Have an iterator run there; `each` gets what it yields, in order, and `ended` None or the library's error."""

        async def following(call: Call) -> None:
            async with aclosing(cast("Any", source())) as items:
                async for item in items:
                    self._tell(call, partial(each, item))
                    while self._calls.qsize() > WAITING_MAX:  # noqa: ASYNC110 - an Event would be set by another thread
                        await asyncio.sleep(_LOOK_AGAIN_S)
            self._end(call, ended and partial(ended, None))

        return self._start(following, ended)

    def telling(self, callback: Callable[P, object]) -> Callable[P, None]:
        """A function for the library's thread to call, that has `callback` called here: for progress."""

        def tell(*args: P.args, **kwargs: P.kwargs) -> None:
            self._calls.put(lambda: void(callback(*args, **kwargs)))

        return tell

    def drain(self, budget_s: float = TURN_S) -> bool:
        """Make the calls that wait, for so many seconds; True: some still wait."""
        end = perf_counter() + budget_s
        while True:
            try:
                call = self._calls.get_nowait()
            except Empty:
                return False
            try:
                call()
            except Exception as error:  # noqa: BLE001 - one bad call must not keep the others from being made
                self.on_fault(error)
            if perf_counter() >= end:
                return not self._calls.empty()

    def finish(self, job: Callable[[], Coroutine[Any, Any, object]], patience_s: float = 2.0) -> None:
        """Have a last coroutine run there, and wait for it as long as that: before `close`, when no window is shown any more."""
        with suppress(TimeoutError, HubbubError):
            asyncio.run_coroutine_threadsafe(job(), self._loop).result(patience_s)

    def close(self, patience_s: float = 2.0) -> None:
        """Cancel what is under way, wait for its end as long as that, and end the thread. Calls that wait are dropped."""
        if self._loop.is_closed():
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(patience_s)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(patience_s)
        if not self._thread.is_alive():
            self._loop.close()

    # ------------------------------------------------------------------------------- in the library's thread

    def _start(
        self, job: Callable[[Call], Coroutine[Any, Any, None]], failed: Callable[[HubbubError], None] | None
    ) -> Call:
        call = Call()

        async def guarded() -> None:
            try:
                await job(call)
            except HubbubError as error:
                self._end(call, failed and partial(failed, error))
            except Exception as error:  # noqa: BLE001 - told in the window's thread, where somebody sees it
                self._calls.put(partial(self.on_fault, error))
                self._end(call, None)

        def begin() -> None:
            task = self._loop.create_task(guarded())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            call.stop = lambda: self._loop.call_soon_threadsafe(task.cancel)
            if not call.active:
                task.cancel()

        self._loop.call_soon_threadsafe(begin)
        return call

    def _tell(self, call: Call, told: Callable[[], object]) -> None:
        def tell() -> None:
            if call.active:
                told()

        self._calls.put(tell)

    def _end(self, call: Call, told: Callable[[], object] | None) -> None:
        def end() -> None:
            if call.active:
                call.active = False
                if told is not None:
                    told()

        self._calls.put(end)

    async def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}  # the library's own too
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    @staticmethod
    def _log_fault(error: Exception) -> None:
        _log.error("a call failed", exc_info=error)


def void(_: object) -> None:
    """Nothing comes of it."""
