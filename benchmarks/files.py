"""Do files slow down chat, and how fast are they? With nobody uploading and with ten at once, in one run, in turns.

One client writes 200 messages a second and another listens, in a process of their own; ten more, each in a process, upload
files (64 KiB chunks, one outstanding each, over and over: begun, synced, renamed, cancelled). A message's time counts from
when it was due, to its acknowledgement after the fsync and to the other's feed. These processes share the machine with the
server, so the same ten also upload to a bare server (benchmarks/bare_files.py: ROUTER, CURVE, write, fsync; no SHA-256, no
database) beside the product: what chat loses then is lost to processors and disk that are shared, not to the product.
Transfers alone, downloads, and a plain copy of the same file with fsync are there to compare.

Run from the repository's root: python -m benchmarks.files [--help]
"""

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import psutil
import zmq

from benchmarks import bare_files, common, transfers
from benchmarks.common import Ready, Server, Wire
from benchmarks.transfers import Failed, Job, Moved, Mover, Said, Seat, Site, Source, What, Worker

PRODUCT, BARE = 0, 1
RATE: Final = 200.0
"""Messages a second."""
PASSWORD: Final = b"correct horse battery staple"
LATE_MS: Final = 5.0
"""Of the load generator, before the report warns."""
DOWNLOADED: Final = 1000
"""Contents of this number on are downloaded, those below are uploaded: who has a file in a message need not upload it."""


class Side(NamedTuple):
    """What goes on while two people chat. No `what`: nothing."""

    name: str
    site: int = PRODUCT
    what: What | None = None


class Alone(NamedTuple):
    """One transfer, and nothing else."""

    name: str
    site: int
    what: What


class Turn(NamedTuple):
    """What came of a side, once."""

    said: Said
    mb_per_s: float
    """Of all movers together."""
    server_ms: float
    """CPU of the side's file server, a MiB moved (the product's: chat included)."""
    load_cpu: float
    """Cores that all movers kept busy."""


QUIET: Final = Side("nothing else")
ALONE: Final = tuple(
    Alone(f"{site_name}, {what}", site, what)
    for what in ("upload", "download")
    for site, site_name in ((PRODUCT, "product"), (BARE, "bare"))
)


class Stage:
    """Both servers, all processes of the load."""

    def __init__(
        self, server: Server, bare: psutil.Process, talkers: Worker, movers: Sequence[Worker]
    ) -> None:
        self._servers = {PRODUCT: server.processes, BARE: lambda: [bare]}
        self._talkers = talkers
        self._movers = movers

    def chat(self, side: Side, seconds: float) -> Turn:
        """Chat, and meanwhile (a little longer) what the side says."""
        processes = self._servers[side.site]()
        cpu = common.cpu_seconds(processes)
        movers = self._movers if side.what else ()
        for mover in movers:
            mover.give(Job(side.site, side.what, seconds + 0.2))
        self._talkers.give((seconds, RATE))
        said = self._talkers.said()
        moved = [mover.said() for mover in movers]
        cpu = common.cpu_seconds(processes) - cpu
        return Turn(said, speed(moved), cpu_a_mib(cpu, moved), sum(one.cpu_s / one.seconds for one in moved))

    def alone(self, what: Alone, seconds: float) -> float:
        """MB/s of one mover."""
        self._movers[0].give(Job(what.site, what.what, seconds))
        return speed([self._movers[0].said()])


def speed(moved: Sequence[Moved]) -> float:
    """MB/s of all."""
    return sum(one.bytes / one.seconds for one in moved) / 1e6


def cpu_a_mib(cpu: float, moved: Sequence[Moved]) -> float:
    """Milliseconds."""
    mib = sum(one.bytes for one in moved) / 2**20
    return cpu * 1000 / mib if mib else 0.0


# ------------------------------------------------------------------------------------------------------------ the stage


