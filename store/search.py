"""The search index: a derived database of its own, filled behind the acknowledgement, thrown away when in doubt.

Deleting a message's text, when it comes, belongs into `Indexer.step`: DELETE the row, then run FTS5's `optimize`, which is
what takes the words out of the file.
"""

import json
import logging
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from hubbub.schemas import records
from hubbub.store.backend import StoreError
from hubbub.store.database import Connection, Database, broken, error_name, means_full, migrate, roll_back
from hubbub.store.pages import Page, message, size
from hubbub.store.queries import SQL, repeated
from hubbub.store.reads import NOT_FOUND, Refusal, is_member
from hubbub.store.words import indexed, match_expression, place

CHUNK: Final = 512
"""Entries that are indexed in one transaction."""
_ROWS: Final = (256, 64, 16, 4, 1)
_PLACES_MAX: Final = 500
"""Whoever is in more conversations searches them all, and what he may not see is left out afterwards."""
_CANDIDATES_MAX: Final = 2000
_END: Final = 2**62
_log: Final = logging.getLogger("hubbub.store")
_entries: Final = msgspec.json.Decoder(list[tuple[int, int, str | None]])


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

    def step(self) -> bool:
        """Index the next entries; whether there may be more. Raises StoreBroken where the log cannot be read."""
        if self._index.doubted:
            self._index.throw_away()
        try:
            return self._step(self._index.database())
        except (sqlite3.Error, IndexBroken) as error:
            if isinstance(error, sqlite3.Error) and not means_full(error):
                self._index.doubt(error)
                return True
            _log.warning("no room for the search index: %s", error)
            return False

    def _step(self, database: Database) -> bool:
        with database.guard:
            of_epoch, position = database.writer.execute(SQL["indexed"]).fetchone()
        epoch, last, entries = self._read(position)
        stale = epoch != of_epoch
        if (stale and position) or position > last:
            self._index.doubt("it belongs to another store")
            return True
        with database.guard:
            try:
                database.writer.execute(SQL["begin_write"])
                if stale:
                    database.writer.execute(SQL["adopt_index"], (epoch,))
                _insert(database.writer, entries)
                if last > position:
                    database.writer.execute(SQL["set_indexed"], (last,))
                database.writer.execute(SQL["commit"])
            finally:
                roll_back(database.writer)
        return bool(last > position)

    def _read(self, position: int) -> tuple[bytes, int, list[tuple[int, int, str | None]]]:
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

    def close(self) -> None:
        self._main.release(self._db)


def _insert(db: Connection, entries: list[tuple[int, int, str | None]]) -> None:
    rows = [
        (at, place(conversation), indexed(text)) for at, conversation, text in entries if text is not None
    ]
    start = 0
    for size_ in _ROWS:
        while len(rows) - start >= size_:
            values = [value for row in rows[start : start + size_] for value in row]
            db.execute(repeated("index_messages", size_), values)
            start += size_


class Searcher:
    """Searches of one thread. Holds a connection to the index from the first search on."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._database: Database | None = None
        self._db: Connection | None = None
        self._generation = -1

    def connection(self) -> Connection:
        """To the index as it is now. Raises IndexBroken."""
        if self._db is None or self._generation != self._index.generation:
            self.close()
            try:
                self._database = self._index.database()
                self._generation = self._index.generation
                self._db = self._database.reader()
            except sqlite3.Error as error:
                raise IndexBroken(str(error)) from error
        return self._db

    def positions(self, expression: str, before: int, limit: int) -> list[int]:
        """Of the messages that match, newest first. Raises IndexBroken; sqlite3.Error where the deadline passed."""
        db = self.connection()
        assert self._database is not None  # noqa: S101  # beside its connection
        try:
            with self._database.guard:
                return [row[0] for row in db.execute(SQL["matches"], (expression, before, limit))]
        except sqlite3.Error as error:
            if error_name(error) == "SQLITE_INTERRUPT":
                raise
            raise IndexBroken(str(error)) from error

    def close(self) -> None:
        if self._database is not None and self._db is not None:
            self._database.release(self._db)
        self._db = None


def read_search(db: Connection, searcher: Searcher, command: records.ReadSearch) -> records.SearchRead:
    """Newest first; what the user may see is decided by `db`, whatever the index says."""
    if command.conversation is not None and not is_member(db, command.user, command.conversation):
        raise Refusal(NOT_FOUND)
    expression = match_expression(command.words, _places(db, command))
    page = Page(command.limit)
    result = records.SearchRead([], None)
    before, wanted = command.before or _END, command.limit + 1
    while expression is not None:
        positions = searcher.positions(expression, before, wanted)
        candidates = (command.user, json.dumps(positions), command.conversation)
        for row in db.execute(SQL["found_messages"], candidates):
            item = message(row)
            if not page.takes(size(item)):
                result.next = result.messages[-1].position
                return result
            result.messages.append(item)
        if len(positions) < wanted:
            break
        before, wanted = positions[-1], min(2 * wanted, _CANDIDATES_MAX)
    return result


def _places(db: Connection, command: records.ReadSearch) -> list[int] | None:
    if command.conversation is not None:
        return [command.conversation]
    places = [row[0] for row in db.execute(SQL["conversations_of_user"], (command.user,))]
    return places if len(places) <= _PLACES_MAX else None
