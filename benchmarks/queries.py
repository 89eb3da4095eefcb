"""How long do people wait for what they look at, on a store of a million messages?

Through a real broker and the client library, one request after the other: HISTORY of 50 messages around any place of any
conversation, HOME of a user with 200 conversations (and of one with 1,000, who has never read anything), SEARCH of a common and of a rare word, newest
first and by relevance; and PING of a user with 1,000 conversations, over raw frames, since the library sends it by
itself. The search index has caught up before. Each row says how often it was asked; the files are in the machine's cache.

A store that `benchmarks.million --store DIR` has kept is used by --store DIR; else one is made.
Run from the repository's root: python -m benchmarks.queries [CORPUS.jsonl.gz] [--help]
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import click
import zmq

from benchmarks import common, large, million, stores
from benchmarks.common import Server, Wire
from hubbub.client import Client
from hubbub.schemas import replies, requests
from hubbub.store import open_store

PAGE: Final = 50
_WARM: Final = 3
"""Requests of each kind that are not counted: connections to the index are opened by the first."""


class Row(NamedTuple):
    """One kind of request, in milliseconds."""

    name: str
    asked: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    answers: float
    """Things in an answer, on average: no figure is good that comes of empty answers."""


Ask = Callable[[], Awaitable[int]]
"""One request; how many things were in its answer."""


async def measured(name: str, count: int, ask: Ask) -> Row:
    """Asked so often, one after the other."""
    for _ in range(_WARM):
        await ask()
    took, found = [], 0
    for _ in range(count):
        begun = time.perf_counter()
        found += await ask()
        took.append((time.perf_counter() - begun) * 1000)
    row = Row(name, count, *_centiles(took), max(took), found / count)
    click.echo(line(row))
    return row


def _centiles(took: list[float]) -> tuple[float, float]:
    if len(took) < 2:
        return took[0], took[0]
    centiles = statistics.quantiles(took, n=100, method="inclusive")
    return centiles[49], centiles[98]


HEAD: Final = f"{'':44}{'n':>7}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}{'answers':>10}"


def line(row: Row) -> str:
    """Of the table."""
    return f"{row.name:44}{row.asked:7,}{row.p50_ms:10.2f}{row.p99_ms:10.2f}{row.max_ms:10.2f}{row.answers:10.1f}"


def history(chat: Client, user: large.User, dice: random.Random) -> Ask:
    """Fifty messages around any seq of any conversation; the long ones are likelier to be looked at."""
    titles = [title for title, _, head in user.conversations if head]
    heads = {title: head for title, _, head in user.conversations}
    weights = [heads[title] for title in titles]

    async def ask() -> int:
        (title,) = dice.choices(titles, weights)
        around = dice.randint(1, heads[title])
        return len([one async for one in chat.history(title, around=around, limit=PAGE)])

    return ask


def home(chat: Client) -> Ask:
    async def ask() -> int:
        return len(await chat.home())

    return ask


def search(chat: Client, words: str, order: Literal["newest", "relevance"]) -> Ask:
    async def ask() -> int:
        return len(await chat.search(words, order=order, limit=PAGE))

    return ask


def ping(wire: Wire, position: int) -> Ask:
    async def ask() -> int:
        return len(wire.ask(requests.Ping(id=0, position=position), replies.Pong).changed)

    return ask


async def ask_all(server: Server, world: large.World, times: int) -> list[Row]:
    """All rows. `times`: how often the quick ones are asked."""
    dice, few, password = random.Random(1), max(2, times // 10), stores.PASSWORD.decode()
    address = server.ready.address
    rows: list[Row] = []
    for user in (world.some, world.many):
        count = len(user.conversations)
        async with Client(address, user=user.name, password=password, profile=None, live=False) as chat:
            await chat.home()  # the library learns whom it talks to
            rows += [
                await measured(
                    f"HISTORY of {PAGE}, of {count:,} conversations", times, history(chat, user, dice)
                ),
                await measured(f"HOME, {count:,} conversations", few, home(chat)),
            ]
            for kind, word in (("common", user.common), ("rare", user.rare)):
                for order in ("newest", "relevance"):
                    name = f"SEARCH, {kind} word, {order}, {count:,} conv."
                    rows.append(await measured(name, few, search(chat, word, order)))
    context = zmq.Context()
    wire = Wire(context, server.ready)
    wire.login(world.many.name, stores.PASSWORD)
    position = wire.ask(requests.Ping(id=0), replies.Pong).position
    count = len(world.many.conversations)
    for name, since in (("nothing new", position), ("5,000 new entries", max(position - 5000, 1))):
        rows.append(await measured(f"PING, {count:,} conversations, {name}", times, ping(wire, since)))
    context.destroy(linger=0)
    return rows


def fill_index(folder: Path) -> float:
    """Bring the index up to the log: how many seconds that took."""
    store = open_store(folder)
    indexer = store.indexer()
    seconds = million.index(indexer)[0]
    indexer.close()
    store.close()
    return seconds


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--messages", default=1_000_000, show_default=True, type=click.IntRange(1000))
@click.option("--conversations", default=5000, show_default=True, type=click.IntRange(10))
@click.option("--times", default=2000, show_default=True, type=click.IntRange(2),
              help="How often HISTORY and PING are asked; the others a tenth of it.")  # fmt: skip
@click.option("--store", type=click.Path(file_okay=False, path_type=Path),
              help="A kept data folder; made there if there is none.")  # fmt: skip
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(
    corpus: Path | None,
    messages: int,
    conversations: int,
    times: int,
    store: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    output = sys.stdout
    with common.workplace(data) as temporary, common.text_on_stderr(as_json):
        folder = store or temporary / "data"
        click.echo(common.describe(temporary))
        if large.kept(folder) is None:
            million.grow(million.empty(folder), messages, conversations, 10_000, corpus)
        world = large.kept(folder)
        if world is None:
            raise click.ClickException(f"{folder} has no store")
        seconds = fill_index(folder)
        click.echo(
            f"\n{world.messages:,} messages in {world.conversations:,} conversations ({world.texts} texts); common word "
            f'"{world.some.common}", rare word "{world.some.rare}"; the index was brought up to date in {seconds:.1f} s\n\n{HEAD}'
        )
        try:
            with Server(folder, temporary) as server:
                rows = asyncio.run(ask_all(server, world, times))
        except (common.ServerDied, common.Refused) as error:
            raise click.ClickException(str(error)) from error
        figures: dict[str, Any] = {
            "machine": common.machine(temporary), "messages": world.messages, "conversations": world.conversations,
            "index_s": seconds, "rows": [row._asdict() for row in rows],
        }  # fmt: skip
    if as_json:
        print(common.as_json(figures), file=output)


if __name__ == "__main__":
    main()
