"""What does a message cost as the store grows to a million?

A data folder is filled through the store's own interface: 5,000 conversations (groups and direct ones; one user is in
1,000 of them, one in 200), 1,000,000 messages. At 10,000, 100,000, 300,000 and the end it is measured: batches of 64
messages, each batch one durable transaction, in conversations picked at random, of which all have begun before. Beside
the writer's time and CPU the search indexer's CPU is shown, which works behind the acknowledgement: the mean since the mark
before. The last line is the ratio of the last to the first.

CORPUS is JSON lines of chat with a "text" (gzip, if its name ends so); without it texts are made up.
Run from the repository's root: python -m benchmarks.million [CORPUS.jsonl.gz] [--help]
"""

import gc
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from benchmarks import common, large
from hubbub.store import Indexer, open_store

MARKS: Final = (1, 10, 30, 100)
"""Where it is measured, as multiples of the first."""
BATCH: Final = 64
WINDOWS: Final = 5
"""The median of so many counts."""
BATCHES: Final = 16
"""In a window."""
LIMIT: Final = 2.0
"""How much more a message may cost at the end."""


class Cost(NamedTuple):
    """Microseconds a message, at a size."""

    messages: int
    wall_us: float
    cpu_us: float
    """The writer's."""
    index_us: float
    """CPU of the search indexer, for all messages since the mark before: it puts segments together now and then."""

    @property
    def both_us(self) -> float:
        return self.cpu_us + self.index_us


def measure(builder: large.Builder, batches: int) -> tuple[float, float]:
    """What the next messages cost the writer: microseconds of wall and of CPU, each."""
    walls, cpus = [], []
    gc.collect()
    gc.freeze()
    for _ in range(WINDOWS):
        prepared = [builder.messages(builder.anywhere(BATCH)) for _ in range(batches)]
        wall, cpu = time.perf_counter(), time.thread_time()
        for batch in prepared:
            builder.write(batch)
        walls.append((time.perf_counter() - wall) / (batches * BATCH) * 1e6)
        cpus.append((time.thread_time() - cpu) / (batches * BATCH) * 1e6)
    return statistics.median(walls), statistics.median(cpus)


def index(indexer: Indexer) -> tuple[float, float]:
    """Bring the index up to the log: seconds of wall and of CPU."""
    wall, cpu = time.perf_counter(), time.thread_time()
    while indexer.step():
        pass
    return time.perf_counter() - wall, time.thread_time() - cpu


def grow(folder: Path, messages: int, conversations: int, first: int, corpus: Path | None) -> list[Cost]:
    """Make the folder: what a message cost at each mark."""
    store = open_store(folder)
    builder, indexer = large.Builder(store, conversations, corpus), store.indexer()
    builder.say(builder.once_each())
    batches = max(1, min(BATCHES, first // (2 * WINDOWS * BATCH)))
    costs: list[Cost] = []
    seconds, before = 0.0, 0
    click.echo(f"{'messages':>10}{'wall us':>10}{'CPU us':>9}{'indexer us':>12}{'both us':>9}")
    with click.progressbar(length=messages, label="messages", file=sys.stderr) as bar:
        for mark in sorted({min(first * factor, messages) for factor in MARKS} | {messages}):
            while (left := mark - builder.said - WINDOWS * batches * BATCH) > 0:
                builder.say(builder.as_people_talk(min(left, 10_000)))
                bar.update(builder.said - bar.pos)
            first_wall, first_cpu = index(indexer)
            common.settle()
            wall_us, cpu_us = measure(builder, batches)
            last_wall, last_cpu = index(indexer)
            seconds += first_wall + last_wall
            index_us = (first_cpu + last_cpu) / (builder.said - before) * 1e6
            costs.append(Cost(builder.said, wall_us, cpu_us, index_us))
            before = builder.said
            click.echo("{:10,}{:10.1f}{:9.1f}{:12.1f}{:9.1f}".format(*costs[-1], costs[-1].both_us))
    click.echo(f"the index was filled in {seconds:.1f} s")
    builder.read()
    indexer.close()
    store.close()
    large.keep(folder, builder.world(corpus))
    return costs


def report(folder: Path, costs: list[Cost]) -> dict[str, Any]:
    """Print the ratio; the same for machines."""
    first, last = costs[0], costs[-1]
    ratios = {
        "wall": last.wall_us / first.wall_us, "cpu": last.cpu_us / first.cpu_us, "both": last.both_us / first.both_us,
    }  # fmt: skip
    sizes = {name: (folder / name).stat().st_size / 2**20 for name in ("hubbub.db", "search.db")}
    click.echo(
        f"{last.messages:,} / {first.messages:,}: {ratios['wall']:.2f} of the time, {ratios['cpu']:.2f} of the writer's CPU, "
        f"{ratios['both']:.2f} of the CPU with the indexer's (bar: {LIMIT:g})\n"
        + ", ".join(f"{name} {size:,.0f} MiB" for name, size in sizes.items())
    )
    return {
        "costs": [cost._asdict() for cost in costs], "last_to_first": ratios, "mib": sizes,
    }  # fmt: skip


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--messages", default=1_000_000, show_default=True, type=click.IntRange(1000))
@click.option("--conversations", default=5000, show_default=True, type=click.IntRange(10))
@click.option(
    "--first", default=10_000, show_default=True, type=click.IntRange(500), help="Where to measure first."
)
@click.option("--store", type=click.Path(file_okay=False, path_type=Path),
              help="Keep the data folder here, for benchmarks.queries; one that is there is replaced.")  # fmt: skip
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
    first: int,
    store: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    output = sys.stdout
    with common.workplace(data) as temporary, common.text_on_stderr(as_json):
        folder = empty(store) if store else temporary / "data"
        click.echo(f"{common.describe(temporary)}\n{conversations:,} conversations, batches of {BATCH}\n")
        costs = grow(folder, messages, conversations, first, corpus)
        figures = {"machine": common.machine(temporary), **report(folder, costs)}
    if as_json:
        print(common.as_json(figures), file=output)


def empty(folder: Path) -> Path:
    """The folder without the store that was kept there. Refuses to touch anything else."""
    if folder.exists() and any(folder.iterdir()):
        if large.kept(folder) is None:
            raise click.UsageError(f"{folder} is not empty, and no store of this benchmark")
        shutil.rmtree(folder)
    return folder


if __name__ == "__main__":
    main()
