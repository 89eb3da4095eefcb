"""What runs a bot's handlers: takes events, calls what is for them in order, tries again, and moves on. Knows no SQL and no
decorator.

An event is done in this order: its handlers one after the other, what they say with it; then its place and what they did to
the store on the disk, together; only then is the client told. A death anywhere in between makes the event come again.
"""

import asyncio
import inspect
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from hubbub.client import errors, events
from hubbub.client.botstate import BotState
from hubbub.client.botstore import Store
from hubbub.client.context import BotError, Context, conversation_of, place_of
from hubbub.client.delivering import DeliveringClient, Delivery
from hubbub.client.handlers import Call, Handlers, Injected
from hubbub.client.handling import HANGING_S, Lanes, answer_key, outage_pause, pause_before, reference
from hubbub.client.keys import message_key

if TYPE_CHECKING:
    from hubbub.client.bot import Bot

SAVE_EVERY_S: Final = 1.0
"""Places behind events that nobody wanted are saved so often: if they are lost, the events come again, and nobody wants them."""
PASSING_EVENTS_MAX: Final = 1024
"""Events of no log that wait; more are dropped. Those of the logs have the session's window."""
LOOK_EVERY_S: Final = 5.0
_log: Final = logging.getLogger("hubbub.bot")


class Job(Struct, frozen=True):
    """An event, and what is to be called for it."""

    delivery: Delivery
    calls: list[Call]


class Over(Exception):  # no error
    """The event is not to be handled any more: its store is gone, or the bot is closing."""


