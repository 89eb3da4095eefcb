"""Files when the worker is killed: what was acknowledged is there, whole; what was deleted is not; what nobody has goes."""

import random
import threading
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.store import verify_folder
from tests.helpers import files
from tests.helpers.brokers import PASSWORD, served, serving
from tests.helpers.files import CHUNK, Uploader, content, sha256
from tests.helpers.raw import Place, Raw, new_key
from tests.helpers.waiting import until

GONE_S = 10.0
PATIENCE_S = 1.0
"""Without an answer: then a client makes a new connection. A disk that is busy with syncing may take half of it."""


# ---------------------------------------------------------------------------------------------------- kills under load


class Poster:
    """A thread that posts messages with files, one after the other, whatever happens to the worker."""

    def __init__(self, place: Place, seed: int) -> None:
        self._raw = Raw(place).login(f"poster-{seed}", PASSWORD, register=True)
        self.conversation = self._raw.start(self._raw.name)
        self.uploader = Uploader(self._raw, PATIENCE_S)
        self.posted: dict[int, list[bytes]] = {}
        """By seq, what was acknowledged."""
        self.sizes = 0
        self.error: BaseException | None = None
        self._dice = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poster")
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._post([self._dice.choice((1, CHUNK, 10 * CHUNK + 7, 60 * CHUNK)) for _ in range(2)])
        except BaseException as error:  # noqa: BLE001  # told by finish
            self.error = error

    def _post(self, sizes: list[int]) -> None:
        number = len(self.posted)
        contents = [content(size, f"{self._raw.name} {number} {place}") for place, size in enumerate(sizes)]
        for data in contents:
            self.uploader.upload(data)
            self.sizes += len(data)
        seq = self.uploader.post(self.conversation, *contents, text=f"message {number}")
        self.posted[seq] = contents

    def finish(self) -> None:
        """Return when what was begun is acknowledged."""
        self._stop.set()
        self._thread.join()
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._raw.close()

    def fetched(self, place: Place) -> Raw:
        """A second connection of the same session."""
        other = Raw(place, keys=self._raw.keys)
        other.token = self._raw.token
        return other


def check_blobs(data: Path, posted: dict[int, list[bytes]]) -> None:
    """Every file of every acknowledged message is on the disk, under its hash and with its content."""
    for contents in posted.values():
        for one in contents:
            assert files.blob(data, sha256(one)).read_bytes() == one


def kills(data: Path, count: int, seed: int) -> None:
    dice = random.Random(seed)
    with serving(data) as process:
        place = process.place
        poster = Poster(place, seed)
        try:
            for _ in range(count):
                known = len(poster.posted)
                until(lambda known=known: len(poster.posted) > known or poster.error, what="a message")
                threading.Event().wait(dice.uniform(0.0, 0.3))
                acknowledged = dict(poster.posted)
                before = process.kill_worker()
                check_blobs(data, acknowledged)
                process.ready(not_worker=before)
                check_blobs(data, acknowledged)
                with poster.fetched(place) as reader:
                    for seq, contents in list(acknowledged.items())[-2:]:
                        for index, one in enumerate(contents):
                            assert files.fetch(reader, poster.conversation, seq, index) == one
            poster.finish()
        finally:
            poster.close()
        check_blobs(data, poster.posted)
        with poster.fetched(place) as reader:
            for seq, contents in poster.posted.items():
                assert [files.fetch(reader, poster.conversation, seq, n) for n in (0, 1)] == contents
        uploader, count_of_files = poster.uploader, 2 * len(poster.posted)
        again = uploader.begun - count_of_files
        assert uploader.sent <= poster.sizes + again * CHUNK, "an upload did not go on from where it was"
        assert uploader.sent < 2 * poster.sizes
        assert files.partials(data) == []
        hashes = {sha256(one) for contents in poster.posted.values() for one in contents}
        assert files.blobs(data) == hashes
        found = process.verify()
        assert (found["problems"], found["files"]) == ([], len(hashes))
        print(
            f"\n{count} kills, {len(poster.posted)} messages with {count_of_files} files of {poster.sizes:,} bytes, "
            f"{uploader.sent:,} bytes sent, {again} times begun again"
        )


