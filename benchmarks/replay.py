"""Real traffic: replay a corpus of chat into #general through the real broker, and compare what came of it.

CORPUS is JSON lines (gzip, if its name ends so), one message each: {"sent_at", "sender", "text"}. Its senders share 64
accounts, which send at full speed over raw frames; three listeners are real clients in processes of their own, who were
there from the beginning. At the end the input, what each listener got and the history are the same messages, each
once; listeners and history have them in one order; and each account's messages stand in the order it sent them.

Run from the repository's root: python -m benchmarks.replay CORPUS.jsonl.gz [--help]
"""

import asyncio
import gzip
import hashlib
import itertools
import json
import multiprocessing
import statistics
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import zmq

from benchmarks import common, stores
from benchmarks.common import Server, Wire
from hubbub.client import Client, events
from hubbub.schemas import codec, replies, requests
from hubbub.schemas.limits import PAGE_MAX_ENTRIES, TEXT_MAX_BYTES
from hubbub.store import open_store

ATTRIBUTION: Final = (
    "Ubuntu IRC logs, as collected by J. Kummerfeld et al., A Large-Scale Corpus for Conversation Disentanglement "
    "(ACL 2019), CC BY 4.0"
)
STUCK_S: Final = 60.0
_spawn: Final = multiprocessing.get_context("spawn")


class Failed(Exception):
    """What came out is not what went in."""


class Said(NamedTuple):
    """A message of the corpus, and the number of the account that says it."""

    account: int
    text: str


class Heard(NamedTuple):
    """A message as somebody got it: its key, its account's name, and a digest of its text."""

    seq: int
    key: bytes
    sender: str
    digest: bytes


def read(corpus: Path, accounts: int, limit: int | None) -> tuple[list[Said], int, int]:
    """What is to be said, how many texts are empty, and how many are too long."""
    said: list[Said] = []
    empty = long = 0
    account_of: dict[str, int] = {}
    with (
        gzip.open(corpus, "rt", encoding="utf-8")
        if corpus.suffix == ".gz"
        else corpus.open(encoding="utf-8") as lines
    ):
        for line in itertools.islice(lines, limit):
            item = json.loads(line)
            account = account_of.setdefault(item["sender"], len(account_of) % accounts)
            if not item["text"]:
                empty += 1
            elif len(item["text"].encode()) > TEXT_MAX_BYTES:
                long += 1
            else:
                said.append(Said(account, item["text"]))
    return said, empty, long


def digest(text: str) -> bytes:
    """Short, so that three listeners can hold a corpus."""
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


# ----------------------------------------------------------------------------------------------------------- listening


def listen(address: str, name: str, wanted: int, pipe: Connection) -> None:
    """A listener's process: says when it is there, counts aloud, and gives all it heard at the end."""
    try:
        pipe.send(asyncio.run(_listen(address, name, wanted, pipe)))
    except Exception as error:  # noqa: BLE001  # told to whoever waits
        pipe.send(f"{type(error).__name__}: {error}")


async def _listen(address: str, name: str, wanted: int, pipe: Connection) -> list[Heard]:
    heard: list[Heard] = []
    async with Client(address, user=name, password=stores.PASSWORD.decode(), profile=None) as chat:
        pipe.send(0)
        async for event in chat.events():
            if not isinstance(event, events.MessageReceived):
                continue
            message = event.message
            if message.conversation == "#general":
                heard.append(Heard(message.seq, message.key, message.sender, digest(message.text)))
                if len(heard) % 100 == 0 or len(heard) == wanted:
                    pipe.send(len(heard))
                if len(heard) == wanted:
                    break
    return heard


class Listeners:
    """Real clients in processes of their own."""

    def __init__(self, address: str, names: Sequence[str], wanted: int) -> None:
        self.heard: list[list[Heard]] = []
        self.counts = [0] * len(names)
        self.finished_at = 0.0
        """When the last of them had everything."""
        self._wanted = wanted
        self._pipes: dict[int, Connection] = {}
        for number, name in enumerate(names):
            here, there = _spawn.Pipe()
            _spawn.Process(target=listen, args=(address, name, wanted, there), daemon=True).start()
            self._pipes[number] = here
        for number, pipe in tuple(self._pipes.items()):
            if not pipe.poll(60):
                raise Failed("a listener did not come up")
            self._take(number, pipe)

    def poll(self) -> None:
        """Read what they say."""
        for number, pipe in tuple(self._pipes.items()):
            while number in self._pipes and pipe.poll():
                self._take(number, pipe)

    def _take(self, number: int, pipe: Connection) -> None:
        try:
            said = pipe.recv()
        except EOFError:
            raise Failed("a listener died") from None
        if isinstance(said, str):
            raise Failed(f"a listener failed: {said}")
        if isinstance(said, int):
            self.counts[number] = said
            if said == self._wanted:
                self.finished_at = time.perf_counter()
        else:
            del self._pipes[number]
            self.heard.append(said)


