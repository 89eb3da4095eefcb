"""The yardstick: the least that a durable broker of chat can do, in one process. Knows nothing of Hubbub's code.

ROUTER drained without blocking, batches to one thread with SQLite (WAL, synchronous=FULL), one transaction a batch,
replies after the commit, each message published once on its conversation's topic. CURVE on both sockets. No sessions,
limits, checks, presence or logs: what the product costs above this is what it does for people.

It writes in one of two ways. `rows`: permission, dedupe and seq are a SELECT each, then an INSERT, message by message.
`runs`: permission and seq from memory, many messages an INSERT, dedupe by its unique key; nothing known is faster.
"""

import itertools
import sqlite3
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
import zmq

DRAIN_AT_ONCE: Final = 256

_SCHEMA: Final = """
CREATE TABLE members (conversation INTEGER, user INTEGER, PRIMARY KEY (conversation, user)) WITHOUT ROWID, STRICT;
CREATE TABLE log (
    position INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    sender INTEGER NOT NULL, key BLOB NOT NULL, text TEXT NOT NULL,
    UNIQUE (key, sender), UNIQUE (conversation, seq)
) STRICT;
"""
_MEMBER: Final = "SELECT 1 FROM members WHERE conversation = ? AND user = ?"
_KNOWN: Final = "SELECT position, conversation, seq, at FROM log WHERE key = ? AND sender = ?"
_HEAD: Final = "SELECT max(seq) FROM log WHERE conversation = ?"
_COLUMNS: Final = "INSERT INTO log (position, conversation, seq, at, sender, key, text) VALUES "
_ROW: Final = "(?, ?, ?, ?, ?, ?, ?)"
_RUNS: Final = {size: _COLUMNS + ", ".join([_ROW] * size) for size in (256, 64, 16, 4, 1)}

Writing = Literal["rows", "runs", "echo"]
"""How to store; `echo` stores nothing: it shows how fast the generator of the load is alone."""

_topic: Final[Callable[[bytes, int], bytes]] = struct.Struct(">cQ").pack


class Ask(msgspec.Struct, gc=False):
    """A message to store. The first eight bytes of the token are the sender; without a conversation it asks
    how many subscriptions were applied."""

    id: int
    token: bytes = b""
    conversation: int = 0
    key: bytes = b""
    text: str = ""


class Stored(msgspec.Struct, gc=False):
    id: int
    conversation: int
    seq: int
    position: int
    ordinal: int
    at: int


class Refused(msgspec.Struct, gc=False):
    id: int
    error: str


class Subscribed(msgspec.Struct, gc=False):
    id: int
    subscriptions: int


class Said(msgspec.Struct, gc=False):
    event: str
    conversation: int
    seq: int
    position: int
    at: int
    sender: int
    sender_name: str
    key: bytes
    ordinal: int
    text: str


class Ready(NamedTuple):
    """Where the sockets are."""

    address: str
    publish: str