def test_a_kill_while_files_are_uploaded(tmp_path: Path) -> None:
    kills(tmp_path / "data", 1, seed=2)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_while_files_are_uploaded(tmp_path: Path) -> None:
    kills(tmp_path / "data", 20, seed=20)


# ------------------------------------------------------------------------------------------------------------ deletion


def somebody(place: Place, name: str) -> Raw:
    return Raw(place).login(name, PASSWORD, register=True)


def test_the_last_message_takes_the_file_with_it(tmp_path: Path) -> None:
    data, one = tmp_path / "data", content(3 * CHUNK, "deleted")
    with (
        served(data) as server,
        somebody(server.place, "alice") as alice,
        somebody(server.place, "bob") as bob,
    ):
        direct, own = alice.start("bob"), bob.start("bob")
        seq = files.post(alice, direct, one)
        forwarded = bob.act("FORWARD_MESSAGE", own, source=direct, seq=seq)["seq"]
        again = alice.act("FORWARD_MESSAGE", direct, source=direct, seq=seq)["seq"]
        alice.act("DELETE_MESSAGE", direct, seq=seq)
        alice.act("DELETE_MESSAGE", direct, seq=again)
        gone = files.post(alice, direct, b"gone")  # what is dropped after it is dropped behind it
        alice.act("DELETE_MESSAGE", direct, seq=gone)
        until(lambda: files.blobs(data) == {sha256(one)}, GONE_S, "the other file to be gone")
        assert files.fetch(bob, own, forwarded) == one
        bob.act("DELETE_MESSAGE", own, seq=forwarded)
        until(lambda: not files.blobs(data), GONE_S, "the file to be gone")


def test_a_kill_right_after_a_deletion(tmp_path: Path) -> None:
    """Many are deleted at once, so that some are acknowledged and their files are still there when the worker ends."""
    data = tmp_path / "data"
    deleted = [content(1000, f"deleted {number}") for number in range(30)]
    forwarded, half = content(3 * CHUNK, "forwarded"), content(3 * CHUNK, "half")
    with serving(data) as process, somebody(process.place, "alice") as alice:
        own = alice.start("alice")
        seqs = [files.post(alice, own, one) for one in (*deleted, forwarded)]
        kept = alice.act("FORWARD_MESSAGE", own, source=own, seq=seqs[-1])["seq"]
        files.begin(alice, half, 2)
        acts = [{"conversation": own, "key": new_key(), "seq": seq} for seq in seqs]
        sent = [alice.send("DELETE_MESSAGE", **act) for act in acts]
        alice.answer(sent[0])
        before = process.kill_worker()
        process.ready(not_worker=before)
        alice.reconnect()
        for act in acts:
            alice.ask("DELETE_MESSAGE", **act)
        until(lambda: files.blobs(data) == {sha256(forwarded)}, GONE_S, "the files to be gone")
        assert files.fetch(alice, own, kept) == forwarded
        # What is half there stays for who goes on with it.
        assert alice.ask("BEGIN_UPLOAD", sha256=sha256(half), size=len(half))["received"] == 2 * CHUNK
        assert process.verify()["problems"] == []


# ------------------------------------------------------------------------------------------------ what nobody wants any more


def test_uploads_that_nobody_posts_are_swept(tmp_path: Path) -> None:
    """As the core asks for it an hour; here the store is told another time of day."""
    half, whole, posted = (content(3 * CHUNK, name) for name in ("half", "whole", "posted"))
    data = tmp_path / "data"
    with served(data) as server, somebody(server.place, "alice") as alice:
        own = alice.start("alice")
        seq = files.post(alice, own, posted)
        files.upload(alice, whole)
        files.begin(alice, half)
        server.write(records.SweepUploads(0))
        alice.send_text(own, "behind it")
        assert alice.ask("BEGIN_UPLOAD", sha256=sha256(half), size=len(half))["received"] == CHUNK
        assert files.partial(data, alice.user, sha256(half)).is_file()
        server.write(records.SweepUploads(2**53 - 1))
        until(lambda: files.blobs(data) == {sha256(posted)} and not files.partials(data), GONE_S, "the sweep")
        assert files.fetch(alice, own, seq) == posted
        assert alice.code("UPLOAD_CHUNK", sha256=sha256(half), offset=CHUNK, data=b"x") == "not_found"
        answer = alice.ask("BEGIN_UPLOAD", sha256=sha256(whole), size=len(whole))
        assert (answer["received"], answer["complete"]) == (0, False)
        files.upload(alice, half)


