"""What does a bot cost beside the bare client? The same echo by both, in one run.

Three programs answer each message with its text: a Bot (how far it got is on the disk, fsynced, before the next event of that
conversation is begun), a Bot that keeps nothing on the disk, and the library's Client in the few lines that one writes without
Bot (a profile, a consumer, a task for each conversation that has something to do). Each is a process with an account of its
own, and has conversations of its own with one who asks by plain sockets. They take turns.

Round trip: one message at a time, from its sending to its echo. One conversation: so many messages ahead of the echoes, which
come in order. Many conversations: the same, spread over them. A message that is not echoed once, and in order, is an error.

Run from the repository's root: python -m benchmarks.bot [--help]
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

import click
import msgspec
import psutil
import zmq

from benchmarks import common
from benchmarks.common import Ready, Wire
from hubbub.client import Bot, Client, Context, events
from hubbub.schemas import codec, replies, requests
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S, REQUESTS_OUTSTANDING_MAX

Side = Literal["bot", "bot in memory", "client"]
SIDES: Final[tuple[Side, ...]] = get_args(Side)
BARE: Final[Side] = "client"
PASSWORD: Final = "correct horse battery staple"
ASKER: Final = "asker"
AT_ONCE: Final = 32
"""Conversations that the bare client answers side by side; the number of a bot."""
STUCK_S: Final = 20.0
_spawn: Final = multiprocessing.get_context("spawn")


class Failed(Exception):
    """The figures would mean nothing."""


class Figures(NamedTuple):
    """What came of a load."""

    per_s: float
    cpu_us: float
    """Of the program that answers, a message."""
    p50_ms: float
    p99_ms: float


# ---------------------------------------------------------------------------------------------------------- who echoes


async def echo_by_bot(address: str, name: str, profile: Path | None, pipe: Connection) -> None:
    """Until the pipe says something."""
    bot = Bot(server=address, user=name, password=PASSWORD, profile=profile)

    @bot.message
    async def echo(ctx: Context) -> None:
        await ctx.send(ctx.message.text if ctx.message else "")

    await bot.start()
    await _until_told(pipe)
    await bot.close()


async def echo_by_client(address: str, name: str, profile: Path, pipe: Connection) -> None:
    """Until the pipe says something."""
    async with Client(address, user=name, password=PASSWORD, profile=profile, consumer="echo") as chat:
        echoing = asyncio.create_task(_echo(chat))
        await _until_told(pipe)
        echoing.cancel()


async def _echo(chat: Client) -> None:
    """In order in each conversation, AT_ONCE of them at once."""
    waiting: dict[str, deque[str]] = {}
    working: set[asyncio.Task[None]] = set()
    room = asyncio.Semaphore(AT_ONCE)

    async def work(to: str, texts: deque[str]) -> None:
        async with room:
            while texts:
                await chat.send(to, texts.popleft())
            del waiting[to]

    async for event in chat.events():
        if isinstance(event, events.MessageReceived) and event.message.sender != chat.user:
            to, text = event.message.conversation, event.message.text
            if (texts := waiting.get(to)) is not None:
                texts.append(text)
                continue
            waiting[to] = deque((text,))
            task = asyncio.create_task(work(to, waiting[to]))
            working.add(task)
            task.add_done_callback(working.discard)


async def _until_told(pipe: Connection) -> None:
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)


def echo(side: Side, address: str, folder: Path, pipe: Connection) -> None:
    """A process that echoes. Says "ready"."""
    name, profile = account_of(side), folder / account_of(side)
    if side == "client":
        asyncio.run(echo_by_client(address, name, profile, pipe))
    else:
        asyncio.run(echo_by_bot(address, name, profile if side == "bot" else None, pipe))


def account_of(side: Side) -> str:
    """The name of the one who echoes."""
    return side.replace(" ", "-")


class Echo:
    """Such a process, from outside."""

    def __init__(self, side: Side, address: str, folder: Path) -> None:
        self._pipe, there = _spawn.Pipe()
        self._process = _spawn.Process(target=echo, args=(side, address, folder, there), daemon=True)
        self._process.start()
        there.close()
        if not self._pipe.poll(60) or self._said() != "ready":
            raise Failed(f"the {side} did not start")
        self._figures = psutil.Process(self._process.pid)

    def _said(self) -> object:
        try:
            return self._pipe.recv()
        except EOFError:
            return None

    def cpu_s(self) -> float:
        """Its CPU so far."""
        return common.cpu_seconds([self._figures])

    def stop(self) -> None:
        """Closed as it should be."""
        if self._process.is_alive():
            self._pipe.send("stop")
            self._process.join(20)
        self._process.kill()


# ------------------------------------------------------------------------------------------------------------ who asks


class Heard(msgspec.Struct, gc=False):
    """What is read of an event."""

    event: str
    conversation: int = 0
    sender: int = 0
    text: str = ""


_decode: Final = msgspec.msgpack.Decoder(Heard).decode


class Asker:
    """One session on plain sockets, in all conversations."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", ready: Ready) -> None:
        self._wire = Wire(context, ready)
        self._user = self._wire.login(ASKER, PASSWORD.encode()).user.user
        self._poller = zmq.Poller()

    def group(self, name: str, member: str) -> int:
        """A conversation with one who echoes."""
        key = common.message_key()
        asked = requests.CreateGroup(id=0, key=key, name=name, members=[member])
        return self._wire.ask(asked, replies.Started).conversation.conversation

    def listen(self) -> None:
        """Subscribe, once all conversations are there."""
        for _ in range(5):
            self._feed = self._wire.feed()
            if self._feed.poll(round(CONFIRMATION_TIMEOUT_S * 1000)):
                for socket in (self._feed, self._wire.socket):
                    self._poller.register(socket, zmq.POLLIN)
                return
            self._feed.close()
        raise Failed("the feed was not confirmed")

    def ask(self, where: Sequence[int], count: int, ahead: int) -> list[float]:
        """So many messages, `ahead` of them not echoed at a time, in each conversation the same number. Seconds from sending
        to echo. Raises Failed."""
        frames = [self._frame(where[number % len(where)], number) for number in range(count)]
        expected: dict[int, deque[int]] = {conversation: deque() for conversation in where}
        sent_at, took, sent = [0.0] * count, [0.0] * count, 0
        left = count
        while left:
            while sent < count and sent - (count - left) < ahead:
                expected[where[sent % len(where)]].append(sent)
                sent_at[sent] = time.perf_counter()
                self._wire.socket.send(frames[sent])
                sent += 1
            for conversation, number in self._echoes(left):
                if conversation not in expected or not expected[conversation]:
                    raise Failed("an echo came twice, or somewhere else")
                if expected[conversation].popleft() != number:
                    raise Failed("echoes came out of order")
                took[number] = time.perf_counter() - sent_at[number]
                left -= 1
        return took

    def _frame(self, conversation: int, number: int) -> bytes:
        text = f"{number:07} " + "the text of a message ".ljust(100, ".")
        return codec.encode(
            requests.SendMessage(
                id=number, token=self._wire.token, conversation=conversation, key=common.message_key(), text=text
            )
        )  # fmt: skip

    def _echoes(self, left: int) -> list[tuple[int, int]]:
        """Conversation and number of what was echoed meanwhile."""
        if not self._poller.poll(round(STUCK_S * 1000)):
            raise Failed(f"{left} messages were not echoed")
        self._take_answers()
        found = []
        try:
            while True:
                _, body = self._feed.recv(zmq.NOBLOCK), self._feed.recv()
                event = _decode(body)
                if event.event == "message" and event.sender != self._user:
                    if not event.text[:7].isdigit():
                        raise Failed(f"the echo said {event.text!r}")
                    found.append((event.conversation, int(event.text[:7])))
        except zmq.Again:
            return found

    def _take_answers(self) -> None:
        try:
            while True:
                outcome = codec.decode_outcome(self._wire.socket.recv(zmq.NOBLOCK))
                if outcome.error is not None:
                    raise Failed(f"a message was refused: {outcome.error}: {outcome.message}")
        except zmq.Again:
            pass