def create(
    data: Path, members: Iterable[tuple[int, int]], messages: Iterable[tuple[int, int, bytes, str]]
) -> None:
    """A store with these members (conversation, user) and messages (conversation, sender, key, text)."""
    store = _open(data)
    store.executescript(_SCHEMA)
    heads: dict[int, int] = {}
    with store:
        store.execute("BEGIN")
        store.executemany("INSERT INTO members VALUES (?, ?)", members)
        for conversation, sender, key, text in messages:
            heads[conversation] = seq = heads.get(conversation, 0) + 1
            store.execute(_RUNS[1], (None, conversation, seq, time.time_ns() // 1000, sender, key, text))
    store.close()


def serve(data: Path, secret: bytes, ready: Connection, writing: Writing) -> None:
    """Until it is killed."""
    loop = _Loop(zmq.Context(), data, secret, writing)
    ready.send(Ready(*loop.bind()))
    loop.run()


def rows(data: Path) -> int:
    """How many messages the store holds."""
    store = _open(data)
    count: int = store.execute("SELECT count(*) FROM log").fetchone()[0]
    store.close()
    return count


def _open(data: Path) -> sqlite3.Connection:
    store = sqlite3.connect(data / "bare.db", isolation_level=None, check_same_thread=False)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    return store


def _endpoint(socket: zmq.Socket[bytes]) -> str:
    return socket.getsockopt_string(zmq.LAST_ENDPOINT)


Results = Sequence[Stored | None]


class _Rows:
    """The writer that asks SQLite for everything."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store

    def write(self, batch: Sequence[Ask]) -> Results:
        self._store.execute("BEGIN IMMEDIATE")
        results = [self._append(ask) for ask in batch]
        self._store.execute("COMMIT")
        return results

    def _append(self, ask: Ask) -> Stored | None:
        execute, conversation = self._store.execute, ask.conversation
        sender = int.from_bytes(ask.token[:8], "big")
        if execute(_MEMBER, (conversation, sender)).fetchone() is None:
            return None
        known = execute(_KNOWN, (ask.key, sender)).fetchone()
        if known is not None:
            position, conversation, seq, at = known
        else:
            seq = (execute(_HEAD, (conversation,)).fetchone()[0] or 0) + 1
            at = time.time_ns() // 1000
            row = (None, conversation, seq, at, sender, ask.key, ask.text)
            position = execute(_RUNS[1], row).lastrowid
        return Stored(ask.id, conversation, seq, position, seq, at)


class _Runs:
    """The writer that remembers members and heads. (A key that is there already ends it: no benchmark repeats one.)"""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._members = set(store.execute("SELECT conversation, user FROM members"))
        self._heads: dict[int, int] = dict(store.execute("SELECT conversation, max(seq) FROM log GROUP BY 1"))
        self._position: int = store.execute("SELECT coalesce(max(position), 0) FROM log").fetchone()[0]

    def write(self, batch: Sequence[Ask]) -> Results:
        rows: list[tuple[Any, ...]] = []
        results: list[Stored | None] = []
        at = time.time_ns() // 1000
        for ask in batch:
            conversation, sender = ask.conversation, int.from_bytes(ask.token[:8], "big")
            if (conversation, sender) not in self._members:
                results.append(None)
                continue
            self._heads[conversation] = seq = self._heads.get(conversation, 0) + 1
            self._position = position = self._position + 1
            rows.append((position, conversation, seq, at, sender, ask.key, ask.text))
            results.append(Stored(ask.id, conversation, seq, position, seq, at))
        self._insert(rows)
        return results

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._store.execute("BEGIN IMMEDIATE")
        start = 0
        for size, statement in _RUNS.items():
            while len(rows) - start >= size:
                self._store.execute(
                    statement, tuple(itertools.chain.from_iterable(rows[start : start + size]))
                )
                start += size
        self._store.execute("COMMIT")


class _Loop:
    """The broker's thread, and the writer's."""

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], data: Path, secret: bytes, writing: Writing
    ) -> None:
        self._router = context.socket(zmq.ROUTER)
        self._xpub = context.socket(zmq.XPUB)
        for socket in (self._router, self._xpub):
            socket.linger = 0
            socket.curve_server = 1
            socket.curve_secretkey = secret
            socket.sndhwm = 100_000
        self._xpub.setsockopt(zmq.XPUB_VERBOSE, 1)  # else a second subscriber of a topic is not counted
        self._near = context.socket(zmq.PAIR)
        self._near.bind("inproc://writer")
        self._far = context.socket(zmq.PAIR)
        self._far.connect("inproc://writer")
        store = _open(data)
        self._writer = _Rows(store) if writing == "rows" else _Runs(store)
        self._echo = writing == "echo"
        self._subscriptions = 0
        self._pending: list[tuple[bytes, Ask]] = []
        self._batch: list[tuple[bytes, Ask]] = []
        self._batches: deque[list[Ask]] = deque()
        self._done: deque[Results] = deque()
        self._decode = msgspec.msgpack.Decoder(Ask).decode
        self._encode = msgspec.msgpack.Encoder().encode

    def bind(self) -> tuple[str, str]:
        for socket in (self._router, self._xpub):
            socket.bind("tcp://127.0.0.1:*")
        if not self._echo:
            threading.Thread(target=self._write, daemon=True).start()
        return _endpoint(self._router), _endpoint(self._xpub)

    def run(self) -> None:
        poller = zmq.Poller()
        for socket in (self._router, self._xpub, self._near):
            poller.register(socket, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if self._near in ready:
                self._near.recv()
                self._answer(self._batch, self._done.popleft())
                self._batch = []
            if self._xpub in ready:
                self._count_subscriptions()
            if self._router in ready:
                self._drain()
            if self._echo:
                batch, self._pending = self._pending, []
                self._answer(batch, [Stored(ask.id, ask.conversation, 1, 1, 1, 1) for _, ask in batch])
            elif self._pending and not self._batch:
                self._batch, self._pending = self._pending, []
                self._batches.append([ask for _, ask in self._batch])
                self._near.send(b"")

    def _drain(self) -> None:
        recv, decode, pending = self._router.recv, self._decode, self._pending
        try:
            for _ in range(DRAIN_AT_ONCE):
                peer = recv(zmq.NOBLOCK)
                ask = decode(recv())
                if ask.conversation:
                    pending.append((peer, ask))
                else:
                    self._reply(peer, Subscribed(ask.id, self._subscriptions))
        except zmq.Again:
            pass

    def _count_subscriptions(self) -> None:
        try:
            while True:
                self._subscriptions += self._xpub.recv(zmq.NOBLOCK)[0]
        except zmq.Again:
            pass

    def _answer(self, batch: Sequence[tuple[bytes, Ask]], results: Results) -> None:
        publish, encode = self._xpub.send, self._encode
        for (peer, ask), stored in zip(batch, results, strict=True):
            if stored is None:
                self._reply(peer, Refused(ask.id, "not_found"))
                continue
            self._reply(peer, stored)
            sender = int.from_bytes(ask.token[:8], "big")
            said = Said(
                "message", stored.conversation, stored.seq, stored.position, stored.at, sender, f"user{sender}",
                ask.key, stored.ordinal, ask.text,
            )  # fmt: skip
            publish(_topic(b"c", stored.conversation), zmq.SNDMORE)
            publish(encode(said))

    def _reply(self, peer: bytes, answer: msgspec.Struct) -> None:
        self._router.send(peer, zmq.SNDMORE)
        self._router.send(self._encode(answer))

    def _write(self) -> None:
        while True:
            self._far.recv()
            self._done.append(self._writer.write(self._batches.popleft()))
            self._far.send(b"")
