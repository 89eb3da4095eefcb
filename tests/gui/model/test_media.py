"""Pictures and files against a real broker: they come once, stay for the time without a server, and go with their messages."""

import asyncio
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import Attachment
from hubbub.client import Client as Asynchronous
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk_media import MediaDesk, Picture, drop_oldest
from hubbub.client.gui.model.media import Media, Transfer, is_picture
from hubbub.client.gui.model.viewing import Viewing
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.waiting import until


class Reader:
    """Somebody who looks at what alice sends: a bridge, and media without a window."""

    def __init__(self, broker: Served, folder: Path) -> None:
        self.folder, self.downloads = folder / "media", folder / "downloads"
        self.bridge = Bridge()
        self.faults: list[Exception] = []
        self.bridge.on_fault = self.faults.append
        self.desks: list[MediaDesk] = []
        self.client = Asynchronous(
            broker.place.address, user="bob", password=PASSWORD.decode(), register=True
        )

        async def enter() -> MediaDesk:
            await self.client.__aenter__()
            return MediaDesk(self.client, self.folder, self.downloads)

        self.bridge.run(enter, self.desks.append)
        self.until(lambda: self.desks)
        self.media = Media(self.bridge, self.desks[0])

    def until(self, condition: Callable[[], object]) -> None:
        def turned() -> object:
            self.bridge.drain()
            return condition()

        until(turned)

    def picture(self, attachment: Attachment, width: int = 40, height: int = 30) -> Picture:
        self.until(lambda: self.media.picture(attachment, width, height))
        found = self.media.picture(attachment, width, height)
        assert found is not None
        return found

    def goes_offline(self) -> None:
        async def close() -> None:
            await self.client.close(drain=0)

        ended: list[None] = []
        self.bridge.run(close, ended.append)
        self.until(lambda: ended)

    def close(self) -> None:
        self.goes_offline()
        self.bridge.close()
        assert self.faults == []


