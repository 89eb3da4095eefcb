"""The commands about what waits to be sent. They read the profile alone; only `retry` looks for the server. Knows no socket."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk, run
from hubbub.client.cli.output import clock, instant, one_line
from hubbub.client.cli.themes import Theme
from hubbub.client.offline import Offline
from hubbub.client.outbox import Waiting
from hubbub.schemas.names import file_name

command = Theme("Outbox (KEY is what `hubbub outbox` shows)")

_SHOWN: Final = 8
"""So many of the last digits of a key tell messages apart; the first ones are a time."""
_REFUSED: Final = 5
_SAID: Final = {
    "sent": "The message to {} is sent.",
    "failed": "The message to {} was refused again.",
    "pending": "The message to {} waits for the server.",
    "claimed": "The message to {} is being sent.",
}
_STATES: Final = {"pending": "waits", "claimed": "is being sent"}


@command
def outbox(desk: Desk) -> None:
    """What waits to be sent, and what was refused."""
    with desk.offline() as cache:
        found = cache.waiting()
    desk.output.table([(waiting_cells(one), waiting_json(one)) for one in found])
    if not found:
        desk.output.nothing("Nothing waits to be sent.")


@command
@click.argument("keys", metavar="KEY", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that was refused.")
def retry(desk: Desk, keys: tuple[str, ...], everything: bool) -> None:
    """Send once more what was refused."""
    _check(keys, everything)
    with desk.offline() as cache:
        wanted = (
            [one for one in cache.waiting() if one.state == "failed"] if everything else _named(cache, keys)
        )
        for one in wanted:
            cache.retry(one.key)
    if not wanted:
        desk.output.nothing("Nothing was refused.")
        return
    run(desk.output, lambda: _deliver(desk))
    with desk.offline() as cache:
        left = {one.key: one for one in cache.waiting()}
    for one in wanted:
        state = left[one.key].state if one.key in left else "sent"
        desk.output.result(
            _SAID[state].format(one.recipient), conversation=one.recipient, key=one.key.hex(), state=state
        )
    if any(one.key in left and left[one.key].state == "failed" for one in wanted):
        raise SystemExit(_REFUSED)


async def _deliver(desk: Desk) -> None:
    try:
        async with desk.chat():
            pass  # what waits is sent first, whatever a command is about
    except errors.NoServer:
        desk.output.note(f"There is no server at {desk.where} now.")


@command
@click.argument("keys", metavar="KEY", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that waits or was refused.")
def discard(desk: Desk, keys: tuple[str, ...], everything: bool) -> None:
    """Drop what waits to be sent, or was refused."""
    _check(keys, everything)
    with desk.offline() as cache:
        wanted = cache.waiting() if everything else _named(cache, keys)
        for one in wanted:
            cache.discard(one.key)
            desk.output.result(
                f"The message to {one.recipient} is dropped.", conversation=one.recipient, key=one.key.hex()
            )
    if not wanted:
        desk.output.nothing("Nothing waits to be sent.")


def _check(keys: Sequence[str], everything: bool) -> None:
    if bool(keys) == everything:
        raise click.UsageError("Give a KEY that `hubbub outbox` shows, or --all.")


def _named(cache: Offline, keys: Sequence[str]) -> list[Waiting]:
    """Those whose keys end so. Raises NotFound, BadRequest."""
    waiting = cache.waiting()
    found = []
    for key in keys:
        fits = [one for one in waiting if key and one.key.hex().endswith(key.lower())]
        if not fits:
            raise errors.NotFound(f"No message that waits has the key {key}: hubbub outbox lists them.")
        if len(fits) > 1:
            raise errors.BadRequest(f"{len(fits)} keys end in {key}: give more of the one that is meant.")
        found += fits
    return found


def waiting_cells(one: Waiting) -> tuple[str, ...]:
    """For people."""
    state = one.problem if one.state == "failed" else _STATES[one.state]
    answer = f"(to {one.reply_to}) " if one.reply_to else ""
    files = "".join(f" [{one_line(file_name(Path(path).name))}]" for path in one.attachments)
    said = f"{answer}{one_line(one.text)}{files}".strip()
    return one.key.hex()[-_SHOWN:], clock(one.queued_at), one_line(one.recipient), said, one_line(state, 200)


def waiting_json(one: Waiting) -> dict[str, Any]:
    """For programs."""
    always = {
        "conversation": one.recipient,
        "text": one.text,
        "key": one.key.hex(),
        "state": one.state,
        "queued_at": instant(one.queued_at),
    }
    files = [{"name": file_name(Path(path).name), "path": path} for path in one.attachments]
    more = {"problem": one.problem, "reply_to": one.reply_to, "attachments": files}
    return always | {name: value for name, value in more.items() if value}
