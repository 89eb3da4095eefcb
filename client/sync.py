"""The same client, blocking: for scripts, notebooks and threads. The same names as hubbub.client.Client.

    with Client("tcp://127.0.0.1:2000", user="alice", password="...") as chat:
        chat.send("bob", "hi")
        for event in chat.events(): ...

One event loop in a thread of its own does the work; calls may come from any thread, and each blocks only its own. What is
told of transfers (`progress`) is called in the loop's thread: it must be quick, and can't call the client.
"""

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from hubbub.client import errors
from hubbub.client.cached import Cached as AsynchronousCached
from hubbub.client.client import DRAIN_S
from hubbub.client.client import Client as Asynchronous
from hubbub.schemas.hello import Hello

P = ParamSpec("P")
T = TypeVar("T")
_END: Final = object()


def _blocking(
    method: Callable[Concatenate[Asynchronous, P], Coroutine[Any, Any, T]],
) -> "Callable[Concatenate[Client, P], T]":
    """The method that waits for what the asyncio client's method returns, with its arguments, errors and description."""

    @functools.wraps(method)
    def call(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._wait(method(self._client, *args, **kwargs))

    return call


def _iterating(
    method: Callable[Concatenate[Asynchronous, P], AsyncIterator[T]],
) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    """The same for what is iterated."""

    @functools.wraps(method)
    def call(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self._each(method(self._client, *args, **kwargs))

    return call


def _with_options_of(
    opened: Callable[Concatenate[Asynchronous, P], None],
) -> Callable[[Callable[..., None]], "Callable[Concatenate[Client, P], None]"]:
    """The arguments and the description of the asyncio client's constructor, for editors and type checkers too."""

    def decorate(begin: Callable[..., None]) -> "Callable[Concatenate[Client, P], None]":
        return functools.wraps(opened)(begin)

    return decorate


class Client:
    """hubbub.client.Client for code without an event loop: what is awaited there blocks here, what is iterated with
    `async for` there is iterated with `for`. Takes the same arguments and raises the same errors."""

    @_with_options_of(Asynchronous.__init__)
    def __init__(self, *args: Any, **options: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hubbub-sync", daemon=True)
        try:
            self._client = Asynchronous(*args, **options)
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
        """Waits `drain` seconds at most for calls under way, rejects the rest with Closed, and lets go of everything. A transfer
        that is under way is not given up: the same call goes on with it later."""
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
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _wait(self, job: Coroutine[Any, Any, T]) -> T:
        if not self._thread.is_alive():
            job.close()
            raise errors.Closed("The client is not open: use it within 'with'.")
        if threading.current_thread() is self._thread:
            job.close()
            raise RuntimeError(
                "the client's own thread cannot wait for it: progress must not call the client"
            )
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
    def cached(self) -> "Cached":
        """What the profile knows, answered by the disk alone, whether there is a server or not."""
        return Cached(self)

    @property
    def next_try(self) -> float | None:
        """Seconds until the next try to reach the server, while it is away. None: a try is under way, there is a link, or the client
        was stopped."""
        return self._client.next_try

    try_now = _blocking(Asynchronous.try_now)

    @property
    def server(self) -> Hello | None:
        """What the server said of itself; None before it said hello."""
        return self._client.server

    @property
    def first_contact(self) -> bool:
        """The server's key was never met before: show its fingerprint, so that it can be compared."""
        return self._client.first_contact

    events = _iterating(Asynchronous.events)

    send = _blocking(Asynchronous.send)
    forward = _blocking(Asynchronous.forward)
    edit = _blocking(Asynchronous.edit)
    delete = _blocking(Asynchronous.delete)
    react = _blocking(Asynchronous.react)
    unreact = _blocking(Asynchronous.unreact)
    pin = _blocking(Asynchronous.pin)
    unpin = _blocking(Asynchronous.unpin)
    typing = _blocking(Asynchronous.typing)

    download = _blocking(Asynchronous.download)
    thumbnail = _blocking(Asynchronous.thumbnail)
    picture = _blocking(Asynchronous.picture)

    queue = _blocking(Asynchronous.queue)
    flush = _blocking(Asynchronous.flush)
    waiting = _blocking(Asynchronous.waiting)
    retry = _blocking(Asynchronous.retry)
    discard = _blocking(Asynchronous.discard)

    home = _blocking(Asynchronous.home)
    history = _iterating(Asynchronous.history)
    message = _blocking(Asynchronous.message)
    pinned = _blocking(Asynchronous.pinned)
    earlier_texts = _blocking(Asynchronous.earlier_texts)
    search = _blocking(Asynchronous.search)
    mark_read = _blocking(Asynchronous.mark_read)
    mute = _blocking(Asynchronous.mute)
    unmute = _blocking(Asynchronous.unmute)

    create_group = _blocking(Asynchronous.create_group)
    groups = _blocking(Asynchronous.groups)
    join = _blocking(Asynchronous.join)
    leave = _blocking(Asynchronous.leave)
    invite = _blocking(Asynchronous.invite)
    remove = _blocking(Asynchronous.remove)
    set_role = _blocking(Asynchronous.set_role)
    rename = _blocking(Asynchronous.rename)
    set_topic = _blocking(Asynchronous.set_topic)
    set_visibility = _blocking(Asynchronous.set_visibility)
    members = _blocking(Asynchronous.members)
    start_conversation = _blocking(Asynchronous.start_conversation)

    users = _blocking(Asynchronous.users)
    online_users = _blocking(Asynchronous.online_users)
    profile = _blocking(Asynchronous.profile)
    set_profile = _blocking(Asynchronous.set_profile)
    set_status = _blocking(Asynchronous.set_status)
    block = _blocking(Asynchronous.block)
    unblock = _blocking(Asynchronous.unblock)
    blocked = _blocking(Asynchronous.blocked)

    change_password = _blocking(Asynchronous.change_password)
    sessions = _blocking(Asynchronous.sessions)
    revoke = _blocking(Asynchronous.revoke)
    logout = _blocking(Asynchronous.logout)
    delete_account = _blocking(Asynchronous.delete_account)


def _remembering(
    method: Callable[Concatenate[AsynchronousCached, P], Coroutine[Any, Any, T]],
) -> "Callable[Concatenate[Cached, P], T]":
    """As _blocking, for what the profile knows."""

    @functools.wraps(method)
    def call(self: "Cached", /, *args: P.args, **kwargs: P.kwargs) -> T:
        chat = self._chat
        return chat._wait(method(chat._client.cached, *args, **kwargs))

    return call


class Cached:
    """hubbub.client.Cached, blocking."""

    def __init__(self, chat: Client) -> None:
        self._chat = chat

    home = _remembering(AsynchronousCached.home)
    history = _remembering(AsynchronousCached.history)
    message = _remembering(AsynchronousCached.message)
    search = _remembering(AsynchronousCached.search)
    people = _remembering(AsynchronousCached.people)
