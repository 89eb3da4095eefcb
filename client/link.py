"""A running session as asyncio sees it: calls are awaited, events queue up, what is to be kept goes to the disk. Knows no
socket and no rule of chat."""

import asyncio
import random
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any, Final, TypeVar

from hubbub.client import actions as act
from hubbub.client import events, pins
from hubbub.client.actions import Action
from hubbub.client.cache import Account
from hubbub.client.connection import Connection
from hubbub.client.cursors import Hook
from hubbub.client.disk import Disk
from hubbub.client.entrance import Identity
from hubbub.client.errors import Closed, HubbubError
from hubbub.client.eventqueue import Mark
from hubbub.client.keys import device_key
from hubbub.client.news import News
from hubbub.client.positions import Positions
from hubbub.client.profile import SavedSession
from hubbub.client.session import Session
from hubbub.schemas.hello import Address, Hello
from hubbub.schemas.replies import Reply
from hubbub.schemas.requests import Request

R = TypeVar("R", bound=Reply)
T = TypeVar("T")
HANDLED_EVERY_S: Final = 0.02
"""Cursors move at most this often, so that a busy feed is not slowed by its bookkeeping."""


class Link(News):
    """The session of one Client. Everything here happens in the event loop, but for `_admit` and `_receive`."""

    def __init__(
        self,
        address: Address,
        identity: Identity,
        *,
        live: bool,
        online: bool,
        patient: bool,
        give_up: bool,
        consumer: str | None,
        replay: bool,
        skip: Hook | None,
        fresh_login: bool,
    ) -> None:
        super().__init__(consumer, live=live)
        self._address, self._identity = address, identity
        self._disk: Disk | None = None
        self._fresh_login = fresh_login
        self._pins: pins.Pins = {}
        self.user, self.bot = identity.name, False
        self.server: Hello | None = None
        self.first_contact = False
        """The server's key was never seen before."""
        self.connected = False
        self._next_try_at: float | None = None
        """By the monotonic clock; None: a try is under way, or there is a link."""
        self._down = False
        """A try failed, or a link broke, since there was one."""
        self.positions: Positions | None = None
        """Who keeps how far the consumer got, where the profile does not."""
        self._queued: asyncio.Event = asyncio.Event()
        self._token = b""
        self._pending: set[asyncio.Future[Any]] = set()
        self._handled: dict[int, int] = {}
        self._handling = False
        self.stopped: HubbubError | None = Closed("The client is not open: use it within 'async with'.")
        self.on_ready: Callable[[], object] = lambda: None
        self._session = Session(
            identity,
            dice=random.random,
            live=live,
            online=online,
            patient=patient,
            give_up=give_up,
            replay=replay,
            skip=skip,
        )

    async def start(self, disk: Disk | None, *, wait: bool = True) -> None:
        """Returns once requests are answered (and, when live, nothing will be missed). Raises what stops it. wait=False: returns at
        once, and events tell of the first link too."""
        self._disk = self._keeping.disk = disk
        self._telling = not wait
        self._loop = asyncio.get_running_loop()
        self.stopped = None
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        device = await self._disk.do(self._disk.profile.device_key) if self._disk else device_key()
        self._connection = Connection(
            self._session, self._address, device, admit=self._admit, receive=self._receive
        )
        if disk is not None and not wait:
            await disk.do(self._recall, disk)
        self._connection.start()
        if not wait:
            self._ready.add_done_callback(lambda ready: ready.exception())  # events() raises it
            return
        try:
            await self._ready
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the session; calls that are open are rejected. May be called twice."""
        self._post_handled()
        self._connection.post(lambda session, now: session.close(now))
        await self._ended
        self._connection.join()

    @property
    def next_try(self) -> float | None:
        """Seconds until the next try; None: one is under way, there is a link, or there will be none any more."""
        return None if self._next_try_at is None else max(0.0, self._next_try_at - time.monotonic())

    def try_now(self) -> None:
        """Do not wait for the next try."""
        if self.stopped is None:
            self._connection.post(lambda session, now: session.hurry(now))

    async def ask(self, request: Request, kind: type[R]) -> R:
        """The answer. Waits out lost links and busy servers; raises the error of any other refusal."""
        if self.stopped is not None:
            raise self.stopped.with_traceback(None)  # or it would grow with each call
        answer: asyncio.Future[R] = self._loop.create_future()
        self._pending.add(answer)
        era = self._era  # what conversation the number means was decided now
        self._connection.post(lambda session, now: session.call(now, request, answer, era))
        try:
            return await answer
        except asyncio.CancelledError:
            self._connection.post(lambda session, now: session.cancel(now, answer))
            raise
        finally:
            self._pending.discard(answer)

    @property
    def pending(self) -> set[asyncio.Future[Any]]:
        """Calls that await their answers."""
        return set(self._pending)

    async def next_event(self) -> tuple[events.Event, Mark | None] | None:
        """Once there is one; None: the client was closed. Raises what stops it otherwise."""
        while not self.queue:
            if isinstance(self.stopped, Closed):
                return None
            if self.stopped is not None:
                raise self.stopped
            self._queued.clear()
            await self._queued.wait()
        return self.queue.take()

    def current(self, mark: Mark) -> bool:
        """The entry is of the store that the server has now."""
        return mark[0] == self._era

    def handled(self, mark: Mark) -> None:
        """The consumer is done with this entry and those before it."""
        _, conversation, seq = mark
        if not self.current(mark):
            return
        self._handled[conversation] = seq
        if not self._handling:
            self._handling = True
            self._loop.call_later(HANDLED_EVERY_S, self._post_handled)

    def _post_handled(self) -> None:
        self._handling = False
        if self._handled:
            era, done, self._handled = self._era, list(self._handled.items()), {}
            self._connection.post(lambda session, now: session.handled(now, era, done))

    async def delivered(self) -> dict[int, int]:
        """Conversation -> the seq of its last entry that is in the queue, or was taken from it. For tests."""
        answer: asyncio.Future[dict[int, int]] = self._loop.create_future()

        def read(session: Session, now: float) -> list[Action]:
            # In the connection's thread, which gives the loop all that was delivered before it does what it is asked to.
            self._loop.call_soon_threadsafe(resolve, answer, session.delivered())
            return []

        self._connection.post(read)
        return await answer

    # ------------------------------------------------------------------------------------ called in the disk's thread

    def _recall(self, disk: Disk) -> None:
        """What the profile knows of the server that was met at this address, before that says hello."""
        if (key := disk.profile.key_at(self._address)) is not None:
            self._open_account(disk, key)

    def _open_account(self, disk: Disk, server: bytes) -> Account:
        saved = None if self._fresh_login else disk.profile.session(server, self._identity.name)
        account = disk.account = disk.account or disk.cache.account(server, self._identity.name)
        self._token = saved.token if saved is not None else b""
        if saved is not None:
            self.user, self.user_id, self.bot = saved.name, saved.user, saved.bot
            account.belong(saved.epoch)
        return account

    # ---------------------------------------------------------------------------- called in the connection's thread

    def _admit(self, hello: Hello) -> None:
        if self._disk is None:
            first = pins.check(self._pins, self._address, hello)
            pins.pin(self._pins, self._address, hello)
        else:
            first = self._disk.profile.meet(self._address, hello)
        if self.server is None:
            self.first_contact = first
            if self._disk is not None:
                self._remember(self._disk, hello)
            if self.positions is not None:
                self._session.remember(self._token, *self.positions.load(hello.key, self._identity.name))
        self.server = hello

    def _remember(self, disk: Disk, hello: Hello) -> None:
        account = disk.wait_for(lambda: self._open_account(disk, hello.key))
        consumer = self._keeping.consumer
        cursors = disk.wait_for(lambda: account.cursors(consumer)) if consumer else {}
        self._session.remember(self._token, account.epoch, cursors)

    def _receive(self, batch: list[Action]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._take, batch)
        except RuntimeError:  # the loop was closed without closing the client: nobody is left to be told
            self._connection.post(lambda session, now: session.close(now))

    # ---------------------------------------------------------------------------------------------------- batches

    def tell(self, event: events.Event) -> None:
        """An event that comes from no session."""
        self.queue.put(event)
        self._queued.set()

    def _take(self, batch: list[Action]) -> None:
        for delivered, actions in groupby(batch, lambda action: isinstance(action, act.Deliver)):
            if delivered:
                self._deliver_all([action.event for action in actions if isinstance(action, act.Deliver)])
                continue
            for action in actions:
                _HANDLERS[type(action)](self, action)
        if self.queue or self.stopped is not None:
            self._queued.set()

    def _on_cursors(self, action: act.SaveCursors) -> None:
        self._keeping.cursors(action.epoch, action.cursors)
        if self.positions is not None:
            self.positions.save(action.epoch, action.cursors)

    def _on_session(self, action: act.SaveSession) -> None:
        reply, server = action.session, self.server
        me, self._token = reply.user, reply.token
        self.user, self.user_id, self.bot = me.name, me.user, me.bot
        if self._disk is None or server is None:
            return
        saved = SavedSession(
            name=me.name,
            user=me.user,
            token=reply.token,
            epoch=reply.epoch,
            expires_at=reply.expires_at,
            bot=me.bot,
        )
        self._disk.put(self._disk.profile.save_session, server.key, saved)
        self._keeping.epoch(reply.epoch)

    def _on_forget(self, _: act.ForgetSession) -> None:
        self.forget_session()

    def forget_session(self) -> None:
        """The saved token is void."""
        if self._disk is not None and self.server is not None:
            self._disk.put(self._disk.profile.forget_session, self.server.key, self.user, self._token)

    def _on_reset(self, action: act.Reset) -> None:
        self.directory.clear()
        self._era += 1
        self._handled.clear()
        self.queue.put(events.HistoryReset())
        self._keeping.reset(action.epoch)

    def _on_ready(self, _: act.Ready) -> None:
        self.connected, self._down = True, False
        self._next_try_at = None
        if self._telling:
            self._tell_of_link(events.Connected())
        self._telling = True
        resolve(self._ready, None)
        self.on_ready()

    def _on_trying(self, _: act.Trying) -> None:
        self._next_try_at = None
        self._tell_of_link(events.Connecting())

    def _on_lost(self, action: act.Lost) -> None:
        self.connected = False
        again, self._down = self._down, True
        self._next_try_at = time.monotonic() + action.wait
        reason = str(action.reason)
        self._tell_of_link(events.Disconnected(reason=reason, next_try=action.wait, again=again))

    def _on_resolve(self, action: act.Resolve) -> None:
        self._answered(action.reply)
        self._tell_of_names()
        if isinstance(action.call, asyncio.Future):
            resolve(action.call, action.reply)

    def _on_reject(self, action: act.Reject) -> None:
        answer = action.call
        if isinstance(answer, asyncio.Future) and not answer.done():
            answer.set_exception(action.error)

    def _on_stop(self, action: act.Stop) -> None:
        self.connected = False
        self._next_try_at = None
        self.stopped = action.error
        for answer in (self._ready, *self._pending):
            if not answer.done():
                answer.set_exception(action.error)
        if not self._ended.done():
            self._ended.set_result(None)


def resolve(answer: asyncio.Future[T], value: T) -> None:
    """The value to whoever waits for it still."""
    if not answer.done():
        answer.set_result(value)


_HANDLERS: Final[dict[type[Action], Callable[[Link, Any], None]]] = {
    act.HomeRead: Link._on_home,
    act.PresenceSeen: Link._on_presence,
    act.TypingSeen: Link._on_typing,
    act.Skip: Link._on_skip,
    act.SaveCursors: Link._on_cursors,
    act.SaveSession: Link._on_session,
    act.ForgetSession: Link._on_forget,
    act.Reset: Link._on_reset,
    act.Ready: Link._on_ready,
    act.Trying: Link._on_trying,
    act.Lost: Link._on_lost,
    act.Resolve: Link._on_resolve,
    act.Reject: Link._on_reject,
    act.Stop: Link._on_stop,
}
