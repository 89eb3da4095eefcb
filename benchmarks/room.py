"""How fast does a message reach a room of 1,000? Hubbub against a bare XPUB, in one run.

Hubbub: a group with 1,000 members, each with a session and a confirmed feed of its own (CURVE, ZAP, topics by token), and
messages sent into it by some of them, acknowledged after the fsync. Bare: a process with one XPUB (CURVE, no ZAP) that
sends the same frames, as fast as it can, to as many subscribers. Subscribers are plain sockets in processes of their own,
which count. Both servers stand during the whole run and take turns. A round ends when everybody has everything; a lost
or doubled frame is an error. Fewer messages a round than the publish socket's queue (1,000), or frames are dropped: of
both, that is what the log is for.

Run from the repository's root: python -m benchmarks.room [--help]
"""

import multiprocessing
import secrets
import statistics
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import psutil
import zmq

from benchmarks import common, stores
from benchmarks.common import Keys, Ready, Server, Wire
from hubbub.schemas import codec, events, records, replies, requests
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S
from hubbub.store import open_store

SENDERS: Final = 16
"""Members who write, each with what one session may have outstanding."""
SWEEP_S: Final = 0.002
STUCK_S: Final = 20.0
_spawn: Final = multiprocessing.get_context("spawn")


class Failed(Exception):
    """A count is wrong: the figures would mean nothing."""


class Member(NamedTuple):
    """A subscriber: CURVE keys (Z85), and what its socket says to get its events."""

    public: bytes
    secret: bytes
    subscription: bytes


class Room(NamedTuple):
    """Where subscribers connect."""

    publish: str
    server_key: bytes
    topic: bytes
    confirmed: bool
    """A first event says that the subscription was applied; without it the connection is made anew."""


class Round(NamedTuple):
    """What came of a round."""

    deliveries_per_s: float
    server_us: float
    """The server's CPU a delivery."""


# ------------------------------------------------------------------------------------------------------- subscribers


def hear(room: Room, members: Sequence[Member], pipe: Connection) -> None:
    """A process of subscribers. Says "connected"; then for each number of messages it is told: when they had all arrived."""
    context = zmq.Context()
    context.max_sockets = len(members) + 16
    try:
        feeds = [_connected(context, room, member) for member in members]
        pipe.send("connected")
        while (wanted := pipe.recv()) is not None:
            pipe.send(_all_arrived(feeds, room.topic, wanted))
    except Failed as failed:
        pipe.send(str(failed))
    finally:
        context.destroy(linger=0)


def _connected(context: "zmq.Context[zmq.Socket[bytes]]", room: Room, member: Member) -> zmq.Socket[bytes]:
    for _ in range(5):
        feed = context.socket(zmq.XSUB)
        feed.linger = 0
        feed.rcvhwm = 0
        feed.curve_serverkey = room.server_key
        feed.curve_publickey, feed.curve_secretkey = member.public, member.secret
        feed.connect(room.publish)
        feed.send(b"\x01" + member.subscription)
        if not room.confirmed:
            return feed
        if feed.poll(round(CONFIRMATION_TIMEOUT_S * 1000)):
            feed.recv_multipart()
            return feed
        feed.close()
    raise Failed("a feed was not confirmed")


def _all_arrived(feeds: Sequence[zmq.Socket[bytes]], topic: bytes, wanted: int) -> float:
    """When every feed had that many frames of the topic, by the machine's monotonic clock. Raises Failed."""
    missing = [wanted] * len(feeds)
    waiting = list(range(len(feeds)))
    heard = time.monotonic()
    while waiting:
        begun = time.monotonic()
        for number in waiting:
            got = _taken(feeds[number], topic)
            if got:
                missing[number] -= got
                heard = time.monotonic()
        waiting = [number for number in waiting if missing[number] > 0]
        if time.monotonic() - heard > STUCK_S:
            raise Failed(f"{sum(missing)} of {wanted * len(feeds)} frames never came")
        time.sleep(max(0.0, SWEEP_S - (time.monotonic() - begun)) if waiting else 0.0)
    time.sleep(0.05)
    if any(missing) or any(_taken(feed, topic) for feed in feeds):
        raise Failed("frames came twice")
    return heard


def _taken(feed: zmq.Socket[bytes], topic: bytes) -> int:
    recv, noblock, got = feed.recv, zmq.NOBLOCK, 0
    try:
        while True:
            subject = recv(noblock)
            recv()
            got += subject == topic
    except zmq.Again:
        return got


class Subscribers:
    """All of a room's, in processes."""

    def __init__(self, room: Room, members: Sequence[Member], processes: int) -> None:
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(processes):
            here, there = _spawn.Pipe()
            process = _spawn.Process(
                target=hear, args=(room, tuple(members[number::processes]), there), daemon=True
            )
            process.start()
            self._pipes.append(here)
            self._processes.append(process)

    def connected(self) -> None:
        """Wait for all. Raises Failed."""
        for pipe in self._pipes:
            _said(pipe)

    def expect(self, messages: int) -> None:
        """A round begins."""
        for pipe in self._pipes:
            pipe.send(messages)

    def finished(self) -> float:
        """When the last of them had everything. Raises Failed."""
        return max(float(_said(pipe)) for pipe in self._pipes)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()


