"""What a client reads: conversations, messages, and how far it has read. Knows no socket."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Literal

from hubbub.client import errors, paging
from hubbub.client.calling import Calling, Which, missing, no_message, person
from hubbub.client.models import (
    FOR_EVER_ON_THE_WIRE,
    Conversation,
    Earlier,
    Hit,
    Message,
    earlier_of,
    liveliest,
    microseconds,
    muting,
    recipient,
)
from hubbub.schemas import events as wire
from hubbub.schemas import limits, replies, requests


class Reading(Calling):
    """The part of Client that reads."""

    async def home(self) -> list[Conversation]:
        """All my conversations, with unread counts and last messages, the liveliest first."""
        return [self._link.conversation(row) for row in liveliest(await self._read_home())]

    async def history(
        self,
        to: str,
        *,
        limit: int | None = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        with_files: bool = False,
    ) -> AsyncIterator[Message]:
        """Messages of a conversation, newest first, fetched page by page. limit=None: all. Deleted ones have no text.

        before: only smaller seqs. after: only larger ones; with a limit, those that follow it most closely. around: half
        of `limit` (200 at most) up to this seq, half behind it. with_files: only messages with files, by users whom I have not
        blocked; all that lies between them is read too, and it goes with neither after nor around. A user to whom nothing was
        ever said has no messages; raises NotFound where there is no such user or group.
        """
        if around is not None and (before is not None or after is not None or limit is None):
            raise ValueError("around goes with a limit, and with neither before nor after")
        if with_files and (after is not None or around is not None):
            raise ValueError("with_files goes with neither after nor around")
        conversation = await self._known(recipient(to))
        if conversation is None:
            return
        if with_files:
            async with aclosing(self._with_attachments(conversation, limit, before)) as holding:
                async for held in holding:
                    yield held
            return
        if around is not None or (after is not None and before is None and limit is not None):
            for message in await self._page(conversation, after, around, limit or 0):
                yield self._link.message(message)
            return
        pages = paging.history(self._link.ask, conversation, limit=limit, before=before, after=after)
        async with aclosing(pages):
            async for page in pages:
                for message in page:
                    yield self._link.message(message)

    async def _with_attachments(
        self, conversation: int, limit: int | None, before: int | None
    ) -> AsyncGenerator[Message, None]:
        have = 0
        pages = paging.history(self._link.ask, conversation, limit=None, before=before, after=None)
        async with aclosing(pages):
            async for page in pages:
                for message in map(self._link.message, page):
                    if not message.attachments or message.blocked:
                        continue
                    yield message
                    have += 1
                    if have == limit:
                        return

    async def _page(
        self, conversation: int, after: int | None, around: int | None, limit: int
    ) -> list[wire.Message]:
        if after is not None:
            return await paging.history_after(self._link.ask, conversation, after, limit)
        request = requests.History(
            id=0, conversation=conversation, around=around, limit=paging.page_size(limit)
        )
        return (await self._link.ask(request, replies.HistoryPage)).messages

    async def message(self, message: Which) -> Message:
        """A message as it is now, with its reactions: of one that was handed out before, or of a conversation and a seq,
        `chat.message(("#team", 17))`. Raises NotFound."""
        return await self._one(message)

    async def pinned(self, to: str) -> list[Message]:
        """The pinned messages of a conversation, newest first. Raises NotFound."""
        if (conversation := await self._known(recipient(to))) is None:
            return []
        return [self._link.message(one) for one in await paging.pins(self._link.ask, conversation)]

    async def earlier_texts(self, message: Which) -> list[Earlier]:
        """The texts that a message had before it was changed, the first one first. None of a deleted one. Raises NotFound."""
        conversation, seq = await self._place(message)
        with missing(no_message(message)):
            return [earlier_of(row) for row in await paging.edits(self._link.ask, conversation, seq)]

    async def search(
        self,
        words: str,
        *,
        conversation: str | None = None,
        sender: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        order: Literal["newest", "relevance"] = "newest",
        limit: int | None = 50,
    ) -> list[Hit]:
        """Messages that I may read and that hold all the words: newest first, or best match first (among the newest 5,000).
        limit=None: all. A hit is opened in its place by history(hit.conversation, around=hit.seq).

        words: "two words" in quotation marks stand side by side, and wor* is the beginning of a word. sender: only what this
        user said. before, after: only from before this time, from this time on; times have a zone. Raises NotFound (no such
        conversation or user), BadRequest, TimedOut.
        """
        _check_words(words)
        where = None
        if conversation is not None and (where := await self._known(recipient(conversation))) is None:
            return []
        who, begin, end = (None if sender is None else person(sender)), _wire_time(after), _wire_time(before)

        def wanted(cursor: int, size: int) -> requests.Search:
            return requests.Search(
                id=0,
                words=words,
                conversation=where,
                sender=who,
                before=end,
                after=begin,
                order=order,
                cursor=cursor,
                limit=size,
            )

        with missing(_nothing_to_search(conversation, who)):
            found = await paging.search(self._link.ask, wanted, limit)
        await self._name({hit.message.conversation for hit in found})
        return [self._link.hit(hit) for hit in found]

    async def mark_read(self, to: str, seq: int) -> None:
        """I have read the conversation up to `seq`. A marker never moves back."""
        conversation = await self._known(recipient(to))
        if conversation is not None:
            await self._link.ask(requests.MarkRead(id=0, conversation=conversation, seq=seq), replies.Done)

    async def mute(self, to: str, until: datetime | timedelta | None = None) -> None:
        """Do not be disturbed by a conversation until a time (with a zone), for a while, or, with None, for ever. It is kept by
        the server, for all my devices; unread counts go on."""
        if isinstance(until, timedelta):
            until = datetime.now().astimezone() + until
        await self._mute(to, FOR_EVER_ON_THE_WIRE if until is None else muting(_zoned(until)))

    async def unmute(self, to: str) -> None:
        """Be disturbed again."""
        await self._mute(to, 0)

    async def _mute(self, to: str, until: int) -> None:
        await self._ask_in(recipient(to), requests.Mute(id=0, conversation=0, until=until), replies.Done)


def _check_words(words: str) -> None:
    if not words.strip():
        raise errors.BadRequest("There is nothing to search for: give at least one word.")
    if len(words) > limits.QUERY_MAX_CHARACTERS:
        most = limits.QUERY_MAX_CHARACTERS
        raise errors.BadRequest(f"A search has at most {most} characters; this one has {len(words)}.")


def _zoned(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise errors.BadRequest(
            "Which time is meant? Give it a zone: datetime.now(UTC), or time.astimezone() for local time."
        )
    return time


def _wire_time(time: datetime | None) -> int | None:
    return None if time is None else max(0, microseconds(_zoned(time)))


def _nothing_to_search(conversation: str | None, sender: str | None) -> str:
    named = [f"user {sender}"] * (sender is not None) + [f"conversation {conversation}"] * (
        conversation is not None
    )
    return f"There is no {' or no '.join(named)}." if named else "There is nothing to search."
