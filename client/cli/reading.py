"""The commands that read: home, history, search, what comes in live, and how far was read. Knows no socket."""

from datetime import datetime, timedelta
from typing import Literal

import click

from hubbub.client.cli.desk import Desk, Mistake, run
from hubbub.client.cli.events import Teller
from hubbub.client.cli.forms import (
    BOLD,
    BRACKETS,
    conversation_cells,
    conversation_json,
    message_json,
    message_line,
    muted,
    optional,
)
from hubbub.client.cli.themes import Theme
from hubbub.client.cli.values import MOMENT, SEQ, SPAN
from hubbub.client.client import Client
from hubbub.client.models import Conversation, Message, recipient
from hubbub.client.offline import Offline
from hubbub.schemas.names import folded

command = Theme("Conversations (TO is bob or '#team')")


@command
def home(desk: Desk) -> None:
    """My conversations: what is unread, what was said last.

    "3 unread, 1 @": one of the three names me, or all."""

    def show(rows: list[Conversation]) -> int:
        desk.output.table([(conversation_cells(row), conversation_json(row)) for row in rows])
        return len(rows)

    async def online(chat: Client) -> None:
        if not show(await chat.home()):
            desk.output.nothing("You are in no conversation yet: hubbub send bob hello, or hubbub groups.")

    desk.ask(online, lambda cache: show(cache.home()))


@command
@click.argument("to")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--before", type=SEQ, metavar="SEQ", help="Only what stands before this number.")
@click.option("--around", type=SEQ, metavar="SEQ", help="What stands around this number.")
@click.option("--files", is_flag=True, help="Only messages with files.")
@click.option("--keep-unread", is_flag=True, help="Do not mark what is shown as read (--json never does).")
def history(
    desk: Desk,
    to: str,
    limit: int,
    before: int | None,
    around: int | None,
    files: bool,
    keep_unread: bool,
) -> None:
    """What was said in a conversation.

    The newest messages, in the order in which they were said, each with its number."""
    if before is not None and around is not None:
        raise click.UsageError("Give --before or --around.")
    if files and around is not None:
        raise click.UsageError("Give --files or --around.")

    def show(found: list[Message]) -> int:
        for message in reversed(found):
            desk.output.show(message_line(message, where=False), message_json(message))
        return len(found)

    async def online(chat: Client) -> None:
        pages = chat.history(to, limit=limit, before=before, around=around, with_files=files)
        found = [message async for message in pages]
        if not show(found):
            desk.output.nothing("There are no files." if files else "Nothing was said there.")
        elif not (files or keep_unread or desk.given.as_json):
            await chat.mark_read(to, found[0].seq)

    def remembered(cache: Offline) -> int:
        if not files:
            return show(cache.history(to, limit=limit, before=before, around=around))
        seen = cache.history(to, limit=None, before=before)
        return show([message for message in seen if message.attachments and not message.blocked][:limit])

    desk.ask(online, remembered)


@command
@click.argument("words", nargs=-1, required=True)
@click.option("--conversation", "--in", metavar="TO", help="In this conversation only.")
@click.option("--sender", metavar="USER", help="Only what this user said.")
@click.option("--before", type=MOMENT, metavar="TIME", help="Only from before this time.")
@click.option("--after", type=MOMENT, metavar="TIME", help="Only from this time on.")
@click.option("--order", type=click.Choice(["newest", "relevance"]), default="newest", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
def search(
    desk: Desk,
    words: tuple[str, ...],
    conversation: str | None,
    sender: str | None,
    before: datetime | None,
    after: datetime | None,
    order: Literal["newest", "relevance"],
    limit: int,
) -> None:
    """Messages that hold all the words.

    The newest (or best) comes last; `hubbub history TO --around SEQ` opens one in its place. '"two words"' is a phrase, 'wor*'
    the beginning of a word. A TIME is 2026-11-22, '2026-11-22 18:00' (local) or 2026-11-22T18:00Z."""
    marks = BOLD if desk.output.bold else BRACKETS

    def show(found: list[Message]) -> int:
        for message in reversed(found):
            desk.output.show(message_line(message, marks=marks), message_json(message))
        return len(found)

    async def online(chat: Client) -> None:
        found = await chat.search(
            " ".join(words),
            conversation=conversation,
            sender=sender,
            before=before,
            after=after,
            order=order,
            limit=limit,
        )
        if not show(list(found)):
            desk.output.nothing("Nothing was found.")

    def remembered(cache: Offline) -> int:
        return show(
            list(
                cache.search(
                    " ".join(words),
                    conversation=conversation,
                    sender=sender,
                    before=before,
                    after=after,
                    limit=limit,
                )
            )
        )

    desk.ask(online, remembered)


@command
@click.argument("to", required=False)
@click.option(
    "--all", "everything", is_flag=True, help="The first time: from the beginning, not from now on."
)
def tail(desk: Desk, to: str | None, everything: bool) -> None:
    """What happens, live, until Ctrl-C.

    In the conversation TO only, where it is given. The next tail goes on where this one stopped. With --json, whatever is no
    message has an "event"."""

    async def watch() -> None:
        wanted = str(recipient(to)) if to else None
        consumer = f"tail {folded(wanted)}" if wanted else "tail"
        teller = Teller(desk.output, wanted)
        async with desk.chat(live=True, consumer=consumer, replay=everything) as chat:
            if wanted:  # raises NotFound where there is no such user or group
                await anext(chat.history(wanted, limit=1), None)
            async for event in chat.events():
                teller.tell(event)

    run(desk.output, watch, interrupted=0)


@command
@click.argument("to")
@click.argument("seq", type=SEQ, required=False)
def mark_read(desk: Desk, to: str, seq: int | None) -> None:
    """I have read a conversation, up to SEQ or all of it."""

    async def mark(chat: Client) -> int:
        last = await _last(chat, to)
        upto = last if seq is None else min(seq, last)
        await chat.mark_read(to, upto)
        return upto

    upto = desk.do(mark)
    where = str(recipient(to))
    desk.output.result(f"{where} is read up to {upto}.", conversation=where, seq=upto)


async def _last(chat: Client, to: str) -> int:
    found = [message async for message in chat.history(to, limit=1)]
    return found[0].seq if found else 0


@command
@click.argument("to")
@click.option(
    "--until", type=MOMENT, metavar="TIME", help="2026-11-22, '2026-11-22 18:00' (local), or RFC 3339."
)
@click.option("--for", "span", type=SPAN, metavar="SPAN", help="30m, 2h, 1d12h, 2w.")
def mute(desk: Desk, to: str, until: datetime | None, span: timedelta | None) -> None:
    """Do not be disturbed by a conversation.

    For ever, where nothing else is said, and on all devices. What is unread is counted all the same."""
    if until is not None and span is not None:
        raise click.UsageError("Give --until or --for.")
    now = datetime.now().astimezone()
    end = now + span if span is not None else until
    if end is not None and end <= now:
        raise Mistake("That time is over: --until and --for mean a time that comes.")
    desk.do(lambda chat: chat.mute(to, end))
    where = str(recipient(to))
    desk.output.result(f"{where} is {muted(end)}.", conversation=where, muted_until=optional(end))


@command
@click.argument("to")
def unmute(desk: Desk, to: str) -> None:
    """Be disturbed by a conversation again."""
    desk.do(lambda chat: chat.unmute(to))
    where = str(recipient(to))
    desk.output.result(f"{where} is not muted any more.", conversation=where)
