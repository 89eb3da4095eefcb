"""Somebody who talks to a bot in a test: a client with an account, who remembers what was said to him. Knows no broker."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from hubbub.client import events
from hubbub.client.client import Client
from hubbub.client.link import Link
from hubbub.client.models import Message, same_conversation
from hubbub.client.testing.settling import WAIT_S

E = TypeVar("E", bound=events.Event)
T = TypeVar("T")


class PersonalClient(Client):
    """The client of somebody in a test, whose link the kit looks at."""

    @property
    def link(self) -> Link:
        """What is below it."""
        return self._link


class Person:
    """An account, and a connection of its own. `broker.user` makes it, and closes it.

    Messages of others are kept, in the order in which they came, until `ask` or `expect` takes them.
    """

    def __init__(
        self,
        client: PersonalClient,
        default: Callable[[], str],
        settled: Callable[[], Awaitable[object]],
    ) -> None:
        """`default`: whom he talks to when nobody is named. `settled` returns when all bots have done what there was to do, and
        all people have heard of it."""
        self.client = client
        """For everything that people can do and that is not here: `await alice.client.react(message, "👍")`."""
        self._default, self._settled = default, settled
        self._messages: list[Message] = []
        self._events: list[events.Event] = []
        self._came = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """As others see it."""
        return self.client.user

    async def say(self, text: str, to: str | None = None) -> Message:
        """Send, and don't wait for an answer. to: "bob", "@bob" or "#team"; None: his group, or the bot."""
        return await self.client.send(to if to is not None else self._default(), text)

    async def ask(self, text: str, to: str | None = None, timeout: float = WAIT_S) -> Message:
        """Send, and take the next message that somebody else says in that conversation. Raises AssertionError when none comes
        in time."""
        __tracebackhide__ = True
        asked = await self.say(text, to)

        def answers(message: Message) -> bool:
            return message.conversation_id == asked.conversation_id and message.seq > asked.seq

        return await self._take(answers, f"an answer to {text!r}", timeout)

    async def expect(
        self,
        text: str | re.Pattern[str] | None = None,
        *,
        sender: str | None = None,
        to: str | None = None,
        timeout: float = WAIT_S,
    ) -> Message:
        """Take the oldest message of somebody else that was not taken yet, and wait for it if need be.

        text: all of it, or a compiled regular expression that is found in it. sender, to: only what he said, only what was
        said in this conversation. Others stay for a later `expect`. Raises AssertionError when none comes in time.
        """
        __tracebackhide__ = True
        return await self._take(_matcher(text, sender, to), _described(text, sender, to), timeout)

    async def expect_nothing(self, *, sender: str | None = None, to: str | None = None) -> None:
        """There is no message that was not taken, and none is on its way: the bots have done what there was to do. Without
        waiting for a time. Raises AssertionError."""
        __tracebackhide__ = True
        await self._settled()
        wanted = _matcher(None, sender, to)
        found = [message for message in self._messages if wanted(message)]
        if found:
            raise AssertionError(f"{self.name} expected nothing more, but there is {_listed(found)}")

    async def expect_event(self, kind: type[E], timeout: float = WAIT_S, **fields: Any) -> E:
        """Take the oldest event of this kind, with these values in its fields, that was not taken yet, and wait for it if need
        be. For what is no message: `await alice.expect_event(events.MessageEdited, text="2 votes")`."""
        __tracebackhide__ = True

        def look() -> E | None:
            for event in self._events:
                if isinstance(event, kind) and all(getattr(event, name) == fields[name] for name in fields):
                    self._events.remove(event)
                    return event
            return None

        if (found := await self._wait(look, timeout)) is not None:
            return found
        came = ", ".join(type(event).__name__ for event in self._events) or "none"
        wanted = ", ".join(f"{name}={value!r}" for name, value in fields.items())
        raise AssertionError(
            f"{self.name} saw no {kind.__name__}({wanted}) within {timeout:g} s. Events not taken: {came}."
        )

    # ------------------------------------------------------------------------------------------------- what he hears

    async def __aenter__(self) -> Self:
        await self.client.__aenter__()
        self._reader = asyncio.create_task(self._read(), name=f"{self.name} reads")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader

    async def _read(self) -> None:
        async for event in self.client.events():
            if not isinstance(event, events.MessageReceived):
                self._events.append(event)
            elif event.message.sender != self.name:
                self._messages.append(event.message)
            self._came.set()

    async def _take(self, wanted: Callable[[Message], bool], what: str, timeout: float) -> Message:
        __tracebackhide__ = True

        def look() -> Message | None:
            for message in self._messages:
                if wanted(message):
                    self._messages.remove(message)
                    return message
            return None

        if (found := await self._wait(look, timeout)) is not None:
            return found
        there = _listed(self._messages) if self._messages else "nothing"
        raise AssertionError(f"{self.name} heard no {what} within {timeout:g} s. Not taken: {there}.")

    async def _wait(self, look: Callable[[], T | None], timeout: float) -> T | None:
        """What `look` finds, asked again whenever something came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while (found := look()) is None:
                    self._came.clear()
                    await self._came.wait()
                return found
        return None


def _matcher(
    text: str | re.Pattern[str] | None, sender: str | None, to: str | None
) -> Callable[[Message], bool]:
    def matches(message: Message) -> bool:
        if text is not None and not (
            text == message.text if isinstance(text, str) else text.search(message.text)
        ):
            return False
        if sender is not None and not same_conversation(message.sender, sender.removeprefix("@")):
            return False
        return to is None or same_conversation(message.conversation, to if to[:1] in "@#" else f"@{to}")

    return matches


def _described(text: str | re.Pattern[str] | None, sender: str | None, to: str | None) -> str:
    what = "message" if text is None else repr(text if isinstance(text, str) else text.pattern)
    return what + (f" of {sender}" if sender else "") + (f" in {to}" if to else "")


def _listed(messages: list[Message]) -> str:
    return "; ".join(f"{one.sender} in {one.conversation}: {one.text!r}" for one in messages)
