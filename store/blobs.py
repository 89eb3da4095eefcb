"""The files beside the database: blobs, each under its SHA-256, and uploads on their way to become one. Knows no table and
nobody's rights.

FOLDER/blobs/ab/SHA-256 and FOLDER/uploads/USER-SHA-256, made out of numbers and hashes only. One thread does all that writes
and removes, so that nothing goes away between a look and what follows from it.
"""

import logging
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from hubbub.schemas.errors import ERRORS
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.disk import Disk, means_full

RESERVE_BYTES: Final = 64 * 1024 * 1024
"""Files leave so much of the disk free: messages need it."""
WRITE_BACK_BYTES: Final = 4 * 1024 * 1024
"""An upload has no more unwritten bytes than this in memory: a commit's fsync may have to wait for them."""
_STEP: Final = 1024 * 1024
_BLOB: Final = re.compile(r"[0-9a-f]{64}")
_SHARD: Final = re.compile(r"[0-9a-f]{2}")
_UPLOAD: Final = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{64})")
_DISK: Final = Disk()
_LOST: Final = (
    "The file is missing or damaged on the server; its administrator can find out more with verify."
)
_log: Final = logging.getLogger("hubbub.store")

Upload = tuple[int, bytes]
"""User and SHA-256."""


class _Open:
    """An upload whose next bytes can come: what is in its file, and the hash of that."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.received = 0
        self.unwritten = 0
        """Since the last time that they were written back."""
        self._hash = sha256()

    def take(self, data: bytes | memoryview) -> None:
        self._hash.update(data)
        self.received += len(data)
        self.unwritten += len(data)

    def take_all(self, file: int) -> None:
        """What is in a file from its beginning on."""
        while data := os.read(file, _STEP):
            self.take(data)
        self.unwritten = 0

    def digest(self) -> bytes:
        return self._hash.digest()


class Found(NamedTuple):
    """Files that are there."""

    blobs: list[bytes]
    uploads: list[Upload]
    strangers: int
    """Those that are none of ours."""


class Blobs:
    """The files of one store. All but `problems` is for one thread."""

    def __init__(self, folder: Path | None, *, reserve: int = RESERVE_BYTES, disk: Disk = _DISK) -> None:
        """`folder` None: a temporary one, removed by `close`. Nothing is made in it before there is a file."""
        self._close: Callable[[], object] = lambda: None
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="hubbub-"))
            self._close = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._blobs = folder / "blobs"
        self._uploads = folder / "uploads"
        self._reserve = reserve
        self._disk = disk
        self._open: dict[Upload, _Open] = {}
        self._made: set[Path] = set()
        """Folders that are on the disk for good."""

    def close(self) -> None:
        """Free it."""
        self._close()

    def _blob(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._blobs / name[:2] / name

    def _upload(self, user: int, digest: bytes) -> Path:
        return self._uploads / f"{user:d}-{digest.hex()}"

    # ------------------------------------------------------------------------------------------------------ uploads

    def open(self, user: int, digest: bytes, size: int) -> int:
        """Make ready for `write`; how many bytes are there already. Raises Refusal storage_full, internal."""
        with self._beginning_anew(user, digest):
            self._make_folder(self._uploads)
            upload = self._open.get((user, digest))
            if upload is None or upload.received > size:
                upload = self._resumed(self._upload(user, digest), size)
            self._need_room(size - upload.received)
            upload.size = size
            self._open[user, digest] = upload
            return upload.received

    def _make_folder(self, path: Path) -> None:
        if path not in self._made:
            self._disk.make_folder(path)
            self._made.add(path)

    def _resumed(self, path: Path, size: int) -> _Open:
        """What an earlier process left, where it can be a part of so many bytes. Whether they are right comes out at the end. Not
        asked of what is open: a file is read again once a start, however often it is begun."""
        upload = _Open(size)
        if not path.is_file():
            return upload
        if path.stat().st_size > size:  # nobody counts what is more
            _remove(path)
            return upload
        with self._disk.opened(path, os.O_RDONLY) as file:
            upload.take_all(file)
        return upload

    def write(self, user: int, digest: bytes, offset: int, data: bytes) -> tuple[int, bool]:
        """Put bytes to an upload that is open; what is there already is passed over. How many are there, and whether that is all
        of it: then it is on the disk, a blob. Raises Refusal not_found, bad_request, wrong_content, storage_full, internal."""
        upload = self._open.get((user, digest))
        if upload is None:
            raise Refusal(NOT_FOUND)
        if offset > upload.received or offset + len(data) > upload.size:
            raise Refusal("bad_request", "These bytes are behind a gap, or behind the file's end.")
        fresh = memoryview(data)[upload.received - offset :]
        with self._beginning_anew(user, digest):
            if fresh or not upload.size:
                self._append(self._upload(user, digest), upload, fresh)
            if upload.received < upload.size:
                return upload.received, False
            self._complete(user, digest, upload)
            return upload.size, True

    @contextmanager
    def _beginning_anew(self, user: int, digest: bytes) -> Iterator[None]:
        """What the disk failed to take, or to sync, is given up as a whole: no later success would say that it is there."""
        try:
            yield
        except OSError as error:
            _log.exception("an upload of user %d failed, and begins anew", user)
            self.drop_upload(user, digest)
            self._made.clear()
            raise Refusal("storage_full" if means_full(error) else "internal") from error

    def _need_room(self, size: int) -> None:
        if self._disk.free(self._uploads) < size + self._reserve:
            raise Refusal("storage_full")

    def _append(self, path: Path, upload: _Open, data: memoryview) -> None:
        self._need_room(len(data))
        anew = 0 if upload.received else os.O_CREAT | os.O_TRUNC
        with self._disk.opened(path, os.O_RDWR | anew) as file:
            self._write_whole(file, data, upload.received)
            upload.take(data)
            if upload.unwritten >= WRITE_BACK_BYTES:
                self._disk.write_back(file)
                upload.unwritten = 0

    def _write_whole(self, file: int, data: memoryview, offset: int) -> None:
        """All of it or nothing, where the disk is full."""
        os.lseek(file, offset, os.SEEK_SET)
        try:
            while data:
                data = data[self._disk.write(file, data) :]
        except OSError as error:
            if not means_full(error):
                raise
            os.ftruncate(file, offset)
            raise Refusal("storage_full") from error

    def _complete(self, user: int, digest: bytes, upload: _Open) -> None:
        path, blob = self._upload(user, digest), self._blob(digest)
        if upload.digest() != digest:
            self.drop_upload(user, digest)
            raise Refusal("wrong_content")
        with self._disk.opened(path, os.O_RDWR) as file:
            self._disk.sync(file)
        self._make_folder(self._blobs)
        self._make_folder(blob.parent)
        self._disk.rename(path, blob)
        del self._open[user, digest]

    # -------------------------------------------------------------------------------------------------------- blobs

    def read(self, digest: bytes, size: int, offset: int, most: int) -> bytes:
        """So many bytes of a blob, fewer at its end. `size` is what it must have. Raises Refusal internal where it is not there, or
        is of another size."""
        path = self._blob(digest)
        try:
            with self._disk.opened(path, os.O_RDONLY) as file:
                there = os.fstat(file).st_size
                if there == size:
                    os.lseek(file, min(offset, size), os.SEEK_SET)
                    return os.read(file, most)
        except OSError as error:
            _log.error("the blob %s cannot be read: %s", path, error)
        else:
            _log.error("the blob %s has %d bytes in place of %d", path, there, size)
        raise Refusal("internal", f"{ERRORS['internal'].meaning} {_LOST}")

    def problems(
        self, held: Iterable[tuple[bytes, int]], *, still: Callable[[bytes], bool] = lambda _: True
    ) -> Iterator[str]:
        """What is wrong with these blobs (SHA-256 and size), each read whole. `still`: whether one that looks wrong is held even
        now; it may have been dropped since. From any thread."""
        for digest, size in held:
            problem = self._problem(digest, size)
            if problem and still(digest):
                yield f"the file {digest.hex()} {problem}"

    def _problem(self, digest: bytes, size: int) -> str:
        try:
            with self._disk.opened(self._blob(digest), os.O_RDONLY) as file:
                there = _Open(size)
                there.take_all(file)
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be read ({error.strerror or error})"
        if there.received != size:
            return f"has {there.received} bytes in place of {size}"
        return "" if there.digest() == digest else "is damaged: it has another SHA-256"

    # ----------------------------------------------------------------------------------------- removing, and looking

    def uploading(self, digest: bytes) -> list[int]:
        """Users who have an upload of this hash open."""
        return [user for user, other in self._open if other == digest]

    def takes(self, user: int, digest: bytes) -> int:
        """Bytes that an upload takes on the disk, or may take before it is begun again."""
        upload = self._open.get((user, digest))
        if upload is not None:
            return upload.size
        try:
            return self._upload(user, digest).lstat().st_size
        except OSError:
            return 0

    def drop_upload(self, user: int, digest: bytes) -> None:
        """Its bytes, and what is known of them. Where the disk fails the sweep after the next start does it."""
        self._open.pop((user, digest), None)
        _remove(self._upload(user, digest))

    def drop_blob(self, digest: bytes) -> None:
        """As drop_upload."""
        _remove(self._blob(digest))

    def found(self) -> Iterator[Found]:
        """Everything in our folders, one of them after the other. Links are strangers. Raises OSError."""
        yield _uploads_in(self._uploads)
        for entry in _listed(self._blobs):
            if _SHARD.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                yield _blobs_in(entry)
            else:
                yield Found([], [], 1)


def _listed(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _uploads_in(folder: Path) -> Found:
    entries = _listed(folder)
    matches = [_UPLOAD.fullmatch(entry.name) for entry in entries if entry.is_file(follow_symlinks=False)]
    uploads = [(int(match[1]), bytes.fromhex(match[2])) for match in matches if match]
    return Found([], uploads, len(entries) - len(uploads))


def _blobs_in(shard: os.DirEntry[str]) -> Found:
    entries = _listed(shard)
    names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    ours = [name for name in names if name.startswith(shard.name) and _BLOB.fullmatch(name)]
    return Found([bytes.fromhex(name) for name in ours], [], len(entries) - len(ours))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s could not be removed: %s", path, error)
