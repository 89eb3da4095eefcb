"""The `hubbub` command. Knows no socket and no SQL.

Exit codes: 0 done, 2 usage, 3 no server, 4 not let in, 5 refused, 6 the server could not store it.
"""

import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import click

from hubbub.client import errors, events
from hubbub.client.cli_account import Desk, Options, options, run, settle
from hubbub.client.cli_output import Output
from hubbub.client.client import Client
from hubbub.client.models import Message, recipient, same_conversation
from hubbub.client.offline import Offline
from hubbub.schemas.hello import BadAddress, parse_address
from hubbub.schemas.names import folded

VERSION: Final = importlib.metadata.version("hubbub")
_WHEN_OFFLINE: Final = "There is no server at {}: this is what was seen before, and may lack something."


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="hubbub")
@click.pass_context
def main(context: click.Context) -> None:
    """Chat on a Hubbub server, from the shell.

    Begin with `hubbub register --server ADDRESS --user NAME`; later commands need neither. TO is a user (bob or @bob) or a
    group ('#team', quoted: the shell takes # for a comment).

    Every option of a command can come from the environment: HUBBUB_SERVER, HUBBUB_USER, HUBBUB_PASSWORD, HUBBUB_PROFILE.

    \b
    Exit codes: 0 done, 2 usage, 3 no server, 4 not let in, 5 refused, 6 the server could not store it.
    Completion for bash: eval "$(_HUBBUB_COMPLETE=bash_source hubbub)"
    """
    context.obj = {"password": os.environ.get("HUBBUB_PASSWORD")}
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def command(function: Callable[..., None]) -> click.Command:
    """A command with the options that all share; the function gets a Desk first."""

    def call(
        server: str | None,
        user: str | None,
        password_file: str | None,
        profile: str | None,
        as_json: bool,
        **own: Any,
    ) -> None:
        given = Options(server, user, password_file, profile, as_json)
        function(settle(Output(as_json), lambda: Desk(given)), **own)

    call.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    return main.command(function.__name__, help=function.__doc__)(options(call))


# ------------------------------------------------------------------------------------------------------- accounts


@command
def register(desk: Desk) -> None:
    """Make an account, and log in to it."""
    password = desk.password(ask=True, twice=True)
    _enter(desk, "Registered and logged in", password=password, register="new")


@command
def login(desk: Desk) -> None:
    """Log in; later commands use this server and user unless told otherwise."""
    _enter(desk, "Logged in", password=desk.password(ask=True))


def _enter(desk: Desk, what: str, **more: Any) -> None:
    async def enter() -> None:
        async with desk.chat(fresh_login=True, **more) as chat:
            desk.profile.choose(desk.where, chat.user)
            desk.output.result(f"{what} at {desk.where} as {chat.user}.", server=desk.where, user=chat.user)

    run(desk.output, enter)


@command
def logout(desk: Desk) -> None:
    """End the session that this profile has; what was seen stays."""

    async def leave() -> None:
        async with desk.chat() as chat:
            await chat.logout()
        desk.output.result("Logged out.", user=desk.user)

    run(desk.output, leave)


@command
@click.argument("where")
def forget(desk: Desk, where: str) -> None:
    """Forget the key and the sessions of a server, by its ADDRESS or key. The next contact is a first one again."""
    try:
        known = str(parse_address(where)._replace(key=None))
    except BadAddress:
        known = where
    gone = settle(desk.output, lambda: desk.profile.forget(known) or desk.profile.forget(where))
    if not gone:
        settle(desk.output, lambda: _refuse(f"No server is known as {where}."))
    desk.output.result(f"Forgotten: {', '.join(gone)}", forgotten=gone)


def _refuse(text: str) -> None:
    raise errors.NotFound(text)


# --------------------------------------------------------------------------------------------------------- asking


@command
@click.argument("beginning", default="")
def users(desk: Desk, beginning: str) -> None:
    """Who has an account (names that begin with BEGINNING), and who of them is there."""

    async def show() -> None:
        async with desk.chat() as chat:
            for user in await chat.users(beginning):
                desk.output.user(user)

    run(desk.output, show)


@command
def home(desk: Desk) -> None:
    """My conversations, with what is unread and what was said last."""

    async def online(chat: Client) -> None:
        for row in await chat.home():
            desk.output.conversation(row)

    def offline(cache: Offline) -> int:
        rows = cache.home()
        for row in rows:
            desk.output.conversation(row)
        return len(rows)

    _either(desk, online, offline)


