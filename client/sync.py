"""The same client, blocking: for scripts, notebooks and threads. The same names as hubbub.client.Client.

    with Client("tcp://127.0.0.1:2000", user="alice", password="...") as chat:
        chat.send("bob", "hi")
        for event in chat.events(): ...

One event loop in a thread of its own does the work; calls may come from any thread, and each blocks only its own.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from hubbub.client import client as asynchronous
from hubbub.client import errors, events
from hubbub.client.cache import Waiting
from hubbub.client.client import DRAIN_S
from hubbub.client.models import Conversation, Message, User
from hubbub.schemas.hello import Hello

T = TypeVar("T")
_END: Final = object()


class Client:
    """hubbub.client.Client for code without an event loop: what is awaited there blocks here, what is iterated with
    `async for` there is iterated with `for`. Takes the same arguments and raises the same errors."""

    def __init__(self, server: str, **options: Any) -> None:
        """Nothing happens before `with`. See hubbub.client.Client for the options."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hubbub-sync", daemon=True)
        try:
            self._client = asynchronous.Client(server, **options)
        except BaseException:
            self._loop.close()
            raise

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._wait(self._client.__aenter__())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(drain=DRAIN_S if error is None else 0.0)

    def close(self, drain: float = DRAIN_S) -> None:
        """Waits `drain` seconds at most for calls under way, rejects the rest with Closed, and lets go of everything."""
        if self._loop.is_closed():
            return
        if not self._thread.is_alive():  # never opened
            self._loop.close()
            return
        try:
            self._wait(self._client.close(drain))
        finally:
            self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _wait(self, job: Coroutine[Any, Any, T]) -> T:
        if not self._thread.is_alive():
            job.close()
            raise errors.Closed("The client is not open: use it within 'with'.")
        running = asyncio.run_coroutine_threadsafe(job, self._loop)
        try:
            return running.result()
        except BaseException:
            running.cancel()
            raise

    def _each(self, source: AsyncIterator[T]) -> Iterator[T]:
        async def following() -> Any:
            return await anext(source, _END)

        try:
            while (item := self._wait(following())) is not _END:
                yield item
        finally:
            if not self._loop.is_closed() and (close := getattr(source, "aclose", None)) is not None:
                self._wait(close())

    @property
    def user(self) -> str:
        """My name, in the form that the server shows."""
        return self._client.user

    @property
    def connected(self) -> bool:
        """The link is up now. Calls made while it is down wait for it."""
        return self._client.connected

    @property
    def server(self) -> Hello | None:
        """What the server said of itself; None before it said hello."""
        return self._client.server

    @property
    def first_contact(self) -> bool:
        """The server's key was never met before: show its fingerprint, so that it can be compared."""
        return self._client.first_contact

    def send(self, to: str, text: str, *, key: bytes | None = None) -> Message:
        """Returns once the server has stored it. See hubbub.client.Client.send."""
        return self._wait(self._client.send(to, text, key=key))

    def mark_read(self, to: str, seq: int) -> None:
        """I have read the conversation up to `seq`."""
        self._wait(self._client.mark_read(to, seq))

    def start_conversation(self, user: str) -> Conversation:
        """The conversation with a user, made if there is none. Raises NotFound."""
        return self._wait(self._client.start_conversation(user))

    def logout(self) -> None:
        """End the session, also in the profile."""
        self._wait(self._client.logout())

    def home(self) -> list[Conversation]:
        """All my conversations, the liveliest first."""
        return self._wait(self._client.home())

    def history(
        self,
        to: str,
        *,
        limit: int | None = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> Iterator[Message]:
        """Messages of a conversation, newest first, fetched page by page. See hubbub.client.Client.history."""
        return self._each(self._client.history(to, limit=limit, before=before, after=after, around=around))

    def search(self, words: str, *, conversation: str | None = None, limit: int | None = 50) -> list[Message]:
        """Messages of mine that hold all the words, newest first."""
        return self._wait(self._client.search(words, conversation=conversation, limit=limit))

    def users(self, query: str = "", *, limit: int | None = None) -> list[User]:
        """Accounts whose names begin with the query, by name."""
        return self._wait(self._client.users(query, limit=limit))

    def online_users(self) -> list[User]:
        """Who is present."""
        return self._wait(self._client.online_users())

    def events(self) -> Iterator[events.Event]:
        """What happens, in order per conversation and without a gap. See hubbub.client.Client.events."""
        return self._each(self._client.events())

    def queue(self, to: str, text: str) -> bytes:
        """Keep a message in the profile until the server has it; its key."""
        return self._wait(self._client.queue(to, text))

    def flush(self) -> list[tuple[Waiting, Message | errors.HubbubError]]:
        """Send what waits in the outbox; what became of each."""
        return self._wait(self._client.flush())

    def waiting(self) -> list[Waiting]:
        """What the server does not have."""
        return self._wait(self._client.waiting())
