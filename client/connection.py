"""The shell of a session: one thread that owns every socket and does what the core says. Knows no rule of chat, and no
asyncio: what is for the caller goes to one callback, in batches.

A thread of its own, because a caller that is busy (a bot's slow handler, a window that redraws) must not lose its
presence, and because a plain Poller works on every OS and with every event loop.
"""

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import zmq
from zmq.utils.monitor import recv_monitor_message

from hubbub.client import actions as act
from hubbub.client import sockets
from hubbub.client.actions import Action
from hubbub.client.errors import Closed, HubbubError, NoServer
from hubbub.client.greeting import POLLS_ERRORS, Greeting
from hubbub.client.keys import DeviceKey
from hubbub.client.session import Session
from hubbub.schemas.hello import Address, Hello

_FRAMES_A_WAKE: Final = 256
_LONGEST_WAIT_S: Final = 60.0

Input = Callable[[Session, float], list[Action]]
"""What another thread wants of the session: called with it and the time, in the thread that owns it."""


class Connection:
    """A session that runs."""

    def __init__(
        self,
        session: Session,
        address: Address,
        device: DeviceKey,
        *,
        admit: Callable[[Hello], object],
        receive: Callable[[list[Action]], None],
    ) -> None:
        """`admit` compares a hello's key with the pins, and raises HubbubError. `receive` gets batches of what is for the
        caller. Both are called in the connection's thread; the last batch ends with Stop."""
        self._session, self._address, self._device = session, address, device
        self._admit, self._receive = admit, receive
        self._inbox: deque[Input] = deque()
        self._awake = threading.Lock()
        self._woken = False
        self._stopped = False
        self._batch: list[Action] = []
        self._greeting: Greeting | None = None
        self._requests: sockets.Socket | None = None
        self._feed: sockets.Socket | None = None
        self._monitors: dict[sockets.Socket, sockets.Socket] = {}
        self._thread = threading.Thread(target=self._run, name="hubbub-client", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._wake_out, self._wake_in = socket.socketpair()
        for end in (self._wake_out, self._wake_in):
            end.setblocking(False)
        self._thread.start()

    def post(self, request: Input) -> None:
        """Give the session an input, from any thread. After the end it is dropped."""
        self._inbox.append(request)
        with self._awake:
            if self._woken or self._stopped:
                return
            self._woken = True
            self._wake_in.send(b"\0")

    def join(self) -> None:
        """Wait for the end; quick once Stop was received."""
        self._thread.join()

    # ------------------------------------------------------------------------------------------------- the thread

    def _run(self) -> None:
        self._context: sockets.Context = zmq.Context()
        self._poller = zmq.Poller()
        self._poller.register(self._wake_out, zmq.POLLIN)
        try:
            self._do(self._session.start(time.monotonic()))
            while not self._stopped:
                self._flush()
                self._turn()
            self._flush()
        finally:
            if not self._stopped:  # a mistake of ours: whoever waits must not wait for ever
                self._batch.append(
                    act.Stop(Closed("The connection's thread ended by a mistake of Hubbub's."))
                )
                self._flush()
            self._close_all()
            self._context.term()
            with self._awake:
                self._stopped = True
                self._wake_out.close()
                self._wake_in.close()

    def _turn(self) -> None:
        ready = dict(self._poller.poll(self._patience_ms()))
        if self._wake_out.fileno() in ready:
            self._take_inbox()
        if self._greeting is not None and self._greeting.socket is not None:
            late = time.monotonic() >= self._greeting.deadline
            if late or self._greeting.socket.fileno() in ready:
                self._greet(self._greeting)
        if self._requests is not None and self._requests in ready:
            self._read_requests(self._requests)
        if self._feed is not None and self._feed in ready:
            self._read_feed(self._feed)
        for watched, monitor in list(self._monitors.items()):
            if monitor in ready and watched in self._monitors:
                self._read_monitor(watched, monitor)
        deadline = self._session.deadline
        if deadline is not None and (now := time.monotonic()) >= deadline:
            self._do(self._session.tick(now))

    def _patience_ms(self) -> int:
        times = [time.monotonic() + _LONGEST_WAIT_S]
        if (deadline := self._session.deadline) is not None:
            times.append(deadline)
        if self._greeting is not None:
            times.append(self._greeting.deadline)
        return (
            int(max(0.0, min(times) - time.monotonic()) * 1000) + 1
        )  # no spinning within the last millisecond

    def _take_inbox(self) -> None:
        with self._awake:
            self._woken = False
            self._wake_out.recv(16)
        while self._inbox:
            self._do(self._inbox.popleft()(self._session, time.monotonic()))

    def _read_requests(self, source: sockets.Socket) -> None:
        for _ in range(_FRAMES_A_WAKE):
            if source is not self._requests:
                return
            try:
                frame = source.recv(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._do(self._session.received(time.monotonic(), frame))

    def _read_feed(self, source: sockets.Socket) -> None:
        for _ in range(_FRAMES_A_WAKE):
            if source is not self._feed:
                return
            try:
                frames = source.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            if len(frames) == 2:
                self._do(self._session.published(time.monotonic(), frames[1]))

    def _read_monitor(self, watched: sockets.Socket, monitor: sockets.Socket) -> None:
        event = recv_monitor_message(monitor, zmq.NOBLOCK)["event"]
        if not event & sockets.LINK_GONE:
            return
        if watched is self._requests:
            # Answers that came before the link went are read first: a refusal there says more than the loss.
            self._read_requests(watched)
            if watched is self._requests:
                self._do(
                    self._session.lost(time.monotonic(), NoServer(f"The link to {self._where()} is gone."))
                )
        elif watched is self._feed:
            self._do(self._session.feed_lost(time.monotonic()))

    def _where(self) -> str:
        return str(self._address._replace(key=None))

    # ------------------------------------------------------------------------------------------------ the actions

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, act.SendRequest):
                self._send(self._requests, action.frame)
            elif isinstance(action, act.Present):
                self._send(self._feed, action.frame)
            elif isinstance(action, act.FetchHello):
                self._fetch_hello()
            elif isinstance(action, act.OpenRequests):
                self._requests = self._watch(
                    sockets.request_socket(self._context, action.hello, self._address.host, self._device)
                )
            elif isinstance(action, act.OpenFeed):
                self._feed = self._watch(
                    sockets.feed_socket(self._context, action.hello, self._address.host, self._device)
                )
            elif isinstance(action, act.CloseFeed):
                self._close(self._feed)
                self._feed = None
            elif isinstance(action, act.CloseAll):
                self._close_all()
            else:
                self._stopped = self._stopped or isinstance(action, act.Stop)
                self._batch.append(action)

    def _flush(self) -> None:
        if self._batch:
            batch, self._batch = self._batch, []
            self._receive(batch)

    def _send(self, target: sockets.Socket | None, frame: bytes) -> None:
        if target is None:
            return
        with contextlib.suppress(
            zmq.Again
        ):  # full, or the link is gone: the core asks again when no answer comes
            target.send(frame, zmq.NOBLOCK)

    def _watch(self, made: sockets.Socket) -> sockets.Socket:
        monitor = sockets.monitor(made)
        self._monitors[made] = monitor
        self._poller.register(made, zmq.POLLIN)
        self._poller.register(monitor, zmq.POLLIN)
        return made

    def _close(self, target: sockets.Socket | None) -> None:
        if target is not None:
            self._poller.unregister(target)
            monitor = self._monitors.pop(target)
            self._poller.unregister(monitor)
            sockets.close(target, monitor)

    def _close_all(self) -> None:
        self._close(self._requests)
        self._requests = None
        self._close(self._feed)
        self._feed = None
        self._end_greeting()

    # ------------------------------------------------------------------------------------------------- the hello

    def _fetch_hello(self) -> None:
        try:
            self._greeting = Greeting(self._address, time.monotonic())
        except NoServer as error:
            self._do(self._session.lost(time.monotonic(), error))
            return
        self._poll_greeting(self._greeting)

    def _poll_greeting(self, greeting: Greeting) -> None:
        if greeting.socket is not None:
            waits = zmq.POLLOUT if greeting.writing else zmq.POLLIN
            self._poller.register(greeting.socket, waits | (zmq.POLLERR if POLLS_ERRORS else 0))

    def _end_greeting(self) -> None:
        if self._greeting is not None:
            if self._greeting.socket is not None:
                self._poller.unregister(self._greeting.socket)
            self._greeting.close()
            self._greeting = None

    def _greet(self, greeting: Greeting) -> None:
        self._poller.unregister(greeting.socket)
        try:
            hello = greeting.advance(time.monotonic())
            if hello is None:
                self._poll_greeting(greeting)
                return
            self._admit(hello)
        except HubbubError as error:
            greeting.close()
            self._greeting = None
            self._do(self._session.lost(time.monotonic(), error))
            return
        greeting.close()
        self._greeting = None
        self._do(self._session.greeted(time.monotonic(), hello))
