"""Files of this device that somebody wants to send: looked at before they are. All coroutines here run in the library's thread."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from hubbub.client.errors import FileProblem
from hubbub.client.files.sources import examine
from hubbub.client.gui.desk_media import Picture
from hubbub.client.problems import cannot

PREVIEW_SIDE: Final = 96
"""Device pixels of a small picture: enough at twice the usual density."""


class Chosen(Struct, frozen=True, kw_only=True):
    """A file that can be sent."""

    path: Path
    size: int
    """Bytes."""
    preview: Picture | None = None
    """A square of it, if it is a picture."""

    @property
    def name(self) -> str:
        """Without its folders."""
        return self.path.name


class Looked(Struct, frozen=True, kw_only=True):
    """What became of a choice."""

    chosen: tuple[Chosen, ...]
    """In the order in which they were given."""
    problems: tuple[str, ...]
    """Why others can't be sent, for a person."""


async def look_at(paths: Iterable[Path]) -> Looked:
    """Which of them can be sent, and how they look."""
    chosen, problems = list[Chosen](), list[str]()
    for path in paths:
        try:
            chosen.append(await asyncio.to_thread(_look, path))
        except FileProblem as error:
            problems.append(str(error))
    return Looked(chosen=tuple(chosen), problems=tuple(problems))


def _look(path: Path) -> Chosen:
    from hubbub.client.files import pictures

    examine(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            image = pictures.shown(file, PREVIEW_SIDE, PREVIEW_SIDE, cover=True)
    except OSError as error:
        raise cannot("read", path, error) from None
    preview = Picture(image.width, image.height, image.mode, image.tobytes()) if image else None
    return Chosen(path=path, size=size, preview=preview)
