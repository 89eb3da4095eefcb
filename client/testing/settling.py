"""When a test's clients and bots have done what there was to do: not after a time, but when nothing is left. Knows no broker:
what there is to do is asked of `Server`."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hubbub.client.bot import Bot
from hubbub.client.link import Link
from hubbub.client.testing.clock import Clock, Tasks

WAIT_S: Final = 5.0
"""How long anything may take in a test that does not say otherwise. Real seconds, whatever the broker's clock is made to show."""
_LOOK_S: Final = 0.002
_TURNS: Final = 3
"""Turns of the event loop in which a task that the clock woke does what needs no answer of anybody, and sleeps again."""


class Server(Protocol):
    """What the broker knows."""

    @property
    def up(self) -> bool:
        """It serves."""

    @property
    def position(self) -> int:
        """How many commits there were."""

    async def heads(self, user: int) -> dict[int, int]:
        """Conversation -> its last seq, of all that the user is in."""


async def until(condition: Callable[[], bool], what: str) -> None:
    """Raises AssertionError where it is not true within WAIT_S."""
    try:
        async with asyncio.timeout(WAIT_S):
            while not condition():  # noqa: ASYNC110  # other threads make it true
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise AssertionError(f"{what} within {WAIT_S:g} s.") from None


class Settling:
    """Waits for all links and bots that there are at that moment."""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        links: Callable[[], Sequence[Link]],
        bots: Callable[[], Sequence[Bot]],
    ) -> None:
        self._server, self._clock, self._links, self._bots = server, clock, links, bots

    async def woken(self, tasks: Tasks) -> None:
        """Returns when these, which the clock woke, are done or sleep again, and everything that came of it is done. Raises
        AssertionError after WAIT_S."""
        position = self._server.position if self._server.up else 0
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        if not self._server.up:
            return
        if self._running(tasks) or self._server.position != position or self._asking():
            await self.settled(tasks)

    async def settled(self, tasks: Tasks = frozenset()) -> None:
        """Returns when every client has heard of all that was said, the bots have handled it (but for what sleeps by the clock),
        and nothing new came of that. Does not wait while the broker is stopped. Raises AssertionError after WAIT_S."""
        why = ""
        try:
            async with asyncio.timeout(WAIT_S):
                while why := await self._left(tasks):  # noqa: ASYNC110  # as above
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise AssertionError(f"After {WAIT_S:g} s {why}.") from None

    async def _left(self, tasks: Tasks) -> str:
        """What there is to do, if there is something."""
        if not self._server.up:
            return ""
        position, links = self._server.position, self._links()
        for link in links:
            heads, heard = await self._server.heads(link.user_id), await link.delivered()
            if any(heard.get(conversation, -1) < head for conversation, head in heads.items()):
                return f"{link.user} has not heard everything"
        if any(link.queue for link in links):
            return "events wait to be taken"
        if running := self._running(tasks):
            return f"{', '.join(running)} still runs"
        return "there is always something new" if self._server.position != position else ""

    def _running(self, tasks: Tasks) -> list[str]:
        found = [what for bot in self._bots() for what in bot.busy(self._clock.asleep)]
        awake = [task for task in tasks if not task.done() and task not in self._clock.asleep]
        return found + [task.get_name() for task in awake]

    def _asking(self) -> bool:
        return any(link.pending for link in self._links())
