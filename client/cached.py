"""What a client's profile knows, beside what its server says: the same questions, answered by the disk alone. Knows no socket."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from hubbub.client.disk import Disk
from hubbub.client.errors import ProfileError
from hubbub.client.models import Conversation, Hit, Message, User
from hubbub.client.remembered import Remembered

T = TypeVar("T")


class Cached:
    """Client.cached: everything is as it was when the server was last reached, with what was heard since. Nothing waits for the
    link. Where the server was never met there is nothing yet. Raises ProfileError where the client has no profile."""

    def __init__(self, disk: Callable[[], Disk | None]) -> None:
        """`disk`: the client's, while it is open."""
        self._disk = disk

    async def home(self) -> list[Conversation]:
        """All my conversations, the liveliest first. Their unread counts are those of the last time that HOME was read."""
        return await self._ask(lambda known: known.home())

    async def history(
        self,
        to: str,
        *,
        limit: int | None = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> list[Message]:
        """Messages that were seen, newest first; there may be gaps between them. before, after, around: as of Client.history. Raises
        NotFound where nothing is known of the conversation."""
        return await self._ask(
            lambda known: known.history(to, limit=limit, before=before, after=after, around=around)
        )

    async def message(self, to: str, seq: int) -> Message | None:
        """One message; None where it was not seen. Raises NotFound (the conversation)."""
        return await self._ask(lambda known: known.message(to, seq))

    async def search(
        self,
        words: str,
        *,
        conversation: str | None = None,
        sender: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: int | None = 50,
    ) -> list[Hit]:
        """Messages that were seen and hold all the words, anywhere in them, newest first. The rest as of Client.search. Raises
        NotFound (the conversation)."""
        return await self._ask(
            lambda known: known.search(
                words, conversation=conversation, sender=sender, before=before, after=after, limit=limit
            )
        )

    async def people(self, query: str = "", *, limit: int | None = None) -> list[User]:
        """Who was seen, and how they were shown, by name: those whose names begin with the query. Nobody is online."""
        return await self._ask(lambda known: known.people(query, limit=limit))

    async def _ask(self, question: Callable[[Remembered], T]) -> T:
        if (disk := self._disk()) is None:
            raise ProfileError("This client has no profile, or is not open: nothing is kept.")
        return await disk.do(lambda: question(disk.remembered))
