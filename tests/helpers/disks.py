"""Disks that fill up: a tmpfs of some MiB, which needs Linux, root and mount."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[Path]:
    """An empty disk of so many MiB at this place; the test is skipped where there can be none."""
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("a small disk needs Linux, root and mount")
    folder.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={mib}m", "hubbub-test", str(folder)],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        pytest.skip(f"tmpfs is not permitted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path, leaving: int = 0) -> None:
    """Write until nothing more fits, or until so many bytes are left."""
    if leaving:
        with file.open("ab", buffering=0) as opened:
            opened.write(bytes(max(shutil.disk_usage(file.parent).free - leaving, 0)))
        return
    with file.open("ab", buffering=0) as opened, contextlib.suppress(OSError):
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while opened.write(b"\0" * size) == size:
                    pass
