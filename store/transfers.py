"""Moves bytes between memory and the files beside the database: what each Transfer does, and who may have it done."""

import logging
import sqlite3
from collections.abc import Callable
from typing import Any, Final

from hubbub.schemas import records
from hubbub.schemas.errors import ERRORS
from hubbub.schemas.limits import CHUNK_BYTES
from hubbub.schemas.names import folded
from hubbub.schemas.records import Refused, Result
from hubbub.store.access import NOT_FOUND, Refusal, read_failure
from hubbub.store.blobs import Blobs, Found
from hubbub.store.database import Database, reading
from hubbub.store.queries import SQL

_UNKNOWN: Final = Refused("internal", ERRORS["internal"].meaning)
_log: Final = logging.getLogger("hubbub.store")


class FileTransfers:
    """Transfers on a reader connection of its own; for one thread. What it asks the database it asks at that moment: since all
    files are made and removed here, nobody can come to have a blob between the answer and its unlinking."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self.blobs = blobs
        self._database = database
        self._db = database.reader()

    def transfer(self, command: records.Transfer) -> Result:
        handler = TRANSFERS.get(type(command))
        if handler is None:
            return _UNKNOWN
        try:
            return handler(self, command)
        except Refusal as refusal:
            return refusal.result
        except sqlite3.Error as error:
            return read_failure(error)

    def row(self, query: str, *values: object) -> Any | None:
        """The first row, of a snapshot of this moment."""
        with self._database.guard, reading(self._db):
            return self._db.execute(SQL[query], values).fetchone()

    def counts(self, user: int, sha256: bytes) -> bool:
        """It is half done, and all that it takes is counted to the user."""
        row = self.row("upload_half_done", user, sha256)
        return row is not None and self.blobs.takes(user, sha256) <= row[0]

    def sweep(self) -> None:
        strangers = removed = 0
        for found in self.blobs.found():
            gone = self._forsaken(found)
            for user, sha256 in gone.uploads:
                self.blobs.drop_upload(user, sha256)
            for sha256 in gone.blobs:
                self.blobs.drop_blob(sha256)
            strangers += found.strangers
            removed += len(gone.uploads) + len(gone.blobs)
        if removed:
            _log.info("removed %d files that nobody has", removed)
        if strangers:
            _log.warning("%d files in the folders of blobs and uploads are none of ours", strangers)

    def _forsaken(self, found: Found) -> Found:
        """Those that nobody has; in one snapshot."""
        with self._database.guard, reading(self._db):
            uploads = [key for key in found.uploads if not self._is("upload_half_done", *key)]
            return Found([key for key in found.blobs if not self._is("blob_had", key)], uploads, 0)

    def _is(self, query: str, *values: object) -> bool:
        return self._db.execute(SQL[query], values).fetchone() is not None

    def close(self) -> None:
        self._database.release(self._db)


def open_upload(files: FileTransfers, command: records.OpenUpload) -> records.UploadOpened:
    """Not found: another device completed it, or it was dropped, since it was begun."""
    if files.row("upload_half_done", command.user, command.sha256) is None:
        raise Refusal(NOT_FOUND)
    return records.UploadOpened(files.blobs.open(command.user, command.sha256, command.size))


def write_chunk(files: FileTransfers, command: records.WriteChunk) -> records.ChunkWritten:
    """Asked with each chunk whether the upload is still one: else bytes would come to the disk that count for nobody, of what another
    device completed, or that was begun again and said to be smaller."""
    if not files.counts(command.user, command.sha256):
        files.blobs.drop_upload(command.user, command.sha256)
        raise Refusal(NOT_FOUND)
    return records.ChunkWritten(
        *files.blobs.write(command.user, command.sha256, command.offset, command.data)
    )


def read_chunk(files: FileTransfers, command: records.ReadChunk) -> records.ChunkRead:
    row = files.row("attachment_seen", command.user, command.conversation, command.seq, command.index)
    sha256, size = (row[2:] if command.thumbnail else row[:2]) if row else (b"", 0)
    return _read(files, sha256, size, command.offset)


def read_picture(files: FileTransfers, command: records.ReadPicture) -> records.ChunkRead:
    sha256, size = files.row("picture_seen", folded(command.user)) or (b"", 0)
    return _read(files, sha256, size, 0)


def _read(files: FileTransfers, sha256: bytes, size: int, offset: int) -> records.ChunkRead:
    if not sha256:
        raise Refusal(NOT_FOUND)
    return records.ChunkRead(files.blobs.read(sha256, size, offset, CHUNK_BYTES), size)


def drop(files: FileTransfers, command: records.Drop) -> records.Dropped:
    hashes = dict.fromkeys([*command.blobs, *(sha256 for _, sha256 in command.uploads)])
    opened = [(user, sha256) for sha256 in command.blobs for user in files.blobs.uploading(sha256)]
    for user, sha256 in [*command.uploads, *opened]:
        if not files.counts(user, sha256):
            files.blobs.drop_upload(user, sha256)
    for sha256 in hashes:
        if files.row("blob_had", sha256) is None:
            files.blobs.drop_blob(sha256)
    return records.Dropped()


TRANSFERS: Final[dict[type[records.Transfer], Callable[[FileTransfers, Any], Result]]] = {
    records.OpenUpload: open_upload,
    records.WriteChunk: write_chunk,
    records.ReadChunk: read_chunk,
    records.ReadPicture: read_picture,
    records.Drop: drop,
}
