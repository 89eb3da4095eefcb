"""Pictures that were copied in another program: kept in files of the profile until they are sent. All coroutines here run in the
library's thread, what takes time in one of its own."""

import asyncio
import io
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image

from hubbub.client.errors import FileProblem
from hubbub.client.gui.kit.clipboard import from_numbers
from hubbub.client.problems import cannot

KEPT: Final = timedelta(days=7)
"""Of what was pasted and never sent: another window may still show it."""
_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
"""What is kept as it is."""
_SIDE: Final = 64
"""A picture that can't be shown so small is none."""
_NO_PICTURE: Final = "What was copied is no picture that can be sent."
_log: Final = logging.getLogger(__name__)


async def keep(folder: Path, numbers: str, now: datetime) -> list[Path]:
    """The file of a picture that Tk told in numbers. Raises FileProblem."""
    return await asyncio.to_thread(_keep, folder, numbers, now)


async def from_system(folder: Path, now: datetime) -> list[Path]:
    """What Pillow finds: files, or the file of a picture; nothing is nothing. Raises FileProblem."""
    return await asyncio.to_thread(_from_system, folder, now)


async def forget(folder: Path, paths: Iterable[Path]) -> None:
    """They are sent, or not wanted. Others than those of the folder stay."""
    await asyncio.to_thread(_forget, folder, list(paths))


async def sweep(folder: Path, needed: frozenset[Path], now: datetime) -> None:
    """Forget what was never sent, but for what is to be sent still."""
    await asyncio.to_thread(_sweep, folder, needed, now)


def _keep(folder: Path, numbers: str, now: datetime) -> list[Path]:
    from hubbub.client.files import pictures

    data = from_numbers(numbers)
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
    except (
        NotImplementedError,
        OSError,
        ValueError,
    ) as error:  # no program to ask, or what it gives is broken
        _log.info("nothing can be pasted: %s", error)
        return []
    if isinstance(found, Image.Image):
        return [_write_image(folder, found, now)]
    return [Path(name) for name in found or ()]


def _write_image(folder: Path, image: Image.Image, now: datetime) -> Path:
    out = io.BytesIO()
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
