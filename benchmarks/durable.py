"""How fast are durable messages? The product and a bare pipeline under the same load, in one run.

100 clients in 50 pairs, 8 messages outstanding each, texts of 200 bytes, CURVE on both sockets, acknowledged after the
fsync, each message delivered to both of its conversation. Then the same on a store that is filled. Each round starts
a server of its own on a fresh copy of the same data; the rounds take turns, so that a noisy machine is unfair to nobody.
Two yardsticks (benchmarks/bare.py): with a few statements a message, and with many messages a statement. Everything
that was acknowledged must be stored and delivered, else there are no figures but an error.

Run from the repository's root: python -m benchmarks.durable [--help]
"""

import multiprocessing
import shutil
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, cast

import click
import psutil
import zmq

from benchmarks import bare, common, load, stores
from benchmarks.common import Server, Wire

Side = Literal["bare, rows", "bare, runs", "product", "echo"]
SIDES: Final[tuple[Side, ...]] = ("bare, rows", "bare, runs", "product")
_WRITING: Final[Mapping[Side, bare.Writing]] = {"bare, rows": "rows", "bare, runs": "runs", "echo": "echo"}
NOISE: Final = 0.25
"""Cores that others may have before the report warns."""
_spawn: Final = multiprocessing.get_context("spawn")


class Amount(NamedTuple):
    """How long a round is, and how much is under way."""

    seconds: float
    messages: int | None
    outstanding: int


class Figures(NamedTuple):
    """One round."""

    acked_per_s: float
    delivered_per_s: float
    p50_ms: float
    p99_ms: float
    server_us: float
    """The server's CPU a message, all threads and processes."""
    load_us: float
    load_cpu: float
    """Cores that the load generator kept busy."""
    others_cpu: float
    """Cores that were busy with anything else, or stolen: where that is much, the figures are the neighbours'."""
    acked: int


class Target(NamedTuple):
    """A server that runs."""

    plan: load.Plan
    processes: Sequence[psutil.Process]


def measure(side: Side, start: stores.Start, amount: Amount, folder: Path) -> Figures:
    """One round on a fresh copy of the data. Raises load.Failed where a count is wrong."""
    data = folder / "round"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(start.product if side == "product" else start.bare, data)
    common.settle()
    with (
        _product(data, start, amount, folder)
        if side == "product"
        else _bare(side, data, start, amount) as target
    ):
        outcome, cpu, others = _drive(target)
        stored = _stored_by_product(start, target.plan) if side == "product" else outcome.acked
    if side in ("bare, rows", "bare, runs"):
        stored = bare.rows(data) - start.messages
    if not outcome.acked == stored == outcome.delivered / 2:
        raise load.Failed(
            f"{side}: {outcome.acked} acknowledged, {stored} stored, {outcome.delivered} delivered (twice each)"
        )
    return Figures(
        acked_per_s=outcome.acked_per_s,
        delivered_per_s=outcome.delivered_per_s,
        p50_ms=outcome.p50_ms,
        p99_ms=outcome.p99_ms,
        server_us=cpu / outcome.acked * 1e6,
        load_us=outcome.cpu_s / outcome.acked * 1e6,
        load_cpu=outcome.cpu_s / outcome.wall_s,
        others_cpu=others,
        acked=outcome.acked,
    )


def _drive(target: Target) -> tuple[load.Outcome, float, float]:
    """The load's outcome, the server's CPU seconds meanwhile, and how many cores all others had."""
    here, there = _spawn.Pipe()
    process = _spawn.Process(target=load.generate, args=(target.plan, there), daemon=True)
    process.start()
    try:
        _said(here, process)
        before, busy, begun = common.cpu_seconds(target.processes), common.busy_seconds(), time.monotonic()
        here.send("go")
        outcome = cast(load.Outcome, _said(here, process))
        cpu = common.cpu_seconds(target.processes) - before
        others = common.busy_seconds() - busy - cpu - outcome.cpu_s
        others /= time.monotonic() - begun
        here.send("end")
        process.join(10)
    finally:
        process.kill()
    return outcome, cpu, max(others, 0.0)


