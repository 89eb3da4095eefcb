"""The SQLite backend: transactions, failures and readers. Executes named queries; what a command does stands in
appends.py, writes.py and reads.py."""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from math import inf
from time import monotonic
from typing import Final, cast

from hubbub.schemas import records
from hubbub.schemas.errors import ERRORS
from hubbub.schemas.records import AppendMessage, Refused, Result, Startup
from hubbub.store.access import Refusal, read_failure
from hubbub.store.accounts import entitlement
from hubbub.store.appends import append
from hubbub.store.blobs import Blobs
from hubbub.store.database import (
    SURPRISES,
    Connection,
    Database,
    broken,
    means_full,
    migrate,
    reading,
    roll_back,
)
from hubbub.store.finding import Searcher, read_search
from hubbub.store.members import GENERAL
from hubbub.store.memory import Memory
from hubbub.store.queries import SQL
from hubbub.store.reads import READS
from hubbub.store.search import IndexBroken, Indexer, SearchIndex
from hubbub.store.transfers import FileTransfers
from hubbub.store.verify import verify
from hubbub.store.writes import WRITES

RECENT: Final = 10_000
READ_DEADLINE_S: Final = 2.0
_INSTRUCTIONS: Final = 20_000
"""Of SQLite's machine between two looks at the clock: about a millisecond."""
_log: Final = logging.getLogger("hubbub.store")
_FULL: Final = Refused("storage_full", ERRORS["storage_full"].meaning)
_INTERNAL: Final = Refused("internal", ERRORS["internal"].meaning)
_NO_INDEX: Final = Refused("busy", "The search index is being made anew; try again in a while.")
_UNKNOWN: Final = Refused("internal", "The store does not know this command.")


class SqliteBackend:
    """Backend on one SQLite database and the files beside it. Takes all three over and closes them."""

    def __init__(self, database: Database, index: SearchIndex, blobs: Blobs, name: str = "the store") -> None:
        """Migrates. Raises StoreError for a database that this Hubbub cannot use."""
        self._database = database
        self._index = index
        self._blobs = blobs
        self._db = database.writer
        try:
            migrate(self._db, "migrations", name)
            self._memory = Memory(self._db)
        except BaseException:
            self._db.close()
            blobs.close()
            raise

    def startup(self, now: int) -> Startup:
        with self._database.guard, reading(self._db):
            return self._startup(now)

    def _startup(self, now: int) -> Startup:
        (epoch,) = self._db.execute(SQL["epoch"]).fetchone()
        sessions = [
            records.Session(session, user, name, token_hash, device_key, expires_at, bool(bot))
            for session, user, name, token_hash, device_key, expires_at, bot in self._db.execute(
                SQL["live_sessions"], (now,)
            )
        ]
        users = dict.fromkeys(session.user for session in sessions)
        recent = self._db.execute(SQL["recent_entries"], (RECENT,)).fetchall()[::-1]
        entitlements = [entitlement(self._db, user) for user in users]
        purging = [user for (user,) in self._db.execute(SQL["users_to_purge"])]
        position = self._memory.position
        return Startup(epoch, position, GENERAL, sessions, entitlements, recent, purging)

    def write(self, commands: Sequence[records.Write]) -> list[Result]:
        with self._database.guard:
            try:
                self._db.execute(SQL["begin_write"])
                results = self._run(commands)
                self._db.execute(SQL["commit"])
            except sqlite3.Error as error:
                self._recover(error)
                return [_FULL] * len(commands)
            self._memory.trim()
            return results

    def _recover(self, error: sqlite3.Error) -> None:
        """From a full disk the store goes on by itself; from anything else there is no way on."""
        if not means_full(error):
            raise broken(error) from error
        _log.warning("no room to store a batch: %s", error)
        try:
            roll_back(self._db)
            self._memory.forget_all()
        except sqlite3.Error as second:
            raise broken(second) from second

    def _run(self, commands: Sequence[records.Write]) -> list[Result]:
        results: list[Result] = []
        for kind, run in groupby(commands, type):
            if kind is AppendMessage:
                results += append(self._db, self._memory, cast("list[AppendMessage]", list(run)))
            else:
                results += [self._run_one(command) for command in run]
        return results

    def _run_one(self, command: records.Write) -> Result:
        handler = WRITES.get(type(command))
        if handler is None:
            return _UNKNOWN
        self._db.execute(SQL["savepoint"])
        try:
            result = handler(self._db, self._memory, command)
        except Refusal as refusal:  # raised before anything was changed
            result = refusal.result
        except Exception as error:  # our own mistakes too: nobody's command may stop everybody's
            if isinstance(error, sqlite3.Error) and not isinstance(error, SURPRISES):
                raise
            _log.exception("%s failed", type(command).__name__)
            self._db.execute(SQL["undo"])
            self._memory.forget_all()
            result = _INTERNAL
        self._db.execute(SQL["release"])
        return result

    def reader(self) -> "SqliteReader":
        return SqliteReader(self._database, self._index, self._blobs)

    def transfers(self) -> FileTransfers:
        return FileTransfers(self._database, self._blobs)

    def indexer(self) -> Indexer:
        return Indexer(self._database, self._index)

    def tidy(self) -> bool:
        with self._database.guard:
            try:
                return self._database.tidy()
            except sqlite3.Error as error:
                if not means_full(error):
                    raise broken(error) from error
                _log.warning("no room to bring the database's file up to date: %s", error)
                return False

    def snapshot(self) -> bytes:
        """The committed state, whole; `from_snapshot` opens it."""
        return self._database.snapshot()

    def close(self) -> None:
        self._index.close()
        self._blobs.close()
        self._database.close()


