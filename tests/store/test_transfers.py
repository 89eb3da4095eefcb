"""Files and the database together: who may fetch what, and what is removed, when, and what is not."""

import logging
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.schemas.requests import NewAttachment
from hubbub.store import Transfers, memory_store, open_store
from tests.store.stores import GENERAL, Trial, accepted, code

CHUNK = 64 * 1024
QUOTA = 1 << 40
DATA = random.Random(3).randbytes(2 * CHUNK + 10)
SMALL = random.Random(4).randbytes(500)


class Files:
    """A store with users, its transfers, and what a broker does with both."""

    def __init__(self, trial: Trial, transfers: Transfers) -> None:
        self.trial = trial
        self.transfers = transfers

    def close(self) -> None:
        self.transfers.close()
        self.trial.close()

    def ask(self, command: records.Transfer) -> records.Result:
        return self.transfers.transfer(command)

    def begin(self, user: int, data: bytes) -> int:
        """Where it is."""
        digest = sha256(data).digest()
        begin = records.BeginUpload(user, digest, len(data), self.trial.now, QUOTA)
        assert self.trial.do(begin, records.UploadBegun) == records.UploadBegun(False)
        opened = self.ask(records.OpenUpload(user, digest, len(data)))
        assert isinstance(opened, records.UploadOpened), opened
        return opened.received

    def put(self, user: int, data: bytes, end: int | None = None) -> bytes:
        """Its hash, once so many of its bytes are there, and all of them: completed."""
        digest, offset, whole = sha256(data).digest(), self.begin(user, data), False
        while not whole and offset != end:
            chunk = data[offset : min(offset + CHUNK, end or len(data))]
            written = self.ask(records.WriteChunk(user, digest, offset, chunk))
            assert isinstance(written, records.ChunkWritten), written
            offset, whole = written.received, written.whole
        if whole:
            complete = records.CompleteUpload(user, digest, self.trial.now, len(data))
            self.trial.do(complete, records.UploadCompleted)
        return digest

    def post(self, conversation: int, user: int, *digests: bytes, thumbnail: bytes = b"") -> int:
        """The seq of a message with these files."""
        message = self.trial.message(conversation, user, "look")
        message.attachments = [
            NewAttachment(sha256=digest, name="x", type="image/png", thumbnail=thumbnail)
            for digest in digests
        ]
        return accepted(self.trial.run(message)[0]).message.seq

    def delete(self, conversation: int, user: int, seq: int) -> None:
        """With what follows from it."""
        gone = self.trial.act(self.trial.deletion(conversation, user, seq)).blobs
        assert self.ask(records.Drop(gone)) == records.Dropped()

    def chunk(
        self, user: int, conversation: int, seq: int, index: int = 0, offset: int = 0, thumbnail: bool = False
    ) -> records.Result:
        return self.ask(records.ReadChunk(user, conversation, seq, index, offset, thumbnail))


@pytest.fixture
def files(trial: Trial) -> Iterator[Files]:
    files = Files(trial, trial.backend.transfers())
    trial.users("alice", "bob", "carol")
    yield files
    files.transfers.close()


ALICE, BOB, CAROL = 1, 2, 3


def test_members_fetch_it_in_chunks(files: Files) -> None:
    group = files.trial.group("team", ALICE, BOB)
    seq = files.post(group, ALICE, files.put(ALICE, b""), files.put(ALICE, DATA))
    for user in (ALICE, BOB):
        for offset in (0, CHUNK, 2 * CHUNK, len(DATA), 2**53 - 1):
            expected = records.ChunkRead(DATA[offset : offset + CHUNK], len(DATA))
            assert files.chunk(user, group, seq, 1, offset) == expected
    assert files.chunk(BOB, group, seq, 0) == records.ChunkRead(b"", 0)
    assert files.trial.verify().problems == []


def test_nobody_else_fetches_it(files: Files) -> None:
    group = files.trial.group("team", ALICE, BOB)
    seq = files.post(group, ALICE, files.put(ALICE, SMALL))
    for asked in [
        (CAROL, group, seq),
        (CAROL, GENERAL, seq),
        (BOB, group, seq, 1),
        (BOB, group, seq, 0, 0, True),
        (BOB, group, seq - 1),
        (BOB, group, seq + 1),
        (BOB, 99, seq),
        (99, group, seq),
    ]:
        assert code(files.chunk(*asked)) == "not_found", asked
    files.trial.remove(group, ALICE, BOB)
    assert code(files.chunk(BOB, group, seq)) == "not_found"


