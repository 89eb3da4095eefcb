"""Pictures and files of messages: what is here, what is under way, and what could not be had. Pure."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from hubbub.client import Attachment, HubbubError, Progress
from hubbub.client.gui.bridge import Bridge, Call, void
from hubbub.client.gui.model.markup import openable
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.desk_media import MediaDesk, Picture

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})
SMALL_SIDE: Final = 320
SMALL_BYTES: Final = 64 * 1024
"""A picture no larger than these has no thumbnail: it is one."""
KEPT_BYTES: Final = 16 * 1024 * 1024
"""Of pictures, decoded: what lies just outside of what is seen."""

FileKey = tuple[str, int]
"""A file: the key of its message's row, and its place among the files of that."""
State = Literal["away", "waiting", "moving", "here", "failed"]


class Transfer(Struct, frozen=True):
    """How far a file is. "away": the server has it; "here": this device has it too, at `path`."""

    state: State = "away"
    done: int = 0
    """Bytes."""
    size: int = 0
    path: Path | None = None
    problem: str = ""
    """Why it failed, for a person."""
    up: bool = False
    """To the server."""

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.done / self.size if self.size else 0.0


AWAY: Final = Transfer()


def is_picture(attachment: Attachment) -> bool:
    """It can be shown in its bubble: there is something small to show, and its dimensions are known."""
    small = max(attachment.width, attachment.height) <= SMALL_SIDE and attachment.size <= SMALL_BYTES
    return (
        attachment.type in PICTURES
        and min(attachment.width, attachment.height) > 0
        and (attachment.has_thumbnail or small)
    )


