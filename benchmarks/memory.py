"""What does an idle client cost the server's memory? The product and bare libzmq with the same sockets and topics.

1,000 clients, each with one request connection and one feed (CURVE on both) and 20 conversations: 19 partners and
#general. Bare is a process with a ROUTER and an XPUB and nothing else, with the same connections and the same 20 topics
a client; then the same with a ZAP handler, for which libzmq keeps a pair of pipes a connection. A server is measured before its first client and when all are connected, confirmed and quiet; each client of
the product logs in for it. What counts is unique memory (USS) of all of the server's processes.

Run from the repository's root: python -m benchmarks.memory [--help]
"""

import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import psutil
import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

from benchmarks import common, stores
from benchmarks.common import Server, Wire
from hubbub.schemas.events import conversation_topic
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S
from hubbub.store import open_store

BAR_KIB: Final = 20.0
_spawn: Final = multiprocessing.get_context("spawn")


class Failed(Exception):
    """Not all clients are connected: the figures would mean nothing."""


class Memory(NamedTuple):
    """Bytes, of all processes of a server."""

    rss: int
    pss: int
    uss: int


def memory(processes: Iterable[psutil.Process]) -> Memory:
    """What they hold now."""
    full = [process.memory_full_info() for process in processes]
    return Memory(*(sum(getattr(item, name) for item in full) for name in Memory._fields))