def test_who_joined_later_fetches_what_he_sees(files: Files) -> None:
    group = files.trial.group("team", ALICE, BOB, history="joined")
    before = files.post(group, ALICE, files.put(ALICE, SMALL))
    files.trial.add(group, ALICE, CAROL)
    after = files.post(group, ALICE, files.put(ALICE, DATA))
    assert code(files.chunk(CAROL, group, before)) == "not_found"
    assert files.chunk(CAROL, group, after) == records.ChunkRead(DATA[:CHUNK], len(DATA))


def test_thumbnail(files: Files) -> None:
    seq = files.post(GENERAL, ALICE, files.put(ALICE, DATA), thumbnail=files.put(ALICE, SMALL))
    assert files.chunk(BOB, GENERAL, seq, thumbnail=True) == records.ChunkRead(SMALL, len(SMALL))


def test_picture_of_anybody(files: Files) -> None:
    assert code(files.ask(records.ReadPicture("alice"))) == "not_found"
    digest = files.put(ALICE, SMALL)
    files.trial.do(records.SetProfile(ALICE, None, None, None, digest), records.ProfileSet)
    assert files.ask(records.ReadPicture("ALICE")) == records.ChunkRead(SMALL, len(SMALL))
    profile = files.trial.do(records.SetProfile(ALICE, None, None, None, b""), records.ProfileSet)
    files.ask(records.Drop(profile.blobs))
    assert code(files.ask(records.ReadPicture("alice"))) == "not_found"
    assert code(files.ask(records.ReadPicture("nobody"))) == "not_found"
    assert remaining(files) == set()


def remaining(files: Files) -> set[bytes]:
    """Hashes of everything that is on the disk."""
    blobs = files.trial.backend._blobs  # type: ignore[attr-defined]  # both backends have it
    return {
        key for found in blobs.found() for key in [*found.blobs, *(digest for _, digest in found.uploads)]
    }


def test_deleted_with_the_last_message_that_has_it(files: Files) -> None:
    seqs = [files.post(GENERAL, ALICE, files.put(ALICE, SMALL))]
    seqs.append(files.post(GENERAL, ALICE, sha256(SMALL).digest()))
    seqs.append(files.post(GENERAL, BOB, files.put(BOB, SMALL)))
    for number, user in enumerate((ALICE, ALICE, BOB)):
        assert remaining(files) == {sha256(SMALL).digest()}
        files.delete(GENERAL, user, seqs[number])
        assert code(files.chunk(CAROL, GENERAL, seqs[number])) == "not_found"
    assert remaining(files) == set()


def test_what_is_uploaded_again_meanwhile_is_not_dropped(files: Files) -> None:
    digest = files.put(ALICE, SMALL)
    seq = files.post(GENERAL, ALICE, digest)
    gone = files.trial.act(files.trial.deletion(GENERAL, ALICE, seq)).blobs
    files.put(BOB, SMALL)
    files.ask(records.Drop(gone))
    again = files.post(GENERAL, BOB, digest)
    assert files.chunk(CAROL, GENERAL, again) == records.ChunkRead(SMALL, len(SMALL))


def test_cancelled_upload_leaves_nothing(files: Files) -> None:
    digest = files.put(ALICE, DATA, end=CHUNK)
    whole = files.put(ALICE, SMALL)
    files.put(BOB, DATA, end=10)
    for cancelled in (digest, whole):
        dropped = files.trial.do(records.CancelUpload(ALICE, cancelled), records.UploadsDropped)
        files.ask(records.Drop(uploads=dropped.uploads))
    assert code(files.ask(records.WriteChunk(ALICE, digest, CHUNK, b"x"))) == "not_found"
    assert remaining(files) == {digest}, "of Bob's"
    assert files.put(BOB, DATA) == digest


def test_upload_that_is_begun_again_is_not_dropped(files: Files) -> None:
    digest = files.put(ALICE, DATA, end=CHUNK)
    dropped = files.trial.do(records.CancelUpload(ALICE, digest), records.UploadsDropped)
    assert files.begin(ALICE, DATA) == CHUNK
    files.ask(records.Drop(uploads=dropped.uploads))
    assert files.begin(ALICE, DATA) == CHUNK


def test_upload_that_nobody_began_cannot_be_opened(files: Files) -> None:
    digest = sha256(SMALL).digest()
    assert code(files.ask(records.OpenUpload(ALICE, digest, len(SMALL)))) == "not_found"
    files.put(ALICE, SMALL)
    assert code(files.ask(records.OpenUpload(ALICE, digest, len(SMALL)))) == "not_found", "it is complete"
    assert remaining(files) == {digest}