@contextmanager
def stage(folder: Path, uploads: int, size: int) -> Iterator[Stage]:
    """Servers, accounts, files to download, processes. Raises Failed."""
    workers: list[Worker] = []
    with (
        Server(folder / "data", folder) as server,
        _bare(folder, uploads, size) as (bare_ready, bare_process),
    ):
        context = zmq.Context()
        try:
            seats, conversation = _accounts(context, server.ready, uploads + 2)
            for number, seat in enumerate(seats[2:]):
                own = _posted(server.ready, seat, conversation, content_number=DOWNLOADED + number, size=size)
                other = Site(bare_ready, Seat(*zmq.curve_keypair(), b""), Source(0, number))
                workers.append(Worker(transfers.move, (own, other), number, size))
            talkers = Worker(transfers.talk, server.ready, *seats[:2], conversation)
            workers.append(talkers)
            for worker in workers:
                worker.said()
            common.settle()
            yield Stage(server, bare_process, talkers, workers[:-1])
        finally:
            for worker in workers:
                worker.stop()
            context.destroy(linger=0)


def _accounts(context: "zmq.Context[zmq.Socket[bytes]]", ready: Ready, count: int) -> tuple[list[Seat], int]:
    """Sessions, and the conversation that all are in."""
    seats, conversations = [], set()
    for number in range(count):
        wire = Wire(context, ready)
        wire.register(f"user{number}", PASSWORD)
        wire.login(f"user{number}", PASSWORD)
        seats.append(Seat(*wire.keys, wire.token))
        conversations |= {one.conversation for one in wire.home()}
        wire.close()
    (everyone,) = conversations
    return seats, everyone


def _posted(ready: Ready, seat: Seat, conversation: int, content_number: int, size: int) -> Site:
    """The product, with a file of this user in a message."""
    mover = Mover([Site(ready, seat, Source(0, 0))], transfers.content(content_number, size))
    mover.prepare()
    seq = mover.post(0, conversation)
    mover.close()
    return Site(ready, seat, Source(conversation, seq))


@contextmanager
def _bare(folder: Path, uploads: int, size: int) -> Iterator[tuple[Ready, psutil.Process]]:
    place = folder / "bare"
    place.mkdir()
    for number in range(uploads):
        (place / str(number)).write_bytes(transfers.content(DOWNLOADED + number, size))
    public, secret = zmq.curve_keypair()
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=bare_files.serve, args=(place, secret, there), daemon=True)
    process.start()
    try:
        address = str(here.recv())
        assert process.pid is not None
        yield common.ready_of(address, address, public), psutil.Process(process.pid)
    finally:
        process.kill()
        process.join()


# -------------------------------------------------------------------------------------------------------------- rounds


def sides(uploads: int) -> tuple[Side, ...]:
    """What is compared, in the order of the report."""
    return (
        QUIET,
        Side(f"{uploads} uploads", PRODUCT, "upload"),
        Side(f"{uploads} uploads to bare", BARE, "upload"),
        Side(f"{uploads} downloads", PRODUCT, "download"),
    )


def compare(folder: Path, uploads: int, size: int, seconds: float, rounds: int) -> dict[str, Any]:
    """All of it, in turns. Raises Failed."""
    turns: dict[Side, list[Turn]] = {side: [] for side in sides(uploads)}
    speeds: dict[str, list[float]] = {}
    with stage(folder, uploads, size) as ours:
        for side in turns:
            ours.chat(side, min(seconds, 0.5))  # not counted: everything was done once
        click.echo(head())
        for number in range(rounds):
            for side in rotated(list(turns), number):
                turn = ours.chat(side, seconds)
                turns[side].append(turn)
                click.echo(row(f"{number + 1} {side.name}", [turn]))
            for name, measure in rotated(list(_speeds(ours, folder, seconds / 2).items()), number):
                speeds.setdefault(name, []).append(measure())
    return report(turns, speeds)


def _speeds(ours: Stage, folder: Path, seconds: float) -> Mapping[str, Callable[[], float]]:
    source = folder / "bare" / "0"
    return {
        **{what.name: lambda what=what: ours.alone(what, seconds) for what in ALONE},
        "copy, fsync": lambda: bare_files.copy(source, folder, seconds, hashed=False),
        "copy, SHA-256, fsync": lambda: bare_files.copy(source, folder, seconds, hashed=True),
    }


def rotated(items: list[Any], by: int) -> list[Any]:
    """A noisy machine is unfair to nobody."""
    by %= len(items)
    return items[by:] + items[:by]


# -------------------------------------------------------------------------------------------------------------- report