def ring(clients: int, conversations: int) -> list[tuple[int, int]]:
    """Pairs, so that each client is in that many (an odd number needs an even number of clients)."""
    near = [(i, (i + step) % clients) for i in range(clients) for step in range(1, conversations // 2 + 1)]
    if conversations % 2:
        near += [(i, i + clients // 2) for i in range(clients // 2)]
    return near


# ------------------------------------------------------------------------------------------------------- bare libzmq


def bare_server(secret: bytes, zap: bool, pipe: Connection) -> None:
    """ROUTER and XPUB. Says where they are, then how many frames and subscriptions it has had whenever it is asked.
    `zap`: somebody is asked about each connection's key, and lets it in."""
    context = zmq.Context()
    context.max_sockets = 16
    if zap:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        authenticator.configure_curve(domain="bare", location=zmq.auth.CURVE_ALLOW_ANY)
    router, xpub = context.socket(zmq.ROUTER), context.socket(zmq.XPUB)
    for socket in (router, xpub):
        socket.curve_server = 1
        socket.curve_secretkey = secret
        socket.setsockopt(zmq.BACKLOG, 1000)
        if zap:
            socket.setsockopt(zmq.ZAP_DOMAIN, b"bare")
        socket.bind("tcp://127.0.0.1:*")
    xpub.setsockopt(zmq.XPUB_VERBOSE, 1)
    pipe.send(tuple(socket.getsockopt_string(zmq.LAST_ENDPOINT) for socket in (router, xpub)))
    poller = zmq.Poller()
    poller.register(router, zmq.POLLIN)
    poller.register(xpub, zmq.POLLIN)
    poller.register(pipe.fileno(), zmq.POLLIN)
    asked = subscribed = 0
    while True:
        ready = dict(poller.poll())
        if router in ready:
            route, _ = router.recv_multipart()
            router.send_multipart([route, b"answer"])
            asked += 1
        if xpub in ready:
            xpub.recv()
            subscribed += 1
        if pipe.fileno() in ready:
            pipe.recv()
            pipe.send((asked, subscribed))


def measure_bare(topics: Sequence[Sequence[bytes]], zap: bool) -> tuple[Memory, Memory]:
    """Before and after the clients."""
    public, secret = zmq.curve_keypair()
    here, there = _spawn.Pipe()
    process = _spawn.Process(target=bare_server, args=(secret, zap, there), daemon=True)
    process.start()
    processes = [psutil.Process(process.pid)]
    requests_at, publish_at = here.recv()
    before = memory(processes)
    context = _context(len(topics))
    sockets = []
    for own in topics:
        keys = zmq.curve_keypair()
        dealer = _connected(context, zmq.DEALER, requests_at, public, keys)
        dealer.send(b"question")
        feed = _connected(context, zmq.XSUB, publish_at, public, keys)
        for topic in own:
            feed.send(b"\x01" + topic)
        sockets.append((dealer, feed))
        if not dealer.poll(10_000):
            raise Failed("bare libzmq did not answer")
        dealer.recv()
    due, deadline = (len(topics), sum(map(len, topics))), time.monotonic() + 30
    while _counts(here) != due:
        if time.monotonic() > deadline:
            raise Failed("bare libzmq did not get all subscriptions")
        time.sleep(0.1)
    time.sleep(2)
    after = memory(processes)
    context.destroy(linger=0)
    process.kill()
    return before, after


def _counts(pipe: Connection) -> Any:
    pipe.send("?")
    return pipe.recv()


def _context(clients: int) -> "zmq.Context[zmq.Socket[bytes]]":
    context = zmq.Context()
    context.max_sockets = 2 * clients + 64
    return context


def _connected(
    context: "zmq.Context[zmq.Socket[bytes]]",
    kind: int,
    address: str,
    server: bytes,
    keys: tuple[bytes, bytes],
) -> zmq.Socket[bytes]:
    socket = context.socket(kind)
    socket.curve_serverkey = server
    socket.curve_publickey, socket.curve_secretkey = keys
    socket.connect(address)
    return socket


# ------------------------------------------------------------------------------------------------------- the product


def measure_product(folder: Path, clients: int, pairs: Sequence[tuple[int, int]]) -> tuple[Memory, Memory]:
    """Before and after the clients."""
    data = folder / "data"
    store = open_store(data)
    _, users = stores.add_accounts(store, clients)
    stores.add_conversations(store, users, pairs)
    store.close()
    with Server(data, folder) as server:
        time.sleep(1)
        before = memory(server.processes())
        context = _context(clients)
        context.max_sockets *= 2
        wires: list[Wire] = []
        with click.progressbar(range(clients), label="logging in", file=sys.stderr) as numbers:
            for number in numbers:
                wire = Wire(context, server.ready)
                wire.login(stores.name_of(number), stores.PASSWORD)
                wires.append(wire)
        feeds = [_confirmed(wire) for wire in wires]
        for number, wire in enumerate(wires):
            own = sum(number in pair for pair in pairs) + 1
            if number % 97 == 0 and len(list(wire.home())) != own:
                raise Failed(f"client {number} is not in {own} conversations")
        time.sleep(2)
        after = memory(server.processes())
        if sum(feed.closed for feed in feeds):
            raise Failed("a feed was closed")
        context.destroy(linger=0)
    return before, after


def _confirmed(wire: Wire) -> zmq.Socket[bytes]:
    for _ in range(5):
        feed = wire.feed()
        if feed.poll(round(CONFIRMATION_TIMEOUT_S * 1000)):
            feed.recv_multipart()
            return feed
        feed.close()
    raise Failed("a feed was not confirmed")


def report(name: str, clients: int, before: Memory, after: Memory) -> dict[str, Any]:
    """A row of the table; the same for machines."""
    kib = {field: (b - a) / clients / 1024 for field, a, b in zip(Memory._fields, before, after, strict=True)}
    click.echo(
        f"{name:12}{before.uss / 2**20:12.1f}{after.uss / 2**20:14.1f}"
        f"{kib['uss']:14.1f}{kib['pss']:10.1f}{kib['rss']:10.1f}"
    )
    return {"before": before._asdict(), "after": after._asdict(), "kib_a_client": kib}


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--clients", default=1000, show_default=True, help="An even number.")
@click.option("--conversations", default=20, show_default=True, help="Of each client, #general among them.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data.")
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(clients: int, conversations: int, data: Path | None, as_json: bool) -> None:
    if clients % 2 or clients <= conversations or conversations < 1:
        raise click.UsageError("--clients is even and greater than --conversations")
    common.raise_file_limit(8 * clients + 1024)
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the product:\n{common.CONFIG}")
        click.echo(
            f"{clients:,} clients with {conversations} conversations each, one session and one feed a client\n"
        )
        pairs = ring(clients, conversations - 1)
        try:
            topics = topics_of(clients, pairs)
            bare, zap = measure_bare(topics, False), measure_bare(topics, True)
            product = measure_product(folder, clients, pairs)
        except (Failed, common.ServerDied, common.Refused) as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{'':12}{'before, MiB':>12}{'after, MiB':>14}{'KiB a client':>14}{'PSS':>10}{'RSS':>10}")
        figures: dict[str, Any] = {"machine": common.machine(folder), "clients": clients}
        figures["bare"] = report("bare libzmq", clients, *bare)
        figures["bare_with_zap"] = report("with ZAP", clients, *zap)
        figures["product"] = report("product", clients, *product)
        each = {name: figures[name]["kib_a_client"]["uss"] for name in ("bare", "bare_with_zap", "product")}
        figures["above_kib"] = each["product"] - each["bare"]
        figures["above_zap_kib"] = each["product"] - each["bare_with_zap"]
        click.echo(
            f"\nabove bare libzmq: {figures['above_kib']:.1f} KiB a client (bar: {BAR_KIB:g}); "
            f"above bare libzmq with ZAP: {figures['above_zap_kib']:.1f}"
        )
    if as_json:
        print(common.as_json(figures), file=output)


def topics_of(clients: int, pairs: Sequence[tuple[int, int]]) -> list[list[bytes]]:
    """The topics of each client's conversations; #general is the first."""
    topics = [[conversation_topic(1)] for _ in range(clients)]
    for place, pair in enumerate(pairs, 2):
        for number in pair:
            topics[number].append(conversation_topic(place))
    return topics


if __name__ == "__main__":
    main()
