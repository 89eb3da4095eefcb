"""What commands do with files: fetch them, and say how far that is. Knows no socket."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk
from hubbub.client.cli.forms import attachment_json
from hubbub.client.cli.output import one_line, size_text
from hubbub.client.cli.progress import ProgressLine
from hubbub.client.cli.values import SEQ
from hubbub.client.client import Client
from hubbub.client.files.attachments import Attachment
from hubbub.client.files.sources import SEPARATORS, is_file, is_folder
from hubbub.client.models import Message, recipient


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


async def files_of(chat: Client, to: str, seq: int | None, number: int | None) -> tuple[Attachment, ...]:
    """The files of a message (None: the newest one that has some), or that with this number, from 1. Raises NotFound."""
    message = await (_newest(chat, to) if seq is None else _message(chat, to, seq))
    files, what = message.attachments, f"Message {message.seq} in {recipient(to)}"
    if message.deleted_at is not None:
        raise errors.NotFound(f"{what} was deleted.")
    if not files:
        raise errors.NotFound(f"{what} has no files.")
    if number is not None and number > len(files):
        has = "one file" if len(files) == 1 else f"{len(files)} files"
        raise errors.NotFound(f"{what} has {has}, and none with number {number}.")
    return files if number is None else files[number - 1 : number]


async def _message(chat: Client, to: str, seq: int) -> Message:
    found = [message async for message in chat.history(to, before=seq + 1, limit=1)]
    if not found or found[0].seq != seq:
        raise errors.NotFound(f"There is no message {seq} in {recipient(to)}.")
    return found[0]


async def _newest(chat: Client, to: str) -> Message:
    async for message in chat.history(to, limit=1, with_files=True):
        return message
    raise errors.NotFound(f"Nobody has sent files in {recipient(to)}.")


def which_and_where(seq: str | None, path: str | None) -> tuple[int | None, str]:
    """What was typed behind TO: a number and a PATH, either of which may be missing. Raises UsageError."""
    if seq is not None and path is None and _is_place(seq):
        seq, path = None, seq
    if path == "":
        raise click.UsageError("PATH is empty.")
    try:
        return None if seq is None else SEQ.convert(seq, None, None), path or "."
    except click.BadParameter as error:
        raise click.UsageError(f"{error.message} A file to write to, without a number: ./{seq}") from None


def _is_place(word: str) -> bool:
    """A word that is no number by its look, and not by a slip of the finger."""
    return not word.isdecimal() and (is_folder(word) or any(slash in word for slash in SEPARATORS))


def looks_like_a_file(text: str, attached: Sequence[Path]) -> bool:
    """A TEXT that is the name of a file which is not attached: `--attach *.jpg` was meant to attach it too."""
    return sys.stdin.isatty() and is_file(text) and text not in map(str, attached)


def file_name_of_picture(user: str, data: bytes) -> str:
    """What the picture of a user is called as a file, by its first bytes."""
    kinds = ((b"\xff\xd8", ".jpg"), (b"\x89PNG", ".png"), (b"GIF8", ".gif"), (b"RIFF", ".webp"))
    return user + next((extension for begin, extension in kinds if data.startswith(begin)), "")


async def downloaded(desk: Desk, chat: Client, file: Attachment, path: str) -> None:
    """Fetch a file, and print where it is."""
    with transfers(desk, 1, f"Cancelled: nothing of {one_line(file.name)} is left.") as progress:
        placed = await chat.download(file, path, progress=progress)
    sentence = f"{one_line(str(placed), 4096)}  ({size_text(file.size)})"
    desk.output.show(sentence, attachment_json(file) | {"path": str(placed)})