def _said(pipe: Connection, process: Any) -> Any:
    while not pipe.poll(1):
        if not process.is_alive():
            raise load.Failed("a process of the benchmark died")
    try:
        said = pipe.recv()
    except EOFError:
        raise load.Failed("a process of the benchmark died") from None
    if isinstance(said, str) and said != "connected":
        raise load.Failed(said)
    return said


@contextmanager
def _bare(side: Side, data: Path, start: stores.Start, amount: Amount) -> Iterator[Target]:
    public, secret = zmq.curve_keypair()
    here, there = _spawn.Pipe()
    process = _spawn.Process(target=bare.serve, args=(data, secret, there, _WRITING[side]), daemon=True)
    process.start()
    try:
        ready: bare.Ready = _said(here, process)
        plan = load.Plan(
            ready.address, ready.publish, public, start.bare_seats, start.topics, False,
            amount.outstanding, seconds=None if amount.messages else amount.seconds, messages=amount.messages,
        )  # fmt: skip
        yield Target(plan, [psutil.Process(process.pid)])
    finally:
        process.kill()
        process.join()


@contextmanager
def _product(data: Path, start: stores.Start, amount: Amount, folder: Path) -> Iterator[Target]:
    with Server(data, folder) as server:
        ready = server.ready
        subscriptions = tuple((seat.token,) for seat in start.product_seats)
        plan = load.Plan(
            ready.address, ready.publish, ready.curve_key, start.product_seats, subscriptions, True,
            amount.outstanding, seconds=None if amount.messages else amount.seconds, messages=amount.messages,
        )  # fmt: skip
        yield Target(plan, server.processes())


def _stored_by_product(start: stores.Start, plan: load.Plan) -> int:
    """What the logs hold more than at the start, by HOME of every client. (Strangers' logs do not change.)"""
    context = zmq.Context()
    heads: dict[int, int] = {}
    ready = common.ready_of(plan.address, plan.publish, plan.server_key)
    for seat in plan.seats:
        wire = Wire(context, ready, common.Keys(seat.public, seat.secret))
        wire.token = seat.token
        heads |= {item.conversation: item.head for item in wire.home() if item.conversation in start.heads}
        wire.close()
    context.term()
    return sum(heads.values()) - sum(start.heads[conversation] for conversation in heads)


# ----------------------------------------------------------------------------------------------- what is printed


