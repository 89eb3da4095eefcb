"""Pictures and files of messages, in the library's thread: fetched a few at a time, and kept in a folder of the profile by what
is in them."""

import asyncio
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from platformdirs import user_downloads_path

from hubbub.client import Attachment, Client, Progress
from hubbub.client.errors import FileProblem, NoServer, WrongContent
from hubbub.client.forgetting import Forgotten
from hubbub.client.profile import replace_file
from hubbub.schemas.limits import THUMBNAIL_MAX_BYTES

if TYPE_CHECKING:
    from PIL.Image import Image

AT_ONCE: Final = 4
"""Pictures that are fetched or decoded at a time."""
KEPT_BYTES: Final = 200 * 1024 * 1024
"""Of the folder; what was used longest ago goes."""
PASTED: Final = "pasted"
_INDEX: Final = "downloads.json"
_KEPT: Final = re.compile(r"\.?([0-9a-f]{64})(?:\..*)?")
"""Names of what is kept."""
_SMALL_PIXELS: Final = 1_000_000
"""Of a picture that says that it is small: 64 KiB can hold fifty million of one colour."""
_LARGE_SIDE: Final = 4096
"""Of a picture in the viewer: 50 MB at most."""
_REMEMBERED: Final = 1000
"""Files of which it is known where they were saved to."""
_ENDINGS: Final = """
exe com bat cmd msi msp msc scr pif cpl ps1 vbs vbe js jse wsf wsh hta chm lnk url reg gadget application appref-ms
app command terminal tool scpt workflow webloc inetloc dmg pkg mpkg
desktop appimage run bin deb rpm
sh bash py pyw pyz jar jnlp iso img html htm xhtml svg
"""
_RUNS: Final = frozenset(_ENDINGS.split())
"""Endings of files that do something, in this person's name, when they are opened."""


class Picture(Struct, frozen=True):
    """A picture that is decoded."""

    width: int
    height: int
    mode: str
    """ "RGB" or "RGBA"."""
    pixels: bytes


