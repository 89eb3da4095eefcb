"""How quick and how steady is the window? Beside a bare window of Tk, in one run.

Start: from the start of the process to the list of conversations, with an account that was open last time (no password, the
network is this machine); the median of several, the bare window's in between, with Python's bytecode at hand, as an installation has
it. Opening: from the click to the messages of a conversation of 100,000, the first time and then again.
Frame: a notch of the wheel, and all that follows from it, also what is loaded meanwhile. Memory: resident, after that. Freeze: the
longest time between two turns of the window's loop, while nothing happens, while messages arrive in the conversation that is
open, while a file goes up, and while the server hangs (its processes are stopped) and one writes.

The bare window shows 500 labels in a Text and is connected to nothing: its start has no list, its opening is the making of the labels.
Needs a screen; where there is none, Xvfb. Run from the repository's root: python -m benchmarks.window [--help]
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from benchmarks import common
from hubbub.client import Client
from tests.helpers.display import screen

PASSWORD: Final = "correct horse battery staple"
BUSY: Final = "@bob"
OTHER: Final = "#general"
AIMS: Final = {"start": 1000.0, "open": 100.0, "frame": 16.0, "memory": 150.0, "freeze": 50.0}
AT_ONCE: Final = 64
_PROGRAM: Final = "from benchmarks.window_probe import main; main()"


class Failed(Exception):
    """The figures would mean nothing."""


class Probed:
    """The process with the window, from outside."""

    def __init__(self, kind: str, profile: Path) -> None:
        command = [sys.executable, "-c", _PROGRAM, kind, str(profile), BUSY]
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(profile.parent),
        )
        said = self._said()
        self.start_ms = (time.perf_counter() - begun) * 1000
        """As seen from here: what the system says of the moment when a process began is wrong by up to a second."""
        self.start_cpu_ms = said["cpu"] * 1000

    def ask(self, what: str) -> dict[str, Any]:
        """The answer to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._said()

    def begin(self, what: str) -> None:
        """Ask, and take the answer later with `end`."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        """The answer to what was begun."""
        return self._said()

    def close(self) -> None:
        """As if its window was closed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _said(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed("the window's process ended")
        found: dict[str, Any] = msgspec.json.decode(line)
        return found


def _environment(folder: Path) -> dict[str, str]:
    """Ours, with a place for the bytecode of modules, whether or not this process writes any."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


async def fill(address: str, profile: Path, messages: int) -> None:
    """Two people, and so many messages between them."""
    async with (
        Client(
            address, user="alice", password=PASSWORD, register=True, profile=profile, device="window"
        ) as alice,
        Client(address, user="bob", password=PASSWORD, register=True) as bob,
    ):
        await alice.send(OTHER, "hello")
        await bob.send("alice", "hello")

        async def write(lane: int) -> None:
            for number in range(lane, messages, AT_ONCE):
                await bob.send("alice", f"message {number}: " + "the text of a message " * (1 + number % 5))

        await asyncio.gather(*map(write, range(AT_ONCE)))


async def arrive(address: str, rate: float, seconds: float) -> int:
    """So many messages a second for alice; how many it were."""
    async with Client(address, user="bob", password=PASSWORD, live=False) as bob:
        clock = asyncio.get_running_loop().time
        begun, sent = clock(), 0
        while clock() - begun < seconds:
            await bob.send("alice", f"message {sent} of those that arrive now")
            sent += 1
            await asyncio.sleep(max(0.0, begun + sent / rate - clock()))
    return sent


def starts(profile: Path, times: int) -> dict[str, dict[str, float]]:
    """Medians for both windows in turn; the first start of each compiles the modules and counts for nothing."""
    found: dict[str, list[Probed]] = {"bare": [], "window": []}
    for _ in range(times + 1):
        for kind, probes in found.items():
            probes.append(Probed(kind, profile))
            probes[-1].close()
    return {
        kind: {
            "start": statistics.median(one.start_ms for one in probes[1:]),
            "start, processor": statistics.median(one.start_cpu_ms for one in probes[1:]),
        }
        for kind, probes in found.items()
    }


def measure(probed: Probed, server: common.Server | None, options: "Options", folder: Path) -> dict[str, Any]:
    """All of one window, but for its start."""
    figures: dict[str, Any] = {}
    figures["open"] = probed.ask(f"open {BUSY}")["took"]
    again = []
    for _ in range(5):
        probed.ask(f"open {OTHER}")
        again.append(probed.ask(f"open {BUSY}")["took"])
    figures["open again"] = statistics.median(again)
    figures["frame"] = probed.ask("scroll")
    figures["memory"] = probed.ask("memory")["rss"]
    figures["freeze, idle"] = probed.ask(f"gaps {options.seconds}")
    if server is None:
        return figures
    probed.ask(f"open {OTHER}")
    probed.ask(f"open {BUSY}")
    probed.begin(f"gaps {options.seconds + 1}")
    figures["arrived"] = asyncio.run(arrive(server.ready.address, options.rate, options.seconds))
    figures["freeze, messages arriving"] = probed.end()
    file = folder / "upload.bin"
    file.write_bytes(os.urandom(options.upload_mib << 20))
    probed.ask(f"send {file}")
    figures["freeze, upload"] = probed.ask(f"gaps {options.seconds}")
    for process in server.processes():
        process.send_signal(signal.SIGSTOP)
    probed.begin(f"gaps {options.seconds}")
    figures["freeze, server hangs"] = probed.end()
    for process in server.processes():
        process.send_signal(signal.SIGCONT)
    last = probed.ask("memory")
    figures["memory at the end"] = last["rss"]
    if last["faults"]:
        raise Failed(f"{last['faults']} mistakes in the window")
    return figures


class Options(msgspec.Struct, frozen=True):
    """What is asked for."""

    messages: int
    rate: float
    seconds: float
    upload_mib: int
    starts: int


def report(own: dict[str, Any], bare: dict[str, Any], options: Options) -> None:
    """The table."""
    click.echo(f"\n{'':44}{'window':>10}{'bare Tk':>10}{'aim':>8}")

    def line(words: str, mine: float, theirs: float | None, aim: float | None, unit: str) -> None:
        other = "" if theirs is None else f"{theirs:,.1f}"
        click.echo(f"{words:44}{mine:10,.1f}{other:>10}{'' if aim is None else f'{aim:,.0f}':>8} {unit}")

    line(
        f"start to a window that can be used, {options.starts}x",
        own["start"],
        bare["start"],
        AIMS["start"],
        "ms",
    )
    line("processor's time for that", own["start, processor"], bare["start, processor"], None, "ms")
    line(f"opening {options.messages:,} messages, first time", own["open"], bare["open"], AIMS["open"], "ms")
    line("opening them again, median of 5", own["open again"], bare["open again"], AIMS["open"], "ms")
    for part in ("p50", "p99", "max"):
        aim = AIMS["frame"] if part != "max" else None
        line(f"frame while scrolling, {part}", own["frame"][part], bare["frame"][part], aim, "ms")
    line("memory", own["memory"], bare["memory"], AIMS["memory"], "MiB")
    line("memory at the end", own["memory at the end"], None, AIMS["memory"], "MiB")
    for name, figure in own.items():
        if name.startswith("freeze"):
            beside = bare[name]["max"] if name in bare else None
            rate = f" ({own['arrived'] / options.seconds:.0f}/s)" if "arriving" in name else ""
            line(f"longest {name}{rate}", figure["max"], beside, AIMS["freeze"], "ms")


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--messages", default=100_000, show_default=True, help="In the conversation that is opened.")
@click.option("--rate", default=200.0, show_default=True, help="Messages a second that arrive.")
@click.option("--seconds", default=10.0, show_default=True, help="How long each freeze is looked for.")
@click.option("--upload-mib", default=60, show_default=True, help="Size of the file that goes up.")
@click.option("--starts", default=9, show_default=True, help="How often each window is started.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Where to put the data.")
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON on standard output, the text on standard error."
)
def main(
    messages: int, rate: float, seconds: float, upload_mib: int, starts: int, data: Path | None, as_json: bool
) -> None:
    output, options = sys.stdout, Options(messages, rate, seconds, upload_mib, starts)
    with common.workplace(data) as folder, common.text_on_stderr(as_json), ExitStack() as ending:
        click.echo(common.describe(folder))
        if not os.environ.get("DISPLAY"):
            ending.enter_context(screen())
        try:
            figures = run(folder, options)
        except (Failed, common.ServerDied) as error:
            raise click.ClickException(str(error)) from error
        figures["machine"] = common.machine(folder)
    if as_json:
        print(common.as_json(figures), file=output)


def run(folder: Path, options: Options) -> dict[str, Any]:
    """Both windows, one after the other."""
    profile = folder / "profile"
    found: dict[str, Any] = {}
    with common.Server(folder / "data", folder) as server:
        asyncio.run(fill(server.ready.address, profile, options.messages))
        choose(profile, server.ready.address)
        common.settle()
        begun = starts(profile, options.starts)
        for kind, there in (("bare", None), ("window", server)):
            probed = Probed(kind, profile)
            try:
                found[kind] = begun[kind] | measure(probed, there, options, folder)
            finally:
                probed.close()
    report(found["window"], found["bare"], options)
    return found


def choose(profile: Path, address: str) -> None:
    """What a window does that was open last time: it is opened with this account again."""
    from hubbub.client.profile import Profile

    Profile(profile).choose(address, "alice")


if __name__ == "__main__":
    main()