def middle(rounds: Iterable[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(*(statistics.median(column) for column in zip(*rounds, strict=True)))


_HEAD: Final = f"{'':24}{'acked/s':>9}{'delivered/s':>13}{'p50 ms':>9}{'p99 ms':>9}{'server us':>11}{'load us':>9}{'load CPU':>10}{'others':>8}"


def line(name: str, figures: Figures) -> str:
    """A row of the table."""
    return (
        f"{name:24}{figures.acked_per_s:9,.0f}{figures.delivered_per_s:13,.0f}{figures.p50_ms:9.1f}{figures.p99_ms:9.1f}"
        f"{figures.server_us:11.1f}{figures.load_us:9.1f}{figures.load_cpu:10.0%}{figures.others_cpu:8.0%}"
    )


def report(start: str, rounds: Mapping[Side, Sequence[Figures]]) -> dict[str, Any]:
    """Print the medians and ratios of one store; the same for machines."""
    click.echo(f"\n{start}: medians of {len(next(iter(rounds.values())))} rounds\n{_HEAD}")
    medians = {side: middle(each) for side, each in rounds.items()}
    for side, figures in medians.items():
        click.echo(line(side, figures))
    if max(figures.others_cpu for figures in medians.values()) > NOISE:
        click.echo("Others kept the machine busy: trust the CPU a message more than acknowledged/s.")
    ratios: dict[str, dict[str, float]] = {}
    for side in medians:
        if side.startswith("bare") and "product" in medians:
            own, other = medians["product"], medians[side]
            ratios[side] = {
                "acked": statistics.median(by_round(rounds["product"], rounds[side])), "server_cpu": own.server_us / (other.server_us or inf),
            }  # fmt: skip
            each = " ".join(f"{ratio:.2f}" for ratio in by_round(rounds["product"], rounds[side]))
            click.echo(
                f"product / {side}: {ratios[side]['acked']:.2f} of its acknowledged/s (median of {each}), "
                f"{ratios[side]['server_cpu']:.2f} of its CPU a message"
            )
    return {
        "medians": {side: figures._asdict() for side, figures in medians.items()},
        "rounds": {side: [figures._asdict() for figures in each] for side, each in rounds.items()},
        "product_to_bare": ratios,
    }


def by_round(ours: Sequence[Figures], theirs: Sequence[Figures]) -> list[float]:
    """The ratio of acknowledged/s, round by round: the two were measured one right after the other."""
    return [own.acked_per_s / other.acked_per_s for own, other in zip(ours, theirs, strict=True)]


def report_growth(results: Sequence[Mapping[Side, Sequence[Figures]]]) -> dict[str, float]:
    """Print what a message costs on the filled store, relative to the empty one."""
    click.echo("\nfilled store / empty store")
    growth: dict[str, float] = {}
    for side in results[0]:
        empty, full = middle(results[0][side]), middle(results[1][side])
        growth[side] = full.server_us / (empty.server_us or inf)
        click.echo(
            f"{side:24}{growth[side]:.2f} the CPU, {empty.acked_per_s / full.acked_per_s:.2f} the time a message"
        )
    return growth


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--seconds", default=3.0, show_default=True, help="Length of a round.")
@click.option("--messages", type=click.IntRange(1), help="Messages of a round, in place of its length.")
@click.option("--rounds", default=5, show_default=True, help="Rounds of each.")
@click.option("--clients", default=100, show_default=True, help="An even number.")
@click.option("--outstanding", default=8, show_default=True, help="Messages under way, each client.")
@click.option(
    "--filled", default=300_000, show_default=True, help="Messages in the filled store; 0: leave it out."
)
@click.option("--conversations", default=5000, show_default=True, help="Conversations in the filled store.")
@click.option("--only", type=click.Choice([*SIDES, "echo"]), multiple=True, help="Only this; may be repeated. "
              "'echo' stores nothing: the load generator against the sockets alone.")  # fmt: skip
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data (a real disk)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(
    seconds: float, messages: int | None, rounds: int, clients: int, outstanding: int, filled: int,
    conversations: int, only: tuple[Side, ...], data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    if clients < 2 or clients % 2:
        raise click.UsageError("--clients is an even number, 2 or more")
    common.raise_file_limit(16 * clients + 1024)
    amount = Amount(seconds, messages, outstanding)
    output = sys.stdout
    with common.workplace(data) as folder, common.text_on_stderr(as_json):
        click.echo(f"{common.describe(folder)}\nconfig of the product:\n{common.CONFIG}")
        click.echo(f"{clients} clients, {outstanding} outstanding each, texts of 200 bytes\n{_HEAD}")
        starts = [stores.in_pairs(folder / "empty", clients)]
        if filled:
            starts.append(stores.filled(folder / "filled", clients, conversations, filled))
        results: list[dict[Side, list[Figures]]] = [{side: [] for side in only or SIDES} for _ in starts]
        try:
            for number in range(rounds):
                for start, sides in zip(starts, results, strict=True):
                    turn = number % len(sides)
                    for side in [*sides, *sides][turn : turn + len(sides)]:
                        sides[side].append(measure(side, start, amount, folder))
                        click.echo(line(f"{number + 1} {side}, {start.short}", sides[side][-1]))
        except (load.Failed, common.ServerDied, common.Refused, psutil.NoSuchProcess) as error:
            raise click.ClickException(str(error)) from error
        figures: dict[str, Any] = {"machine": common.machine(folder), "config": common.CONFIG}
        for start, sides in zip(starts, results, strict=True):
            figures[start.short] = report(start.name, sides)
        if filled:
            figures["filled_to_empty_cpu"] = report_growth(results)
    if as_json:
        print(common.as_json(figures), file=output)


if __name__ == "__main__":
    main()
