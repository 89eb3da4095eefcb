"""What commands do with files: fetch them, and say how far that is. Knows no socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubbub.client import errors
from hubbub.client.attachments import Attachment
from hubbub.client.cli_desk import Desk
from hubbub.client.cli_forms import attachment_json
from hubbub.client.cli_output import one_line, size_text
from hubbub.client.cli_progress import ProgressLine
from hubbub.client.client import Client
from hubbub.client.models import recipient


@contextmanager
def transfers(desk: Desk, files: int, cancelled: str) -> Iterator[ProgressLine]:
    """What to give as `progress` for so many files. After Ctrl-C it says `cancelled`, unless all of them were there by then: the
    rest may have been done."""
    with ProgressLine(desk.given.as_json) as line:
        try:
            yield line
        except asyncio.CancelledError:
            line.clear()
            if files:
                over = "Cancelled at the last moment: it may be done all the same."
                desk.output.nothing(cancelled if line.whole < files else over)
            raise


async def files_of(chat: Client, to: str, seq: int, number: int | None) -> tuple[Attachment, ...]:
    """The files of a message, or that with this number, from 1. Raises NotFound."""
    found = [message async for message in chat.history(to, before=seq + 1, limit=1)]
    where = recipient(to)
    if not found or found[0].seq != seq:
        raise errors.NotFound(f"There is no message {seq} in {where}.")
    files = found[0].attachments
    if not files:
        raise errors.NotFound(f"Message {seq} in {where} has no files.")
    if number is not None and number > len(files):
        raise errors.NotFound(
            f"Message {seq} in {where} has {len(files)} files, and none with number {number}."
        )
    return files if number is None else files[number - 1 : number]


async def downloaded(desk: Desk, chat: Client, file: Attachment, path: Path) -> None:
    """Fetch a file, and print where it is."""
    with transfers(desk, 1, f"Cancelled: nothing of {one_line(file.name)} is left.") as progress:
        placed = await chat.download(file, path, progress=progress)
    sentence = f"{one_line(str(placed), 4096)}  ({size_text(file.size)})"
    desk.output.show(sentence, attachment_json(file) | {"path": str(placed)})
