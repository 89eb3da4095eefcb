"""Pictures that were copied in another program: kept in files of the profile until they are sent. All coroutines here run in the
library's thread, what takes time in one of its own."""

import asyncio
import io
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from hubbub.client.errors import FileProblem
from hubbub.client.gui.kit import taking
from hubbub.client.problems import cannot

KEPT: Final = timedelta(days=7)
"""Of what was pasted and never sent: another window may still show it."""
_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
"""What is kept as it is."""
_TOOLS: bool = sys.platform not in {"darwin", "win32"}
"""Programs know the clipboard, and no library."""
_SIDE: Final = 64
"""A picture that can't be shown so small is none."""
_NO_PICTURE: Final = "What was copied is no picture that can be sent."
_log: Final = logging.getLogger(__name__)


async def keep(folder: Path, kind: str, now: datetime) -> list[Path]:
    """The file of a picture of this type, which the clipboard of X11 has. Raises FileProblem."""
    data = await _written_by([sys.executable, "-P", "-m", taking.__name__, kind])
    return await asyncio.to_thread(_keep, folder, data, now) if data else await from_system(folder, now)


async def from_system(folder: Path, now: datetime) -> list[Path]:
    """What the system has: files, or the file of a picture; nothing is nothing. Raises FileProblem."""
    if not _TOOLS:
        return await asyncio.to_thread(_from_system, folder, now)
    data = await _written_by(command) if (command := _tool()) else b""
    return await asyncio.to_thread(_keep, folder, data, now) if data else []


async def forget(folder: Path, paths: Iterable[Path]) -> None:
    """They are sent, or not wanted. Others than those of the folder stay."""
    await asyncio.to_thread(_forget, folder, list(paths))


async def sweep(folder: Path, needed: frozenset[Path], now: datetime) -> None:
    """Forget what was never sent, but for what is to be sent still."""
    await asyncio.to_thread(_sweep, folder, needed, now)


async def _written_by(command: list[str]) -> bytes:
    """What a program writes, if it ends in time and with less than the largest picture: whoever has the clipboard may never
    answer, or never end. It ends with whoever waits for it."""
    try:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - no shell, and begun within a few milliseconds
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        _log.info("nothing can be pasted: %s", error)
        return b""
    try:
        async with asyncio.timeout(taking.PATIENCE_S):
            return await asyncio.to_thread(_read, process)
    except TimeoutError:
        return b""
    finally:
        process.kill()


def _read(process: subprocess.Popen[bytes]) -> bytes:
    from hubbub.client.files.pictures import BYTES_MAX

    with process:
        assert process.stdout is not None  # noqa: S101  # a pipe
        data = process.stdout.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            process.kill()
    return data if process.returncode == 0 else b""


def _keep(folder: Path, data: bytes, now: datetime) -> list[Path]:
    from hubbub.client.files import pictures

    if pictures.shown(io.BytesIO(data), _SIDE, _SIDE) is None:
        raise FileProblem(_NO_PICTURE)
    with Image.open(io.BytesIO(data)) as image:
        ending = _ENDINGS.get(image.format or "")
        if ending is None:
            return [_write_image(folder, image, now)]
    return [_write(folder, data, ending, now)]


def _from_system(folder: Path, now: datetime) -> list[Path]:
    from PIL import ImageGrab

    try:
        found = ImageGrab.grabclipboard()
        if isinstance(found, Image.Image):
            _check(found)
            return [_write_image(folder, found, now)]
    except FileProblem:
        raise
    except Exception as error:  # noqa: BLE001  # Pillow raises anything
        _log.info("nothing can be pasted: %s", error)
        return []
    return [Path(name) for name in found or ()]


def _tool() -> list[str]:
    """The program that knows the clipboard here; empty: there is none. Pillow would wait for it without end."""
    if os.environ.get("WAYLAND_DISPLAY") and shutil.which("wl-paste"):
        return ["wl-paste", "--no-newline", "--type", "image"]
    if os.environ.get("DISPLAY") and shutil.which("xclip"):
        return ["xclip", "-selection", "clipboard", "-t", "image/png", "-o"]
    return []


def _check(image: Image.Image) -> None:
    """Before it is decoded. Raises FileProblem."""
    from hubbub.client.files import pictures

    if image.width * image.height > pictures.PIXELS_MAX:
        raise FileProblem(_NO_PICTURE)


def _write_image(folder: Path, image: Image.Image, now: datetime) -> Path:
    out = io.BytesIO()
    image = ImageOps.exif_transpose(image)  # what is written does not say any more how it is to be turned
    kept = image if image.mode in {"RGB", "RGBA", "L", "P"} else image.convert("RGBA")
    kept.save(out, "PNG")
    return _write(folder, out.getvalue(), "png", now)


def _write(folder: Path, data: bytes, ending: str, now: datetime) -> Path:
    """Under the moment as its name, for this person's eyes."""
    stem = f"Picture {now.astimezone():%Y-%m-%d %H.%M.%S}"
    path = folder / f"{stem}.{ending}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(2, 1000):
            try:
                path.touch(mode=0o600, exist_ok=False)
                break
            except FileExistsError:
                path = folder / f"{stem} ({number}).{ending}"
        path.write_bytes(data)
    except OSError as error:
        raise cannot("written", path, error) from None
    return path


def _forget(folder: Path, paths: list[Path]) -> None:
    for path in paths:
        if path.parent == folder:
            with suppress(OSError):  # gone already, or open on Windows: the next start sweeps
                path.unlink()


def _sweep(folder: Path, needed: frozenset[Path], now: datetime) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            age = now.timestamp() - path.stat().st_mtime
            if path not in needed and age > KEPT.total_seconds():
                path.unlink()
