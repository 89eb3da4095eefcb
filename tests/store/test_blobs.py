"""Files on the disk, and nothing of the database: uploads that are cut anywhere, disks that fail, and what is found in the folders."""

import errno
import random
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from hubbub.store.access import Refusal
from hubbub.store.blobs import RESERVE_BYTES, WRITE_BACK_BYTES, Blobs
from hubbub.store.disk import Disk

CHUNK = 64 * 1024
ALICE, BOB = 7, 8
DATA = random.Random(1).randbytes(3 * CHUNK + 100)
DIGEST = sha256(DATA).digest()


class Killed(BaseException):
    """The process ends here."""


class Faulty(Disk):
    """A disk with so much room, and with operations that do what `faults` says."""

    def __init__(self) -> None:
        self.room = 1 << 40
        self.faults: dict[str, Callable[[], BaseException]] = {}
        self.calls: list[str] = []

    def _comes_to(self, operation: str) -> None:
        self.calls.append(operation)
        if operation in self.faults:
            raise self.faults[operation]()

    def write(self, file: int, data: bytes | memoryview) -> int:
        self._comes_to("write")
        if not self.room and data:
            raise OSError(errno.ENOSPC, "no room")
        written = super().write(file, data[: self.room])
        self.room -= written
        return written

    def write_back(self, file: int) -> None:
        self._comes_to("write_back")
        super().write_back(file)

    def sync(self, file: int) -> None:
        self._comes_to("sync")
        super().sync(file)

    def make_folder(self, path: Path) -> None:
        self._comes_to(f"make {path.name}")
        super().make_folder(path)

    def rename(self, path: Path, target: Path) -> None:
        self._comes_to("rename")
        super().rename(path, target)

    def sync_folder(self, path: Path) -> None:
        self._comes_to("sync folder")
        super().sync_folder(path)

    def free(self, path: Path) -> int:
        return self.room


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path)


@pytest.fixture
def disk() -> Faulty:
    return Faulty()


@pytest.fixture
def faulty(tmp_path: Path, disk: Faulty) -> Blobs:
    return Blobs(tmp_path, reserve=0, disk=disk)


def go_on(blobs: Blobs, data: bytes = DATA, user: int = ALICE, end: int | None = None) -> int:
    """As a client does, from where the upload is, with the hash that `data` has: how much was sent."""
    digest, sent, whole = sha256(data).digest(), 0, False
    offset = blobs.open(user, digest, len(data))
    while not whole and (end is None or offset < end):
        chunk = data[offset : min(offset + CHUNK, end or len(data))]
        offset, whole = blobs.write(user, digest, offset, chunk)
        sent += len(chunk)
    return sent


def refusal(act: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refusal) as raised:
        act(*args)
    return raised.value.result.code


def temporary(folder: Path, user: int = ALICE, digest: bytes = DIGEST) -> Path:
    return folder / "uploads" / f"{user}-{digest.hex()}"


def blob(folder: Path, digest: bytes = DIGEST) -> Path:
    return folder / "blobs" / digest.hex()[:2] / digest.hex()


def everything(blobs: Blobs, size: int = len(DATA), digest: bytes = DIGEST) -> bytes:
    return b"".join(blobs.read(digest, size, offset, CHUNK) for offset in range(0, size, CHUNK))


# --------------------------------------------------------------------------------------------------------- uploads


def test_upload_becomes_a_private_file_under_its_hash(blobs: Blobs, tmp_path: Path) -> None:
    assert list(tmp_path.iterdir()) == [], "nothing is made before there is a file"
    assert go_on(blobs) == len(DATA)
    assert blob(tmp_path).read_bytes() == everything(blobs) == DATA
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == []
    if sys.platform != "win32":
        folders = [tmp_path / "uploads", tmp_path / "blobs", blob(tmp_path).parent]
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
        assert blob(tmp_path).stat().st_mode & 0o777 == 0o600


def test_empty_file(blobs: Blobs, tmp_path: Path) -> None:
    digest = sha256().digest()
    assert blobs.open(ALICE, digest, 0) == 0
    assert blobs.write(ALICE, digest, 0, b"") == (0, True)
    assert blob(tmp_path, digest).read_bytes() == blobs.read(digest, 0, 0, CHUNK) == b""


def test_upload_goes_on_after_a_restart(blobs: Blobs, tmp_path: Path) -> None:
    go_on(blobs, end=CHUNK + 50)
    again = Blobs(tmp_path)
    assert refusal(again.write, ALICE, DIGEST, CHUNK + 50, b"x") == "not_found"
    assert go_on(again) == len(DATA) - CHUNK - 50
    assert blob(tmp_path).read_bytes() == DATA


