"""Files of messages, sent and fetched through a broker in this process."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from hubbub.broker.policy import Files
from hubbub.client import Attachment, Client, Message, Progress, errors, events, sync
from hubbub.client.files.transfers import part_name
from hubbub.client.offline import Offline
from hubbub.client.profile import Profile
from hubbub.schemas import records, requests
from hubbub.schemas.hello import parse_address
from hubbub.schemas.limits import CHUNK_BYTES
from tests.client.test_restored import Restoring
from tests.helpers.brokers import PASSWORD, Served, served, serving
from tests.helpers.chatting import chatting, heard, newest, row_of
from tests.helpers.waiting import until

LATER = 2**52
"""Microseconds since 1970: everything was uploaded before."""


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Served]:
    """One whose folder no other test looks at."""
    with served(tmp_path / "data") as made:
        yield made


class Enough(Exception):
    """Whoever is told of a transfer wants no more of it."""


SIZE = 4 * CHUNK_BYTES + 99


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four chunks and a bit, of its own content."""
    path = tmp_path / "notes.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def sha256(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def telling(
    done: list[int], then: Callable[[Progress], object] = lambda _: None
) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        done.append(progress.done)
        then(progress)

    return tell


def enough(progress: Progress) -> None:
    if progress.done > CHUNK_BYTES:
        raise Enough


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.endswith(".part")]


async def one_file(to: Client, by: str) -> Attachment:
    (attachment,) = (await newest(to, by)).attachments
    return attachment


# ----------------------------------------------------------------------------------------------------------- there


