"""Bots in this process, and what people say to them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hubbub.client import Bot, Client, Message, events
from hubbub.client.testing.clock import Clock
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.chatting import heard

NUMBERS = itertools.count(1)
GENERAL = "#general"


def bot_of(broker: Served, name: str, profile: Path | None, **options: Any) -> Bot:
    return Bot(
        profile=profile,
        server=broker.place.address,
        user=name,
        password=PASSWORD.decode(),
        register=True,
        **options,
    )


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[Bot]:
    await bot.start()
    try:
        yield bot
    finally:
        await bot.close()


async def said(chat: Client, bot: Bot, after: Message) -> Message:
    """What the bot said next in the same conversation."""

    def wanted(event: events.MessageReceived) -> bool:
        message = event.message
        return (
            message.sender != chat.user
            and message.conversation_id == after.conversation_id
            and message.seq > after.seq
        )

    return (await heard(chat, events.MessageReceived, wanted)).message


async def ask(chat: Client, bot: Bot, text: str, to: str | None = None) -> str:
    return (await said(chat, bot, await chat.send(to or bot.user, text))).text


async def silence(chat: Client, bot: Bot, text: str, to: str | None = None) -> None:
    """The bot handles it and says nothing."""
    sent = await chat.send(to or bot.user, text)
    await bot.handled(sent.conversation_id, sent.seq)
    newest = await anext(chat.history(sent.conversation, limit=1))
    assert newest.seq == sent.seq, newest.text


async def answers(chat: Client, bot: str) -> list[str]:
    return [message.text async for message in chat.history(bot, limit=None) if message.sender != chat.user][
        ::-1
    ]


async def moved(bot: Bot, condition: Callable[[], object]) -> None:
    """Move the bot's clock until it is so."""
    assert isinstance(bot.clock, Clock)
    async with asyncio.timeout(10):
        while not condition():
            await bot.clock.advance(1)
            await asyncio.sleep(0.005)
