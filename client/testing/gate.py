"""What stands between one user's clients and a test's broker, so that his connections can be cut: TCP, passed on. Knows
no rule of chat."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from hubbub.schemas import codec, limits
from hubbub.schemas.hello import Address

_LOCAL: Final = "127.0.0.1"
_CHUNK: Final = 65_536
_TRIES: Final = 50

_Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Gate:
    """Ports of its own before a broker's three. Everything happens in the event loop."""

    def __init__(self, broker: Address, publish_port: int) -> None:
        """Where the broker is, whenever it is."""
        self._host, self._port, self._publish_port = broker.host, broker.port, publish_port
        self._servers: list[asyncio.Server] = []
        self._links: set[asyncio.StreamWriter] = set()
        self.port = self.publish_port = 0

    @property
    def address(self) -> str:
        """The broker's, through here."""
        return f"tcp://{_LOCAL}:{self.port}"

    async def open(self) -> None:
        """Listen."""
        requests, feed, greeting = _three_ports()
        self.port, self.publish_port = requests.getsockname()[1], feed.getsockname()[1]
        for listener, connected in (
            (requests, self._passing(self._port)),
            (feed, self._passing(self._publish_port)),
            (greeting, self._greet),
        ):
            self._servers.append(await asyncio.start_server(connected, sock=listener))

    def cut(self) -> None:
        """End every connection that goes through here, without a word. New ones pass."""
        for writer in self._links:
            writer.transport.abort()

    async def close(self) -> None:
        """Cut, and listen no more."""
        for server in self._servers:
            server.close()
        while self._links:
            self.cut()
            await asyncio.sleep(0)

    async def _greet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The broker's hello with the ports that are here; no broker, no hello."""
        with contextlib.suppress(OSError, codec.BadFrame), _closing(writer):
            port = self._port + limits.HELLO_PORT_OFFSET
            reader, upstream = await asyncio.open_connection(self._host, port)
            with _closing(upstream):
                hello = codec.decode_hello(await reader.read())
            hello.port, hello.publish_port = self.port, self.publish_port
            writer.write(codec.encode(hello))
            await writer.drain()

    def _passing(self, port: int) -> _Connected:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with self._linked(writer), contextlib.suppress(OSError):
                there, upstream = await asyncio.open_connection(self._host, port)
                with self._linked(upstream):
                    await asyncio.gather(_copy(reader, upstream), _copy(there, writer))

        return connected

    @contextlib.contextmanager
    def _linked(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        self._links.add(writer)
        try:
            yield
        finally:
            self._links.discard(writer)
            writer.transport.abort()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until either side ends, which ends both."""
    while chunk := await source.read(_CHUNK):
        target.write(chunk)
        await target.drain()
    raise ConnectionResetError


@contextlib.contextmanager
def _closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        writer.close()


def _three_ports() -> tuple[socket.socket, socket.socket, socket.socket]:
    """For requests, for the feed, and for the hello, two above the first."""
    for _ in range(_TRIES):
        requests = socket.create_server((_LOCAL, 0))
        try:
            greeting = socket.create_server((_LOCAL, requests.getsockname()[1] + limits.HELLO_PORT_OFFSET))
        except (OSError, OverflowError):
            requests.close()
            continue
        return requests, socket.create_server((_LOCAL, 0)), greeting
    raise OSError("No two free ports were found.")