def test_what_is_cancelled_is_gone(tmp_path: Path) -> None:
    half, whole = content(3 * CHUNK, "half"), content(3 * CHUNK, "whole")
    data = tmp_path / "data"
    with served(data) as server, somebody(server.place, "alice") as alice:
        files.upload(alice, whole)
        files.begin(alice, half)
        for one in (half, whole):
            alice.ask("CANCEL_UPLOAD", sha256=sha256(one))
        until(lambda: not files.blobs(data) and not files.partials(data), GONE_S, "both to be gone")


def test_a_folder_full_of_strangers(tmp_path: Path) -> None:
    """What lies in the folders at the start: what looks like ours and is nobody's goes, all else is left alone."""
    data, posted, half = tmp_path / "data", content(3 * CHUNK, "posted"), content(3 * CHUNK, "half")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis").write_text("chapter one")
    orphan, linked = sha256(b"orphan"), sha256(b"linked")
    with served(data) as server, somebody(server.place, "alice") as alice:
        own = alice.start("alice")
        seq = files.post(alice, own, posted)
        files.begin(alice, half)
    digest, user = sha256(half), alice.user
    for stale in (
        files.blob(data, orphan),
        files.partial(data, user, orphan),
        files.partial(data, 999, digest),
    ):
        stale.parent.mkdir(exist_ok=True)
        stale.write_bytes(b"nobody's")
    files.blob(data, linked).parent.mkdir(exist_ok=True)
    files.blob(data, linked).symlink_to(outside / "thesis")
    (data / "blobs" / "zz").symlink_to(outside)
    strangers = [
        data / "blobs" / "README",
        data / "uploads" / "note.txt",
        data / "uploads" / f"x-{digest.hex()}",
    ]
    for stranger in strangers:
        stranger.write_text("left by somebody")
    (data / "blobs" / "ff" / ("f" * 64)).mkdir(parents=True)
    files.partial(data, user, digest).write_bytes(bytes(2 * CHUNK))  # not what was sent
    with served(data) as server:
        until(lambda: not files.blob(data, orphan).exists(), GONE_S, "the orphan to be gone")
        until(lambda: len(files.partials(data)) <= 4, GONE_S, "the stale uploads to be gone")
        with Raw(server.place, keys=alice.keys) as later:
            later.token = alice.token
            assert files.fetch(later, own, seq) == posted
            # The bytes on the disk were none of his: he learns of it at the end, and begins anew.
            begun = later.ask("BEGIN_UPLOAD", sha256=digest, size=len(half))
            assert begun["received"] == 2 * CHUNK
            last = {"sha256": digest, "offset": 2 * CHUNK, "data": half[2 * CHUNK :]}
            assert later.code("UPLOAD_CHUNK", **last) == "wrong_content"
            again = files.post(later, own, half)
            assert files.fetch(later, own, again) == half
        assert all(stranger.read_text() == "left by somebody" for stranger in strangers)
        assert (outside / "thesis").read_text() == "chapter one"
        assert [path.name for path in outside.iterdir()] == ["thesis"]
    assert verify_folder(data).problems == []


def test_a_link_in_the_place_of_an_upload_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    thesis, one = tmp_path / "thesis", content(CHUNK, "linked")
    thesis.write_text("chapter one")
    data = tmp_path / "data"
    with served(data) as server, somebody(server.place, "alice") as alice:
        path = files.partial(data, alice.user, sha256(one))
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(thesis)
        for mode, fields in (("BEGIN_UPLOAD", {"size": CHUNK}), ("UPLOAD_CHUNK", {"offset": 0, "data": one})):
            alice.try_ask(mode, sha256=sha256(one), **fields)
        assert thesis.read_text() == "chapter one"
        files.upload(alice, one)
        assert not path.exists()
        assert thesis.read_text() == "chapter one"
