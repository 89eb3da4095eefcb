"""What files need of the operating system: private, and on the disk for good. Knows nothing of what is in them; tests put a
worse disk in its place."""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FLAGS: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
"""Whatever lies in the folders, nothing outside them is read or written by way of a link."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def means_full(error: OSError) -> bool:
    """There was no room, or the quota of the server's own account is used up."""
    return error.errno in _FULL


class Disk:
    """The files of this machine. Everything raises OSError."""

    @contextmanager
    def opened(self, path: Path, flags: int) -> Iterator[int]:
        """A descriptor; 0600 where it is made."""
        file = os.open(path, flags | _FLAGS, 0o600)
        try:
            yield file
        finally:
            os.close(file)

    def write(self, file: int, data: bytes | memoryview) -> int:
        """How many of the bytes went in."""
        return os.write(file, data)

    def write_back(self, file: int) -> None:
        """Begin early with what `sync` has to do, where that can be done without its bookkeeping."""
        if sys.platform == "linux":
            os.fdatasync(file)

    def sync(self, file: int) -> None:
        """Bytes and size are on the disk after this. After an error nobody knows what is: the file is lost."""
        os.fsync(file)

    def make_folder(self, path: Path) -> None:
        """For us only, and there after a power cut; its parent has to exist. One that is there is synced, too: whoever made it may
        have ended in between."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.sync_folder(path.parent)

    def rename(self, path: Path, target: Path) -> None:
        """In place of whatever `target` was, at once or not at all, also after a power cut."""
        path.replace(target)
        self.sync_folder(target.parent)

    def sync_folder(self, path: Path) -> None:
        """The names in it are on the disk after this. Windows does so by itself, and cannot open folders."""
        if sys.platform != "win32":
            folder = os.open(path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def free(self, path: Path) -> int:
        """Bytes that we may still use."""
        return shutil.disk_usage(path).free
