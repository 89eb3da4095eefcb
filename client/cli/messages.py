"""The commands about messages: sending, changing, marking them. Knows no socket."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk, Mistake, run
from hubbub.client.cli.files import downloaded, files_of, looks_like_a_file, transfers, which_and_where
from hubbub.client.cli.forms import earlier_json, earlier_line, message_json, message_line
from hubbub.client.cli.themes import Theme
from hubbub.client.cli.values import FILE, PLACE, SEQ
from hubbub.client.client import Client
from hubbub.client.files.sources import is_folder
from hubbub.client.models import Message, recipient
from hubbub.schemas.names import file_name

command = Theme("Messages (SEQ is the number that history shows)")

_NOT_KEPT: Final = (errors.Refused, errors.FileProblem, errors.StorageFull)
"""What waiting for a server does not mend, or what has to be known at once."""


@command
@click.argument("to")
@click.argument("text", required=False)
@click.option("--attach", type=FILE, multiple=True, metavar="FILE", help="A file to send; once for each.")
@click.option("--keep-location", is_flag=True, help="Leave in pictures where they were made.")
@click.option("--reply-to", type=SEQ, metavar="SEQ", help="The message that it answers.")
@click.option("--queue", is_flag=True, help="Without a server: keep it, and let the next command deliver it.")
def send(
    desk: Desk,
    to: str,
    text: str | None,
    attach: tuple[Path, ...],
    keep_location: bool,
    reply_to: int | None,
    queue: bool,
) -> None:
    """Send TEXT; - reads standard input, one message a line. Returns once it is stored.

    Files need no TEXT. An upload that was cut off goes on where it was when the command is given again."""
    if text is None and not attach:
        raise click.UsageError("Give a TEXT, --attach FILE, or both.")
    if text == "-" and attach:
        raise click.UsageError("--attach goes with one message, and - reads many: give its TEXT.")
    if attach and not desk.given.as_json and looks_like_a_file(text or "", attach):
        raise Mistake(
            f"Is {text} the text, or a file? --attach stands before each file: --attach a.jpg --attach b.jpg"
        )
    files = Files(attach, keep_location, reply_to)
    texts = _texts(text or "")
    run(
        desk.output,
        lambda: _keep(desk, to, texts, files) if queue else _send(desk, to, texts, files),
    )


class Files(NamedTuple):
    """What goes with a message."""

    paths: tuple[Path, ...]
    keep_location: bool
    reply_to: int | None


async def _send(desk: Desk, to: str, texts: Iterator[str], files: Files) -> None:
    async with desk.chat() as chat:
        for text in texts:
            with transfers(desk, len(files.paths), "Cancelled: nothing was sent.") as progress:
                message = await chat.send(
                    to,
                    text,
                    reply_to=files.reply_to,
                    attachments=files.paths,
                    keep_location=files.keep_location,
                    progress=progress,
                )
            _sent(desk, message)


async def _keep(desk: Desk, to: str, texts: Iterator[str], files: Files) -> None:
    """Send, or keep in the outbox what cannot be sent now."""
    try:
        async with desk.chat() as chat:
            for text in texts:
                await _send_or_keep(desk, chat, to, text, files)
    except errors.NoServer:
        with desk.offline() as cache:
            for text in texts:
                key = cache.queue(
                    to,
                    text,
                    reply_to=files.reply_to,
                    attachments=files.paths,
                    keep_location=files.keep_location,
                )
                _kept(desk, to, text, files, key)


def _sent(desk: Desk, message: Message) -> None:
    if desk.given.as_json:
        _show(desk, message)


async def _send_or_keep(desk: Desk, chat: Client, to: str, text: str, files: Files) -> None:
    """By way of the outbox, so that a message whose acknowledgement got lost keeps its key."""
    key = await chat.queue(
        to, text, reply_to=files.reply_to, attachments=files.paths, keep_location=files.keep_location
    )
    try:
        done = await chat.flush()
    except asyncio.CancelledError:
        desk.output.nothing("Cancelled: the message waits in the outbox, and the next command delivers it.")
        raise
    for waiting, result in done:
        if waiting.key == key and isinstance(result, _NOT_KEPT):
            raise result
        if waiting.key == key and isinstance(result, Message):
            _sent(desk, result)
            return
    _kept(desk, to, text, files, key)


def _kept(desk: Desk, to: str, text: str, files: Files, key: bytes) -> None:
    sentence = f"There is no server at {desk.where}: the message waits in the outbox."
    if files.paths:
        sentence += " Its files are read when it is sent: leave them where they are."
    more = {"attachments": [{"name": file_name(path.name)} for path in files.paths]} if files.paths else {}
    where = str(recipient(to))
    desk.output.result(sentence, state="pending", conversation=where, text=text, key=key.hex(), **more)


def _texts(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    for line in sys.stdin.buffer:
        decoded = line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        if decoded:
            yield decoded


def _show(desk: Desk, message: Message) -> None:
    desk.output.show(message_line(message, where=False), message_json(message))


@command
@click.argument("to")
@click.argument("seq", required=False)
@click.argument("path", type=PLACE, required=False)
@click.option("--number", type=click.IntRange(1), help="Only this one of several files.")
def download(desk: Desk, to: str, seq: str | None, path: str | None, number: int | None) -> None:
    """Fetch the files of message SEQ, or of the newest.

    Without SEQ: of the newest message that has some; `hubbub history TO --files` shows all of these. PATH is a folder, or the
    file to write, which is replaced if it is there; else the current folder, where nothing is replaced. What was cut off goes
    on where it was when the command is given again."""

    which, where = which_and_where(seq, path)
    into_folder = is_folder(where)

    async def fetch(chat: Client) -> None:
        files = await files_of(chat, to, which, number)
        if len(files) > 1 and not into_folder:
            found = files[0].seq
            raise Mistake(f"Message {found} has {len(files)} files: PATH must be a folder, or give --number.")
        for file in files:
            await downloaded(desk, chat, file, where)

    desk.do(fetch)


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
@click.argument("destination")
def forward(desk: Desk, to: str, seq: int, destination: str) -> None:
    """Say message SEQ again in another conversation.

    With its files, of which no byte is moved, and with the name of who said it first."""
    _sent(desk, desk.do(lambda chat: chat.forward((to, seq), destination)))


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
@click.argument("text")
def edit(desk: Desk, to: str, seq: int, text: str) -> None:
    """Give my message SEQ another TEXT.

    - reads all of standard input. Members can see the texts that it had before."""
    new = sys.stdin.buffer.read().decode("utf-8", "replace").removesuffix("\n") if text == "-" else text
    _show(desk, desk.do(lambda chat: chat.edit((to, seq), new)))


def _act(
    desk: Desk,
    to: str,
    seq: int,
    act: Callable[[Client, tuple[str, int]], Awaitable[None]],
    done: str,
    **more: object,
) -> None:
    desk.do(lambda chat: act(chat, (to, seq)))
    where = str(recipient(to))
    desk.output.result(f"Message {seq} in {where} {done}.", conversation=where, seq=seq, **more)


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
def delete(desk: Desk, to: str, seq: int) -> None:
    """Delete message SEQ.

    It has to be mine, or I am owner or admin of the group. Its text is gone; who deleted it, and when, stays."""
    _act(desk, to, seq, Client.delete, "is deleted")


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
@click.argument("emoji")
def react(desk: Desk, to: str, seq: int, emoji: str) -> None:
    """Put an EMOJI on message SEQ."""
    _act(desk, to, seq, lambda chat, message: chat.react(message, emoji), f"has your {emoji}", emoji=emoji)


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
@click.argument("emoji")
def unreact(desk: Desk, to: str, seq: int, emoji: str) -> None:
    """Take my EMOJI off message SEQ."""
    done = f"has your {emoji} no more"
    _act(desk, to, seq, lambda chat, message: chat.unreact(message, emoji), done, emoji=emoji)


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
def pin(desk: Desk, to: str, seq: int) -> None:
    """Pin message SEQ."""
    _act(desk, to, seq, Client.pin, "is pinned")


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
def unpin(desk: Desk, to: str, seq: int) -> None:
    """Unpin message SEQ."""
    _act(desk, to, seq, Client.unpin, "is not pinned any more")


@command
@click.argument("to")
def pinned(desk: Desk, to: str) -> None:
    """The pinned messages of a conversation."""

    async def show(chat: Client) -> None:
        found = await chat.pinned(to)
        for message in reversed(found):
            _show(desk, message)
        if not found:
            desk.output.nothing("Nothing is pinned there.")

    desk.do(show)


@command
@click.argument("to")
@click.argument("seq", type=SEQ)
def earlier_texts(desk: Desk, to: str, seq: int) -> None:
    """The texts that message SEQ had, the first one first."""

    async def show(chat: Client) -> None:
        found = await chat.earlier_texts((to, seq))
        for text in found:
            desk.output.show(earlier_line(text), earlier_json(text))
        if not found:
            desk.output.nothing("It has had no other text.")

    desk.do(show)


@command
@click.argument("to")
def typing(desk: Desk, to: str) -> None:
    """Tell the others that I am writing.

    They see it for 6 seconds, or until the message comes."""
    desk.do(lambda chat: chat.typing(to))