class Media:
    """The window's one. Files are known by the row and the place, pictures by what is in them."""

    def __init__(self, bridge: Bridge, desk: "MediaDesk") -> None:
        self.picture_changed = Signal[bytes]()
        """The picture of the file with this SHA-256 came, or can't be had."""
        self.file_changed = Signal[FileKey]()
        self.person_changed = Signal[str]()
        """The picture of this user came."""
        self._bridge, self._desk = bridge, desk
        self._pictures: OrderedDict[tuple[bytes, int, int], Picture] = OrderedDict()
        self._bytes = 0
        self._asked: set[tuple[bytes, int, int]] = set()
        self._missing: dict[bytes, str] = {}
        self._files: dict[FileKey, Transfer] = {}
        self._calls: dict[FileKey, Call] = {}
        self._people: dict[str, tuple[bytes, bytes]] = {}
        """By name: the hash that was asked for, and the picture, empty until it came."""

    # --------------------------------------------------------------------------------------------------- pictures

    def picture(self, attachment: Attachment, width: int, height: int) -> "Picture | None":
        """The picture in these dimensions, cut to fill them; None: it is asked for, or missing."""
        key = (attachment.sha256, width, height)
        if (picture := self._pictures.get(key)) is not None:
            self._pictures.move_to_end(key)
        elif key not in self._asked and attachment.sha256 not in self._missing:
            self._asked.add(key)
            job = partial(self._desk.preview, attachment, width, height)
            self._bridge.run(job, partial(self._on_picture, key), partial(self._on_no_picture, key))
        return picture

    def missing(self, attachment: Attachment) -> str:
        """Why there is no picture of it, for a person; empty: there is one, or it may come."""
        return self._missing.get(attachment.sha256, "")

    def try_again(self) -> None:
        """There is a server again: what could not be had may be had now."""
        missing, self._missing = self._missing, {}
        for sha256 in missing:
            self.picture_changed.emit(sha256)
        for name, (_, data) in list(self._people.items()):
            if not data:
                del self._people[name]
                self.person_changed.emit(name)

    def _on_picture(self, key: tuple[bytes, int, int], picture: "Picture") -> None:
        self._asked.discard(key)
        self._pictures[key] = picture
        self._bytes += len(picture.pixels)
        while self._bytes > KEPT_BYTES and len(self._pictures) > 1:
            _, gone = self._pictures.popitem(last=False)
            self._bytes -= len(gone.pixels)
        self.picture_changed.emit(key[0])

    def _on_no_picture(self, key: tuple[bytes, int, int], error: HubbubError) -> None:
        self._asked.discard(key)
        self._missing[key[0]] = str(error)
        self.picture_changed.emit(key[0])

    def person(self, name: str, sha256: bytes) -> bytes | None:
        """The picture of a user whose profile says that it has this hash; None: he has none, or it is asked for."""
        if not sha256:
            return None
        known, data = self._people.get(name, (b"", b""))
        if known != sha256:
            self._people[name] = (sha256, data)
            self._bridge.run(
                partial(self._desk.person, name, sha256),
                partial(self._on_person, name, sha256),
                lambda _: None,
            )
        return data or None

    def _on_person(self, name: str, sha256: bytes, data: bytes) -> None:
        if self._people.get(name, (b"", b""))[0] == sha256:
            self._people[name] = (sha256, data)
            self.person_changed.emit(name)

    # ------------------------------------------------------------------------------------------------------ files

    def file(self, row: str, attachment: Attachment) -> Transfer:
        """How far this file is."""
        key = (row, attachment.index)
        if (known := self._files.get(key)) is not None:
            return known
        path = self._desk.downloaded(attachment)
        return Transfer("here", path=path) if path else AWAY

    def download(self, row: str, attachment: Attachment) -> None:
        """Fetch it into the downloads folder, unless that is under way."""
        key = (row, attachment.index)
        if key in self._calls:
            return
        self._put(key, Transfer("waiting", 0, attachment.size))
        progress = self._bridge.telling(partial(self._on_progress, key))
        self._calls[key] = self._bridge.run(
            partial(self._desk.download, attachment, progress),
            partial(self._on_downloaded, key),
            partial(self._on_failed, key),
        )

    def cancel(self, row: str, attachment: Attachment) -> None:
        """Fetch it no more."""
        key = (row, attachment.index)
        if (call := self._calls.pop(key, None)) is not None:
            call.cancel()
            del self._files[key]
            self.file_changed.emit(key)

    def whole(
        self,
        attachment: Attachment,
        each: Callable[[Progress], None],
        done: Callable[["Picture"], None],
        failed: Callable[[HubbubError], None],
    ) -> Call:
        """A picture as large as it is; `each` learns how far it is."""

        def progress(now: Progress) -> None:
            if call.active:
                each(now)

        call = self._bridge.run(
            partial(self._desk.whole, attachment, self._bridge.telling(progress)), done, failed
        )
        return call

    def save(
        self,
        attachment: Attachment,
        path: Path,
        done: Callable[[Path], object],
        failed: Callable[[HubbubError], None],
    ) -> None:
        """Put a copy of a file there."""
        self._bridge.run(partial(self._desk.save, attachment, path), lambda path: void(done(path)), failed)

    def fetch(
        self, attachment: Attachment, done: Callable[[Path], object], failed: Callable[[HubbubError], None]
    ) -> None:
        """Have it in the downloads folder, where it may be already."""
        if (path := self._desk.downloaded(attachment)) is not None:
            done(path)
        else:
            job = partial(self._desk.download, attachment, lambda _: None)
            self._bridge.run(job, lambda path: void(done(path)), failed)

    def open(self, path: Path) -> None:
        """In the program that the system has for it; what would run is shown in its folder instead."""
        self._bridge.run(partial(self._desk.open, path), None, lambda _: None)

    def open_link(self, url: str, failed: Callable[[HubbubError], None]) -> None:
        """In the system's browser or program for mail; nothing else is opened that somebody wrote."""
        if openable(url):
            self._bridge.run(partial(self._desk.open_link, url), None, failed)

    def show_in_folder(self, path: Path) -> None:
        """In the system's file manager."""
        self._bridge.run(partial(self._desk.show_in_folder, path), None, lambda _: None)

    def uploading(self, row: str, index: int, done: int, size: int) -> None:
        """So much of a file of a message that is being sent is at the server."""
        self._progress((row, index), Transfer("moving", done, size, up=True))

    def uploaded(self, row: str) -> None:
        """The message is sent, or will not be."""
        for key in [key for key in self._files if key[0] == row and self._files[key].up]:
            del self._files[key]
            self.file_changed.emit(key)

    def forget(self, attachments: tuple[Attachment, ...]) -> None:
        """Their message was deleted: nothing of them is kept for being shown."""
        gone = {attachment.sha256 for attachment in attachments if attachment.sha256}
        for key in [key for key in self._pictures if key[0] in gone]:
            self._bytes -= len(self._pictures.pop(key).pixels)
        if gone:
            self._bridge.run(partial(self._desk.forget, tuple(gone)), None, lambda _: None)

    def _on_progress(self, key: FileKey, progress: Progress) -> None:
        if key in self._calls:
            self._progress(key, Transfer("moving", progress.done, progress.size))

    def _progress(self, key: FileKey, now: Transfer) -> None:
        """Told where it can be seen: a sixtieth of the whole."""
        before = self._files.get(key, AWAY)
        if before.state != now.state or int(before.share * 60) != int(now.share * 60):
            self._put(key, now)

    def _on_downloaded(self, key: FileKey, path: Path) -> None:
        del self._calls[key]
        self._put(key, Transfer("here", path=path))

    def _on_failed(self, key: FileKey, error: HubbubError) -> None:
        del self._calls[key]
        self._put(key, Transfer("failed", problem=str(error)))

    def _put(self, key: FileKey, now: Transfer) -> None:
        self._files[key] = now
        self.file_changed.emit(key)
