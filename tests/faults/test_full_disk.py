"""A disk that fills up: sends and uploads answer storage_full, reading goes on, and it recovers by itself once there is room."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import disks, files
from tests.helpers.brokers import PASSWORD, serving
from tests.helpers.disks import fill
from tests.helpers.raw import Raw, new_key

SIZE_MIB = 24
RESERVE_MIB = 64
"""Uploads leave so much of the disk to messages."""


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own, of so many MiB as the test says, or 24."""
    with disks.small_disk(tmp_path / "disk", getattr(request, "param", SIZE_MIB)) as folder:
        yield folder


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


@pytest.mark.parametrize("small_disk", [RESERVE_MIB + 24], indirect=True)
def test_uploads_leave_room_for_messages_and_go_on(small_disk: Path) -> None:
    data, filler = small_disk / "data", small_disk / "filler"
    with serving(data) as process, Raw(process.place) as user:
        worker = process.ready().worker
        user.login("hoarder", PASSWORD, register=True)
        own = user.start("hoarder")
        posted, half = files.content(1 << 20, "posted"), files.content(4 << 20, "half")
        seq = files.post(user, own, posted)
        received = files.begin(user, half, chunks=5)
        part = {
            "sha256": files.sha256(half),
            "offset": received,
            "data": half[received : received + files.CHUNK],
        }

        def refused(mode: str, **fields: object) -> bool:
            answer = user.try_ask(mode, **fields)
            return answer.get("error") == "storage_full" and answer["retry_after"] > 0

        fill(filler, leaving=RESERVE_MIB << 20)
        assert refused("UPLOAD_CHUNK", **part)
        assert refused("BEGIN_UPLOAD", sha256=files.sha256(b"other"), size=1 << 20)
        assert refused("BEGIN_UPLOAD", sha256=files.sha256(half), size=len(half))
        last = user.send_text(own, "there is room for this")["seq"]
        assert files.fetch(user, own, seq) == posted
        fill(filler)
        assert refused("UPLOAD_CHUNK", **part)
        answer = user.try_ask("FORWARD_MESSAGE", conversation=own, key=new_key(), source=own, seq=seq)
        assert answer.get("error", "storage_full") == "storage_full"
        assert files.fetch(user, own, seq) == posted
        filler.unlink()
        uploader = files.Uploader(user)
        uploader.upload(half)
        assert uploader.sent == len(half) - received, "it did not go on from where it was"
        assert files.fetch(user, own, uploader.post(own, half)) == half
        assert uploader.post(own, posted) > last
        assert process.ready().worker == worker, "the worker should not have ended"
        assert process.verify()["problems"] == []