async def test_files_go_with_a_message_and_come_back(broker: Served, tmp_path: Path, file: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    async with chatting(broker, "alice", "bob") as (alice, bob):
        told: list[Progress] = []
        sent = await alice.send("bob", "two files", attachments=[str(file), empty], progress=told.append)
        steps = [0, *(n * CHUNK_BYTES for n in range(1, 5)), SIZE]
        assert [(one.name, one.done) for one in told] == [("notes.bin", done) for done in steps] + [
            ("empty.txt", 0)
        ]
        received = (await heard(bob, events.MessageReceived)).message
        assert received.attachments[0].conversation == "@alice"
        first, second = received.attachments
        assert (first.name, first.size, first.type) == (
            "notes.bin",
            SIZE,
            "application/octet-stream",
        )
        assert first.sha256 == sha256(file)
        assert (second.name, second.size, second.type, second.index) == ("empty.txt", 0, "text/plain", 1)
        assert [one.sha256 for one in sent.attachments] == [first.sha256, second.sha256]
        told.clear()
        target = tmp_path / "target"
        assert await bob.download(first, target, progress=told.append) == target
        assert same(target, file)
        assert [one.done for one in told] == steps
        assert await bob.download(("alice", received.seq, 1), tmp_path) == tmp_path / "empty (2).txt"
        assert (tmp_path / "empty (2).txt").read_bytes() == b""
        assert (await row_of(bob, "@alice")).last_message == received
        (hit,) = await bob.search('"two files"')
        assert hit.attachments == received.attachments
        with pytest.raises(errors.NotFound, match="has 2 attachments"):
            await bob.download(("alice", received.seq, 2), tmp_path)
        assert parts(tmp_path) == []


async def test_pictures_come_with_their_size_and_a_thumbnail(broker: Served, tmp_path: Path) -> None:
    path = tmp_path / "\u202ephoto.png"
    Image.effect_noise((900, 600), 60).save(path)
    async with chatting(broker, "alice", "bob") as (alice, bob):
        (sent,) = (await alice.send("bob", attachments=[path])).attachments
        assert sent.name == "photo.png"
        seen = await one_file(bob, "alice")
        assert (seen.type, seen.width, seen.height, seen.has_thumbnail) == ("image/png", 900, 600, True)
        small = await bob.thumbnail(seen)
        assert small is not None
        (tmp_path / "small").write_bytes(small)
        with Image.open(tmp_path / "small") as image:
            assert max(image.size) <= 320
        plain = tmp_path / "plain.txt"
        plain.write_text("plain")
        sent_plain = await alice.send("bob", attachments=[plain])
        assert await bob.thumbnail(("alice", sent_plain.seq, 0)) is None


async def test_where_a_picture_was_taken_is_not_sent_unless_asked_for(broker: Served, tmp_path: Path) -> None:
    path = tmp_path / "trip.jpg"
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    Image.new("RGB", (64, 48), "blue").save(path, exif=exif)
    async with chatting(broker, "alice") as (alice,):
        told: list[Progress] = []
        sent = await alice.send("alice", attachments=[path], progress=told.append)
        without = await alice.download(sent.attachments[0], tmp_path / "without.jpg")
        kept = await alice.send("alice", attachments=[path], keep_location=True)
        assert kept.attachments[0].sha256 == sha256(path)
    with Image.open(without) as image:
        assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert {one.size for one in told} == {sent.attachments[0].size}, "of what is sent, not of the file"


async def test_forwarding_says_who_said_it_first(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice", "bob", "carol") as (alice, bob, carol):
        await alice.send("bob", "look", attachments=[file])
        forwarded = await bob.forward(await newest(bob, "alice"), "carol")
        assert (forwarded.text, forwarded.sender, forwarded.forwarded) == ("look", "bob", "alice")
        assert await bob.forward(await newest(bob, "alice"), "carol", key=forwarded.key) == forwarded
        again = await carol.forward(("bob", forwarded.seq), "#general")
        assert again.forwarded == "alice"
        target = await carol.download(again.attachments[0], tmp_path / "copy")
        assert same(target, file)
        with pytest.raises(errors.NotFound, match="There is no message 999 in @carol"):
            await bob.forward(("carol", 999), "#general")
        await bob.delete(forwarded)
        with pytest.raises(errors.NotAllowed):
            await carol.forward(("bob", forwarded.seq), "#general")


async def test_pictures_of_profiles(broker: Served, tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    Image.new("RGB", (500, 300), "red").save(path)
    async with chatting(broker, "alice", "bob") as (alice, bob):
        assert await bob.picture("alice") is None
        await alice.set_profile(picture=path)
        event = await heard(bob, events.ProfileChanged)
        seen = await bob.profile("alice")
        data = await bob.picture("@alice")
        assert data is not None
        assert event.picture == seen.picture == hashlib.sha256(data).digest()
        (tmp_path / "got").write_bytes(data)
        with Image.open(tmp_path / "got") as image:
            assert image.size == (256, 256)
        await alice.set_profile(colour="#3366cc")
        assert (await bob.profile("alice")).picture == seen.picture
        await alice.set_profile(picture="")
        assert await bob.picture("alice") is None
        with pytest.raises(errors.NotFound, match="There is no user nobody"):
            await bob.picture("nobody")
        (tmp_path / "no.png").write_text("no picture")
        with pytest.raises(errors.BadRequest):
            await alice.set_profile(picture=tmp_path / "no.png")
        with pytest.raises(errors.FileProblem, match="it is not there"):
            await alice.set_profile(picture=tmp_path / "nowhere.png")


async def test_files_that_can_not_be_sent(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice", "bob") as (alice, _):
        told: list[int] = []
        for wrong, kind in (
            ([tmp_path / "nowhere"], errors.FileProblem),
            ([tmp_path], errors.FileProblem),
            ([file] * 11, errors.BadRequest),
            (str(file), errors.BadRequest),
        ):
            with pytest.raises(kind):
                await alice.send("bob", "x", attachments=wrong, progress=telling(told))
        with pytest.raises(errors.NotFound, match="There is no user nobody"):
            await alice.send("nobody", attachments=[file], progress=telling(told))
        assert told == [], "nothing was uploaded"
        with pytest.raises(errors.BadRequest, match="this one is empty"):
            await alice.send("bob")


async def test_what_there_is_no_room_for_is_said_before_it_is_sent(tmp_path: Path, file: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(2**20 + 1))
    half = tmp_path / "half.bin"
    half.write_bytes(os.urandom(2**20 - 1))
    small = Served(tmp_path / "data", files=Files(max_mib=1, user_mib=1))
    try:
        async with chatting(small, "alice") as (alice,):
            told: list[int] = []
            with pytest.raises(errors.TooLarge, match=r"large\.bin was not sent\. .*1 MiB at most"):
                await alice.send("alice", attachments=[file, large], progress=telling(told))
            with pytest.raises(errors.QuotaExceeded, match=r"half\.bin was not sent"):
                await alice.send("alice", attachments=[file, half], progress=telling(told))
            assert told == []
            await alice.send("alice", attachments=[half])  # what was begun above takes no room any more
    finally:
        small.broker.stop()


# ------------------------------------------------------------------------------------------ ends, and what is left


async def test_who_is_told_can_end_an_upload_and_nothing_is_left(own_broker: Served, file: Path) -> None:
    uploads = own_broker.folder / "uploads"
    async with chatting(own_broker, "alice") as (alice,):
        with pytest.raises(Enough):
            await alice.send("alice", attachments=[file], progress=enough)
        await asyncio.to_thread(until, lambda: not list(uploads.iterdir()))
        told: list[int] = []
        await alice.send("alice", attachments=[file], progress=telling(told))
        assert told[:2] == [0, CHUNK_BYTES]


async def test_a_cancelled_upload_leaves_nothing_even_when_the_client_is_closed_at_once(
    own_broker: Served, file: Path
) -> None:
    under_way, uploads = asyncio.Event(), own_broker.folder / "uploads"
    async with chatting(own_broker, "alice") as (alice,):
        sending = asyncio.create_task(
            alice.send("alice", attachments=[file], progress=lambda one: one.done and under_way.set())
        )
        await under_way.wait()
        sending.cancel()
        await alice.close(drain=0)
        with pytest.raises(asyncio.CancelledError):
            await sending
    await asyncio.to_thread(until, lambda: not list(uploads.iterdir()))


async def test_an_upload_whose_client_was_closed_goes_on_with_the_next(broker: Served, file: Path) -> None:
    under_way = asyncio.Event()
    async with chatting(broker, "alice") as (alice,):
        sending = asyncio.create_task(
            alice.send("alice", attachments=[file], progress=lambda one: one.done and under_way.set())
        )
        await under_way.wait()
        await alice.close(drain=0)
        with pytest.raises(errors.Closed):
            await sending
    async with chatting(broker, "alice") as (alice,):
        told: list[int] = []
        sent = await alice.send("alice", attachments=[file], progress=telling(told))
        assert told[0] >= CHUNK_BYTES
        assert sent.attachments[0].size == SIZE


async def test_the_same_key_again_is_the_same_message_and_uploads_nothing(broker: Served, file: Path) -> None:
    async with chatting(broker, "alice") as (alice,):
        sent = await alice.send("alice", "once", attachments=[file])
        told: list[int] = []
        again = await alice.send("alice", "once", attachments=[file], key=sent.key, progress=telling(told))
        assert again == sent
        assert told == [SIZE]
        await alice.delete(sent)
        deleted = await alice.send("alice", "once", attachments=[file], key=sent.key)
        assert deleted.attachments == ()
        told.clear()
        await alice.send("alice", "anew", attachments=[file], progress=telling(told))
        assert told[0] == 0, "what the deleted message did not take was dropped"


@pytest.mark.parametrize("when", ["half", "whole"])
async def test_an_upload_that_was_swept_is_brought_again(broker: Served, file: Path, when: str) -> None:
    swept: list[int] = []

    def sweep(progress: Progress) -> None:
        if not swept and progress.done == (progress.size if when == "whole" else 2 * CHUNK_BYTES):
            swept.append(progress.done)
            broker.write(records.SweepUploads(before=LATER))

    async with chatting(broker, "alice") as (alice,):
        sent = await alice.send("alice", attachments=[file], progress=sweep)
        assert swept
        target = await alice.download(sent.attachments[0], file.with_name("back"))
        assert same(target, file)


async def test_a_file_that_changes_under_way_is_taken_once_more(broker: Served, file: Path) -> None:
    def change(progress: Progress) -> None:
        if progress.done == CHUNK_BYTES and not file.with_name("changed").exists():
            file.with_name("changed").touch()
            file.write_bytes(os.urandom(3 * CHUNK_BYTES))

    def keep_changing(progress: Progress) -> None:
        if progress.done == CHUNK_BYTES:
            file.write_bytes(os.urandom(3 * CHUNK_BYTES))

    async with chatting(broker, "alice") as (alice,):
        sent = await alice.send("alice", attachments=[file], progress=change)
        assert sent.attachments[0].sha256 == sha256(file)
        keep_changing(Progress(name="", done=CHUNK_BYTES, size=0))
        with pytest.raises(errors.FileProblem, match="changes while it is sent"):
            await alice.send("alice", attachments=[file], progress=keep_changing)


async def test_a_download_that_is_ended_leaves_nothing(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice") as (alice,):
        sent = await alice.send("alice", attachments=[file])
        folder = tmp_path / "folder"
        folder.mkdir()
        with pytest.raises(Enough):
            await alice.download(sent.attachments[0], folder, progress=enough)
        assert list(folder.iterdir()) == []

        def as_if_the_link_were_lost(progress: Progress) -> None:
            if progress.done:
                raise errors.NoServer("an error of the caller's")

        with pytest.raises(errors.NoServer):
            await alice.download(sent.attachments[0], folder, progress=as_if_the_link_were_lost)
        assert list(folder.iterdir()) == []
        under_way = asyncio.Event()
        fetching = asyncio.create_task(
            alice.download(sent.attachments[0], folder, progress=lambda one: one.done and under_way.set())
        )
        await under_way.wait()
        assert len(parts(folder)) == 1
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        assert list(folder.iterdir()) == []


async def test_a_download_goes_on_with_the_next_client(broker: Served, tmp_path: Path, file: Path) -> None:
    target, under_way = tmp_path / "target", asyncio.Event()
    async with chatting(broker, "alice") as (alice,):
        wanted = (await alice.send("alice", attachments=[file])).attachments[0]
        fetching = asyncio.create_task(
            alice.download(wanted, target, progress=lambda one: one.done and under_way.set())
        )
        await under_way.wait()
        await alice.close(drain=0)
        with pytest.raises(errors.Closed):
            await fetching
    assert len(parts(tmp_path)) == 1
    async with chatting(broker, "alice") as (alice,):
        told: list[int] = []
        await alice.download(wanted, target, progress=telling(told))
        assert told[0] >= CHUNK_BYTES
    assert same(target, file)
    assert parts(tmp_path) == []


async def test_a_part_with_other_bytes_is_fetched_anew(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice") as (alice,):
        wanted = (await alice.send("alice", attachments=[file])).attachments[0]
        (tmp_path / part_name("target", wanted.sha256)).write_bytes(b"x" * CHUNK_BYTES)
        told: list[int] = []
        target = await alice.download(wanted, tmp_path / "target", progress=telling(told))
        assert (told[0], told.count(0)) == (CHUNK_BYTES, 1)
        assert same(target, file)


async def test_what_is_another_file_is_no_download(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice") as (alice,):
        (right,) = (await alice.send("alice", attachments=[file])).attachments
        said = {field: getattr(right, field) for field in right.__struct_fields__}
        for wrong in ({"sha256": b"x" * 32}, {"size": right.size + 1}, {"size": 1}):
            with pytest.raises(errors.WrongContent, match=r"notes\.bin has another SHA-256"):
                await alice.download(Attachment(**{**said, **wrong}), tmp_path / "target")
        assert not (tmp_path / "target").exists()
        assert parts(tmp_path) == []


async def test_only_messages_with_files(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "wanda", "will") as (wanda, _):
        for number in range(3):
            await wanda.send("will", "words")
            sent = await wanda.send("will", f"{number}", attachments=[file])
        await wanda.delete(sent)

        async def found(**given: int | None) -> list[str]:
            return [one.text async for one in wanda.history("will", with_files=True, **given)]

        assert await found(limit=None) == ["1", "0"]
        assert await found(limit=1) == ["1"]
        assert await found(before=4) == ["0"]
        for wrong in ({"around": 2}, {"after": 2}):
            with pytest.raises(ValueError, match="with_files"):
                await found(**wrong)
        where = ("will", sent.seq)
        with pytest.raises(errors.NotFound, match="was deleted"):
            await wanda.download((*where, 0), tmp_path)
        with pytest.raises(errors.NotFound, match="has one attachment, with index 0"):
            await wanda.thumbnail(("will", 2, 1))
        for unclear in (("will", 2), sent):
            with pytest.raises(errors.BadRequest, match="Which file"):
                await wanda.download(unclear, tmp_path)  # type: ignore[arg-type]
        with pytest.raises(errors.FileProblem, match=r"There is no folder .*none"):
            await wanda.download(("will", 2, 0), f"{tmp_path / 'none'}{os.sep}")


async def test_a_message_that_is_deleted_takes_its_files(broker: Served, tmp_path: Path, file: Path) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        sent = await alice.send("bob", "soon gone", attachments=[file])
        wanted = await one_file(bob, "alice")
        deletions: list[asyncio.Task[None]] = []

        def delete(progress: Progress) -> None:
            if progress.done and not deletions:
                deletions.append(asyncio.create_task(alice.delete(sent)))

        async def fetch() -> None:
            while True:  # a first one may be whole before the message is gone
                await bob.download(wanted, tmp_path / "target", progress=delete)

        with pytest.raises(errors.NotFound, match=r"notes\.bin is not to be had: message \d+ of @alice"):
            await fetch()
        await deletions[0]
        assert parts(tmp_path) == []
        assert (await newest(bob, "alice")).attachments == ()


async def test_two_downloads_into_one_folder_do_not_mix(broker: Served, tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    async with chatting(broker, "alice") as (alice,):
        wanted = (await alice.send("alice", attachments=[file])).attachments[0]
        found = await asyncio.gather(*(alice.download(wanted, folder) for _ in range(3)))
    assert sorted(path.name for path in found) == ["notes (2).bin", "notes (3).bin", "notes.bin"]
    assert all(same(path, file) for path in found)
    assert len(list(folder.iterdir())) == 3


async def test_a_store_that_was_restored_has_the_file_where_it_was(
    broker: Served, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(broker, "alice", live=False) as (alice,):
        wanted = (await alice.send("alice", attachments=[file])).attachments[0]
        seen = Restoring(monkeypatch, requests.FetchChunk)
        target = await alice.download(wanted, tmp_path / "target")
        assert same(target, file)
        assert requests.History in [kind for kind, _ in seen.asked]
        seen = Restoring(monkeypatch, requests.SendMessage)
        await alice.send("alice", attachments=[file])
        assert [kind for kind, _ in seen.asked].count(requests.SendMessage) == 2


async def test_transfers_go_on_when_the_worker_is_killed(tmp_path: Path, file: Path) -> None:
    with serving(tmp_path / "data") as broker:
        options = {"user": "alice", "password": PASSWORD.decode(), "register": True}
        async with Client(broker.place.address, **options) as alice:
            killed: list[int] = []

            def kill(progress: Progress) -> None:
                if progress.done == 2 * CHUNK_BYTES and not killed:
                    killed.append(broker.kill_worker())

            sent = await alice.send("alice", "through it", attachments=[file], progress=kill)
            assert killed
            told: list[int] = []
            await alice.download(sent.attachments[0], tmp_path / "back", progress=telling(told))
    assert same(tmp_path / "back", file)
    assert told == sorted(told)


# ---------------------------------------------------------------------------------------- offline, outbox, blocking


async def test_the_outbox_takes_files_along(broker: Served, tmp_path: Path, file: Path) -> None:
    profile, gone = Profile(tmp_path / "profile"), tmp_path / "gone.bin"
    gone.write_bytes(b"soon")
    options = {"user": "dora", "password": PASSWORD.decode(), "profile": profile, "live": False}
    async with Client(broker.place.address, register=True, **options) as dora:
        await dora.queue("dora", attachments=[gone])
        with pytest.raises(errors.FileProblem, match="it is not there"):
            await dora.queue("dora", attachments=[tmp_path / "nowhere"])
    with Offline(profile, parse_address(broker.place.address), "dora") as cache:
        cache.queue("dora", "kept", attachments=[str(file)])
        assert [waiting.attachments for waiting in cache.waiting()] == [(str(gone),), (str(file),)]
    gone.unlink()
    async with Client(broker.place.address, **options) as dora:
        (_, refused), (_, sent) = await dora.flush()
        assert isinstance(refused, errors.FileProblem)
        assert isinstance(sent, Message)
        assert sent.text == "kept"
        target = await dora.download(sent.attachments[0], tmp_path / "back")
        assert same(target, file)
        (waiting,) = await dora.waiting()
        assert (waiting.state, "gone.bin cannot be read: it is not there" in waiting.problem) == (
            "failed",
            True,
        )
    with Offline(profile, parse_address(broker.place.address), "dora") as cache:
        (kept,) = cache.history("dora")
        assert kept.attachments == sent.attachments


def test_the_blocking_client_has_them_too(broker: Served, tmp_path: Path, file: Path) -> None:
    with sync.Client(broker.place.address, user="alice", password=PASSWORD.decode(), register=True) as chat:
        told: list[int] = []
        sent = chat.send("alice", attachments=[file], progress=telling(told))
        assert told[-1] == SIZE
        target = chat.download(sent.attachments[0], tmp_path / "back")
        assert same(target, file)
        assert chat.thumbnail(sent.attachments[0]) is None
        with pytest.raises(RuntimeError, match="must not call the client"):
            chat.download(sent.attachments[0], tmp_path / "back", progress=lambda _: chat.home())
        with pytest.raises(Enough):
            chat.download(sent.attachments[0], tmp_path / "other", progress=enough)
        assert parts(tmp_path) == []