# ---------------------------------------------------------------------------------------------------------- the rounds


class Load(NamedTuple):
    """What is asked of each."""

    name: str
    conversations: int
    ahead: int
    messages: int


def loads(messages: int, conversations: int) -> list[Load]:
    """The three. The session may have so many requests under way, and no more messages are ahead of their echoes."""
    return [
        Load("round trip", 1, 1, max(messages // 4, 1)),
        Load("one conversation", 1, REQUESTS_OUTSTANDING_MAX, messages),
        Load("many conversations", conversations, REQUESTS_OUTSTANDING_MAX, messages),
    ]


def measure(load: Load, asker: Asker, echo: Echo, where: Sequence[int]) -> Figures:
    """One round of one."""
    asker.ask(where[: load.conversations], max(load.messages // 10, 1), load.ahead)
    cpu, begun = echo.cpu_s(), time.perf_counter()
    took = asker.ask(where[: load.conversations], load.messages, load.ahead)
    seconds, spent = time.perf_counter() - begun, echo.cpu_s() - cpu
    took.sort()
    return Figures(
        load.messages / seconds,
        spent / load.messages * 1e6,
        took[len(took) // 2] * 1000,
        took[min(len(took) * 99 // 100, len(took) - 1)] * 1000,
    )


def middle(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(*map(statistics.median, zip(*rounds, strict=True)))


def report(load: Load, rounds: Mapping[Side, Sequence[Figures]]) -> dict[str, Any]:
    """A part of the table; the same for machines."""
    medians = {side: middle(each) for side, each in rounds.items()}
    click.echo(
        f"\n{load.name}\n{'':16}{'messages/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'of client':>11}"
    )
    ratios = {}
    for side, own in medians.items():
        each = [a.per_s / b.per_s for a, b in zip(rounds[side], rounds[BARE], strict=True)]
        ratios[side] = statistics.median(each)
        click.echo(
            f"{side:16}{own.per_s:12,.0f}{own.p50_ms:9.2f}{own.p99_ms:9.2f}{own.cpu_us:9.0f}{ratios[side]:11.2f}"
        )
    return {
        "medians": {side: own._asdict() for side, own in medians.items()},
        "messages_to_client": ratios,
    }


def prepared(server: common.Server, context: "zmq.Context[zmq.Socket[bytes]]") -> Asker:
    """Accounts for everybody; the one who asks."""
    first = Wire(context, server.ready)
    for name in ("admin", ASKER, *map(account_of, SIDES)):  # the first account is the administrator's
        first.register(name, PASSWORD.encode())
    first.close()
    return Asker(context, server.ready)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option(
    "--messages", default=1500, show_default=True, help="Of a round; of round trips a fourth of that."
)
@click.option("--conversations", default=64, show_default=True, help="Where there are many.")
@click.option("--rounds", default=3, show_default=True, help="Rounds of each.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(messages: int, conversations: int, rounds: int, data: Path | None, as_json: bool) -> None:
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the server:\n{common.CONFIG}")
        try:
            figures = run(folder, loads(messages, conversations), rounds)
        except (Failed, common.ServerDied, common.Refused, psutil.NoSuchProcess) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        print(common.as_json(figures), file=output)


def run(folder: Path, jobs: Sequence[Load], rounds: int) -> dict[str, Any]:
    """All rounds of all loads."""
    figures: dict[str, Any] = {"machine": common.machine(folder)}
    context = zmq.Context()
    with common.Server(folder / "data", folder) as server, ExitStack() as ending:
        ending.callback(context.destroy, linger=0)
        asker = prepared(server, context)
        most = max(load.conversations for load in jobs)
        places = {
            side: [asker.group(f"{account_of(side)}-{n}", account_of(side)) for n in range(most)]
            for side in SIDES
        }
        echoes: dict[Side, Echo] = {}
        for side in SIDES:
            echoes[side] = Echo(side, server.ready.address, folder)
            ending.callback(echoes[side].stop)
        asker.listen()
        for load in jobs:
            done: dict[Side, list[Figures]] = {side: [] for side in SIDES}
            for number in range(rounds):
                turn = number % len(SIDES)
                for side in (*SIDES[turn:], *SIDES[:turn]):
                    done[side].append(measure(load, asker, echoes[side], places[side]))
            figures[load.name] = report(load, done)
    return figures


if __name__ == "__main__":
    main()