STEPS = ["make uploads", "write", "sync", "make blobs", f"make {DIGEST.hex()[:2]}", "rename", "sync folder"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_it_goes_on(step: str, tmp_path: Path, faulty: Blobs, disk: Faulty) -> None:
    disk.faults[step] = Killed
    with pytest.raises(Killed):
        go_on(faulty)
    whole = "sync" in disk.calls
    assert go_on(Blobs(tmp_path)) == (0 if whole else len(DATA))
    assert blob(tmp_path).read_bytes() == DATA


def test_killed_after_the_rename_it_is_sent_again(tmp_path: Path, blobs: Blobs) -> None:
    """Whether a blob is there is nothing that an answer may depend on."""
    go_on(blobs)
    assert go_on(Blobs(tmp_path)) == len(DATA)


def test_chunks_that_repeat_overlap_or_leave_a_gap(blobs: Blobs, tmp_path: Path) -> None:
    blobs.open(ALICE, DIGEST, len(DATA))
    assert blobs.write(ALICE, DIGEST, 0, DATA[:100]) == (100, False)
    assert blobs.write(ALICE, DIGEST, 0, b"?" * 100) == (100, False)
    assert blobs.write(ALICE, DIGEST, 20, b"?" * 30) == (100, False)
    assert blobs.write(ALICE, DIGEST, 50, b"?" * 50 + DATA[100:200]) == (200, False)
    assert refusal(blobs.write, ALICE, DIGEST, 201, DATA[201:300]) == "bad_request"
    assert refusal(blobs.write, ALICE, DIGEST, 200, DATA[200:] + b"?") == "bad_request"
    assert temporary(tmp_path).read_bytes() == DATA[:200]
    assert go_on(blobs) == len(DATA) - 200
    assert everything(blobs) == DATA


def test_two_devices_feed_one_upload(blobs: Blobs) -> None:
    """Each is told what there is, and sends what is behind that."""
    offsets = [blobs.open(ALICE, DIGEST, len(DATA)), blobs.open(ALICE, DIGEST, len(DATA))]
    whole = False
    for turn in range(100):
        device = turn % 2
        step = (CHUNK, 10_000)[device]
        offset = offsets[device]
        offsets[device], whole = blobs.write(ALICE, DIGEST, offset, DATA[offset : offset + step])
        if whole:
            break
    assert whole and everything(blobs) == DATA
    assert refusal(blobs.write, ALICE, DIGEST, min(offsets), b"") == "not_found"


def test_two_users_upload_the_same(blobs: Blobs, tmp_path: Path) -> None:
    go_on(blobs, user=ALICE)
    assert go_on(blobs, user=BOB) == len(DATA), "he is not told that it is here"
    assert [path.name for path in blob(tmp_path).parent.iterdir()] == [DIGEST.hex()]


def test_wrong_content_is_given_up(blobs: Blobs, tmp_path: Path) -> None:
    blobs.open(ALICE, DIGEST, len(DATA))
    assert refusal(blobs.write, ALICE, DIGEST, 0, b"?" * len(DATA)) == "wrong_content"
    assert not temporary(tmp_path).exists() and not blob(tmp_path).exists()
    assert refusal(blobs.write, ALICE, DIGEST, 0, DATA) == "not_found"
    assert go_on(blobs) == len(DATA)


def test_damaged_leftover_is_found_out_at_the_end(blobs: Blobs, tmp_path: Path) -> None:
    go_on(blobs, end=CHUNK)
    temporary(tmp_path).write_bytes(b"\0" * CHUNK)
    again = Blobs(tmp_path)
    assert refusal(go_on, again) == "wrong_content"
    assert go_on(again) == len(DATA)


@pytest.mark.parametrize("restart", [True, False])
def test_more_than_its_size_is_begun_anew(blobs: Blobs, tmp_path: Path, restart: bool) -> None:
    blobs.open(ALICE, DIGEST, 10 * len(DATA))
    blobs.write(ALICE, DIGEST, 0, b"?" * (len(DATA) + 1))
    again = Blobs(tmp_path) if restart else blobs
    assert again.takes(ALICE, DIGEST) > len(DATA)
    assert again.open(ALICE, DIGEST, len(DATA)) == 0
    assert not temporary(tmp_path).exists() and again.takes(ALICE, DIGEST) == len(DATA)
    assert go_on(again) == len(DATA)
    assert blob(tmp_path).read_bytes() == DATA
    assert again.takes(ALICE, DIGEST) == 0


def test_an_upload_is_read_again_once_a_start_however_often_it_is_begun(
    faulty: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever size it is said to have: to hash 64 MiB makes everybody's files wait."""
    go_on(faulty, end=CHUNK)
    opened: list[int] = []
    monkeypatch.setattr(Disk, "opened", lambda _, path, flags: opened.append(flags))
    for size in (len(DATA) + 1, CHUNK, len(DATA), len(DATA)):
        assert faulty.open(ALICE, DIGEST, size) == CHUNK
    assert opened == []


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_folder_of_which_nobody_knows_whether_it_lasts_is_synced_by_the_next(
    tmp_path: Path, faulty: Blobs, disk: Faulty, step: int
) -> None:
    """The process ended between making it and making it last; or that failed."""
    synced: list[Path] = []

    def sync_folder(path: Path) -> None:
        synced.append(path)
        if len(synced) == step + 1:
            raise Killed

    disk.sync_folder = sync_folder  # type: ignore[method-assign]
    with pytest.raises(Killed):
        go_on(faulty)
    synced += [tmp_path] * 9
    go_on(Blobs(tmp_path, reserve=0, disk=disk))
    assert synced[step + 10 :] == [tmp_path, tmp_path, tmp_path / "blobs", blob(tmp_path).parent]


def test_damaged_blob_is_healed_by_an_upload(blobs: Blobs, tmp_path: Path) -> None:
    go_on(blobs)
    blob(tmp_path).write_bytes(b"damaged")
    go_on(blobs)
    assert everything(blobs) == DATA


# ----------------------------------------------------------------------------------------------------- failing disks


def test_full_disk_takes_whole_chunks_only(
    faulty: Blobs, tmp_path: Path, disk: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that is cut short leaves nothing of its chunk."""
    monkeypatch.setattr(disk, "free", lambda _: 1 << 40)
    disk.room = CHUNK + 1000
    assert refusal(go_on, faulty) == "storage_full"
    assert temporary(tmp_path).stat().st_size == CHUNK
    assert faulty.write(ALICE, DIGEST, 0, DATA[:CHUNK]) == (CHUNK, False)
    disk.room = 1 << 40
    assert go_on(faulty) == len(DATA) - CHUNK
    assert everything(faulty) == DATA


def test_messages_have_the_last_of_the_disk(tmp_path: Path, disk: Faulty) -> None:
    blobs = Blobs(tmp_path, disk=disk)
    disk.room = RESERVE_BYTES + len(DATA) - 1
    assert refusal(blobs.open, ALICE, DIGEST, len(DATA)) == "storage_full"
    disk.room += 1
    assert blobs.open(ALICE, DIGEST, len(DATA)) == 0
    disk.room = RESERVE_BYTES + CHUNK  # others write, too
    assert blobs.write(ALICE, DIGEST, 0, DATA[:CHUNK]) == (CHUNK, False)
    assert refusal(blobs.write, ALICE, DIGEST, CHUNK, b"x") == "storage_full"
    disk.room = RESERVE_BYTES + len(DATA)
    assert go_on(blobs) == len(DATA) - CHUNK


@pytest.mark.parametrize("fault", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("step", ["sync", "write_back", "rename"])
def test_after_a_failed_sync_nothing_of_it_counts(
    step: str, fault: int, faulty: Blobs, tmp_path: Path, disk: Faulty
) -> None:
    data = random.Random(2).randbytes(WRITE_BACK_BYTES + CHUNK)
    digest = sha256(data).digest()
    disk.faults[step] = lambda: OSError(fault, "a bad disk")
    assert refusal(go_on, faulty, data) == ("internal" if fault == errno.EIO else "storage_full")
    disk.faults.clear()
    assert not blob(tmp_path, digest).exists() and not temporary(tmp_path, ALICE, digest).exists()
    assert refusal(faulty.write, ALICE, digest, 0, b"") == "not_found"
    assert go_on(faulty, data) == len(data)


def test_name_that_is_not_on_the_disk_for_good_is_not_whole(faulty: Blobs, disk: Faulty) -> None:
    faulty.open(ALICE, DIGEST, len(DATA))
    disk.faults["sync folder"] = lambda: OSError(errno.EIO, "a bad disk")
    assert refusal(faulty.write, ALICE, DIGEST, 0, DATA) == "internal"
    disk.faults.clear()
    assert go_on(faulty) == len(DATA)


def test_failed_write_begins_anew(faulty: Blobs, disk: Faulty) -> None:
    go_on(faulty, end=CHUNK)
    disk.faults["write"] = lambda: OSError(errno.EIO, "a bad disk")
    assert refusal(faulty.write, ALICE, DIGEST, CHUNK, b"x") == "internal"
    disk.faults.clear()
    assert go_on(faulty) == len(DATA)


def test_order_in_which_a_blob_gets_on_the_disk(faulty: Blobs, disk: Faulty) -> None:
    go_on(faulty)
    assert disk.calls[disk.calls.index("sync") :] == [
        *("sync", "make blobs", "sync folder", STEPS[4], "sync folder", "rename", "sync folder")
    ]


def test_large_upload_is_written_back_on_its_way(faulty: Blobs, disk: Faulty) -> None:
    go_on(faulty, bytes(3 * WRITE_BACK_BYTES - 1))
    assert disk.calls.count("write_back") == 2


# ------------------------------------------------------------------------------------------- reading and looking over


def test_pieces_of_a_blob(blobs: Blobs) -> None:
    go_on(blobs)
    assert blobs.read(DIGEST, len(DATA), 100, 5) == DATA[100:105]
    assert blobs.read(DIGEST, len(DATA), len(DATA) - 3, CHUNK) == DATA[-3:]
    assert blobs.read(DIGEST, len(DATA), 2**53 - 1, CHUNK) == b""


@pytest.mark.parametrize("damage", ["missing", "short", "longer"])
def test_blob_that_is_lost_is_somebodys_to_look_at(
    damage: str, blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    go_on(blobs)
    if damage == "missing":
        blob(tmp_path).unlink()
    else:
        blob(tmp_path).write_bytes(DATA[:-1] if damage == "short" else DATA + b"?")
    with pytest.raises(Refusal) as raised:
        blobs.read(DIGEST, len(DATA), 0, CHUNK)
    assert raised.value.result.code == "internal"
    assert "administrator" in raised.value.result.message and "verify" in raised.value.result.message
    assert DIGEST.hex() in caplog.text


def test_problems_of_blobs(blobs: Blobs, tmp_path: Path) -> None:
    held: list[tuple[bytes, int]] = []
    for number in range(5):
        data = bytes([number]) * 10
        go_on(blobs, data)
        held.append((sha256(data).digest(), 10))
    files = [blob(tmp_path, digest) for digest, _ in held]
    assert list(blobs.problems(held)) == []
    files[1].unlink()
    files[2].write_bytes(b"short")
    files[3].write_bytes(b"damaged!!!")
    assert list(blobs.problems(held)) == [
        f"the file {files[1].name} is missing",
        f"the file {files[2].name} has 5 bytes in place of 10",
        f"the file {files[3].name} is damaged: it has another SHA-256",
    ]
    assert list(blobs.problems(held, still=lambda digest: digest == held[2][0])) == [
        f"the file {files[2].name} has 5 bytes in place of 10"
    ]


def test_what_is_found_in_the_folders(blobs: Blobs, tmp_path: Path) -> None:
    assert list(blobs.found()) == [([], [], 0)]
    go_on(blobs)
    go_on(blobs, user=BOB, end=10)
    strange = [
        *("uploads/notes.txt", "uploads/0-" + DIGEST.hex(), f"uploads/{ALICE}-{DIGEST.hex().upper()}"),
        *(
            "blobs/README",
            "blobs/0f",
            f"blobs/{DIGEST.hex()}",
            f"blobs/{DIGEST.hex()[:2]}/{DIGEST.hex()}.bak",
        ),
        *(f"blobs/{DIGEST.hex()[:2]}/{'0f' * 32}",),
    ]
    for name in strange:
        (tmp_path / name).write_bytes(b"?")
    found = list(blobs.found())
    assert [upload for each in found for upload in each.uploads] == [(BOB, DIGEST)]
    assert [digest for each in found for digest in each.blobs] == [DIGEST]
    assert sum(each.strangers for each in found) == len(strange)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_lead_nowhere(blobs: Blobs, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(DATA)
    go_on(blobs)
    blob(tmp_path).unlink()
    blob(tmp_path).symlink_to(outside)
    temporary(tmp_path).symlink_to(outside)
    assert refusal(blobs.read, DIGEST, len(DATA), 0, CHUNK) == "internal"
    (problem,) = blobs.problems([(DIGEST, len(DATA))])
    assert "cannot be read" in problem
    assert sum(found.strangers for found in blobs.found()) == 2
    assert refusal(blobs.open, ALICE, DIGEST, len(DATA)) == "internal"
    assert go_on(blobs) == len(DATA)
    assert outside.read_bytes() == DATA and not blob(tmp_path).is_symlink()


def test_what_cannot_be_removed_harms_nobody(
    blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blob(tmp_path).mkdir(parents=True)
    blobs.drop_blob(DIGEST)
    blobs.drop_upload(ALICE, DIGEST)
    assert "could not be removed" in caplog.text


def test_files_of_a_store_in_memory_go_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    blobs = Blobs(None)
    (folder,) = tmp_path.iterdir()
    go_on(blobs)
    assert blob(folder).read_bytes() == DATA
    blobs.close()
    blobs.close()
    assert not folder.exists()
