"""The hello listener: says one msgpack map to whoever connects, and closes. Reads nothing, so nothing can be said to it."""

import select
import socket
import threading

from hubbub.schemas import codec
from hubbub.schemas.hello import Hello


class HelloListener:
    """A thread that accepts, writes and closes. What it says is small enough for any socket's buffer."""

    def __init__(self, listener: socket.socket, hello: Hello) -> None:
        self._listener = listener
        self._said = codec.encode(hello)
        self._stop_read, self._stop_write = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="hubbub-hello", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._listener.setblocking(False)
        self._thread.start()

    def stop(self) -> None:
        """Close the listener and wait for the thread."""
        self._stop_write.send(b"\0")
        self._thread.join()
        for one in (self._listener, self._stop_read, self._stop_write):
            one.close()

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._listener, self._stop_read], [], [])
            if self._stop_read in ready:
                return
            try:
                connection, _ = self._listener.accept()
            except OSError:
                continue  # it went away before it was accepted, or descriptors ran out for a moment
            with connection:
                self._say(connection)

    def _say(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            connection.send(self._said)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            return  # it went away
