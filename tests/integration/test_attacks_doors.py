"""Who gets in at all: keys and mechanisms at the two sockets, and connections that stall at the door."""

import os
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq

from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.raw import Raw, hello

ZMTP_GREETING = b"\xff" + b"\0" * 8 + b"\x7f\x03\x01"
REFUSED = (
    zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
)
HANDSHAKE_MS = 1_000
"""The broker's patience with a handshake, in the test of it."""


class Sockets:
    """Makes sockets, and closes them all."""

    def __init__(self) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self._made: list[Any] = []

    def new(self, kind: int) -> Any:
        self._made.append(self._context.socket(kind))
        return self._made[-1]

    def handshake(self, connecting: Any, address: str, timeout: int = 20_000) -> bool:
        """Connect, and say whether the handshake was done (or refused, also by a closed connection)."""
        monitor = connecting.get_monitor_socket(
            REFUSED | zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
        )
        self._made.append(monitor)
        connecting.connect(address)
        assert monitor.poll(timeout), "no end of the handshake"
        return int.from_bytes(monitor.recv_multipart()[0][:2], "little") == zmq.EVENT_HANDSHAKE_SUCCEEDED

    def close(self) -> None:
        for made in self._made:
            made.close(linger=0)
        self._context.term()


@pytest.fixture
def context() -> Iterator[Sockets]:
    made = Sockets()
    yield made
    made.close()


def curve(context: Sockets, kind: int, server_key: bytes, keys: tuple[bytes, bytes]) -> Any:
    made = context.new(kind)
    made.setsockopt(zmq.CURVE_SERVERKEY, server_key)
    made.setsockopt(zmq.CURVE_PUBLICKEY, keys[0])
    made.setsockopt(zmq.CURVE_SECRETKEY, keys[1])
    return made


def test_an_unknown_key_cannot_connect_to_the_publish_socket(server: Served, context: Sockets) -> None:
    stranger = curve(context, zmq.XSUB, server.place.key, zmq.curve_keypair())
    assert not context.handshake(stranger, server.place.publish)
    welcome = curve(context, zmq.DEALER, server.place.key, zmq.curve_keypair())
    assert context.handshake(welcome, server.place.address)


def test_a_key_is_let_in_while_its_session_lives(server: Served, context: Sockets) -> None:
    with Raw(server.place) as guest:
        guest.login("door-guest", PASSWORD, register=True)
        feed = curve(context, zmq.XSUB, server.place.key, guest.keys)
        assert context.handshake(feed, server.place.publish)
        guest.ask("LOGOUT")
        late = curve(context, zmq.XSUB, server.place.key, guest.keys)
        assert not context.handshake(late, server.place.publish)


@pytest.mark.parametrize("which", ["address", "publish"])
@pytest.mark.parametrize("mechanism", ["null", "plain", "wrong server key"])
def test_no_other_mechanism_gets_in(server: Served, context: Sockets, mechanism: str, which: str) -> None:
    kind = zmq.DEALER if which == "address" else zmq.XSUB
    if mechanism == "wrong server key":
        made = curve(context, kind, zmq.curve_keypair()[0], zmq.curve_keypair())
    else:
        made = context.new(kind)
        if mechanism == "plain":
            made.setsockopt(zmq.PLAIN_USERNAME, b"admin")
            made.setsockopt(zmq.PLAIN_PASSWORD, b"admin")
    assert not context.handshake(made, getattr(server.place, which))


def test_a_borrowed_public_key_is_worth_nothing(server: Served, context: Sockets) -> None:
    """The public key of a live session (others may know it) without its secret."""
    with Raw(server.place) as guest:
        guest.login("door-owner", PASSWORD, register=True)
        thief = curve(context, zmq.XSUB, server.place.key, (guest.keys[0], zmq.curve_keypair()[1]))
        assert not context.handshake(thief, server.place.publish)


def test_stalled_handshakes_are_ended_and_harm_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-open, slow and mute connections on all three ports: closed in time, while others are served."""
    monkeypatch.setattr("hubbub.broker.sockets.HANDSHAKE_MS", HANDSHAKE_MS)
    with served(tmp_path / "data") as server:
        stall(server)


def stall(server: Served) -> None:
    ports = (server.port, server.publish_port)
    openings = (b"", ZMTP_GREETING[:5], ZMTP_GREETING, ZMTP_GREETING + b"CURVE".ljust(20, b"\0") + b"\0" * 32)
    stalled = []
    for port in ports:
        for opening in openings * 5:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(opening)
            stalled.append(connection)
    mute = [socket.create_connection(("127.0.0.1", server.port + 2)) for _ in range(20)]
    assert hello("127.0.0.1", server.port)["port"] == server.port
    with Raw(server.place) as honest:
        honest.login("door-honest", PASSWORD, register=True).subscribe()
    try:
        closed_in_time(stalled, 20.0)
    finally:
        for connection in (*stalled, *mute):
            connection.close()


def closed_in_time(connections: list[socket.socket], seconds: float) -> None:
    """Read all of them to their end; AssertionError where one is still open after `seconds`."""
    deadline = time.monotonic() + seconds
    remaining = set(connections)
    while remaining:
        left = deadline - time.monotonic()
        assert left > 0, f"{len(remaining)} connections were never closed"
        readable, _, _ = select.select(list(remaining), [], [], left)
        for connection in readable:
            try:
                if connection.recv(65536):
                    continue
            except OSError:
                pass  # reset: closed too
            remaining.discard(connection)


GARBAGE = (
    b"GET / HTTP/1.1\r\nHost: hubbub\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 512,
    b"\0" * 4096,
    b"\xff" * 4096,
    ZMTP_GREETING + b"CURVE".ljust(20, b"\0") + b"\0" * 32 + b"\x06" + (2**40).to_bytes(8, "big"),
    ZMTP_GREETING + b"CURVE".ljust(20, b"\0") + b"\0" * 32 + b"\x06" + b"\xff" * 8 + b"\0" * 4096,
    ZMTP_GREETING + b"CURVE".ljust(20, b"\0") + b"\0" * 32 + b"\x02" + b"\0" * 8 + b"\x00" + b"\0" * 200,
    ZMTP_GREETING + b"CURVE".ljust(20, b"\0") + b"\0" * 32 + b"\x04\xc8\x05HELLO" + b"\x01\x00" + b"\0" * 192,
    ZMTP_GREETING + b"NULL".ljust(20, b"\0") + b"\0" * 32 + b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x04XSUB",
)


def test_garbage_on_the_three_ports(server: Served) -> None:
    before = len(server.log.lines)
    for port in (server.port, server.publish_port, server.port + 2):
        for number, garbage in enumerate((*GARBAGE, *(os.urandom(64 << turn) for turn in range(8)))):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                try:
                    for place in range(0, len(garbage), 1000 + number):
                        connection.sendall(garbage[place : place + 1000 + number])
                except OSError:
                    continue  # closed on us: right
    assert hello("127.0.0.1", server.port)["protocol"] == 1
    with Raw(server.place) as honest:
        honest.login("door-after", PASSWORD, register=True).subscribe()
    assert len(server.log.lines) - before < 100