# ------------------------------------------------------------------------------------------------------------- sending


class Sender:
    """One account, several messages under way."""

    def __init__(self, wire: Wire, conversation: int, outstanding: int) -> None:
        self.wire = wire
        self.todo: deque[int] = deque()
        """Numbers of messages."""
        self.sent_at: dict[int, float] = {}
        self._conversation = conversation
        self._outstanding = outstanding

    def send(self, said: Sequence[Said], keys: list[bytes]) -> None:
        """As many as may be under way."""
        while self.todo and len(self.sent_at) < self._outstanding:
            number = self.todo.popleft()
            keys[number] = common.message_key()
            self.sent_at[number] = time.perf_counter()
            self.wire.socket.send(
                codec.encode(
                    requests.SendMessage(
                        id=number, token=self.wire.token, conversation=self._conversation,
                        key=keys[number], text=said[number].text,
                    )
                )
            )  # fmt: skip


def send_all(
    said: Sequence[Said], senders: Sequence[Sender], listeners: Listeners
) -> tuple[list[bytes], dict[int, int], list[float]]:
    """Everything, at full speed: the messages' keys, their acknowledged seqs, and the seconds that each took."""
    keys = [b""] * len(said)
    seqs: dict[int, int] = {}
    took: list[float] = []
    poller = zmq.Poller()
    for number, item in enumerate(said):
        senders[item.account].todo.append(number)
    by_socket = {sender.wire.socket: sender for sender in senders}
    for sender in senders:
        poller.register(sender.wire.socket, zmq.POLLIN)
        sender.send(said, keys)
    with click.progressbar(length=len(said), label="acknowledged", file=sys.stderr) as bar:
        while len(seqs) < len(said):
            ready = poller.poll(round(STUCK_S * 1000))
            if not ready:
                raise Failed(f"{len(said) - len(seqs)} messages were never acknowledged")
            before = len(seqs)
            for socket, _ in ready:
                _acknowledged(by_socket[socket], seqs, took)
                by_socket[socket].send(said, keys)
            bar.update(len(seqs) - before)
            listeners.poll()
    return keys, seqs, took


def _acknowledged(sender: Sender, seqs: dict[int, int], took: list[float]) -> None:
    try:
        while True:
            frame = sender.wire.socket.recv(zmq.NOBLOCK)
            outcome = codec.decode_outcome(frame)
            if outcome.error is not None:
                raise Failed(f"the server answered {outcome.error}: {outcome.message}")
            took.append(time.perf_counter() - sender.sent_at.pop(outcome.id))
            seqs[outcome.id] = codec.decode_reply(frame, replies.Sent).seq
    except zmq.Again:
        pass


# ----------------------------------------------------------------------------------------------------------- comparing


def history(wire: Wire, conversation: int) -> Iterator[Heard]:
    """All of a conversation, newest first."""
    before: int | None = None
    while True:
        page = wire.ask(
            requests.History(id=0, conversation=conversation, before=before, limit=PAGE_MAX_ENTRIES),
            replies.HistoryPage,
        )
        for message in page.messages:
            yield Heard(message.seq, message.key, message.sender_name, digest(message.text))
        if not page.older:
            return
        before = page.messages[-1].seq


def compare(
    said: Sequence[Said],
    keys: Sequence[bytes],
    seqs: dict[int, int],
    stored: Sequence[Heard],
    heard: Sequence[Sequence[Heard]],
) -> None:
    """Raises Failed unless all are equal, and in one order."""
    due = sorted(
        Heard(seqs[number], keys[number], stores.name_of(item.account), digest(item.text))
        for number, item in enumerate(said)
    )
    for name, got in [("history", stored), *((f"listener {n}", each) for n, each in enumerate(heard, 1))]:
        if list(got) != due:
            place = next(
                (n for n, pair in enumerate(zip(got, due, strict=False)) if pair[0] != pair[1]),
                min(len(got), len(due)),
            )
            raise Failed(
                f"{name} differs: {len(got)} messages where {len(due)} were acknowledged; the first that is not the same is "
                f"number {place}"
            )
    last: dict[int, int] = {}
    for number, item in enumerate(said):
        if seqs[number] <= last.get(item.account, 0):
            raise Failed(f"message {number} of the input stands before an earlier one of the same account")
        last[item.account] = seqs[number]


# ------------------------------------------------------------------------------------------------------------ the whole


