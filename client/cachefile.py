"""The file of the cache: opened and grown, set aside where it is damaged, rid of what was deleted. Knows no query by its name."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hubbub.client.database import bring_to, opened, run_script, transaction
from hubbub.client.errors import ProfileError
from hubbub.client.queries import queries

_FORMAT: Final = 5
_GROWN: Final = (3, 4, 5)
"""Formats that brought columns to what stays: schema_3.sql and so on."""
_QUICK_S: Final = 0.1
_REST: Final = 20
"""Writing a large file anew, which takes longer than that, is done in one part of so many of the time."""


class CacheFile:
    """One thread at a time; other processes as they like."""

    def __init__(self, path: Path) -> None:
        """Opens the file, makes it if need be. Raises ProfileError."""
        self._path = path
        self._copies = False
        """Of deleted texts, somewhere in the file."""
        self._rest_until = 0.0
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
        self._db = opened(self._path, self._prepare)

    def _prepare(self, db: sqlite3.Connection) -> None:
        def make(version: int) -> None:
            later = [f"schema_{number}.sql" for number in _GROWN if number > version]
            for name in ("schema.sql", *later):
                run_script(db, name)

        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")
        bring_to(db, _FORMAT, make, f"The cache {self._path}")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
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
        if self._copies:
            self._write_anew()
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All that is done in it, or nothing."""
        return transaction(self._db)

    def blank_behind(self) -> None:
        """What was deleted just now has copies: in the journal, and in pages that its row was moved from. A small file is
        written anew at once; a large one not at each of many deletions, but at a later one or at the end."""
        self._copies = True
        if time.monotonic() >= self._rest_until:
            self._write_anew()

    def _write_anew(self) -> None:
        began = time.monotonic()
        try:
            self._db.execute("VACUUM")
            ((busy, _, _),) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:  # no room, or another program has it: the next deletion tries again
            return
        self._copies = bool(busy)
        took = time.monotonic() - began
        self._rest_until = began + (_REST * took if took > _QUICK_S else 0.0)

    def run(self, name: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a named query."""
        return self._db.execute(queries()[name], values).fetchall()

    @contextmanager
    def rows(self, name: str, *values: object) -> Iterator[Iterator[tuple[object, ...]]]:
        """The rows of a query, as they are found."""
        with closing(self._db.execute(queries()[name], values)) as cursor:
            yield cursor

    def state(self) -> tuple[int, int]:
        """Another one after each change, by this program or another."""
        ((others,),) = self._db.execute("PRAGMA data_version").fetchall()
        return others, self._db.total_changes