@pytest.fixture(scope="module")
def alice(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(broker.place.address, user="alice", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def bob(broker: Served, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(broker, tmp_path)
    yield reader
    reader.close()


def painted(path: Path, size: tuple[int, int], colour: str = "#c03020") -> Path:
    image = Image.effect_noise(size, 40) if colour == "noise" else Image.new("RGB", size, colour)
    image.convert("RGB").save(path)
    return path


def test_a_picture_is_cut_to_its_box_fetched_once_and_kept(
    bob: Reader, alice: Client, tmp_path: Path
) -> None:
    sent = alice.send("bob", attachments=[painted(tmp_path / "large.png", (900, 600))])
    (attachment,) = sent.attachments
    assert is_picture(attachment)
    assert attachment.has_thumbnail
    told: list[bytes] = []
    bob.media.picture_changed.connect(told.append)
    picture = bob.picture(attachment, 50, 50)
    assert (picture.width, picture.height, picture.mode) == (50, 50, "RGB")
    assert abs(picture.pixels[0] - 0xC0) < 8
    assert told == [attachment.sha256]
    bob.goes_offline()
    assert bob.picture(attachment, 20, 10).width == 20  # from the disk
    assert [path.name for path in bob.folder.iterdir()] == [f"{attachment.sha256.hex()}.small"]


def test_a_small_picture_is_its_own_thumbnail(bob: Reader, alice: Client, tmp_path: Path) -> None:
    sent = alice.send("bob", attachments=[painted(tmp_path / "small.png", (60, 40), "#00ff00")])
    (attachment,) = sent.attachments
    assert is_picture(attachment)
    assert not attachment.has_thumbnail
    assert bob.picture(attachment).pixels[:3] == b"\x00\xff\x00"
    assert (bob.folder / attachment.sha256.hex()).read_bytes() == (tmp_path / "small.png").read_bytes()


def test_what_was_changed_on_the_disk_is_fetched_anew(bob: Reader, alice: Client, tmp_path: Path) -> None:
    (attachment,) = alice.send(
        "bob", attachments=[painted(tmp_path / "a.png", (50, 40), "#0000ff")]
    ).attachments
    bob.picture(attachment)
    painted(tmp_path / "other.png", (50, 40), "#ff0000").replace(bob.folder / attachment.sha256.hex())
    assert bob.picture(attachment, 10, 10).pixels[:3] == b"\x00\x00\xff"


def test_without_a_server_a_picture_is_missing_until_there_is_one(
    bob: Reader, alice: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (attachment,) = alice.send("bob", attachments=[painted(tmp_path / "b.png", (55, 40))]).attachments
    with monkeypatch.context() as patch:
        patch.setattr(Asynchronous, "connected", property(lambda _: False))
        bob.until(lambda: bob.media.picture(attachment, 9, 9) or bob.media.missing(attachment))
        assert bob.media.missing(attachment) == "There is no server now."
    bob.media.try_again()
    assert bob.media.missing(attachment) == ""
    bob.picture(attachment)


def test_files_say_how_far_they_are_and_where_they_went(bob: Reader, alice: Client, tmp_path: Path) -> None:
    data = os.urandom(400_000)
    (tmp_path / "report.pdf").write_bytes(data)
    (attachment,) = alice.send("bob", attachments=[tmp_path / "report.pdf"]).attachments
    seen: list[Transfer] = []
    bob.media.file_changed.connect(lambda key: seen.append(bob.media.file("row", attachment)))
    assert bob.media.file("row", attachment).state == "away"
    bob.media.download("row", attachment)
    bob.media.download("row", attachment)  # a second click
    bob.until(lambda: bob.media.file("row", attachment).state == "here")
    path = bob.media.file("row", attachment).path
    assert path == bob.downloads / "report.pdf"
    assert path.read_bytes() == data
    assert [one.state for one in seen if one.state != "moving"] == ["waiting", "here"]
    shares = [one.share for one in seen if one.state == "moving"]
    assert len(shares) > 2
    assert shares == sorted(shares)
    again = Media(bob.bridge, MediaDesk(bob.client, bob.folder, bob.downloads))
    assert again.file("row", attachment).state == "here"
    path.write_bytes(b"")
    assert again.file("row", attachment).state == "away"


def test_a_download_can_be_given_up(bob: Reader, alice: Client, tmp_path: Path) -> None:
    (tmp_path / "film.mov").write_bytes(os.urandom(3_000_000))
    (attachment,) = alice.send("bob", attachments=[tmp_path / "film.mov"]).attachments
    bob.media.download("row", attachment)
    bob.until(lambda: bob.media.file("row", attachment).state == "moving")
    bob.media.cancel("row", attachment)
    assert bob.media.file("row", attachment).state == "away"
    bob.until(lambda: not list(bob.downloads.iterdir()))
    assert bob.media.file("row", attachment).state == "away"


def test_what_was_deleted_says_so(bob: Reader, alice: Client, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    sent = alice.send("bob", attachments=[tmp_path / "secret.txt", painted(tmp_path / "c.png", (51, 41))])
    text, picture = sent.attachments
    bob.picture(picture)
    alice.delete(sent)
    bob.media.download("row", text)
    bob.until(lambda: bob.media.file("row", text).state == "failed")
    assert "deleted" in bob.media.file("row", text).problem
    bob.media.forget(sent.attachments)
    bob.until(lambda: not list(bob.folder.iterdir()))
    assert bob.media.picture(picture, 40, 30) is None


def test_pictures_of_people_are_safe_to_decode_and_asked_for_once(
    bob: Reader, alice: Client, tmp_path: Path
) -> None:
    alice.set_profile(picture=painted(tmp_path / "me.png", (300, 400), "#123456"))
    sha256 = alice.profile("alice").picture
    told: list[str] = []
    bob.media.person_changed.connect(told.append)
    assert bob.media.person("alice", b"") is None
    assert bob.media.person("alice", sha256) is None
    bob.until(lambda: bob.media.person("alice", sha256))
    data = bob.media.person("alice", sha256)
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (256, 256))
    assert told == ["alice"]


def test_a_viewer_goes_from_picture_to_picture(bob: Reader, alice: Client, tmp_path: Path) -> None:
    paths = [painted(tmp_path / f"{size}.png", (size, 300), "noise") for size in (500, 700)]
    one, two = alice.send("bob", attachments=paths).attachments
    viewing = Viewing(bob.media, [one, two], one)
    bob.until(lambda: viewing.picture)
    assert viewing.picture is not None
    assert (viewing.picture.width, viewing.place) == (500, (1, 2))
    viewing.go(-1)
    assert viewing.place == (1, 2)
    viewing.go(1)
    assert viewing.picture is None
    bob.until(lambda: viewing.picture)
    assert viewing.picture.width == 700  # type: ignore[unreachable]  # it changed
    told: list[str] = []
    viewing.told.connect(told.append)
    viewing.save(tmp_path / "copy.png")
    bob.until(lambda: told)
    assert told == ["Saved as copy.png"]
    assert (tmp_path / "copy.png").read_bytes() == paths[1].read_bytes()
    viewing.close()


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path) -> None:
    old, middle, new = (f"{letter * 64}.small" for letter in "abc")
    for age, name in enumerate(("holiday.jpg", old, middle, new, "downloads.json")):
        (tmp_path / name).write_bytes(bytes(1000))
        os.utime(tmp_path / name, (1_000 + age, 1_000 + age))
    drop_oldest(tmp_path, 2_000)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {middle, new, "downloads.json", "holiday.jpg"}, "and nobody else's"


def test_what_is_a_picture() -> None:
    def attachment(kind: str, side: int, size: int, thumbnail: bool) -> Attachment:
        return Attachment(
            name="x", type=kind, size=size, sha256=b"", width=side, height=side,
            has_thumbnail=thumbnail, conversation="@a", seq=1, index=0,
        )  # fmt: skip

    assert is_picture(attachment("image/png", 4000, 10**7, True))
    assert is_picture(attachment("image/gif", 320, 64 * 1024, False))
    assert not is_picture(attachment("image/gif", 321, 100, False))
    assert not is_picture(attachment("image/gif", 320, 64 * 1024 + 1, False))
    assert not is_picture(attachment("image/png", 0, 100, True))
    assert not is_picture(attachment("image/svg+xml", 100, 100, True))


@pytest.mark.parametrize(
    ("name", "opened"),
    [("a.txt", True), ("a.png", True), ("a.EXE", False), ("a.Appref-ms", False), ("a.iso", False)],
)
def test_what_would_run_is_shown_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, opened: bool
) -> None:
    asked: list[tuple[str, ...]] = []
    desk = MediaDesk(Asynchronous("127.0.0.1:1", user="bob"), tmp_path)
    monkeypatch.setattr(desk, "_open", lambda *what: asked.append(what))
    path = tmp_path / name
    path.touch()
    asyncio.run(desk.open(path))
    assert (asked[0][-1] == str(path) and len(asked[0]) == 1) == opened
