"""How a bot's function is called: until it is through, or has failed for good, and with what it did to the store kept or taken
back. Knows no order of events, and no disk."""

import inspect
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hubbub.client import errors
from hubbub.client.bots.context import BotError, Context, place_of
from hubbub.client.bots.delivering import Delivery
from hubbub.client.bots.handlers import Call, Injected
from hubbub.client.bots.handling import answer_key, outage_pause, pause_before, reference
from hubbub.client.bots.store import Store
from hubbub.client.bots.tasks import Over, Tasks
from hubbub.client.keys import message_key

if TYPE_CHECKING:
    from hubbub.client.bot import Bot

Values = dict[str, bytes | None]
"""What names of the store hold now; None: nothing."""
_log: Final = logging.getLogger("hubbub.bot")


class Attempts:
    """Calls the functions of one bot while it runs."""

    def __init__(self, bot: "Bot", store: Store, tasks: Tasks, error_handlers: Sequence[Injected]) -> None:
        """`error_handlers`: `@bot.error`."""
        self._bot, self._store, self._tasks, self._error_handlers = bot, store, tasks, error_handlers

    async def call(self, delivery: Delivery, call: Call) -> Values:
        """Call it for an event; what it did to the store. Raises Over where nothing can come of it any more."""
        failures = outages = 0
        while True:
            ctx = Context(self._bot, call.name, delivery, call.match)
            try:
                return await self._kept(partial(_once, ctx, call))
            except BotError as error:
                await self._say(delivery, f"{call.name}:refused", str(error))
                return {}
            except Exception as error:  # noqa: BLE001  # a handler may raise anything, and must not end the bot
                self._check(delivery)
                if isinstance(error, errors.HubbubError) and error.retryable:
                    outages += 1
                    _log.warning("%s waits for the server: %s", call.name, error)
                    await self._tasks.rest(outage_pause(outages))
                elif (pause := pause_before(failures := failures + 1)) is not None:
                    _log.warning("%s failed, try %d", call.name, failures, exc_info=error)
                    await self._tasks.rest(pause)
                else:
                    return await self._give_up(delivery, ctx, call.name, error)
            self._check(delivery)

    async def outside(self, function: Injected, name: str) -> Values:
        """Call what is for no event: on_start, on_connect, every(). Raises what it raises."""
        return await self._kept(partial(function, Context(self._bot, name)))

    async def tell(self, ctx: Context, error: Exception) -> Values:
        """Call `@bot.error`. What that raises is logged."""
        values: Values = {}
        for handler in self._error_handlers:
            try:
                values.update(await self._kept(partial(handler, ctx, error)))
            except Exception:  # noqa: BLE001  # as above
                _log.exception("a handler of errors failed")
        return values

    async def _kept(self, work: Callable[[], Any]) -> Values:
        """What it did to the store, which is taken back where it raises something."""
        changes = self._store.begin()
        try:
            result = work()
            if inspect.isawaitable(result):
                await result
        except BaseException:
            self._store.take_back(changes)
            raise
        return self._store.keep(changes)

    def _check(self, delivery: Delivery) -> None:
        """Raises Over where nothing can come of it any more."""
        if self._tasks.closing or not self._bot.client.current(delivery):
            raise Over

    async def _give_up(self, delivery: Delivery, ctx: Context, handler: str, error: Exception) -> Values:
        place, name = place_of(delivery), f"{handler}:failed"
        key = answer_key(self._bot.user, place, name, "", 1) if place is not None else message_key()
        where = f" on entry {place.seq} in {ctx.conversation}" if place is not None else ""
        _log.error("%s failed%s and is passed over (ref %s)", handler, where, reference(key), exc_info=error)
        if ctx.message is not None:
            await self._say(delivery, name, f"failed (ref {reference(key)})")
        return await self.tell(ctx, error)

    async def _say(self, delivery: Delivery, name: str, text: str) -> None:
        """Answer, however long it takes to get it through; what is refused is logged."""
        outages = 0
        while True:
            ctx = Context(self._bot, name, delivery)
            if not ctx.conversation:
                return
            try:
                await ctx.reply(text)
                return
            except errors.HubbubError as error:
                self._check(delivery)
                if not error.retryable:
                    _log.warning("%r could not be said in %s: %s", text, ctx.conversation, error)
                    return
                outages += 1
            await self._tasks.rest(outage_pause(outages))


async def _once(ctx: Context, call: Call) -> None:
    result = call.run(ctx)
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, str):
        if result:
            await ctx.reply(result)
    elif result is not None:
        raise TypeError(f"{call.name} returned {result!r}: it can be the text of an answer, or None")
