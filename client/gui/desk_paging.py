"""Reading a conversation page by page: at its server, or from what this device remembers. All coroutines here run in the
library's thread."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hubbub.client import Client, Earlier, Member, Message
from hubbub.client.errors import NotFound

PAGE: Final = 50
"""Messages that are asked for at a time."""


class Page(Struct, frozen=True, kw_only=True):
    """Messages of a conversation that lie side by side."""

    messages: tuple[Message, ...]
    """The oldest first."""
    first: bool = False
    """Nothing lies before them."""
    last: bool = False
    """Nothing lies behind them."""
    cached: bool = False
    """From this device's memory: there may be gaps, and what changed since is not in them."""


class Info(Struct, frozen=True, kw_only=True):
    """What there is to know of a message."""

    message: Message
    """As it is now."""
    members: tuple[Member, ...]
    """Of its conversation, with how far each has read who lets others see it."""
    earlier: tuple[Earlier, ...]
    """The texts that it had before, the first one first."""


class Paging:
    """The part of Desk that reads messages."""

    def __init__(self, client: Client) -> None:
        self.client: Final = client

    async def newest(self, to: str, limit: int = PAGE) -> Page:
        """The end of a conversation."""
        return await self._back(to, limit, None)

    async def before(self, to: str, seq: int, limit: int = PAGE) -> Page:
        """What comes before a message."""
        return await self._back(to, limit, seq)

    async def after(self, to: str, seq: int, limit: int = PAGE) -> Page:
        """What follows a message."""
        return _page([one async for one in self.client.history(to, after=seq, limit=limit)], limit, after=seq)

    async def around(self, to: str, seq: int, limit: int = 2 * PAGE) -> Page:
        """A message with what lies about it: half of them up to it, half behind it."""
        return _page(
            [one async for one in self.client.history(to, around=seq, limit=limit)], limit, around=seq
        )

    async def cached_newest(self, to: str, limit: int = PAGE) -> Page:
        """The end of a conversation as far as it is known here."""
        return await self._remembered(to, limit=limit)

    async def cached_before(self, to: str, seq: int, limit: int = PAGE) -> Page:
        """What is known to come before a message."""
        return await self._remembered(to, limit=limit, before=seq)

    async def cached_after(self, to: str, seq: int, limit: int = PAGE) -> Page:
        """What is known to follow a message."""
        return await self._remembered(to, limit=limit, after=seq)

    async def cached_around(self, to: str, seq: int, limit: int = 2 * PAGE) -> Page:
        """A message with what is known to lie about it; nothing where it is not known itself."""
        page = await self._remembered(to, limit=limit, around=seq)
        return page if any(one.seq == seq for one in page.messages) else Page(messages=(), cached=True)

    async def message(self, to: str, seq: int) -> Message | None:
        """One of them as it is now; None: there is none that I may see."""
        try:
            return await self.client.message((to, seq))
        except NotFound:
            return None

    async def messages(self, to: str, seqs: Iterable[int]) -> dict[int, Message | None]:
        """Some of them, by seq."""
        wanted = list(seqs)
        return dict(
            zip(wanted, await asyncio.gather(*(self.message(to, seq) for seq in wanted)), strict=True)
        )

    async def cached_messages(self, to: str, seqs: Iterable[int]) -> dict[int, Message | None]:
        """Those of them that are known here, by seq."""
        found: dict[int, Message | None] = {}
        with suppress(NotFound):
            for seq in seqs:
                if (message := await self.client.cached.message(to, seq)) is not None:
                    found[seq] = message
        return found

    async def read_marks(self, to: str) -> dict[str, int]:
        """How far everybody has read who lets others see it."""
        try:
            return {one.name: one.read for one in await self.client.members(to) if one.read is not None}
        except NotFound:  # nothing was ever said to him
            return {}

    async def info(self, message: Message) -> Info:
        """Everything about one message."""
        now, members, earlier = await asyncio.gather(
            self.client.message(message),
            self.client.members(message.conversation),
            self.client.earlier_texts(message) if message.edited_at else _none(),
        )
        return Info(message=now, members=tuple(members), earlier=tuple(earlier))

    async def _back(self, to: str, limit: int, before: int | None) -> Page:
        try:
            messages = [one async for one in self.client.history(to, limit=limit, before=before)]
        except NotFound:  # nothing was ever said to him
            messages = []
        return _page(messages, limit, before=before)

    async def _remembered(
        self,
        to: str,
        *,
        limit: int,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> Page:
        history = self.client.cached.history
        try:
            messages = await history(to, limit=limit, before=before, after=after, around=around)
        except NotFound:
            messages = []
        page = _page(messages, limit, before=before, after=after, around=around)
        return replace(page, cached=True)


def _page(
    newest_first: Sequence[Message],
    limit: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> Page:
    """The answer to such a question, and what it tells of the log's ends."""
    messages, ends = tuple(reversed(newest_first)), len(newest_first) < limit
    if after is not None:
        return Page(messages=messages, last=ends)
    if around is None:
        return Page(messages=messages, first=ends, last=before is None)
    behind = sum(1 for one in messages if one.seq > around)
    return Page(messages=messages, first=len(messages) - behind < limit // 2, last=behind < limit // 2)


async def _none() -> list[Earlier]:
    return []
