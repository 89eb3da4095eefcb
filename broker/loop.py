"""The sockets and the drain loop. Runs effects; knows no rule of chat.

A plain poller with a non-blocking drain, because it was the fastest that was measured (asyncio's reader gains nothing,
zmq.asyncio costs twice as much), and because every frame is then handled in one thread, in order.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

import zmq
import zmq.backend

from hubbub.broker import effects as fx
from hubbub.broker.core import Core
from hubbub.broker.feed import Feed
from hubbub.broker.passwords import PasswordPool
from hubbub.broker.sockets import wake_pair
from hubbub.schemas import codec, records

FRAMES_A_WAKE: Final = 256
TICK_MS: Final = 200
DRAIN_S: Final = 10.0
_PEERS_MAX: Final = 20_000

# As plain ints: to join two members of zmq.Flag takes Python 2 us, and it is done for every message.
_NOBLOCK: Final = int(zmq.NOBLOCK)
_FIRST: Final = int(zmq.SNDMORE)
_FIRST_NOBLOCK: Final = _FIRST + _NOBLOCK

Results = list[tuple[fx.Pending | None, records.Result]]


class StoreService(Protocol):
    """What the loop needs of the store: it hands in commands, results come by `Loop.store_results`."""

    def submit_writes(self, pairs: list[tuple[fx.Pending | None, records.Write]]) -> int:
        """How many of them there was room for."""

    def submit_read(self, ticket: fx.Pending | None, command: records.Read | records.Transfer) -> bool:
        """Whether there was room."""


class Logger(Protocol):
    """Where notes go."""

    def warning(self, event: str, **fields: Any) -> Any:
        """One line."""

    def error(self, event: str, **fields: Any) -> Any:
        """One line."""

    def exception(self, event: str, **fields: Any) -> Any:
        """One line and the traceback."""


class Loop:
    """One thread runs it; `store_results`, `password_result` and `stop` may be called from any."""

    def __init__(
        self,
        core: Core,
        router: zmq.Socket[bytes],
        xpub: zmq.Socket[bytes],
        log: Logger,
        clock: Callable[[], int],
    ) -> None:
        self._core = core
        self._router = router
        self._xpub = xpub
        # The sockets' own send, without the layer above it that serves options nobody uses here: 0.6 us a frame.
        self._send_reply = partial(zmq.backend.Socket.send, router)
        self._send_event = partial(zmq.backend.Socket.send, xpub)
        self._log = log
        self._clock = clock
        self._feed = Feed(xpub, core)
        self._store: StoreService
        self._passwords: PasswordPool
        self._inbox: deque[Callable[[], fx.Effects]] = deque()
        self._wake_read, self._wake_write = wake_pair()
        self._awake = False
        self._writes: list[tuple[fx.Pending | None, records.Write]] = []
        self._waiting = 0
        """Commands and passwords whose result is yet to come."""
        self._peers: dict[bytes, fx.Peer] = {}
        self._notes: dict[tuple[str, str], int] = {}
        self._stopping = False
        self._drains = True
        self._run_effect: dict[type[fx.Effect], Callable[[Any], None]] = {
            fx.Reply: self._reply,
            fx.Publish: self._publish,
            fx.Store: self._to_store,
            fx.HashPassword: self._password,
            fx.VerifyPassword: self._password,
            fx.Cut: self._cut,
            fx.Note: self._note,
        }

    # ------------------------------------------------------------------------------------------ from other threads

    def store_results(self, results: Results) -> None:
        """A batch was committed, or a read is done."""
        self._inbox.append(lambda: self._stored(results))
        self._wake()

    def password_result(self, pending: fx.Pending, result: Any) -> None:
        """A password was hashed or checked."""
        self._inbox.append(lambda: self._resumed(pending, result))
        self._wake()

    def stop(self, *, drain: bool = True) -> None:
        """Take no more requests, finish what is under way (unless it can't be finished), and return from `run`."""
        self._stopping = True
        self._drains = drain
        self._wake()

    def _wake(self) -> None:
        if not self._awake:
            self._awake = True
            try:
                self._wake_write.send(b"\0")
            except (BlockingIOError, OSError):
                return  # it is awake, or gone

    # ------------------------------------------------------------------------------------------------- in its own

    def run(self, store: StoreService, passwords: PasswordPool) -> None:
        """Serve until `stop` was called and what was under way then is done (or 10 s have passed)."""
        self._store = store
        self._passwords = passwords
        poller = zmq.Poller()
        poller.register(self._router, zmq.POLLIN)
        poller.register(self._xpub, zmq.POLLIN)
        poller.register(self._wake_read.fileno(), zmq.POLLIN)
        ticked = 0
        deadline = 0.0
        try:
            while True:
                ready = dict(poller.poll(TICK_MS))
                if self._wake_read.fileno() in ready:
                    self._woken()
                self._drain_inbox()
                if self._router in ready:
                    self._drain_requests()
                if self._xpub in ready:
                    self._run(self._feed.drain(self._clock()))
                now = self._clock()
                if abs(now - ticked) >= TICK_MS * 1000:
                    ticked = now
                    self._run(self._core.tick(now))
                    self._notes.clear()
                if self._stopping and not deadline:
                    deadline = time.monotonic() + DRAIN_S
                    self._run(self._core.ended(now))
                self._hand_over()
                if deadline and (not self._drains or self._waiting <= 0 or time.monotonic() > deadline):
                    return
        finally:
            self._wake_read.close()
            self._wake_write.close()

    def _drain_inbox(self) -> None:
        inbox = self._inbox
        while inbox:
            self._run(inbox.popleft()())

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake_read.recv(4096)
        self._awake = (
            False  # before the inbox is read: whoever puts something in from now on sends a byte again
        )

    def _stored(self, results: Results) -> fx.Effects:
        self._waiting -= len(results)
        core = self._core
        now = self._clock()
        out: fx.Effects = []
        for pending, result in results:
            out += core.stored(pending, result, now)
        return out

    def _resumed(self, pending: fx.Pending, result: Any) -> fx.Effects:
        self._waiting -= 1
        return self._core.resumed(pending, result)

    def _drain_requests(self) -> None:
        router = self._router
        receive = router.recv
        core_receive = self._core.stopping if self._stopping else self._core.receive
        now = self._clock()
        for _ in range(FRAMES_A_WAKE):
            try:
                route = receive(_NOBLOCK)
                frame = receive(_NOBLOCK, copy=False)
            except zmq.Again:
                return
            if frame.more:
                while router.getsockopt(zmq.RCVMORE):
                    receive(_NOBLOCK)
                continue
            peer = self._peer(route, frame)
            try:
                effects = core_receive(peer, frame.buffer, now)
            except Exception:  # noqa: BLE001  # logged, and answered
                # A handler's mistake costs one request its answer, and not everyone the broker.
                self._log.exception("request_failed", address=peer.address)
                effects = self._core.failed(peer, frame.buffer)
            self._run(effects)

    def _peer(self, route: bytes, frame: zmq.Frame) -> fx.Peer:
        """The key is read from every frame: a route can pass to another connection, and with it to another key."""
        key = frame.get("User-Id")
        peer = self._peers.get(route)
        if peer is None or peer.key != key:
            if len(self._peers) >= _PEERS_MAX:
                del self._peers[next(iter(self._peers))]
            peer = self._peers[route] = fx.Peer(route, str(key), str(frame.get("Peer-Address")))
        return peer

    def _run(self, effects: fx.Effects) -> None:
        run = self._run_effect
        for effect in effects:
            run[type(effect)](effect)

    def _reply(self, effect: fx.Reply) -> None:
        body = codec.encode(effect.body)
        try:
            try:
                self._send_reply(effect.route, _FIRST_NOBLOCK)
            except zmq.Again:
                # While it is busy libzmq looks only once a millisecond how much of a queue has left; EVENTS makes it look now.
                # Without that a fast reader with 32 requests on their way was taken for one that does not read.
                self._router.getsockopt(zmq.EVENTS)
                self._send_reply(effect.route, _FIRST_NOBLOCK)
            self._send_reply(body, _NOBLOCK)
        except zmq.Again:
            self._log.warning("peer_does_not_read", address=self._address(effect.route))
            self._run(self._core.deaf(effect))
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise

    def _address(self, route: bytes) -> str:
        peer = self._peers.get(route)
        return peer.address if peer else "?"

    def _publish(self, effect: fx.Publish) -> None:
        self._send_event(effect.topic, _FIRST)
        self._send_event(codec.encode(effect.event))

    def _to_store(self, effect: fx.Store) -> None:
        command = effect.command
        if isinstance(command, records.Write):
            self._writes.append((effect.pending, command))
        elif self._store.submit_read(effect.pending, command):
            self._waiting += 1
        else:
            self._run(self._core.untaken(effect))

    def _hand_over(self) -> None:
        """All writes of this turn at once: batches form by themselves while a commit is under way."""
        writes = self._writes
        if not writes:
            return
        self._writes = []
        taken = self._store.submit_writes(writes)
        self._waiting += taken
        for pending, _ in writes[taken:]:
            if pending is not None:
                self._run(self._core.overloaded(pending))

    def _password(self, effect: fx.HashPassword | fx.VerifyPassword) -> None:
        if self._passwords.submit(effect):
            self._waiting += 1
        else:
            self._run(self._core.resumed(effect.pending, None))

    def _cut(self, effect: fx.Cut) -> None:
        self._feed.cut(effect.session)

    def _note(self, effect: fx.Note) -> None:
        """One line for each kind and address a tick: a flood of bad frames must not become a flood of lines."""
        which = (effect.event, effect.address)
        self._notes[which] = self._notes.get(which, 0) + 1
        if self._notes[which] == 1:
            self._log.warning(effect.event, address=effect.address, detail=effect.detail)