class SqliteReader:
    """Reader on a connection of its own (in memory: on the writer's, between its transactions)."""

    def __init__(
        self, database: Database, index: SearchIndex, blobs: Blobs, deadline_s: float = READ_DEADLINE_S
    ) -> None:
        self._database = database
        self._index = index
        self._blobs = blobs
        self._searcher = Searcher(index)
        self._db = database.reader()
        self._deadline_s = deadline_s

    def read(self, command: records.Read) -> Result:
        seconds = inf if isinstance(command, records.Verify) else self._deadline_s
        try:
            with self._database.guard, _deadline(self._db, seconds), reading(self._db):
                return self._answer(command)
        except Refusal as refusal:
            return refusal.result
        except sqlite3.Error as error:
            return read_failure(error)

    def _answer(self, command: records.Read) -> Result:
        if isinstance(command, records.ReadSearch):
            return self._search(command)
        if isinstance(command, records.Verify):
            return verify(self._db, self._searcher, self._blobs)
        handler = READS.get(type(command))
        return handler(self._db, command) if handler else _UNKNOWN

    def _search(self, command: records.ReadSearch) -> Result:
        try:
            with _deadline(self._searcher.connection(), self._deadline_s):
                return read_search(self._db, self._searcher, command)
        except IndexBroken as error:
            self._index.doubt(error)
            return _NO_INDEX

    def close(self) -> None:
        self._searcher.close()
        self._database.release(self._db)


@contextmanager
def _deadline(db: Connection, seconds: float) -> Iterator[None]:
    end = monotonic() + seconds
    db.set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)
    try:
        yield
    finally:
        db.set_progress_handler(None, 0)


def memory_store(content: bytes | None = None) -> SqliteBackend:
    """The same backend in memory, for tests and trials: empty, or as `content` (of a snapshot) says. As with every restore
    the epoch is then new and all sessions have ended."""
    backend = _in_memory(_empty() if content is None else content)
    renew(backend._db)
    return backend


def _in_memory(content: bytes | None) -> SqliteBackend:
    return SqliteBackend(Database(None, content=content), SearchIndex(None), Blobs(None))


@cache
def _empty() -> bytes:
    """A store that nobody has used: to read it takes a tenth of what it takes to make it, and tests want thousands."""
    made = _in_memory(None)
    try:
        return made.snapshot()
    finally:
        made.close()


def renew(db: Connection) -> None:
    """What a restore does: what clients know of the store before is void."""
    db.execute(SQL["begin_write"])
    db.execute(SQL["end_all_sessions"])
    db.execute(SQL["new_epoch"])
    db.execute(SQL["commit"])