def test_upload_that_another_device_overtook_goes_with_the_blob(files: Files) -> None:
    """Begun by one device between the last byte of the other and its commit, left half-done, then posted by that other."""
    digest = sha256(SMALL).digest()
    files.begin(ALICE, SMALL)
    files.ask(records.WriteChunk(ALICE, digest, 0, SMALL))
    files.begin(ALICE, SMALL)
    files.ask(records.WriteChunk(ALICE, digest, 0, SMALL[:9]))
    files.trial.do(records.CompleteUpload(ALICE, digest, 5, len(SMALL)), records.UploadCompleted)
    files.delete(GENERAL, ALICE, files.post(GENERAL, ALICE, digest))
    assert remaining(files) == set()


def test_no_byte_is_kept_that_counts_for_nobody(files: Files) -> None:
    """An upload stays open where a larger size was said first, or another device was faster: it takes nothing more."""
    digest = files.put(ALICE, DATA, end=CHUNK)
    cancelled = files.trial.do(records.CancelUpload(ALICE, digest), records.UploadsDropped)
    smaller = records.BeginUpload(ALICE, digest, 1, 5, QUOTA)
    files.trial.do(smaller, records.UploadBegun)
    more = records.WriteChunk(ALICE, digest, CHUNK, DATA[CHUNK : CHUNK + 10])
    assert code(files.ask(more)) == "not_found"
    assert remaining(files) == set()
    files.ask(records.Drop(uploads=cancelled.uploads))
    assert files.begin(ALICE, DATA) == 0


def test_what_is_begun_again_and_said_to_be_smaller_goes_with_its_cancellation(files: Files) -> None:
    digest = files.put(ALICE, DATA, end=CHUNK)
    cancelled = files.trial.do(records.CancelUpload(ALICE, digest), records.UploadsDropped)
    files.trial.do(records.BeginUpload(ALICE, digest, 1, 5, QUOTA), records.UploadBegun)
    files.ask(records.Drop(uploads=cancelled.uploads))
    assert remaining(files) == set()


def test_blob_that_is_missing_is_said_to_the_reader_and_to_verify(tmp_path: Path) -> None:
    files = opened(tmp_path)
    files.trial.users("alice")
    digest = files.put(ALICE, SMALL)
    seq = files.post(GENERAL, ALICE, digest)
    (tmp_path / "data" / "blobs" / digest.hex()[:2] / digest.hex()).unlink()
    lost = files.chunk(ALICE, GENERAL, seq)
    assert code(lost) == "internal"
    assert isinstance(lost, records.Refused) and "administrator" in lost.message
    (problem,) = files.trial.verify().problems
    assert digest.hex() in problem
    files.close()


def opened(folder: Path) -> Files:
    trial = Trial(open_store(folder / "data"))
    trial.names = {ALICE: "alice", BOB: "bob"}
    return Files(trial, trial.backend.transfers())


def test_sweep_after_a_start_removes_what_nobody_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    files = opened(tmp_path)
    files.trial.users("alice", "bob")
    posted = files.put(ALICE, b"posted")
    seq = files.post(GENERAL, ALICE, posted)
    deleted = files.post(GENERAL, ALICE, files.put(ALICE, b"deleted"))
    files.trial.act(files.trial.deletion(GENERAL, ALICE, deleted))
    complete = files.put(ALICE, b"complete")
    half = files.put(ALICE, DATA, end=10)
    cancelled = files.put(BOB, DATA, end=10)
    files.trial.do(records.CancelUpload(BOB, cancelled), records.UploadsDropped)
    (tmp_path / "data" / "blobs" / "README").write_bytes(b"?")
    files.close()
    again = opened(tmp_path)
    again.transfers.sweep()
    assert remaining(again) == {posted, complete, half}
    assert len(list((tmp_path / "data" / "uploads").iterdir())) == 1
    assert "removed 2 files" in caplog.text and "1 files in the folders" in caplog.text
    assert again.begin(ALICE, DATA) == 10
    assert again.chunk(ALICE, GENERAL, seq) == records.ChunkRead(b"posted", 6)
    assert again.trial.verify().problems == []
    again.close()


def test_store_in_memory_takes_its_files_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    trial = Trial(memory_store())
    trial.users("alice")
    files = Files(trial, trial.backend.transfers())
    files.put(ALICE, SMALL)
    assert len(list(tmp_path.iterdir())) == 1
    files.close()
    assert list(tmp_path.iterdir()) == []
