"""What a bot keeps: one SQLite file with its cursors and its mapping, changed together or not at all. Knows no client.

The file is written by one thread, a transaction for everything that waits at that moment, so that no event loop waits for a
disk and 32 conversations share one fsync.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from hubbub.client.database import bring_to, opened, run_script, transaction
from hubbub.client.errors import ProfileError
from hubbub.client.queries import integer, octets, queries
from hubbub.schemas.names import folded

FILE: Final = "bot.db"
_FORMAT: Final = 1


class Batch(Struct):
    """What is to be on the disk together."""

    epoch: bytes = b""
    """The store that the cursors are of; empty: there are none."""
    cursors: dict[int, int] = field(default_factory=dict)
    values: dict[str, bytes | None] = field(default_factory=dict)
    """None: the name goes."""

    def add(self, other: "Batch") -> None:
        """What came later. Cursors of another store than the later ones are void."""
        if other.epoch and other.epoch != self.epoch:
            self.epoch, self.cursors = other.epoch, {}
        for conversation, seq in other.cursors.items():
            self.cursors[conversation] = max(seq, self.cursors.get(conversation, 0))
        self.values.update(other.values)


class BotFile:
    """The file. One call at a time; calls may come from any thread."""

    def __init__(self, folder: Path | None) -> None:
        """Opens FILE in the folder, or makes it; None: the same in memory. Raises ProfileError."""
        self._path = folder / FILE if folder is not None else None
        self._lock = threading.Lock()
        self._account = 0
        try:
            self._db = opened(self._path, self._prepare)
        except (sqlite3.Error, OSError) as error:
            raise ProfileError(f"{self._path or 'The memory'} cannot be used: {error}.") from None

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA synchronous = FULL")
        bring_to(db, _FORMAT, lambda _: run_script(db, "bot_schema.sql"), str(self._path))

    def _run(self, name: str, *values: object) -> list[tuple[object, ...]]:
        return self._db.execute(queries("bot_queries.sql")[name], values).fetchall()

    def load(self, server: bytes, user: str) -> tuple[bytes, dict[int, int]]:
        """Be the file of this bot on this server from now on: the epoch and the cursors. An empty epoch: never there.
        Raises ProfileError."""
        try:
            with self._lock, transaction(self._db):
                self._run("add_account", server, folded(user))
                ((number, epoch),) = self._run("find_account", server, folded(user))
                self._account = integer(number)
                rows = self._run("cursors", self._account)
        except sqlite3.Error as error:
            raise ProfileError(f"{self._path} cannot be used: {error}.") from None
        return octets(epoch), {integer(conversation): integer(seq) for conversation, seq in rows}

    def values(self) -> dict[str, bytes]:
        """The mapping."""
        with self._lock:
            return {str(name): octets(value) for name, value in self._run("kept", self._account)}

    def write(self, batch: Batch) -> None:
        """All of it, on the disk when this returns, or nothing. Raises sqlite3.Error."""
        with self._lock, transaction(self._db):
            if batch.epoch:
                self._write_cursors(batch)
            for name, value in batch.values.items():
                if value is None:
                    self._run("forget", self._account, name)
                else:
                    self._run("keep", self._account, name, value)

    def _write_cursors(self, batch: Batch) -> None:
        ((epoch,),) = self._run("epoch", self._account)
        if epoch != batch.epoch:
            self._run("drop_cursors", self._account)
            self._run("set_epoch", self._account, batch.epoch)
        for conversation, seq in batch.cursors.items():
            self._run("put_cursor", self._account, conversation, seq)

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._db.close()


class BotState:
    """The file behind one thread, and what is to be written next. Implements Positions."""

    def __init__(self, folder: Path | None) -> None:
        """Raises ProfileError."""
        self.file = BotFile(folder)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="hubbub-bot")
        self._next = Batch()
        self._known: dict[int, int] = {}
        self._written = asyncio.Lock()
        self.epoch = b""
        """Of the store that the bot stands in now."""

    def load(self, server: bytes, user: str) -> tuple[bytes, Mapping[int, int]]:
        """As Positions says. Conversation 0, which is none, tells that the bot was here before, though it was in no conversation:
        whoever wrote to it since is answered."""
        self.epoch, cursors = self.file.load(server, user)
        self._known = dict(cursors)
        return self.epoch, {0: 0, **cursors} if self.epoch else {}

    def save(self, epoch: bytes, cursors: Sequence[tuple[int, int]]) -> None:
        """As Positions says: with the next commit, which must come before any entry behind them is handled."""
        if epoch != self.epoch:
            self.epoch, self._known = epoch, {}
            self._next.add(Batch(epoch=epoch))
        for conversation, seq in cursors:
            self.reached(conversation, seq)

    def reached(self, conversation: int, seq: int) -> None:
        """The bot is done up to there, in the store that it stands in now. On the disk with the next commit."""
        if seq > self._known.get(conversation, -1):
            self._known[conversation] = seq
            self._next.add(Batch(epoch=self.epoch, cursors={conversation: seq}))

    def stands(self, conversation: int) -> int:
        """The seq up to which the bot is done."""
        return self._known.get(conversation, 0)

    def put(self, values: Mapping[str, bytes | None]) -> None:
        """Values of the mapping. On the disk with the next commit."""
        self._next.values.update(values)

    @property
    def waiting(self) -> bool:
        """Something is not on the disk."""
        return bool(self._next.epoch or self._next.values)

    async def values(self) -> dict[str, bytes]:
        """The mapping as it is on the disk."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self.file.values)

    async def commit(self) -> None:
        """Returns once all that was put before is on the disk. Raises sqlite3.Error; then it is still waiting."""
        async with self._written:
            if not self.waiting:
                return
            batch, self._next = self._next, Batch()
            try:
                await asyncio.shield(
                    asyncio.get_running_loop().run_in_executor(self._worker, self.file.write, batch)
                )
            except sqlite3.Error:
                batch.add(self._next)
                self._next = batch
                raise

    def close(self) -> None:
        """Let go of the file; what is not committed is lost."""
        self._worker.shutdown()
        self.file.close()
