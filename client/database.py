"""The SQLite files of this device: how one is opened, made, and changed. Knows no table."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hubbub.client.errors import ProfileError
from hubbub.client.queries import schema

BUSY_S: Final = 10.0
"""How long a file that another program writes to is waited for."""


def opened(path: Path | None, prepare: Callable[[sqlite3.Connection], object]) -> sqlite3.Connection:
    """A file, made if need be (0600), in WAL mode; None: the same in memory. For one thread at a time. Closed again where
    `prepare` raises. Raises OSError, sqlite3.Error."""
    if path is not None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    where = ":memory:" if path is None else path
    db = sqlite3.connect(where, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def bring_to(db: sqlite3.Connection, wanted: int, make: Callable[[int], object], name: str) -> None:
    """Bring the file to this format: `make` gets the one that it has, 0 where it is new. `name`: what the file is called.
    Raises ProfileError where its format is a later one."""
    with transaction(db):
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > wanted:
            raise ProfileError(f"{name} was made by a newer Hubbub: update this one.")
        if version < wanted:
            make(version)
            db.execute(f"PRAGMA user_version = {wanted}")


def run_script(db: sqlite3.Connection, name: str) -> None:
    """Every statement of a file of sql/, within the transaction that is open."""
    for statement in schema(name).split(";\n"):
        db.execute(statement)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is done within, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back after some errors
            db.execute("ROLLBACK")
        raise
