"""One SQLite database, in a file or in memory: how it is opened, brought up to date and closed. Knows no table."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from hubbub.store.backend import StoreBroken, StoreError
from hubbub.store.queries import SQL, migrations

Connection = sqlite3.Connection

APPLICATION: Final = 0x48554242
"""'HUBB', in the header of every file of ours."""
_WAIT_S: Final = 10.0
"""Nobody else writes, so a lock is only ever held for the moments of recovery or of a backup program."""
_STATEMENTS: Final = 256
"""More prepared statements than the store has queries."""

_PRAGMAS: Final = (
    "secure_delete",
    "foreign_keys",
    "temporary_in_memory",
    "wal_limit",
    "checkpoint_every",
    "writer_cache",
)

_FULL: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP"})

SURPRISES: Final = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeError,
)
"""What one command's values can bring about: it alone fails, the transaction goes on."""


def error_name(error: sqlite3.Error) -> str:
    """SQLite's name of what went wrong; empty where Python found it."""
    return getattr(error, "sqlite_errorname", None) or ""


def means_full(error: sqlite3.Error) -> bool:
    """There was no room on the disk: for a page, for the log, for its index, or to make one of these files."""
    name = error_name(error)
    return name in _FULL or name.startswith("SQLITE_CANTOPEN")


def broken(error: sqlite3.Error) -> StoreBroken:
    """The StoreBroken of this error."""
    return StoreBroken(f"the database failed ({error_name(error) or type(error).__name__}): {error}")


class Database:
    """One database and its connections. In memory all readers share the writer's connection, behind `guard`."""

    def __init__(self, path: Path | None, *, durable: bool = True, content: bytes | None = None) -> None:
        """`path` None: in memory, from `content` where given. `durable`: every commit is fsynced."""
        self.path = path
        self.guard: AbstractContextManager[object] = nullcontext() if path else threading.RLock()
        """Held around every transaction."""
        if path:
            _make_private(path)
        self.writer = _connect(str(path.resolve()) if path else ":memory:")
        try:
            if content is not None:
                self.writer.deserialize(content)
            self._prepare_writer(durable)
        except BaseException:
            self.writer.close()
            raise

    def _prepare_writer(self, durable: bool) -> None:
        if self.path:
            (mode,) = self.writer.execute(SQL["use_wal"]).fetchone()
            if mode != "wal":
                raise StoreError(
                    f"{self.path} is on a file system without shared memory; put the data elsewhere"
                )
        for pragma in ("sync_full" if durable else "sync_normal", *_PRAGMAS):
            self.writer.execute(SQL[pragma])

    def reader(self) -> Connection:
        """A connection for one thread that reads."""
        if self.path is None:
            return self.writer
        connection = _connect(self.path.resolve().as_uri() + "?mode=ro", uri=True)
        connection.execute(SQL["query_only"])
        return connection

    def release(self, reader: Connection) -> None:
        """Close what `reader` gave."""
        if reader is not self.writer:
            reader.close()

    def snapshot(self) -> bytes:
        """The whole database as bytes, which `content` takes."""
        with self.guard:
            data = bytearray(self.writer.serialize())
        data[18:20] = b"\x01\x01"  # a database in memory cannot have a log: its header must not ask for one
        return bytes(data)

    def tidy(self) -> bool:
        """Put the log into the file and empty it, unless somebody reads from it. Raises sqlite3.Error."""
        if self.path is None:
            return True
        self.writer.execute(SQL["wait_little"])
        try:
            (busy, _, _) = self.writer.execute(SQL["checkpoint"]).fetchone()
        finally:
            self.writer.execute(SQL["wait_long"])
        return not busy

    def close(self) -> None:
        """Put the log into the file, and close."""
        with suppress(sqlite3.Error):  # the log stays beside the file then, and is read at the next opening
            self.writer.execute(SQL["checkpoint"])
        self.writer.close()


def _make_private(path: Path) -> None:
    """SQLite gives its log and index the mode of the file."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _connect(name: str, *, uri: bool = False) -> Connection:
    return sqlite3.connect(
        name,
        uri=uri,
        timeout=_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """One snapshot for everything that is asked within."""
    connection.execute(SQL["begin_read"])
    try:
        yield
    finally:
        roll_back(connection)


def roll_back(connection: Connection) -> None:
    """End the transaction, where SQLite has not done so itself."""
    if connection.in_transaction:
        connection.execute(SQL["rollback"])


def migrate(connection: Connection, folder: str, name: str) -> None:
    """Bring a database to the newest schema. Raises StoreError for one that is newer or not ours."""
    (application,) = connection.execute(SQL["application"]).fetchone()
    (version,) = connection.execute(SQL["version"]).fetchone()
    (objects,) = connection.execute(SQL["objects"]).fetchone()
    if application != APPLICATION and (application or version or objects):
        raise StoreError(f"{name} is a database of another program; name another data folder")
    scripts = migrations(folder)
    newest = scripts[-1].version
    if version > newest:
        raise StoreError(
            f"{name} was made by a newer Hubbub (schema {version}; this one knows {newest}): "
            "install that version or a later one"
        )
    try:
        for script in scripts[version:]:
            connection.executescript(script.script)
    except BaseException:
        roll_back(connection)
        raise
