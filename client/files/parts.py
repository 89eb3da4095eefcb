"""A file of this device that is being fetched: it grows beside its target, hidden, and takes its place when it is whole and right.
Everything here blocks; calls may come from any thread, one at a time. Knows no socket."""

import contextlib
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Final

from hubbub.client.errors import FileProblem
from hubbub.client.files.transfers import numbered, part_name
from hubbub.client.locking import try_lock
from hubbub.client.problems import cannot
from hubbub.schemas.names import file_name

_HASHED_AT_ONCE: Final = 1024 * 1024
_FLAGS: Final = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_NAMES_MAX: Final = 1000


class Part:
    """The bytes of one file that came so far. Two that fetch the same file into one folder have a part each."""

    def __init__(self, target: Path, name: str, sha256: bytes, size: int) -> None:
        """target: a file, which is replaced, or a folder, in which the file gets its `name`, with a number where that is taken."""
        self._target, self._name = target, file_name(name)
        self._sha256, self._size = sha256, size
        self._lock = threading.Lock()
        self._given_up = False
        self._descriptor = -1
        self._path = target
        self._hash = hashlib.sha256()
        self.length = 0
        """Bytes that came."""

    def open(self) -> int:
        """Take the part of an earlier try, or make one; how many bytes it has. Raises FileProblem."""
        with self._lock:
            if not self._given_up:
                try:
                    self._find()
                    self._look_through()
                except OSError as error:
                    raise cannot("written", self._path, error) from None
            return self.length

    def append(self, data: bytes) -> int:
        """How many bytes there are then. Raises FileProblem; what came before is kept."""
        with self._lock:
            if self._given_up:
                return self.length
            try:
                self._write(data)
            except OSError as error:
                after = "What came so far is kept: download it again to go on."
                raise cannot("written", self._path, error, after if self.length else "") from None
            self._hash.update(data)
            self.length += len(data)
            return self.length

    def right(self) -> bool:
        """It is whole, and has the hash that it should have."""
        return self.length == self._size and self._hash.digest() == self._sha256

    def anew(self) -> int:
        """Begin with nothing. Raises FileProblem."""
        with self._lock:
            if not self._given_up:
                try:
                    self._empty()
                except OSError as error:
                    raise cannot("written", self._path, error) from None
            return self.length

    def finish(self) -> Path:
        """Put it in its place, in one step; where that is. Raises FileProblem; the part is kept then."""
        with self._lock:
            if self._given_up:
                return self._target
            try:
                os.fsync(self._descriptor)
                if os.name == "nt":  # an open file can't be moved there
                    self._close()
                placed = self._place()
            except OSError as error:
                raise cannot("written", self._target, error) from None
            self._close()
            return placed

    def leave(self, *, keep: bool) -> None:
        """Let go of it. `keep`: what came stays there for another try. After finish it does nothing."""
        self._given_up = True
        with self._lock:
            if self._descriptor < 0:
                return
            if os.name == "nt":  # an open file can't be removed there
                self._close()
            if not keep or not self.length:
                with contextlib.suppress(OSError):
                    self._path.unlink()
            self._close()

    # ---------------------------------------------------------------------------------------------- under the lock

    def _find(self) -> None:
        folder, name = self._place_of_part()
        if not folder.is_dir():
            raise FileProblem(f"There is no folder {folder}.")
        if folder != self._target and _no_file(self._target):
            raise FileProblem(f"{self._target} is no plain file: it is not replaced.")
        for number in range(1, _NAMES_MAX):
            path = folder / part_name(name, self._sha256, number)
            if _taken(path):
                continue
            self._descriptor = os.open(path, _FLAGS, 0o666)
            if try_lock(self._descriptor) and _is_at(self._descriptor, path):
                self._path = path
                return
            self._close()
        raise FileProblem(f"There are too many downloads of {name} in {folder}.")

    def _place_of_part(self) -> tuple[Path, str]:
        if self._target.is_dir():
            return self._target, self._name
        return self._target.parent, self._target.name

    def _look_through(self) -> None:
        """Hash what an earlier try left; more than the file has is worth nothing."""
        if os.fstat(self._descriptor).st_size > self._size:
            self._empty()
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while not self._given_up and (piece := os.read(self._descriptor, _HASHED_AT_ONCE)):
            self._hash.update(piece)
            self.length += len(piece)

    def _write(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            os.lseek(self._descriptor, self.length, os.SEEK_SET)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.length)
            raise

    def _empty(self) -> None:
        os.ftruncate(self._descriptor, 0)
        self._hash, self.length = hashlib.sha256(), 0

    def _place(self) -> Path:
        if not self._target.is_dir():
            self._path.replace(self._target)
            return self._target
        for number in range(1, _NAMES_MAX):
            path = self._target / numbered(self._name, number)
            try:
                path.touch(exist_ok=False)  # it is ours from here on
            except FileExistsError:
                continue
            try:
                self._path.replace(path)
            except OSError:
                path.unlink()
                raise
            return path
        raise FileProblem(f"There are too many files called {self._name} in {self._target}.")

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def save(data: bytes, target: Path, name: str) -> Path:
    """Put bytes that are there already in their place, as Part does; where that is. Raises FileProblem."""
    part = Part(target, name, hashlib.sha256(data).digest(), len(data))
    try:
        if part.open():
            part.anew()
        part.append(data)
        return part.finish()
    finally:
        part.leave(keep=False)


def _taken(path: Path) -> bool:
    """Something that nobody should write into: a link to elsewhere, a pipe, another user's file."""
    try:
        there = path.lstat()
    except OSError:
        return False
    return not _plain(there)


def _no_file(path: Path) -> bool:
    """A device, for example. A link is replaced, not what it leads to."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISLNK(mode)


def _is_at(descriptor: int, path: Path) -> bool:
    """The open file is a plain one of ours, and still has this name."""
    mine = os.fstat(descriptor)
    try:
        there = path.lstat()
    except OSError:
        return False
    return _plain(mine) and (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _plain(found: os.stat_result) -> bool:
    own = os.name == "nt" or found.st_uid == os.geteuid()
    return own and stat.S_ISREG(found.st_mode) and found.st_nlink == 1
