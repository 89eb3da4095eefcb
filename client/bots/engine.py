"""What runs a bot's handlers: takes events, has what is for them called in order, and moves on. Knows no SQL and no decorator.

An event is done in this order: its handlers one after the other, what they say with it; then its place and what they did to
the store on the disk, together; only then is the client told. A death anywhere in between makes the event come again.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Hashable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from hubbub.client import events
from hubbub.client.bots.attempts import Attempts, Values
from hubbub.client.bots.context import Context, conversation_of
from hubbub.client.bots.delivering import DeliveringClient, Delivery
from hubbub.client.bots.handlers import Call, Handlers, Injected
from hubbub.client.bots.handling import Lanes, outage_pause
from hubbub.client.bots.state import BotState
from hubbub.client.bots.store import Store
from hubbub.client.bots.tasks import Over, Tasks

if TYPE_CHECKING:
    from hubbub.client.bot import Bot

SAVE_EVERY_S: Final = 1.0
"""Places behind events that nobody wanted are saved so often: if they are lost, the events come again, and nobody wants them."""
PASSING_EVENTS_MAX: Final = 1024
"""Events of no log that wait; more are dropped. Those of the logs have the session's window."""
_log: Final = logging.getLogger("hubbub.bot")


class Job(Struct, frozen=True):
    """An event, and what is to be called for it."""

    delivery: Delivery
    calls: list[Call]


class Engine:
    """The running half of one Bot."""

    def __init__(
        self,
        bot: "Bot",
        client: DeliveringClient,
        state: BotState,
        store: Store,
        handlers: Handlers,
        error_handlers: Sequence[Injected],
    ) -> None:
        """`error_handlers`: `@bot.error`."""
        self._client, self._state, self._store, self._handlers = client, state, store, handlers
        self.tasks = Tasks(bot.clock)
        """What is under way."""
        self._attempts = Attempts(bot, store, self.tasks, error_handlers)
        self._lanes: Lanes[Job] = Lanes()
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
                self.tasks.start(self.on_connect(), "on_connect")
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
        while not self.tasks.closing and (found := self._lanes.take()) is not None:
            lane, job = found
            what = ", ".join(call.name for call in job.calls) or "nothing"
            self.tasks.start(self._run(lane, job), what)

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

    async def _run(self, lane: Hashable, job: Job) -> None:
        try:
            with suppress(Over):
                await self._handle(job)
        finally:
            if not self.tasks.closing:
                self._lanes.done(lane)
                self._begin()

    async def _handle(self, job: Job) -> None:
        if not job.calls:
            self._passed(job.delivery)
            return
        values: Values = {}
        for call in job.calls:
            values.update(await self._attempts.call(job.delivery, call))
        self._state.put(values)
        current = self._reached(job.delivery)
        await self.commit()
        if current:
            self._client.done(job.delivery)

    # ----------------------------------------------------------------------------------------------- for no event

    async def outside(self, function: Injected, name: str) -> None:
        """Call what is for no event: on_start, on_connect, every(). Its store changes are on the disk when this returns. Raises
        what it raises."""
        self._state.put(await self._attempts.outside(function, name))
        await self.commit()

    async def tell(self, ctx: Context, error: Exception) -> None:
        """Call `@bot.error`."""
        self._state.put(await self._attempts.tell(ctx, error))

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
            await self.tasks.rest(outage_pause(outages))

    def save_soon(self) -> None:
        """Within a second."""
        if self._saving is None and not self.tasks.closing:
            loop = asyncio.get_running_loop()
            self._saving = loop.call_later(SAVE_EVERY_S, self._save)

    def _save(self) -> None:
        self._saving = None
        if not self.tasks.closing:
            self.tasks.start(self.commit(), "saving")

    # ------------------------------------------------------------------------------------------------------ closing

    async def close(self, seconds: float) -> None:
        """Begin nothing any more, give what is under way so many seconds, then save."""
        self._save_no_more()
        await self.tasks.close(seconds)
        self._state.put(self._store.owed())
        try:
            await self._state.commit()
        except sqlite3.Error as error:
            _log.error("the bot's state could not be written: %s", error)

    async def abort(self) -> None:
        """End as by a kill: nothing is waited for, nothing is saved."""
        self._save_no_more()
        await self.tasks.abort()

    def _save_no_more(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