def _said(pipe: Connection, timeout_s: float = 120.0) -> Any:
    try:
        said = pipe.recv() if pipe.poll(timeout_s) else "a process of the benchmark says nothing"
    except EOFError:
        said = "a process of the benchmark died"
    if isinstance(said, str) and said != "connected":
        raise Failed(said)
    return said


# -------------------------------------------------------------------------------------------------------------- bare


def bare(secret: bytes, pipe: Connection) -> None:
    """One XPUB. Says where it is; then how many subscriptions it has, or sends the frames that it is given."""
    context = zmq.Context()
    context.max_sockets = 16
    xpub = context.socket(zmq.XPUB)
    xpub.curve_server = 1
    xpub.curve_secretkey = secret
    xpub.setsockopt(zmq.XPUB_VERBOSE, 1)
    xpub.setsockopt(zmq.BACKLOG, 1000)
    xpub.bind("tcp://127.0.0.1:*")
    pipe.send(xpub.getsockopt_string(zmq.LAST_ENDPOINT))
    subscribed = 0
    while True:
        frames = pipe.recv()
        if frames is None:
            while xpub.poll(0):
                xpub.recv()
                subscribed += 1
            pipe.send(subscribed)
            continue
        for topic, body in frames:
            xpub.send(topic, zmq.SNDMORE)
            xpub.send(body)
        pipe.send(len(frames))


class Bare:
    """The yardstick, with its subscribers."""

    def __init__(self, members: int, processes: int, topic: bytes) -> None:
        public, secret = zmq.curve_keypair()
        self._pipe, there = _spawn.Pipe()
        self._process = _spawn.Process(target=bare, args=(secret, there), daemon=True)
        self._process.start()
        room = Room(str(self._pipe.recv()), public, topic, confirmed=False)
        heads = [Member(*zmq.curve_keypair(), topic) for _ in range(members)]
        self.subscribers = Subscribers(room, heads, processes)
        self.subscribers.connected()
        deadline = time.monotonic() + 60
        while self._ask(None) < members:
            if time.monotonic() > deadline:
                raise Failed("the bare socket did not get all subscriptions")
            time.sleep(0.05)

    def _ask(self, frames: Sequence[tuple[bytes, bytes]] | None) -> int:
        self._pipe.send(frames)
        return int(self._pipe.recv())

    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(self._process.pid)]

    def send(self, frames: Sequence[tuple[bytes, bytes]]) -> float:
        """When it began."""
        begun = time.monotonic()
        self._ask(frames)
        return begun

    def stop(self) -> None:
        self.subscribers.stop()
        self._process.kill()


# ------------------------------------------------------------------------------------------------------- the product


class Product:
    """The group, its members' feeds, and those who write."""

    def __init__(self, server: Server, members: Sequence[Member], group: int, processes: int) -> None:
        self._server = server
        self._group = group
        self._context = zmq.Context()
        ready = server.ready
        self.topic = events.conversation_topic(group)
        room = Room(ready.publish, ready.curve_key, self.topic, confirmed=True)
        self.subscribers = Subscribers(room, members, processes)
        self.subscribers.connected()
        self._writers = [_writer(self._context, ready, member) for member in members[:SENDERS]]

    def processes(self) -> list[psutil.Process]:
        return self._server.processes()

    def send(self, texts: Sequence[str]) -> float:
        """When it began. Raises Failed or Refused unless all are acknowledged."""
        frames = [
            (number % len(self._writers), self._request(number, text)) for number, text in enumerate(texts)
        ]
        begun = time.monotonic()
        for writer, frame in frames:
            self._writers[writer].socket.send(frame)
        for writer, _ in frames:
            socket = self._writers[writer].socket
            if not socket.poll(round(STUCK_S * 1000)):
                raise Failed("a message was not acknowledged")
            outcome = codec.decode_outcome(socket.recv())
            if outcome.error is not None:
                raise common.Refused(f"{outcome.error}: {outcome.message}")
        return begun

    def _request(self, number: int, text: str) -> bytes:
        token = self._writers[number % len(self._writers)].token
        return codec.encode(
            requests.SendMessage(
                id=number, token=token, conversation=self._group, key=common.message_key(), text=text
            )
        )

    def frames(self, count: int) -> list[tuple[bytes, bytes]]:
        """What was published of the last messages, for the other side to send too."""
        page = self._writers[0].ask(
            requests.History(id=0, conversation=self._group, limit=min(count, 200)), replies.HistoryPage
        )
        bodies = [codec.encode(message) for message in page.messages]
        return [(self.topic, bodies[number % len(bodies)]) for number in range(count)]

    def stop(self) -> None:
        self.subscribers.stop()
        self._context.destroy(linger=0)


