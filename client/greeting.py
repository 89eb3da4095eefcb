"""Fetches a hello over plain TCP without blocking whoever polls. Knows no ZeroMQ and no rule of chat."""

import errno
import socket
import sys
from typing import Final

from hubbub.client.errors import NoServer
from hubbub.schemas import codec, limits
from hubbub.schemas.hello import Address, Hello

TIMEOUT_S: Final = 3.0
_UNDER_WAY: Final = {
    0,
    errno.EINPROGRESS,
    errno.EWOULDBLOCK,
    errno.EAGAIN,
    getattr(errno, "WSAEWOULDBLOCK", 0),
}


class Greeting:
    """One try to get a hello: each address that the host's name stands for, one after the other."""

    def __init__(self, address: Address, now: float) -> None:
        """Begins. Raises NoServer where the name stands for nothing."""
        self.deadline = now + TIMEOUT_S
        self._address = address
        self._received = b""
        self._connected = False
        self.socket: socket.socket | None = None
        try:
            port = address.port + limits.HELLO_PORT_OFFSET
            self._places = socket.getaddrinfo(address.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, OverflowError):
            raise self._nobody() from None
        self._next()

    @property
    def writing(self) -> bool:
        """Wait for the socket to become writable (it connects), else readable."""
        return not self._connected

    def _nobody(self) -> NoServer:
        return NoServer(f"There is no server at {self._address._replace(key=None)}")

    def _next(self) -> None:
        """Begin to connect to the next place. Raises NoServer after the last one."""
        self.close()
        while self._places:
            family, kind, protocol, _, place = self._places.pop(0)
            try:
                self.socket = socket.socket(family, kind, protocol)
                self.socket.setblocking(False)
                begun = self.socket.connect_ex(place) in _UNDER_WAY
            except OSError:
                begun = False
            if begun:
                return
            self.close()
        raise self._nobody()

    def advance(self, now: float) -> Hello | None:
        """The socket is ready: the hello once it is whole. Raises NoServer."""
        if self.socket is None or now >= self.deadline:
            raise self._nobody()
        try:
            if not self._connected:
                if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0:
                    self._next()
                    return None
                self._connected = True
                return None
            return self._read(self.socket)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            raise self._nobody() from None

    def _read(self, source: socket.socket) -> Hello | None:
        part = source.recv(limits.HELLO_MAX_BYTES)
        self._received += part
        if part and len(self._received) <= limits.HELLO_MAX_BYTES:
            return None
        try:
            return codec.decode_hello(self._received)
        except codec.BadFrame:
            where = self._address._replace(key=None)
            text = f"There is no server at {where}: what answers there is no Hubbub server"
            raise NoServer(text) from None

    def close(self) -> None:
        """Let go of the socket."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


POLLS_ERRORS: Final = sys.platform == "win32"
"""Windows tells of a refused connection as an error only, and never as writable."""
