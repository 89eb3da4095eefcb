"""What was seen, where the consumers stand, and what is yet to be sent: one SQLite file, used by several programs at a time.

Everything but the outbox can be fetched again. A file that is damaged is set aside and begun anew; `damaged` then says where
it went. The cache of one account belongs to one epoch: another one empties it, but never the outbox.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from hubbub.client.errors import ProfileError
from hubbub.client.models import conversation_name
from hubbub.client.queries import queries, schema
from hubbub.schemas import replies
from hubbub.schemas.events import Message
from hubbub.schemas.names import folded

_FORMAT: Final = 1
_BUSY_S: Final = 10.0
_LARGEST: Final = 2**63 - 1
_decode_row: Final = msgspec.msgpack.Decoder(replies.Conversation).decode
_decode_message: Final = msgspec.msgpack.Decoder(Message).decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Cache:
    """The cache of a profile. One thread at a time; other processes as they like."""

    def __init__(self, path: Path) -> None:
        """Opens the file, makes it if need be. Raises ProfileError."""
        self._path = path
        self.damaged: Path | None = None
        """Where a damaged file was put; messages that waited in its outbox are only there."""
        try:
            self._open()
        except sqlite3.OperationalError as error:
            raise ProfileError(f"The cache {path} cannot be used: {error}.") from None
        except sqlite3.DatabaseError:
            self._set_aside()
            self._open()

    def _open(self) -> None:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._db = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > _FORMAT:
                raise ProfileError(f"The cache {self._path} was made by a newer Hubbub: update this one.")
            if version < _FORMAT:
                for statement in schema().split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {_FORMAT}")
        if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")

    def _set_aside(self) -> None:
        self.damaged = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns() // 1_000_000}")
        self._path.replace(self.damaged)
        for tail in ("-wal", "-shm"):
            beside = self._path.with_name(self._path.name + tail)
            if beside.exists():
                beside.replace(self.damaged.with_name(self.damaged.name + tail))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _run(self, name: str, *values: object) -> list[tuple[object, ...]]:
        return self._db.execute(queries()[name], values).fetchall()

    def account(self, server: bytes, user: str) -> "Account":
        """The part of one account with the server of this key, made if need be."""
        with self._transaction():
            self._run("add_account", server, folded(user), b"")
            ((number, known),) = self._db.execute(
                queries()["find_account"], (server, folded(user))
            ).fetchall()
        return Account(self, number, known)


class Account:
    """One account's part of the cache."""

    def __init__(self, cache: Cache, number: int, epoch: bytes) -> None:
        self._cache = cache
        self._run = cache._run
        self._number = number
        self.epoch = epoch
        """The store that all of it is of; empty: none yet."""

    def belong(self, epoch: bytes) -> None:
        """The store has this epoch: another one than before empties the part."""
        if epoch != self.epoch:
            self.reset(epoch)

    def reset(self, epoch: bytes) -> None:
        """The store is another one: drop everything but the outbox."""
        with self._cache._transaction():
            for name in ("drop_conversations", "drop_messages", "drop_cursors"):
                self._run(name, self._number)
            self._run("set_epoch", self._number, epoch)
        self.epoch = epoch

    # ----------------------------------------------------------------------------------------- home and messages

    def put_home(self, rows: Sequence[replies.Conversation], complete: bool) -> None:
        """Rows of HOME; `complete`: there are no others."""
        with self._cache._transaction():
            if complete:
                self._run("drop_conversations", self._number)
            for row in rows:
                name = folded(conversation_name(row))
                self._run("put_conversation", self._number, row.conversation, name, _encode(row))

    def home(self) -> list[replies.Conversation]:
        """The conversations as HOME showed them last."""
        return [_decode_row(_bytes(row)) for (row,) in self._run("conversations", self._number)]

    def put_messages(self, messages: Iterable[Message]) -> None:
        """Messages with their whole text."""
        with self._cache._transaction():
            for message in messages:
                place = (self._number, message.conversation, message.seq, message.position)
                self._run("put_message", *place, message.text.casefold(), _encode(message))

    def history(
        self,
        conversation: int,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """Messages of a conversation that were seen, newest first; there may be gaps between them."""
        bounds = (after if after is not None else 0, before if before is not None else _LARGEST)
        rows = self._run("history", self._number, conversation, *bounds, -1 if limit is None else limit)
        return [_decode_message(_bytes(entry)) for (entry,) in rows]

    def search(
        self, words: str, *, conversation: int | None = None, limit: int | None = None
    ) -> list[Message]:
        """Messages that hold all the words (anywhere, so that scripts without spaces are found too), newest first."""
        wanted = sorted(words.casefold().split(), key=len, reverse=True)
        found: list[Message] = []
        if not wanted:
            return found
        for (entry,) in self._run("search", self._number, wanted[0], conversation):
            message = _decode_message(_bytes(entry))
            text = message.text.casefold()
            if all(word in text for word in wanted):
                found.append(message)
                if len(found) == limit:
                    break
        return found

    # ---------------------------------------------------------------------------------------- cursors and people

    def cursors(self, consumer: str) -> dict[int, int]:
        """Where the consumer stands in the present store; empty: it was never here."""
        rows = self._run("cursors", self._number, consumer, self.epoch)
        return {_int(conversation): _int(seq) for conversation, seq in rows}

    def put_cursors(self, consumer: str, epoch: bytes, cursors: Iterable[tuple[int, int]]) -> None:
        """Cursors never go back."""
        with self._cache._transaction():
            for conversation, seq in cursors:
                self._run("put_cursor", self._number, consumer, epoch, conversation, seq)

    def put_people(self, names: Iterable[str]) -> None:
        """Names that exist."""
        with self._cache._transaction():
            for name in names:
                self._run("put_person", self._number, folded(name), name)

    def people(self, query: str = "", limit: int | None = None) -> list[str]:
        """Names that begin with the query."""
        rows = self._run("people", self._number, folded(query), -1 if limit is None else limit)
        return [str(name) for (name,) in rows]

    @property
    def outbox(self) -> "Outbox":
        """What is yet to be sent."""
        return Outbox(self._cache, self._number)


class Waiting(msgspec.Struct, frozen=True):
    """A message of the outbox."""

    recipient: str
    text: str
    key: bytes
    state: str = "claimed"
    problem: str = ""
    """Why it failed, for a person."""


class Outbox:
    """Messages on their way: pending, claimed by a program that is sending it, sent, or failed for good."""

    def __init__(self, cache: Cache, number: int) -> None:
        self._run = cache._run
        self._number = number

    def add(self, recipient: str, text: str, key: bytes) -> None:
        """Keep a message; the same key goes with every try."""
        self._run("outbox_add", self._number, recipient, text, key)

    def claim(self, now: float, lease_s: float) -> Waiting | None:
        """The oldest message, for this program alone until `now + lease_s` (seconds since 1970). None: nothing to send, or
        another program is sending. One at a time, so that they arrive in the order in which they were written."""
        rows = self._run("outbox_claim", self._number, now, now + lease_s)
        return Waiting(str(rows[0][1]), str(rows[0][2]), _bytes(rows[0][3])) if rows else None

    def sent(self, key: bytes) -> None:
        """The server has it."""
        self._run("outbox_settle", key, "sent", "")
        self._run("outbox_forget_sent", self._number)

    def failed(self, key: bytes, problem: str) -> None:
        """The server will never take it."""
        self._run("outbox_settle", key, "failed", problem)

    def release(self, key: bytes) -> None:
        """It could not be sent now; whoever comes next may."""
        self._run("outbox_release", key)

    def list(self) -> list[Waiting]:
        """Everything that the server does not have, oldest first."""
        rows = self._run("outbox_list", self._number)
        return [
            Waiting(str(to), str(text), _bytes(key), str(state), str(why))
            for to, text, key, state, why in rows
        ]


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise sqlite3.DatabaseError("the cache holds what it should not")
    return value


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise sqlite3.DatabaseError("the cache holds what it should not")
    return value
