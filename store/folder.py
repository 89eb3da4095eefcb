"""A data folder: made, locked and opened as a store."""

import sqlite3
from pathlib import Path
from typing import Final

from hubbub.schemas import records
from hubbub.store.backend import StoreError
from hubbub.store.blobs import Blobs
from hubbub.store.database import Database, error_name, means_full
from hubbub.store.lock import FolderLock
from hubbub.store.search import SearchIndex
from hubbub.store.sqlite import SqliteBackend

DATABASE: Final = "hubbub.db"
SEARCH: Final = "search.db"


class FolderStore(SqliteBackend):
    """The store of a data folder; closing it frees the folder."""

    def __init__(self, folder: Path, lock: FolderLock) -> None:
        database, index = Database(folder / DATABASE), SearchIndex(folder / SEARCH)
        super().__init__(database, index, Blobs(folder), str(folder / DATABASE))
        self._lock = lock

    def close(self) -> None:
        super().close()
        self._lock.release()


def open_store(folder: Path | str, *, make: bool = True) -> FolderStore:
    """Take the folder (made if there is none, and `make`) for this process, and bring its database up to date. Raises StoreError,
    whose text says what to do: another process has it, the file is newer, broken or not ours, or may not be read."""
    folder = Path(folder)
    if not make and not (folder / DATABASE).is_file():
        raise StoreError(f"there is no store in {folder}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(folder)
    except OSError as error:
        raise StoreError(f"the data folder {folder} cannot be used: {error.strerror or error}") from error
    try:
        return FolderStore(folder, lock)
    except BaseException as error:
        lock.release()
        if isinstance(error, sqlite3.Error):
            raise StoreError(_explain(folder / DATABASE, error)) from error
        if isinstance(error, OSError):
            raise StoreError(f"{folder / DATABASE} cannot be opened: {error.strerror or error}") from error
        raise


def verify_folder(folder: Path | str) -> records.VerifyRead:
    """Verify the store of a data folder that no broker has open. Raises StoreError where it cannot be opened or read."""
    store = open_store(folder, make=False)
    try:
        reader = store.reader()
        try:
            result = reader.read(records.Verify())
        finally:
            reader.close()
    finally:
        store.close()
    assert isinstance(result, records.VerifyRead)  # noqa: S101  # Verify is never refused
    return result


def _explain(path: Path, error: sqlite3.Error) -> str:
    name = error_name(error)
    if name == "SQLITE_NOTADB" or name.startswith("SQLITE_CORRUPT"):
        return f"{path} is damaged or no database ({error}); restore a backup, or name another data folder"
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return f"{path} cannot be opened for writing ({error}); look at its owner and permissions"
    if means_full(error):
        return f"there is no room on the disk of {path}; make some"
    return f"{path} cannot be opened ({name or type(error).__name__}): {error}"
