"""A disk that fills up: sends answer storage_full, reading goes on, and it recovers by itself once there is room."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.brokers import PASSWORD, serving
from tests.helpers.raw import Raw, new_key

SIZE_MIB = 24


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 24 MiB of its own."""
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("a small disk needs Linux, root and mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "hubbub-test", str(folder)],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        pytest.skip(f"tmpfs is not permitted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path) -> None:
    """Write until nothing more fits."""
    with file.open("ab", buffering=0) as opened, contextlib.suppress(OSError):
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while opened.write(b"\0" * size) == size:
                    pass


def test_a_full_disk_and_room_again(small_disk: Path) -> None:
    with serving(small_disk / "data") as process, Raw(process.place) as user:
        worker = process.ready().worker
        user.login("hoarder", PASSWORD, register=True)
        own = user.start("hoarder")
        user.subscribe()
        acknowledged = {}
        for number in range(20):
            key = new_key()
            acknowledged[key] = user.send_text(own, f"before {number}", key)["seq"]
        filler = small_disk / "filler"
        fill(filler)
        refused = {}
        deadline = time.monotonic() + 30
        while len(refused) < 20 and time.monotonic() < deadline:
            key = new_key()
            answer = user.try_ask("SEND_MESSAGE", conversation=own, key=key, text="full " * 800)
            if "error" in answer:
                assert answer["error"] == "storage_full"
                assert answer["retry_after"] > 0
                refused[key] = "full " * 800
            else:
                acknowledged[key] = answer["seq"]
            fill(filler)
        assert len(refused) == 20
        # Reading goes on, and says nothing of what was refused.
        assert {entry["key"]: entry["seq"] for entry in user.entries(own)} == acknowledged
        assert user.ask("HISTORY", conversation=own)["as_of"] == len(acknowledged)
        assert user.ask("PING")["position"] > 0
        assert user.code("MARK_READ", conversation=own, seq=3) in ("", "storage_full")
        filler.unlink()
        for key, text in refused.items():
            acknowledged[key] = user.send_text(own, text, key)["seq"]
        log = user.entries(own)
        assert [entry["seq"] for entry in log] == list(range(1, len(log) + 1))
        assert {entry["key"]: entry["seq"] for entry in log} == acknowledged
        user.wait(lambda: len(user.live(own)) == len(log), what="the live messages")
        assert process.ready().worker == worker, "the worker should not have ended"
        assert process.verify()["problems"] == []
        assert "storage_full" in process.log or "full" in process.log.lower()