class MediaDesk:
    """The window's one. `folder` is made where it is missing."""

    def __init__(self, client: Client, folder: Path, downloads: Path | None = None) -> None:
        self._client, self._folder = client, folder
        self.pasted: Final = folder / PASTED
        """For pictures that were copied elsewhere, until they are sent."""
        self._downloads = downloads or user_downloads_path()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._index = folder / _INDEX
        self._saved: dict[str, str] = {}
        with suppress(OSError, msgspec.DecodeError):
            self._saved = msgspec.json.decode(self._index.read_bytes(), type=dict[str, str])
        self._openers: list[subprocess.Popen[bytes]] = []
        self._room = KEPT_BYTES // 8
        """Bytes that may be kept before the folder is looked through again."""

    # --------------------------------------------------------------------------------------------------- pictures

    async def preview(self, attachment: Attachment, width: int, height: int) -> Picture:
        """The picture of a bubble, cut to these dimensions. Raises NoServer where there is none to ask now, NotFound, WrongContent."""
        async with self._turn:
            data = await self._small(attachment)
            picture = await asyncio.to_thread(_decoded, data, width, height)
            if picture is None:
                raise WrongContent(f"{attachment.name} is no picture that can be shown.")
            return picture

    async def person(self, name: str, sha256: bytes) -> bytes:
        """A user's picture as a PNG that is safe to decode; empty where there is none by now."""
        async with self._turn:
            kept = f"{sha256.hex()}.person"
            data = await asyncio.to_thread(self._read, kept, sha256)
            if data is None:
                self._need_server()
                data = await self._client.picture(name) or b""
                if hashlib.sha256(data).digest() != sha256:
                    return b""
                await asyncio.to_thread(self._keep, kept, data)
            return await asyncio.to_thread(_safe, data)

    async def whole(self, attachment: Attachment, progress: Callable[[Progress], None]) -> Picture:
        """A picture as large as it is, within bounds. Raises NoServer, NotFound, WrongContent, FileProblem."""
        path = self._folder / attachment.sha256.hex()
        if not await asyncio.to_thread(self._is_kept, path, attachment):
            self._need_server()
            await asyncio.to_thread(self._make_folder)
            await self._client.download(attachment, path, progress=progress)
            await asyncio.to_thread(self._tidy, attachment.size)
        picture = await asyncio.to_thread(_decoded_file, path)
        if picture is None:
            raise WrongContent(
                f"{attachment.name} is no picture that can be shown here. Save it to open it elsewhere."
            )
        return picture

    async def _small(self, attachment: Attachment) -> bytes:
        name = attachment.sha256.hex() + (".small" if attachment.has_thumbnail else "")
        digest = None if attachment.has_thumbnail else attachment.sha256
        data = await asyncio.to_thread(self._read, name, digest)
        if data is not None:
            return data
        self._need_server()
        if attachment.has_thumbnail:
            data = await self._client.thumbnail(attachment) or b""
        elif attachment.size <= THUMBNAIL_MAX_BYTES:
            with TemporaryDirectory(dir=await asyncio.to_thread(self._make_folder)) as place:
                path = await self._client.download(attachment, Path(place) / "picture")
                data = await asyncio.to_thread(path.read_bytes)
        else:
            raise WrongContent(f"{attachment.name} has no small picture.")
        await asyncio.to_thread(self._keep, name, data)
        return data

    def _need_server(self) -> None:
        """Calls wait for a server; what is to be seen now is better told that there is none."""
        if not self._client.connected:
            raise NoServer("There is no server now.")

    # ------------------------------------------------------------------------------------------------------ files

    async def download(self, attachment: Attachment, progress: Callable[[Progress], None]) -> Path:
        """Fetch a file into the downloads folder; where it is then. Raises what Client.download raises, and NoServer."""
        self._need_server()
        await asyncio.to_thread(self._downloads.mkdir, parents=True, exist_ok=True)
        path = await self._client.download(attachment, self._downloads, progress=progress)
        await asyncio.to_thread(self._remember, attachment.sha256, path)
        return path

    async def save(self, attachment: Attachment, path: Path) -> Path:
        """Put a picture that is shown where the person says. Raises FileProblem, and what Client.download raises."""
        kept = self._folder / attachment.sha256.hex()
        if await asyncio.to_thread(self._is_kept, kept, attachment):
            try:
                await asyncio.to_thread(lambda: path.write_bytes(kept.read_bytes()))
            except OSError as error:
                raise FileProblem(f"{path.name} can't be written: {error.strerror}.") from None
            return path
        self._need_server()
        return await self._client.download(attachment, path)

    def downloaded(self, attachment: Attachment) -> Path | None:
        """Where a file was saved to, if it still is there. For any thread; it asks the disk only for what was saved once."""
        if (saved := self._saved.get(attachment.sha256.hex())) is None:
            return None
        with suppress(OSError):
            if (path := Path(saved)).stat().st_size == attachment.size:
                return path
        return None

    async def open(self, path: Path) -> None:
        """In the program that the system has for it; what would run is shown in its folder instead."""
        if path.suffix[1:].lower() in _RUNS or await asyncio.to_thread(os.access, path, os.X_OK):
            await self.show_in_folder(path)
        else:
            await asyncio.to_thread(self._open, str(path))

    async def open_link(self, url: str) -> None:
        """In the system's browser, which may take seconds to answer. Raises FileProblem where there is none."""
        import webbrowser

        if not await asyncio.to_thread(webbrowser.open, url):
            raise FileProblem("No browser was found. Copy the link, and open it where there is one.")

    async def show_in_folder(self, path: Path) -> None:
        """In the system's file manager."""
        if sys.platform == "darwin":
            await asyncio.to_thread(self._open, "-R", str(path))
        else:
            await asyncio.to_thread(self._open, str(path.parent))

    def _open(self, *what: str) -> None:
        """By the system's own opener; where there is none nothing happens."""
        self._openers = [one for one in self._openers if one.poll() is None]
        with suppress(OSError):
            if sys.platform == "win32":
                os.startfile(what[0])  # noqa: S606 - there is no other way, and no shell
            else:
                command = ["open" if sys.platform == "darwin" else "xdg-open", *what]
                quiet = subprocess.DEVNULL
                opener = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - no shell
                self._openers.append(opener)

    # ----------------------------------------------------------------------------------------------- the folder

    async def forget(self, hashes: tuple[bytes, ...]) -> None:
        """Their messages were deleted: keep nothing of these. What the person saved himself stays his."""
        await asyncio.to_thread(self._drop, hashes)

    def _drop(self, hashes: tuple[bytes, ...]) -> None:
        for sha256 in hashes:
            for ending in ("", ".small"):
                with suppress(OSError):
                    (self._folder / (sha256.hex() + ending)).unlink()

    def _make_folder(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder

    def _read(self, name: str, digest: bytes | None) -> bytes | None:
        """What is kept under the name, if it is small and, as far as that is known, what it should be."""
        path = self._folder / name
        try:
            if path.stat().st_size > THUMBNAIL_MAX_BYTES:
                return None
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data if digest in (None, hashlib.sha256(data).digest()) else None

    def _is_kept(self, path: Path, attachment: Attachment) -> bool:
        try:
            if path.stat().st_size != attachment.size:
                return False
            with path.open("rb") as file:
                right = hashlib.file_digest(file, "sha256").digest() == attachment.sha256
            os.utime(path)
        except OSError:
            return False
        return right

    def _keep(self, name: str, data: bytes) -> None:
        """A full disk keeps nothing: what is to be seen is seen all the same."""
        with suppress(OSError):
            beside = self._make_folder() / f"{name}.{os.getpid()}.new"
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            beside.replace(self._folder / name)
        self._tidy(len(data))

    def _tidy(self, added: int) -> None:
        self._room -= added
        if self._room > 0:
            return
        self._room = KEPT_BYTES // 8
        with suppress(OSError):
            drop_oldest(self._folder, KEPT_BYTES)

    def _remember(self, sha256: bytes, path: Path) -> None:
        self._saved[sha256.hex()] = str(path)
        while len(self._saved) > _REMEMBERED:
            del self._saved[next(iter(self._saved))]
        self._keep(self._index.name, json.dumps(self._saved).encode())


def clear(folder: Path, forgotten: Forgotten) -> None:
    """Delete what is kept of files that nothing shows any more, and the copies that were made for sending. What can't be deleted
    stays."""
    pasted = {path for path in forgotten.files if path.parent == folder / PASTED}
    with suppress(OSError):
        kept = [Path(entry.path) for entry in os.scandir(folder) if entry.is_file()]
        unneeded = {path for path in kept if _hash(path.name) not in {None, *forgotten.needed}}
        for path in unneeded | pasted:
            with suppress(OSError):
                path.unlink()
    index = folder / _INDEX
    with suppress(OSError, msgspec.DecodeError):
        saved = msgspec.json.decode(index.read_bytes(), type=dict[str, str])
        needed = {one.hex() for one in forgotten.needed}
        left = {digest: where for digest, where in saved.items() if digest in needed}
        replace_file(index, json.dumps(left).encode())


def _hash(name: str) -> bytes | None:
    """What a file is kept of: HASH, HASH.small, HASH.person, or the part of a download, .HASH.HASH.part. None: it is not ours; the folder
    may have been there before."""
    found = _KEPT.fullmatch(name)
    return bytes.fromhex(found[1]) if found else None


def drop_oldest(folder: Path, most: int) -> None:
    """Delete files of the folder, those first that were used longest ago, until the others have so many bytes at most."""
    files = [
        (entry.stat(), entry.path)
        for entry in os.scandir(folder)
        if entry.is_file() and entry.name[0] != "." and _hash(entry.name)
    ]
    total = sum(stat.st_size for stat, _ in files)
    for stat, path in sorted(files, key=lambda file: file[0].st_mtime):
        if total <= most:
            return
        with suppress(OSError):
            Path(path).unlink()
        total -= stat.st_size


def _decoded(data: bytes, width: int, height: int) -> Picture | None:
    from hubbub.client.files import pictures  # Pillow's decoders are not for the start

    image = pictures.shown(io.BytesIO(data), width, height, _SMALL_PIXELS, cover=True)
    return _picture(image) if image else None


def _decoded_file(path: Path) -> Picture | None:
    from hubbub.client.files import pictures

    with path.open("rb") as file:
        image = pictures.shown(file, _LARGE_SIDE, _LARGE_SIDE)
    return _picture(image) if image else None


def _picture(image: "Image") -> Picture:
    return Picture(image.width, image.height, image.mode, image.tobytes())


def _safe(data: bytes) -> bytes:
    """Decoded within bounds and encoded anew, or nothing."""
    from hubbub.client.files import pictures

    side = pictures.PICTURE_SIDE
    image = pictures.shown(io.BytesIO(data), side, side, _SMALL_PIXELS, cover=True)
    if image is None:
        return b""
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
