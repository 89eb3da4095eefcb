"""A small server for POSTs over HTTP/1.1, without TLS: one request a connection, and a bound on everything. Knows no webhook and no
chat; what HTTP is, h11 knows."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, NamedTuple

import h11
from msgspec import Struct

_READ_BYTES: Final = 64 * 1024
_HINTS: Final = frozenset({400, 413, 414, 431, 501})
"""What h11 may suggest for an answer to what is no HTTP."""


class Bounds(Struct, frozen=True):
    """How much one server takes."""

    connections: int = 64
    """At once; one more is answered with 503."""
    head_bytes: int = 16 * 1024
    body_bytes: int = 1024 * 1024
    pieces: int = 4096
    """Chunks that a body may come in: a million of one byte each would cost seconds."""
    arrive_s: float = 10.0
    """Within this a whole request has to be there, however slowly it drips."""
    linger_s: float = 1.0
    """What is still sent behind a refusal is read for this long, so that the refusal is seen."""


class Head(NamedTuple):
    """A request before its body."""

    method: str
    path: str
    """Without what is behind a question mark."""
    headers: dict[str, str]
    """By names in lower case."""


class Answer(NamedTuple):
    """A status, and a text for whoever asked; neither has anything of the request in it."""

    status: int
    text: str
    retry_after: int = 0
    """Seconds."""
    allow: str = ""
    """The methods that there are."""


Admit = Callable[[Head], "Answer | Callable[[bytes], Awaitable[Answer]]"]
"""Looks at a head before anything of the body is read: an answer that refuses it, or what takes the body."""


class _Gone(Exception):
    """Whoever asked hung up."""


class _TooLarge(Exception):
    """More body than there may be."""


class HttpServer:
    """Belongs to the event loop."""

    def __init__(self, admit: Admit, bounds: Bounds | None = None) -> None:
        self._admit, self._bounds = admit, bounds or Bounds()
        self._connections: set[asyncio.Task[None]] = set()
        self._at_work: set[asyncio.Task[None]] = set()
        """Those whose request is whole and has no answer yet."""
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port. 0: any that is free. Raises OSError."""
        self._server = await asyncio.start_server(self._connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self, grace_s: float) -> None:
        """Take nothing more; whoever sent a whole request has his answer, if it comes within `grace_s`."""
        if self._server is not None:
            self._server.close()
        for task in self._connections - self._at_work:
            task.cancel()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=grace_s)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = _Exchange(reader, writer, self._bounds)
        full = len(self._connections) >= self._bounds.connections
        if full:
            exchange.refuse_at_once(Answer(503, "too_many_connections", retry_after=5))
            return
        task = asyncio.create_task(self._serve(exchange))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        task.add_done_callback(self._at_work.discard)
        # Not in a `finally` of the task: one that is cancelled before it began has none.
        task.add_done_callback(lambda _: exchange.end())

    async def _serve(self, exchange: "_Exchange") -> None:
        with contextlib.suppress(_Gone, OSError):
            await exchange.say(await self._answer(exchange))

    async def _answer(self, exchange: "_Exchange") -> Answer:
        try:
            async with asyncio.timeout(self._bounds.arrive_s):
                head = await exchange.head()
                taken = self._admit(head)
                if isinstance(taken, Answer):
                    return taken
                body = await exchange.body()
        except TimeoutError:
            return Answer(408, "request_timeout")
        except _TooLarge:
            return Answer(413, "too_large")
        except h11.RemoteProtocolError as error:
            return Answer(
                error.error_status_hint if error.error_status_hint in _HINTS else 400, "bad_request"
            )
        if (task := asyncio.current_task()) is not None:
            self._at_work.add(task)
        try:
            return await taken(body)
        except Exception as error:  # noqa: BLE001  # one request fails alone, and is told of
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a webhook failed", "exception": error}
            )
            return Answer(500, "internal_error")


class _Exchange:
    """One connection: a request comes, an answer goes, and that is it. So nothing can be smuggled in behind a request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bounds: Bounds) -> None:
        self._reader, self._writer, self._bounds = reader, writer, bounds
        self._wire = h11.Connection(h11.SERVER, max_incomplete_event_size=bounds.head_bytes)
        self._asked = ""

    async def head(self) -> Head:
        """Raises _Gone, h11.RemoteProtocolError."""
        event = await self._event()
        if not isinstance(event, h11.Request):
            raise _Gone
        self._asked = event.method.decode("ascii")
        path = event.target.decode("ascii").partition("?")[0]
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
        return Head(self._asked, path, headers)

    async def body(self) -> bytes:
        """Raises _Gone, _TooLarge, h11.RemoteProtocolError."""
        body = bytearray()
        for _ in range(self._bounds.pieces):
            event = await self._event()
            if isinstance(event, h11.EndOfMessage):
                return bytes(body)
            if not isinstance(event, h11.Data):
                raise _Gone
            body += event.data
            if len(body) > self._bounds.body_bytes:
                break
        raise _TooLarge

    async def _event(self) -> object:
        while (event := self._wire.next_event()) is h11.NEED_DATA:
            if self._wire.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._wire.receive_data(await self._reader.read(_READ_BYTES))
        return event

    async def say(self, answer: Answer) -> None:
        """Send it, and let it be read: a connection that is closed on what was not read yet takes its answer along."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._bounds.linger_s):
                self._write(answer)
                await self._writer.drain()
                if self._wire.their_state is not h11.DONE:
                    self._writer.write_eof()
                    while await self._reader.read(_READ_BYTES):
                        pass

    def refuse_at_once(self, answer: Answer) -> None:
        """Without having read anything, or waiting for anything."""
        self._write(answer)
        self._writer.close()

    def _write(self, answer: Answer) -> None:
        text = answer.text.encode()
        headers = [
            ("Date", formatdate(usegmt=True)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ]
        if answer.retry_after:
            headers.append(("Retry-After", str(answer.retry_after)))
        if answer.allow:
            headers.append(("Allow", answer.allow))
        reason = HTTPStatus(answer.status).phrase
        self._send(h11.Response(status_code=answer.status, headers=headers, reason=reason.encode()))
        if self._asked != "HEAD":
            self._send(h11.Data(data=text))
        self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> None:
        self._writer.write(self._wire.send(event) or b"")

    def end(self) -> None:
        """Hang up."""
        self._writer.close()
