"""The search index: a derived database of its own, filled behind the acknowledgement, thrown away when in doubt.

What FTS5 deletes stays in the file until the segments that hold it are written anew. So the words of deleted messages are
purged: `optimize`, with secure_delete on, which blanks what is freed, and then a checkpoint that truncates the log. Newer
SQLite takes the words out of the segments by itself (3 ms a message), and only the checkpoint is left to do.
"""

import logging
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import msgspec

from hubbub.store.backend import StoreError
from hubbub.store.database import Connection, Database, broken, means_full, migrate, roll_back
from hubbub.store.pages import DELETED
from hubbub.store.queries import SQL, repeated
from hubbub.store.words import indexed, place

CHUNK: Final = 512
"""Entries that are indexed in one transaction."""
PURGE_AFTER_S: Final = 1.0
"""Other deletions may come along: a purge takes 0.5 s for 250,000 messages, 1.6 s for a million."""
_PURGE_PAUSES: Final = 3
"""How many times as long as the last purge took the next one waits: other indexing goes on meanwhile."""
_PURGE_WITHIN_S: Final = 9.0
"""Of the 10 s in which the words must be gone. Who comes while a purge goes on waits for its end, the pause and the next."""
_SECURE_SINCE: Final = (3, 45, 0)
"""FTS5 has `secure-delete` since 3.42; the first releases had to be mended."""
_AGAIN_S: Final = 0.1
_NO_ROOM_S: Final = 5.0
_ROWS: Final = (256, 64, 16, 4, 1)
_log: Final = logging.getLogger("hubbub.store")


class _Entry(NamedTuple):
    """An entry as the index takes it."""

    position: int
    conversation: int
    sender: int
    kind: int
    text: str | None
    was: int | None
    """The position whose text holds no more since this entry."""


_entries: Final = msgspec.json.Decoder(list[_Entry])


class IndexBroken(Exception):
    """The index cannot be read or written; it has to be made anew. The store itself is well."""


class SearchIndex:
    """The index's database and its renewal. One thread fills it, several read it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._changing = threading.Lock()
        self._database: Database | None = None
        self.generation = 0
        """Grows when the file was thrown away: readers open it again."""
        self.secure = sqlite3.sqlite_version_info >= _SECURE_SINCE
        """FTS5 itself takes words out of the file."""
        self.doubted = False
        """The indexer has to throw it away: only the thread that writes may close what it writes with."""

    def database(self) -> Database:
        """The database, made or thrown away and made again where it is of no use."""
        with self._changing:
            if self._database is None:
                try:
                    self._database = self._open()
                except (sqlite3.DatabaseError, StoreError) as error:
                    if isinstance(error, sqlite3.Error) and means_full(error):
                        raise IndexBroken(str(error)) from error
                    _log.warning("the search index is made anew: %s", error)
                    self._remove()
                    self._database = self._open()
            return self._database

    def _open(self) -> Database:
        database = Database(self._path, durable=False)
        try:
            migrate(database.writer, "search_migrations", str(self._path))
            database.writer.execute(SQL["indexed"]).fetchone()
            if self.secure and not database.writer.execute(SQL["is_secure"]).fetchone():
                database.writer.execute(SQL["make_secure"])
                database.writer.execute(SQL["optimize_index"])  # an older SQLite may have filled it
        except BaseException:
            database.writer.close()
            raise
        return database

    def _remove(self) -> None:
        if self._path is not None:
            for end in ("", "-wal", "-shm"):
                Path(f"{self._path}{end}").unlink(missing_ok=True)

    def doubt(self, reason: object) -> None:
        """Whoever finds the index to be of no use says so; any thread."""
        _log.warning("the search index will be made anew: %s", reason)
        self.doubted = True

    def throw_away(self) -> None:
        """The next use starts with an empty index. By the indexer's thread."""
        with self._changing:
            if self._database is not None:
                with suppress(sqlite3.Error):
                    self._database.writer.close()
            self._database = None
            self.generation += 1
            self.doubted = False
            self._remove()

    def close(self) -> None:
        with self._changing:
            if self._database is not None:
                self._database.close()
            self._database = None


