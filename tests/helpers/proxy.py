"""A link that can go silent: TCP forwarding of a broker's three ports, which can stop without a word, and come back."""

import contextlib
import selectors
import socket
import struct
import threading

import msgpack

from tests.helpers.raw import hello

CHUNK = 65536


class Proxy:
    """Listens on ports of its own, and says them in its hello. One thread; `go_silent`, `come_back` from any."""

    def __init__(self, port: int, publish_port: int) -> None:
        self._upstream = (port, publish_port)
        self._hello = hello("127.0.0.1", port)
        self._silent = threading.Event()
        self._cut = threading.Event()
        self._stop = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._listeners = _three_ports()
        self.port = self._listeners[0].getsockname()[1]
        self.forwarded = 0
        for listener in self._listeners:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ, "accept")
        self._thread = threading.Thread(target=self._run, name="proxy")

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()
        for one in (*self._listeners, *self._pairs):
            one.close()
        self._selector.close()

    def go_silent(self) -> None:
        """From now on nothing passes: no byte, no FIN, no RST. New connections are taken, and nothing is said on them."""
        self._silent.set()

    def come_back(self, *, reset: bool = True) -> None:
        """New connections pass again; those that were silent are reset, or (as after a NAT forgot them) stay so."""
        if reset:
            self._cut.set()
        else:
            self._orphan()
        self._silent.clear()

    def _orphan(self) -> None:
        for one in list(self._pairs):
            with contextlib.suppress(KeyError):
                self._selector.unregister(one)

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._cut.is_set():
                self._cut.clear()
                for one in list(self._pairs):
                    self._drop(one)
            for key, _ in self._selector.select(0.05):
                if key.data == "accept":
                    self._accept(key.fileobj)
                elif not self._silent.is_set():
                    self._forward(key.fileobj)
                else:
                    self._stop.wait(0.01)

    def _accept(self, listener: socket.socket) -> None:  # type: ignore[override]
        try:
            client, _ = listener.accept()
        except OSError:
            return
        which = self._listeners.index(listener)
        if self._silent.is_set():
            self._pairs[client] = client  # held open, and dropped when the link is back
            return
        if which == 2:
            with client:
                client.sendall(msgpack.packb(self._said()))
            return
        server = socket.create_connection(("127.0.0.1", self._upstream[which]))
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ, "forward")

    def _said(self) -> dict[str, object]:
        return self._hello | {"port": self.port, "publish_port": self._listeners[1].getsockname()[1]}

    def _forward(self, one: socket.socket) -> None:
        if one not in self._pairs:
            return
        try:
            chunk = one.recv(CHUNK)
            if chunk:
                self._pairs[one].sendall(chunk)
                self.forwarded += len(chunk)
                return
        except OSError:
            pass
        self._drop(one)

    def _drop(self, one: socket.socket) -> None:
        """Reset both ends."""
        for end in {one, self._pairs.get(one, one)}:
            self._pairs.pop(end, None)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(end)
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()


def _three_ports() -> list[socket.socket]:
    """Request port, publish port, and the hello port two above the first."""
    for _ in range(50):
        request = socket.create_server(("127.0.0.1", 0))
        try:
            greeting = socket.create_server(("127.0.0.1", request.getsockname()[1] + 2))
        except (OSError, OverflowError):
            request.close()
            continue
        return [request, socket.create_server(("127.0.0.1", 0)), greeting]
    raise AssertionError("no two free ports were found")
