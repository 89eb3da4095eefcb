"""Files of this device that are sent: checked, hashed, read piece by piece. Everything here blocks. Knows no socket."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from hubbub.client.errors import BadRequest, FileProblem
from hubbub.client.problems import cannot
from hubbub.schemas import events as wire
from hubbub.schemas.limits import ATTACHMENTS_MAX, CHUNK_BYTES
from hubbub.schemas.names import file_name
from hubbub.schemas.requests import NewAttachment

_HASHED_AT_ONCE: Final = 1024 * 1024
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Not to wait for somebody who writes into a pipe: that it is one is seen only afterwards."""


class FileChanged(FileProblem):
    """The file is another one than when it was hashed."""


class Source:
    """Bytes to be sent, of a file or from memory, as they were when they were hashed."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Hashes the file, or `data` in its place. Raises FileProblem."""
        self._path, self._data = path, data
        self.name = path.name
        self.sha256, self.size = self._hashed()

    def chunk(self, offset: int) -> bytes:
        """The bytes from `offset` on, as many as a chunk holds. Raises FileChanged, FileProblem."""
        wanted = min(CHUNK_BYTES, self.size - offset)
        if self._data is not None:
            return self._data[offset : offset + wanted]
        try:
            with _opened(self._path) as file:
                file.seek(offset)
                found = file.read(wanted)
        except OSError as error:
            raise cannot("read", self._path, error) from None
        if len(found) < wanted:
            raise self._changed()
        return found

    def check(self) -> None:
        """Raises FileChanged where the bytes are others by now, FileProblem."""
        if self._hashed() != (self.sha256, self.size):
            raise self._changed()

    def _changed(self) -> FileChanged:
        return FileChanged(f"{self._path} changes while it is sent. Send it again when nobody writes to it.")

    def _hashed(self) -> tuple[bytes, int]:
        if self._data is not None:
            return hashlib.sha256(self._data).digest(), len(self._data)
        found, size = hashlib.sha256(), 0
        try:
            with _opened(self._path) as file:
                while piece := file.read(_HASHED_AT_ONCE):
                    found.update(piece)
                    size += len(piece)
        except OSError as error:
            raise cannot("read", self._path, error) from None
        return found.digest(), size


class Picked(Struct, frozen=True):
    """A file that goes with a message."""

    file: Source
    thumbnail: Source | None
    new: NewAttachment

    def attachment(self) -> wire.Attachment:
        """As the server will show it."""
        new = self.new
        return wire.Attachment(
            name=new.name,
            type=new.type,
            size=self.file.size,
            sha256=new.sha256,
            width=new.width,
            height=new.height,
            thumbnail=new.thumbnail,
        )


def checked_paths(attachments: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The paths that were given. Nothing is looked for yet. Raises BadRequest."""
    if isinstance(attachments, str | bytes | os.PathLike):
        raise BadRequest(f"attachments is a list of paths: [{str(attachments)!r}] for one.")
    given = list(attachments)
    if len(given) > ATTACHMENTS_MAX:
        raise BadRequest(f"A message has at most {ATTACHMENTS_MAX} attachments; these are {len(given)}.")
    return [checked_path(path) for path in given]


def checked_path(path: object) -> Path:
    """A path that was given. Raises BadRequest."""
    if not isinstance(path, str | os.PathLike) or path == "" or "\0" in str(path):
        raise BadRequest(f"{path!r} is no path of a file.")
    return Path(path)


SEPARATORS: Final = tuple(filter(None, (os.sep, os.altsep)))
"""Between the names of a path."""


def checked_target(path: object) -> Path:
    """Where a file is to be put: a file, or a folder. What ends like a folder must be one. Raises BadRequest, FileProblem."""
    target = checked_path(path)
    if str(path).endswith(SEPARATORS) and not is_folder(target):
        raise FileProblem(f"There is no folder {target}.")
    return target


def is_folder(path: str | Path) -> bool:
    """It is there, and is one."""
    return os.path.isdir(path)  # noqa: PTH112  # Path.is_dir raises where a name is too long


def is_file(path: str | Path) -> bool:
    """It is there, and is one."""
    return os.path.isfile(path)  # noqa: PTH113  # Path.is_file raises where a name is too long


def examine(path: Path) -> None:
    """Raises FileProblem where it is no file, or can't be read."""
    try:
        _opened(path).close()
    except OSError as error:
        raise cannot("read", path, error) from None


def pick(path: Path, keep_location: bool) -> Picked:
    """A file with what is said of it: type, and of a picture its size and a thumbnail. Raises FileProblem."""
    from hubbub.client.files import pictures  # Pillow takes its time, and most messages have no files

    examine(path)
    try:
        prepared = pictures.prepared(path, keep_location)
    except OSError as error:
        raise cannot("read", path, error) from None
    file = Source(path, prepared.data)
    thumbnail = Source(path, prepared.thumbnail) if prepared.thumbnail else None
    new = NewAttachment(
        sha256=file.sha256,
        name=file_name(path.name),
        type=prepared.type,
        width=prepared.width,
        height=prepared.height,
        thumbnail=thumbnail.sha256 if thumbnail is not None else b"",
    )
    return Picked(file, thumbnail, new)


def pick_avatar(path: Path) -> Picked:
    """A picture as a profile has it. Raises BadRequest where it is none, FileProblem."""
    from hubbub.client.files import pictures

    examine(path)
    try:
        file = Source(path, pictures.avatar(path))
    except OSError as error:
        raise cannot("read", path, error) from None
    return Picked(file, None, NewAttachment(sha256=file.sha256, name=file_name(path.name)))


def _opened(path: Path) -> BinaryIO:
    """A plain file; OSError for whatever else is there."""
    descriptor = os.open(path, _FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise OSError(0, "it is no plain file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