def _writer(context: "zmq.Context[zmq.Socket[bytes]]", ready: Ready, member: Member) -> Wire:
    wire = Wire(context, ready, Keys(member.public, member.secret))
    wire.token = member.subscription
    return wire


def make(folder: Path, count: int) -> tuple[list[Member], int]:
    """A data folder with a group: its members' sessions, and the group's id."""
    store = open_store(folder)
    password, users = stores.add_accounts(store, count)
    command = records.CreateGroup(
        users[0], common.message_key(), "room", [stores.name_of(1)], False, "", "all", stores.now()
    )
    (made,) = stores.written(store, [command], records.GroupCreated)
    group = made.conversation.conversation
    joining = [
        records.AddMember(group, users[0], common.message_key(), stores.now(), stores.name_of(number))
        for number in range(2, count)
    ]
    stores.written(store, joining, records.MemberChanged)
    members = [Member(*zmq.curve_keypair(), secrets.token_bytes(32)) for _ in users]
    sessions = [
        stores.add_session(user, password, Keys(member.public, member.secret), member.subscription)
        for user, member in zip(users, members, strict=True)
    ]
    stores.written(store, sessions, records.SessionCreated)
    store.close()
    return members, group


# ----------------------------------------------------------------------------------------------------------- the whole


def turn(side: Bare | Product, members: int, what: Sequence[Any]) -> Round:
    """One round. Raises Failed."""
    cpu = common.cpu_seconds(side.processes())
    side.subscribers.expect(len(what))
    begun = side.send(what)
    took = side.subscribers.finished() - begun
    cpu = common.cpu_seconds(side.processes()) - cpu
    deliveries = members * len(what)
    return Round(deliveries / took, cpu / deliveries * 1e6)


def compare(folder: Path, count: int, messages: int, rounds: int, processes: int) -> dict[str, Any]:
    """Both in turns. Raises Failed."""
    members, group = make(folder / "data", count)
    text = stores.TEXT
    with Server(folder / "data", folder) as server:
        product = Product(server, members, group, processes)
        turn(product, count, [text] * messages)  # not counted: everything is there once
        yardstick = Bare(count, processes, product.topic)
        frames = product.frames(messages)
        turn(yardstick, count, frames)
        done: dict[str, list[Round]] = {"bare": [], "product": []}
        for number in range(rounds):
            sides = [("bare", yardstick, frames), ("product", product, [text] * messages)]
            for name, side, what in sides[:: 1 if number % 2 else -1]:
                done[name].append(turn(side, count, what))  # type: ignore[arg-type]  # each with what is its own
                click.echo(row(f"{number + 1} {name}", done[name][-1]))
        yardstick.stop()
        product.stop()
    return report(done)


def row(name: str, figures: Round) -> str:
    """Of the table."""
    return f"{name:16}{figures.deliveries_per_s:14,.0f}{figures.server_us:16.2f}"


def report(done: dict[str, list[Round]]) -> dict[str, Any]:
    """Print medians and ratios; the same for machines."""
    medians = {
        name: Round(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in done.items()
    }
    ratios = [
        own.deliveries_per_s / other.deliveries_per_s
        for own, other in zip(done["product"], done["bare"], strict=True)
    ]
    click.echo()
    for name, figures in medians.items():
        click.echo(row(name, figures))
    cpu = medians["product"].server_us / (medians["bare"].server_us or float("inf"))
    each = " ".join(f"{ratio:.2f}" for ratio in ratios)
    click.echo(
        f"product / bare: {statistics.median(ratios):.2f} of its deliveries/s (median of {each}), "
        f"{cpu:.2f} of its CPU a delivery"
    )
    return {
        "rounds": {name: [one._asdict() for one in each] for name, each in done.items()},
        "medians": {name: figures._asdict() for name, figures in medians.items()},
        "product_to_bare": {"deliveries": statistics.median(ratios), "server_cpu": cpu},
    }


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--members", default=1000, show_default=True, type=click.IntRange(2))
@click.option(
    "--messages", default=400, show_default=True, type=click.IntRange(1, 512), help="Messages of a round."
)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Rounds of each.")
@click.option(
    "--processes",
    default=2,
    show_default=True,
    type=click.IntRange(1),
    help="Subscribers' processes, each side.",
)
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(members: int, messages: int, rounds: int, processes: int, data: Path | None, as_json: bool) -> None:
    common.raise_file_limit(8 * members + 1024)
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the product:\n{common.CONFIG}")
        click.echo(
            f"{members:,} members, {messages} messages of {len(stores.TEXT)} bytes a round\n"
            f"{'':16}{'deliveries/s':>14}{'CPU a delivery':>16}"
        )
        try:
            figures = compare(folder, members, messages, rounds, processes)
        except (Failed, common.ServerDied, common.Refused) as error:
            raise click.ClickException(str(error)) from error
        machine = common.machine(folder)
    if as_json:
        print(
            common.as_json({"machine": machine, "members": members, "messages": messages, **figures}),
            file=output,
        )


if __name__ == "__main__":
    main()
