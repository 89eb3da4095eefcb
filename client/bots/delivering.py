"""A client for programs that handle several events side by side, and keep by themselves how far they got. Knows no socket."""

from collections.abc import AsyncIterator
from typing import Any

from msgspec import Struct

from hubbub.client import errors, events
from hubbub.client.client import Client
from hubbub.client.eventqueue import Mark
from hubbub.client.link import Link
from hubbub.client.positions import Positions


class Delivery(Struct, frozen=True):
    """An event that was handed out and is not handled yet."""

    event: events.Event
    mark: Mark | None
    """Era, conversation and seq; None: it is in no log, and does not come again."""


class DeliveringClient(Client):
    """A Client whose consumer says of each event when it is done with it. Its profile has no copies of what was said: nobody looks
    at them, and to write them costs more than to handle an event."""

    def __init__(self, server: str, *, positions: Positions, **options: Any) -> None:
        """`options`: as Client takes them."""
        super().__init__(server, **options)
        self._link.positions = positions
        self._link.keeps_copies(False)

    @property
    def link(self) -> Link:
        """What is below it. For tests."""
        return self._link

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """What events() yields. `done` must follow for each that has a mark: more than 4,096 that are not done are not handed
        out. Ends when the client is closed; raises what stops it."""
        while (found := await self._link.next_event()) is not None:
            yield Delivery(*found)

    def done(self, delivery: Delivery) -> None:
        """It is handled, and so is what came before it in its conversation."""
        if delivery.mark is not None:
            self._link.handled(delivery.mark)

    def current(self, delivery: Delivery) -> bool:
        """It is of the store that the server has now; else a backup was restored since, and its numbers mean nothing."""
        return delivery.mark is None or self._link.current(delivery.mark)

    def where(self, delivery: Delivery, name: str) -> str:
        """How one writes to its conversation now; `name`: what it was called when it was handed out. Raises Restored where it is
        of a store that is gone."""
        if not self.current(delivery):
            raise errors.Restored("The server's store was restored: the conversation may be another one now.")
        number = delivery.mark[1] if delivery.mark is not None else 0
        return self._link.directory.name(number) if number in self._link.directory else name