@command
@click.argument("to")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--before", type=click.IntRange(1), metavar="SEQ", help="Only what stands before this number.")
@click.option("--keep-unread", is_flag=True, help="Do not mark what is shown as read (--json never does).")
def history(desk: Desk, to: str, limit: int, before: int | None, keep_unread: bool) -> None:
    """What was said in a conversation: the newest messages, printed in the order in which they were said."""

    def show(found: list[Message]) -> None:
        for message in reversed(found):
            desk.output.message(message, where=False)

    async def online(chat: Client) -> None:
        found = [message async for message in chat.history(to, limit=limit, before=before)]
        show(found)
        if found and not (keep_unread or desk.given.as_json):
            await chat.mark_read(to, found[0].seq)

    def offline(cache: Offline) -> int:
        found = cache.history(to, limit=limit, before=before)
        show(found)
        return len(found)

    _either(desk, online, offline)


@command
@click.argument("words", nargs=-1, required=True)
@click.option("--in", "conversation", metavar="TO", help="In this conversation only.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
def search(desk: Desk, words: tuple[str, ...], conversation: str | None, limit: int) -> None:
    """Messages that hold all the words, oldest first."""

    async def online(chat: Client) -> None:
        for message in reversed(await chat.search(" ".join(words), conversation=conversation, limit=limit)):
            desk.output.message(message)

    def offline(cache: Offline) -> int:
        found = cache.search(" ".join(words), conversation=conversation, limit=limit)
        for message in reversed(found):
            desk.output.message(message)
        return len(found)

    _either(desk, online, offline)


def _either(desk: Desk, online: Callable[[Client], Any], offline: Callable[[Offline], int]) -> None:
    """Ask the server; where there is none, the cache. With nothing in it the answer is: no server."""

    async def ask() -> None:
        try:
            async with desk.chat() as chat:
                await online(chat)
        except errors.NoServer as error:
            if not remembered():
                raise error from None
            desk.output.note(_WHEN_OFFLINE.format(desk.where))

    def remembered() -> int:
        try:
            with desk.offline() as cache:
                return offline(cache)
        except (errors.NotFound, errors.NoServer):
            return 0

    run(desk.output, ask)


# -------------------------------------------------------------------------------------------------------- writing


@command
@click.argument("to")
@click.argument("text")
@click.option("--queue", is_flag=True, help="Without a server: keep it, and let the next command deliver it.")
def send(desk: Desk, to: str, text: str, queue: bool) -> None:
    """Send TEXT; - reads standard input, one message a line. Returns once it is stored."""

    async def deliver() -> None:
        texts = _texts(text)
        try:
            async with desk.chat() as chat:
                for one in texts:
                    await (_send_or_keep(desk, chat, to, one) if queue else _send(desk, chat, to, one))
        except errors.NoServer:
            if not queue:
                raise
            with desk.offline() as cache:
                for one in texts:
                    _kept(desk, to, one, cache.queue(to, one))

    run(desk.output, deliver)


async def _send(desk: Desk, chat: Client, to: str, text: str) -> None:
    message = await chat.send(to, text)
    if desk.given.as_json:
        desk.output.message(message)


async def _send_or_keep(desk: Desk, chat: Client, to: str, text: str) -> None:
    """By way of the outbox, so that a message whose acknowledgement got lost keeps its key."""
    key = await chat.queue(to, text)
    for waiting, result in await chat.flush():
        if waiting.key == key and isinstance(result, errors.Refused | errors.StorageFull):
            raise result
        if waiting.key == key and isinstance(result, Message):
            if desk.given.as_json:
                desk.output.message(result)
            return
    _kept(desk, to, text, key)


def _kept(desk: Desk, to: str, text: str, key: bytes) -> None:
    sentence = f"There is no server at {desk.where}: the message waits in the outbox."
    desk.output.result(sentence, state="pending", conversation=str(recipient(to)), text=text, key=key.hex())


def _texts(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    for line in sys.stdin.buffer:
        decoded = line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        if decoded:
            yield decoded


@command
@click.argument("to", required=False)
@click.option(
    "--all", "everything", is_flag=True, help="The first time: from the beginning, not from now on."
)
def tail(desk: Desk, to: str | None, everything: bool) -> None:
    """Messages as they come (in the conversation TO only), until Ctrl-C. The next tail goes on where this one stopped."""

    async def watch() -> None:
        wanted = str(recipient(to)) if to else None
        consumer = f"tail {folded(wanted)}" if wanted else "tail"
        async with desk.chat(live=True, consumer=consumer, replay=everything) as chat:
            if wanted:
                await anext(
                    chat.history(wanted, limit=1), None
                )  # raises NotFound where there is no such user or group
            async for event in chat.events():
                _show(desk, event, wanted)

    run(desk.output, watch, interrupted=0)


def _show(desk: Desk, event: events.Event, wanted: str | None) -> None:
    if isinstance(event, events.MessageReceived):
        if wanted is None or same_conversation(event.message.conversation, wanted):
            desk.output.message(event.message)
    elif isinstance(event, events.Disconnected):
        desk.output.note(f"({event.reason} Trying again.)")
    elif isinstance(event, events.Connected):
        desk.output.note("(Connected again.)")
    elif isinstance(event, events.HistoryReset):
        desk.output.note("(The server was restored from a backup.)")