class Indexer:
    """Brings the index up to the log. For one thread."""

    def __init__(self, main: Database, index: SearchIndex) -> None:
        self._main = main
        self._db = main.reader()
        self._index = index
        self._purge_at: float | None = None
        self._optimized = False
        self._not_before = 0.0

    def step(self) -> bool:
        """Index the next entries, or purge; whether there may be more to do. Raises StoreBroken where the log cannot be
        read."""
        if self._index.doubted:
            self._purge_at = None
            self._index.throw_away()
        try:
            database = self._index.database()
            return self._purge(database) if self.due() == 0 else self._step(database)
        except (sqlite3.Error, IndexBroken) as error:
            if isinstance(error, sqlite3.Error) and not means_full(error):
                self._index.doubt(error)
                return True
            _log.warning("no room for the search index: %s", error)
            if self._purge_at is not None:
                self._purge_at = monotonic() + _NO_ROOM_S
            return False

    def due(self) -> float | None:
        """Seconds until `step` wants to be called, though no commit comes: words of deleted texts have to leave the file.
        None: it does not."""
        return None if self._purge_at is None else max(0.0, self._purge_at - monotonic())

    def _step(self, database: Database) -> bool:
        with database.guard:
            of_epoch, position, purge = database.writer.execute(SQL["indexed"]).fetchone()
        epoch, last, entries = self._read(position)
        stale = epoch != of_epoch
        if (stale and position) or position > last:
            self._index.doubt("it belongs to another store")
            return True
        deleted = any(entry.kind == DELETED for entry in entries)
        with database.guard:
            try:
                database.writer.execute(SQL["begin_write"])
                if stale:
                    database.writer.execute(SQL["adopt_index"], (epoch,))
                _insert(database.writer, entries)
                _blank(database.writer, entries)
                if last > position:
                    database.writer.execute(SQL["set_indexed"], (last, deleted))
                database.writer.execute(SQL["commit"])
            finally:
                roll_back(database.writer)
        self._plan_purge(bool(purge), deleted)
        return bool(last > position)

    def _read(self, position: int) -> tuple[bytes, int, list[_Entry]]:
        with self._main.guard:
            try:
                self._db.execute(SQL["begin_read"])
                (epoch,) = self._db.execute(SQL["epoch"]).fetchone()
                last, rows = self._db.execute(SQL["entries_to_index"], (position, CHUNK)).fetchone()
                if last is None:
                    (last,) = self._db.execute(SQL["position"]).fetchone()
            except sqlite3.Error as error:
                raise broken(error) from error
            finally:
                roll_back(self._db)
        return epoch, last, _entries.decode(rows)

    def _plan_purge(self, wanted: bool, deleted: bool) -> None:
        if deleted:
            self._optimized = False
        if (wanted or deleted) and self._purge_at is None:
            self._purge_at = max(monotonic() + PURGE_AFTER_S, self._not_before)

    def _purge(self, database: Database) -> bool:
        """Readers that are in the way of the checkpoint are gone in a moment."""
        began = monotonic()
        with database.guard:
            if not self._optimized and not self._index.secure:
                database.writer.execute(SQL["optimize_index"])
                self._optimized = True
            tidy = database.tidy()
            if tidy:
                database.writer.execute(SQL["index_purged"])
        ended = monotonic()
        self._purge_at = None if tidy else ended + _AGAIN_S
        took = ended - began
        self._not_before = ended + min(_PURGE_PAUSES * took, _PURGE_WITHIN_S - 2 * took)
        return True

    def close(self) -> None:
        self._main.release(self._db)


def _insert(db: Connection, entries: list[_Entry]) -> None:
    rows = [
        (entry.position, place(entry.conversation, entry.sender), indexed(entry.text))
        for entry in entries
        if entry.text is not None
    ]
    start = 0
    for size in _ROWS:
        while len(rows) - start >= size:
            values = [value for row in rows[start : start + size] for value in row]
            db.execute(repeated("index_messages", size), values)
            start += size


def _blank(db: Connection, entries: list[_Entry]) -> None:
    """In the order of the rows: FTS5 writes a segment whenever the next one is before the last."""
    db.executemany(SQL["blank_indexed"], sorted({(entry.was,) for entry in entries if entry.was is not None}))
