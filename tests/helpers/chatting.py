"""Clients of the library, and waiting for what they hear."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from hubbub.client import Client, Conversation, Message, events
from tests.helpers.brokers import PASSWORD, Served

E = TypeVar("E", bound=events.Event)


@asynccontextmanager
async def chatting(broker: Served, *names: str, **options: Any) -> AsyncIterator[list[Client]]:
    """Clients of these users, who have accounts from then on."""
    options = {"password": PASSWORD.decode(), "register": True, **options}
    if not names:
        yield []
        return
    async with (
        Client(broker.place.address, user=names[0], **options) as first,
        chatting(broker, *names[1:], **options) as others,
    ):
        yield [first, *others]


async def heard(chat: Client, kind: type[E], wanted: Callable[[E], bool] = lambda _: True) -> E:
    """The next event of this kind that is wanted."""
    async with aclosing(chat.events()) as coming:  # type: ignore[type-var]
        async for event in coming:
            if isinstance(event, kind) and wanted(event):
                return event
    raise AssertionError("the client was closed")


async def row_of(chat: Client, conversation: str) -> Conversation:
    """The conversation, as home() shows it now."""
    (row,) = [row for row in await chat.home() if row.name == conversation]
    return row


async def newest(chat: Client, to: str) -> Message:
    """The last message of a conversation."""
    return await anext(chat.history(to, limit=1))