def centiles(samples: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the most."""
    ordered = sorted(samples)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100], "max": ordered[-1]}


def pooled(turns: Sequence[Turn], what: str) -> dict[str, float]:
    """Of all messages of these turns; `what` is a field of Said."""
    return centiles([sample for turn in turns for sample in getattr(turn.said, what)])


def head() -> str:
    """Of the table."""
    columns = "".join(f"{name:>10}" for name in ("p50", "p99", "max") * 2)
    return (
        f"{'chat, ms, with':28}{'acknowledged':>30}{'delivered':>30}{'files':>11}{'server CPU':>13}{'load':>8}\n"
        f"{'':28}{columns}{'MB/s':>11}{'ms a MiB':>13}{'cores':>8}"
    )


def row(name: str, turns: Sequence[Turn]) -> str:
    """Of the table."""
    times = [*pooled(turns, "acknowledged").values(), *pooled(turns, "delivered").values()]
    cells = "".join(f"{value:10.2f}" for value in times)
    speed, cpu, load = (
        statistics.median(column) for column in zip(*((one.mb_per_s, one.server_ms, one.load_cpu) for one in turns), strict=True)
    )  # fmt: skip
    return f"{name:28}{cells}{speed:11.1f}{cpu:13.2f}{load:8.2f}"


def report(turns: Mapping[Side, Sequence[Turn]], speeds: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Print all of it; the same for machines."""
    click.echo(f"\nall rounds\n{head()}")
    for side, each in turns.items():
        click.echo(row(side.name, each))
    click.echo("\nslower than with nothing else, by round (median)")
    ratios = {side.name: _ratios(each, turns[QUIET]) for side, each in turns.items() if side != QUIET}
    for name, ratio in ratios.items():
        click.echo(f"{name:28}" + ", ".join(f"{what} {value:.2f}" for what, value in ratio.items()))
    click.echo("\none transfer alone, MB/s: median (least to most)")
    for name, each_speed in speeds.items():
        click.echo(
            f"{name:28}{statistics.median(each_speed):8.1f} ({min(each_speed):.1f} to {max(each_speed):.1f})"
        )
    late = max(turn.said.late for each in turns.values() for turn in each)
    click.echo(
        f"\nA message was sent {late:.2f} ms after it was due, at most: that much is the load generator's own."
    )
    if late > LATE_MS:
        click.echo("That is a lot: trust p50 and p99 more than max, and the ratios more than both.")
    return {
        "chat": {side.name: _figures(each) for side, each in turns.items()},
        "ratios": ratios,
        "mb_per_s": {name: statistics.median(each_speed) for name, each_speed in speeds.items()},
        "late_ms": late,
    }


def _ratios(turns: Sequence[Turn], quiet: Sequence[Turn]) -> dict[str, float]:
    return {
        f"{what} {centile}": statistics.median(
            pooled([turn], what)[centile] / pooled([other], what)[centile]
            for turn, other in zip(turns, quiet, strict=True)
        )
        for what in ("acknowledged", "delivered")
        for centile in ("p50", "p99")
    }


def _figures(turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "messages": sum(len(turn.said.acknowledged) for turn in turns),
        "acknowledged_ms": pooled(turns, "acknowledged"),
        "delivered_ms": pooled(turns, "delivered"),
        "mb_per_s": statistics.median(turn.mb_per_s for turn in turns),
        "server_ms_a_mib": statistics.median(turn.server_ms for turn in turns),
        "load_cores": statistics.median(turn.load_cpu for turn in turns),
    }


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--uploads", default=10, show_default=True, type=click.IntRange(1, 64), help="At once.")
@click.option("--mib", default=8, show_default=True, type=click.IntRange(1, 64), help="Size of a file.")
@click.option(
    "--seconds",
    default=3.0,
    show_default=True,
    help="Length of each measurement with chat; half of it without.",
)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Rounds of each.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(uploads: int, mib: int, seconds: float, rounds: int, data: Path | None, as_json: bool) -> None:
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the product:\n{common.CONFIG}")
        click.echo(
            f"{RATE:g} messages a second for {seconds:g} s; files of {mib} MiB, {uploads} at once, a process each\n"
        )
        try:
            figures = compare(folder, uploads, mib * 2**20, seconds, rounds)
        except (Failed, common.ServerDied, common.Refused, psutil.NoSuchProcess) as error:
            raise click.ClickException(str(error)) from error
        machine = common.machine(folder)
    if as_json:
        print(common.as_json({"machine": machine, "uploads": uploads, "mib": mib, **figures}), file=output)


if __name__ == "__main__":
    main()
