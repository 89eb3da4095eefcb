"""Messages as a timeline shows them, made out of nothing, and somebody who notes what bubbles ask for."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image

from hubbub.client import Attachment, HubbubError, Message, Progress, errors
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.desk_media import Picture
from hubbub.client.gui.model.media import Media
from hubbub.client.gui.model.rows import Bubble

_numbers = count(1)
AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
OF_THE_ROW = {"name", "quote", "forwarded", "folded", "marked", "problem", "state", "first", "last", "time"}


def bubble(text: str = "hello", *, mine: bool = False, **fields: Any) -> Bubble:
    """A message of bob's, or of mine, in "#team"; fields are the row's or the message's."""
    seq = next(_numbers)
    row = {name: fields.pop(name) for name in list(fields) if name in OF_THE_ROW}
    message: dict[str, Any] = {
        "conversation": "#team",
        "seq": seq,
        "sender": "me" if mine else "bob",
        "text": text,
        "sent_at": AT,
        "key": seq.to_bytes(16, "big"),
    }
    row = {"first": True, "last": True, "time": "14:05", "name": "" if mine else "Bob", **row}
    return Bubble(key=f"key{seq}", message=Message(**(message | fields)), mine=mine, **row)


def attachment(
    name: str = "report.pdf", kind: str = "application/pdf", size: int = 3_456_789, **fields: Any
) -> Attachment:
    """A file; with width and height, a picture with a thumbnail."""
    given = {"sha256": name.encode().ljust(32)[:32], "has_thumbnail": "width" in fields, "index": 0, **fields}
    return Attachment(name=name, type=kind, size=size, conversation="#team", seq=1, **given)


class StillDesk:
    """Media that come when the test says so."""

    def __init__(self) -> None:
        self.asked: list[
            tuple[str, tuple[Any, ...], Callable[[Any], None], Callable[[HubbubError], None]]
        ] = []
        self.saved: dict[bytes, Path] = {}

    def run(self, job: Any, done: Any = None, failed: Any = None) -> Call:
        """The bridge's."""
        self.asked.append((job.func.__name__, job.args, done or (lambda _: None), failed or (lambda _: None)))
        return Call()

    def telling(self, callback: Any) -> Any:
        """The bridge's."""
        return callback

    def downloaded(self, one: Attachment) -> Path | None:
        """The desk's."""
        return self.saved.get(one.sha256)

    async def preview(self, *_: object) -> None: ...
    async def whole(self, *_: object) -> None: ...
    async def download(self, *_: object) -> None: ...
    async def person(self, *_: object) -> None: ...
    async def save(self, *_: object) -> None: ...
    async def open(self, *_: object) -> None: ...
    async def show_in_folder(self, *_: object) -> None: ...
    async def forget(self, *_: object) -> None: ...

    @property
    def kinds(self) -> list[str]:
        """What was asked for and not answered."""
        return [kind for kind, *_ in self.asked]

    def paints(self, colour: str = "#cc2211") -> None:
        """All pictures that were asked for come."""
        asked, self.asked = self.asked, []
        for kind, args, done, failed in asked:
            if kind in ("preview", "whole"):
                size = args[1:3] if kind == "preview" else (args[0].width, args[0].height)
                image = Image.new("RGB", size, colour)
                done(Picture(*size, "RGB", image.tobytes()))
            else:
                self.asked.append((kind, args, done, failed))

    def refuses(self, text: str) -> None:
        """None of it is to be had."""
        asked, self.asked = self.asked, []
        for *_, failed in asked:
            failed(errors.NoServer(text))

    def is_at(self, done: int, size: int) -> None:
        """So much of the file that was asked for last is here."""
        for kind, args, *_ in self.asked:
            if kind in ("download", "whole"):
                args[1](Progress(name="file", done=done, size=size))


class Asked:
    """The actions of bubbles: notes each with what it is about."""

    me = "me"

    def __init__(self) -> None:
        self.desk = StillDesk()
        self.media = Media(self.desk, self.desk)  # type: ignore[arg-type]  # it stands in for both
        self.told: list[tuple[object, ...]] = []
        self.faces: dict[str, bytes] = {}

    def shown(self, name: str) -> str:
        return name.capitalize()

    def face(self, name: str) -> bytes | None:
        return self.faces.get(name)

    def open_menu(self, bubble: Bubble, x_root: int, y_root: int) -> None:
        self.told.append(("menu", bubble.key))

    def open_link(self, url: str) -> None:
        self.told.append(("link", url))

    def open_attachment(self, attachment: Attachment) -> None:
        self.told.append(("attachment", attachment.name))

    def jump(self, seq: int) -> None:
        self.told.append(("jump", seq))

    def toggle_reaction(self, bubble: Bubble, emoji: str) -> None:
        self.told.append(("react", emoji))

    def retry(self, bubble: Bubble) -> None:
        self.told.append(("retry", bubble.key))

    def discard(self, bubble: Bubble) -> None:
        self.told.append(("discard", bubble.key))

    def show_person(self, name: str) -> None:
        self.told.append(("person", name))

    def unfold(self, bubble: Bubble) -> None:
        self.told.append(("unfold", bubble.key))
