"""The lock of a data folder: one process at a time. The system frees it however the process ends."""

import os
import sys
from pathlib import Path

from hubbub.store.backend import StoreInUse


class FolderLock:
    """Held from its making until `release`. Raises StoreInUse where another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._file)
        except OSError:
            os.close(self._file)
            raise StoreInUse(
                f"{folder} is in use by another broker; stop it, or name another data folder"
            ) from None

    def release(self) -> None:
        """Let others have it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