class Engine:
    """The running half of one Bot."""

    def __init__(
        self,
        bot: "Bot",
        client: DeliveringClient,
        state: BotState,
        store: Store,
        handlers: Handlers,
        problems: Sequence[Injected],
    ) -> None:
        """`problems`: `@bot.error`."""
        self._bot, self._client, self._state, self._store = bot, client, state, store
        self._handlers, self._problems = handlers, problems
        self._lanes: Lanes[Job] = Lanes()
        self._tasks: dict[asyncio.Task[None], tuple[float, str]] = {}
        """What is under way: since when, and what it is."""
        self._resting: dict[asyncio.Task[Any] | None, asyncio.Task[None]] = {}
        """Of those, what sleeps until it tries again, and its sleep."""
        self._closing = False
        self._moved = asyncio.Event()
        self._saving: asyncio.TimerHandle | None = None
        self.on_connect: Callable[[], Coroutine[Any, Any, None]] | None = None

    # ------------------------------------------------------------------------------------------------------ taking

    async def run(self) -> None:
        """Take events until the client is closed. Raises what stops it."""
        async for delivery in self._client.deliveries():
            if isinstance(delivery.event, events.HistoryReset):
                self._lanes.drop(lambda job: not self._client.current(job.delivery))
            if isinstance(delivery.event, events.Connected) and self.on_connect is not None:
                self.start(self.on_connect(), "on_connect")
            self._take(delivery)

    def _take(self, delivery: Delivery) -> None:
        calls = self._handlers.calls(delivery.event, self._client.user)
        mark = delivery.mark
        lane: Hashable = mark[1] if mark is not None else conversation_of(delivery.event)
        if not calls and (mark is None or self._lanes.idle(lane)):
            self._passed(delivery)
            return
        if mark is None and len(self._lanes) >= PASSING_EVENTS_MAX:
            return
        self._lanes.put(lane, Job(delivery, calls))
        self._begin()

    def _begin(self) -> None:
        while not self._closing and (found := self._lanes.take()) is not None:
            lane, job = found
            what = ", ".join(call.name for call in job.calls) or "nothing"
            self.start(self._run(lane, job), what)

    def _passed(self, delivery: Delivery) -> None:
        """Nobody wants it."""
        if self._reached(delivery):
            self._client.done(delivery)
            self.save_soon()

    def _reached(self, delivery: Delivery) -> bool:
        if delivery.mark is None or not self._client.current(delivery):
            return False
        self._state.reached(delivery.mark[1], delivery.mark[2])
        self._moved.set()
        return True

    async def handled(self, conversation: int, seq: int) -> None:
        """Returns once the conversation of this number is handled up to there."""
        while self._state.stands(conversation) < seq:
            self._moved.clear()
            await self._moved.wait()

    # ---------------------------------------------------------------------------------------------------- handling

    def start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        """Run it; closing waits for it."""
        task = asyncio.create_task(work)
        self._tasks[task] = (self._bot.clock.now(), what)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Over):
            _log.error("a mistake of Hubbub's", exc_info=error)

    async def _run(self, lane: Hashable, job: Job) -> None:
        try:
            await self._handle(job)
        except Over:
            if self._closing:
                return
        finally:
            if not self._closing:
                self._lanes.done(lane)
                self._begin()

    async def _handle(self, job: Job) -> None:
        values: dict[str, bytes | None] = {}
        for call in job.calls:
            values.update(await self._call(job, call))
        if not job.calls:
            self._passed(job.delivery)
            return
        self._state.put(values)
        current = self._reached(job.delivery)
        await self.commit()
        if current:
            self._client.done(job.delivery)

    async def _call(self, job: Job, call: Call) -> dict[str, bytes | None]:
        """Call it until it is through, or has failed for good; what it did to the store."""
        failures = outages = 0
        while True:
            ctx = Context(self._bot, call.name, job.delivery, call.match)
            changes = self._store.begin()
            try:
                await self._once(ctx, call)
                return self._store.keep(changes)
            except asyncio.CancelledError:
                self._store.take_back(changes)
                raise
            except BotError as error:
                self._store.take_back(changes)
                await self._say(job, f"{call.name}:refused", str(error))
                return {}
            except Exception as error:  # noqa: BLE001  # a handler may raise anything, and must not end the bot
                self._store.take_back(changes)
                self._check(job)
                if isinstance(error, errors.HubbubError) and error.retryable:
                    outages += 1
                    _log.warning("%s waits for the server: %s", call.name, error)
                    await self.rest(outage_pause(outages))
                    continue
                failures += 1
                if (pause := pause_before(failures)) is None:
                    await self._give_up(job, call, ctx, error)
                    return {}
                _log.warning("%s failed, try %d", call.name, failures, exc_info=error)
                await self.rest(pause)
                self._check(job)

    async def _once(self, ctx: Context, call: Call) -> None:
        result = call.run(ctx)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, str):
            await ctx.reply(result)
        elif result is not None:
            raise TypeError(f"{call.name} returned {result!r}: it can be the text of an answer, or None")

    def _check(self, job: Job) -> None:
        """Raises Over where nothing can come of it any more."""
        if self._closing or not self._client.current(job.delivery):
            raise Over

    async def _give_up(self, job: Job, call: Call, ctx: Context, error: Exception) -> None:
        place = place_of(job.delivery)
        name = f"{call.name}:failed"
        key = answer_key(self._client.user, place, name, "", 1) if place is not None else message_key()
        where = f" on entry {place.seq} in {ctx.conversation}" if place is not None else ""
        _log.error(
            "%s failed%s and is passed over (ref %s)", call.name, where, reference(key), exc_info=error
        )
        if ctx.message is not None:
            await self._say(job, name, f"failed (ref {reference(key)})")
        await self.tell(ctx, error)

    async def tell(self, ctx: Context, error: Exception) -> None:
        """Call `@bot.error`."""
        for problem in self._problems:
            changes = self._store.begin()
            try:
                result = problem(ctx, error)
                if inspect.isawaitable(result):
                    await result
                self._state.put(self._store.keep(changes))
            except Exception:  # noqa: BLE001
                self._store.take_back(changes)
                _log.exception("a handler of errors failed")

    async def _say(self, job: Job, name: str, text: str) -> None:
        """Answer, however long it takes to get it through; what is refused is logged."""
        outages = 0
        while True:
            ctx = Context(self._bot, name, job.delivery)
            if not ctx.conversation:
                return
            try:
                await ctx.reply(text)
                return
            except errors.HubbubError as error:
                self._check(job)
                if not error.retryable:
                    _log.warning("%r could not be said in %s: %s", text, ctx.conversation, error)
                    return
                outages += 1
            await self.rest(outage_pause(outages))

    # ------------------------------------------------------------------------------------------------ other callers

    async def outside(self, call: Injected, name: str) -> None:
        """Call what is for no event: on_start, on_connect, every(). Its store changes are on the disk when this returns. Raises
        what it raises."""
        changes = self._store.begin()
        try:
            result = call(Context(self._bot, name))
            if inspect.isawaitable(result):
                await result
        except BaseException:
            self._store.take_back(changes)
            raise
        self._state.put(self._store.keep(changes))
        await self.commit()

    async def watch(self) -> None:
        """Name what hangs, once."""
        named: set[asyncio.Task[None]] = set()
        while True:
            await self._bot.clock.sleep(LOOK_EVERY_S)
            now = self._bot.clock.now()
            named &= self._tasks.keys()
            for task, (since, what) in self._tasks.items():
                if now - since >= HANGING_S and task not in named and task not in self._resting:
                    named.add(task)
                    _log.warning(
                        "%s has been running for %d s; its conversation waits for it", what, now - since
                    )

    async def rest(self, seconds: float) -> None:
        """Sleep by the bot's clock. Ended by closing, with Over."""
        me, sleep = asyncio.current_task(), asyncio.create_task(self._sleep(seconds))
        self._resting[me] = sleep
        try:
            await asyncio.wait([sleep])
        finally:
            self._resting.pop(me, None)
            sleep.cancel()
        if self._closing:
            raise Over

    async def _sleep(self, seconds: float) -> None:
        await self._bot.clock.sleep(seconds)

    # ------------------------------------------------------------------------------------------------------- saving

    async def commit(self) -> None:
        """Returns once everything is on the disk, however long the disk refuses."""
        outages = 0
        while True:
            self._state.put(self._store.owed())
            try:
                await self._state.commit()
                return
            except sqlite3.Error as error:
                outages += 1
                _log.error("the bot's state cannot be written: %s", error)
            await self.rest(outage_pause(outages))

    def save_soon(self) -> None:
        """Within a second."""
        if self._saving is None and not self._closing:
            loop = asyncio.get_running_loop()
            self._saving = loop.call_later(SAVE_EVERY_S, self._save)

    def _save(self) -> None:
        self._saving = None
        if not self._closing:
            self.start(self.commit(), "saving")

    # ------------------------------------------------------------------------------------------------------ closing

    @property
    def within(self) -> bool:
        """Called from a handler of this bot."""
        return asyncio.current_task() in self._tasks

    async def close(self, seconds: float) -> None:
        """Begin nothing any more, give what is under way so many seconds, then save."""
        self._stop()
        running = set(self._tasks)
        if running and seconds > 0:
            _, running = await asyncio.wait(running, timeout=seconds)
        for task in running:
            what = self._tasks[task][1] if task in self._tasks else "a handler"
            _log.warning("%s was still running and is cut off; its event comes again", what)
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._state.put(self._store.owed())
        try:
            await self._state.commit()
        except sqlite3.Error as error:
            _log.error("the bot's state could not be written: %s", error)

    async def abort(self) -> None:
        """End as by a kill: nothing is waited for, nothing is saved."""
        self._stop()
        running = list(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _stop(self) -> None:
        self._closing = True
        if self._saving is not None:
            self._saving.cancel()
        for sleep in self._resting.values():
            sleep.cancel()