def replay(
    said: Sequence[Said], folder: Path, accounts: int, listeners: int, outstanding: int
) -> dict[str, Any]:
    """The figures. Raises Failed."""
    data = folder / "data"
    store = open_store(data)
    stores.add_accounts(store, accounts + listeners)
    store.close()
    context = zmq.Context()
    with Server(data, folder) as server:
        senders = []
        conversation = 0
        for number in range(accounts):
            wire = Wire(context, server.ready)
            wire.login(stores.name_of(number), stores.PASSWORD)
            conversation = conversation or next(
                item.conversation for item in wire.home() if item.name == "general"
            )
            senders.append(Sender(wire, conversation, outstanding))
        names = [stores.name_of(accounts + number) for number in range(listeners)]
        there = Listeners(server.ready.address, names, len(said))
        processes = server.processes()
        cpu, begun = common.cpu_seconds(processes), time.perf_counter()
        keys, seqs, took = send_all(said, senders, there)
        acked = time.perf_counter()
        heard_then = min(there.counts)
        _wait_for(there, len(said))
        cpu = common.cpu_seconds(processes) - cpu
        asked = time.perf_counter()
        stored = list(history(senders[0].wire, conversation))[::-1]
        history_s = time.perf_counter() - asked
        compare(said, keys, seqs, stored, there.heard)
        context.destroy(linger=0)
    centiles = statistics.quantiles(took, n=100)
    return {
        "messages": len(said),
        "acked_per_s": len(said) / (acked - begun),
        "delivered_per_s": listeners * len(said) / (there.finished_at - begun),
        "p50_ms": centiles[49] * 1000,
        "p99_ms": centiles[98] * 1000,
        "server_us": cpu / len(said) * 1e6,
        "slowest_listener_had_at_last_ack": heard_then,
        "listeners_done_after_s": there.finished_at - acked,
        "history_per_s": len(said) / history_s,
    }


def _wait_for(listeners: Listeners, wanted: int) -> None:
    counts, changed = list(listeners.counts), time.monotonic()
    with click.progressbar(length=wanted, label="heard by all  ", file=sys.stderr) as bar:
        while len(listeners.heard) < len(counts):
            listeners.poll()
            bar.update(min(listeners.counts) - bar.pos)
            if listeners.counts != counts:
                counts, changed = list(listeners.counts), time.monotonic()
            elif time.monotonic() - changed > STUCK_S:
                raise Failed(f"listeners heard {counts} of {wanted} messages")
            time.sleep(0.02)


def source(corpus: Path) -> str:
    """Whose words these are: the corpus that the figures are usually made with has to be named."""
    return ATTRIBUTION if corpus.name.startswith("ubuntu-irc") else corpus.name


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(1), help="Only the first lines.")
@click.option("--accounts", default=64, show_default=True, type=click.IntRange(1), help="Who send.")
@click.option(
    "--listeners", default=3, show_default=True, type=click.IntRange(1), help="Clients that listen."
)
@click.option(
    "--outstanding",
    default=8,
    show_default=True,
    type=click.IntRange(1, 32),
    help="Messages under way, each account.",
)
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(
    corpus: Path,
    limit: int | None,
    accounts: int,
    listeners: int,
    outstanding: int,
    data: Path | None,
    as_json: bool,
) -> None:
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the product:\n{common.CONFIG}")
        said, empty, long = read(corpus, accounts, limit)
        click.echo(
            f"{len(said):,} messages of {corpus.name} as {accounts} accounts, {outstanding} outstanding each, "
            f"{listeners} listeners; left out: {empty} empty texts, {long} over {TEXT_MAX_BYTES:,} bytes"
        )
        try:
            figures = replay(said, folder, accounts, listeners, outstanding)
        except (Failed, common.ServerDied, common.Refused) as error:
            raise click.ClickException(str(error)) from error
        click.echo(
            f"equal, and in one order: input, {listeners} listeners, history\n"
            f"acknowledged/s {figures['acked_per_s']:,.0f}, deliveries/s {figures['delivered_per_s']:,.0f}, "
            f"acknowledged after p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms, "
            f"server CPU a message {figures['server_us']:.1f} us\n"
            f"the slowest listener had {figures['slowest_listener_had_at_last_ack']:,} at the last acknowledgement "
            f"and all {figures['listeners_done_after_s']:.1f} s later; history was read at {figures['history_per_s']:,.0f}/s\n"
            f"Data: {source(corpus)}"
        )
        machine = common.machine(folder)
    if as_json:
        whole = {"machine": machine, "empty": empty, "too_long": long, "data": source(corpus), **figures}
        print(common.as_json(whole), file=output)


if __name__ == "__main__":
    main()
