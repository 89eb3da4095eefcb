"""What the benchmarks share: a server in its own process, a connection of raw frames, data folders, figures.

The connection knows the protocol's types and no client library: it measures the server and nothing else.
"""

import json
import os
import platform
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import psutil
import zmq
from zmq.utils import z85

from hubbub.schemas import codec, replies, requests
from hubbub.schemas.hello import key_text, parse_key

CONFIG: Final = """\
[limits]
rate = 1e9
burst = 1e9
address_rate = 1e9
address_burst = 1e9
"""
"""Lifts every limit that a client may meet."""

_RETRY: Final = frozenset({"busy", "rate_limited"})
R = TypeVar("R", bound=replies.Reply)
T = TypeVar("T", bound=replies.Reply)


class ServerDied(Exception):
    """The server ended or never came up; the text is what it said last."""


class Refused(Exception):
    """The server answered with an error."""


class Ready(msgspec.Struct):
    """The ready file."""

    pid: int
    address: str
    publish: str
    server_key: str

    @property
    def curve_key(self) -> bytes:
        """Z85, as libzmq takes it."""
        return z85.encode(parse_key(self.server_key))


class Keys(NamedTuple):
    """A CURVE key pair, Z85."""

    public: bytes
    secret: bytes


class Server:
    """`hubbub-broker serve` in processes of its own."""

    def __init__(self, data: Path, folder: Path) -> None:
        """`folder` takes the config, the ready file and the server's log."""
        config, ready = folder / "hubbub.toml", folder / "ready.json"
        config.write_text(CONFIG)
        ready.unlink(missing_ok=True)
        self._log = folder / "server.log"
        command = [
            str(Path(sys.executable).with_name("hubbub-broker")), "serve", "--data", str(data), "--host", "127.0.0.1",
            "--port", "0", "--publish-port", "0", "--config", str(config), "--ready-file", str(ready),
        ]  # fmt: skip
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise ServerDied(self._log.read_text(errors="replace")[-2000:])
            time.sleep(0.01)
        self.ready = msgspec.json.decode(ready.read_bytes(), type=Ready)

    def processes(self) -> list[psutil.Process]:
        """All of the server's."""
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def stop(self) -> None:
        """As SIGTERM does it: everything is on the disk then."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise ServerDied("the server did not stop in 30 s") from None

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()


class Wire:
    """One client's requests: DEALER, CURVE, a frame a request and a frame a reply."""

    def __init__(
        self, context: "zmq.Context[zmq.Socket[bytes]]", ready: Ready, keys: Keys | None = None
    ) -> None:
        self.keys = keys or Keys(*zmq.curve_keypair())
        self.token = b""
        self.session = 0
        self._ready = ready
        self._context = context
        self.socket = self._connected(zmq.DEALER, ready.address)

    def _connected(self, kind: int, address: str) -> zmq.Socket[bytes]:
        socket = self._context.socket(kind)
        socket.linger = 0
        socket.curve_serverkey = self._ready.curve_key
        socket.curve_publickey, socket.curve_secretkey = self.keys
        socket.connect(address)
        return socket

    def ask(self, request: requests.Request, kind: type[T], timeout_s: float = 60) -> T:
        """The reply. Waits out what passes; raises Refused on other errors."""
        return self.ask_all([request], kind, timeout_s)[0]

    def ask_all(self, asked: Sequence[requests.Request], kind: type[T], timeout_s: float = 60) -> list[T]:
        """The replies in order of the requests (whose ids this sets), with 16 under way at a time."""
        answers: dict[int, T] = {}
        todo = list(range(len(asked)))[::-1]
        under_way = 0
        while len(answers) < len(asked):
            while todo and under_way < 16:
                number = todo.pop()
                asked[number].id, asked[number].token = number, self.token
                self.socket.send(codec.encode(asked[number]))
                under_way += 1
            if not self.socket.poll(round(timeout_s * 1000)):
                raise ServerDied(f"no answer in {timeout_s:g} s")
            frame = self.socket.recv()
            under_way -= 1
            outcome = codec.decode_outcome(frame)
            if outcome.error is None:
                answers[outcome.id] = codec.decode_reply(frame, kind)
            elif outcome.error in _RETRY:
                time.sleep(outcome.retry_after or 0.05)
                todo.append(outcome.id)
            else:
                raise Refused(f"{type(asked[outcome.id]).__name__}: {outcome.error}: {outcome.message}")
        return [answers[number] for number in range(len(asked))]

    def register(self, name: str, password: bytes) -> replies.User:
        """Make an account."""
        return self.ask(requests.Register(id=0, name=name, password=password), replies.Registered).user

    def login(self, name: str, password: bytes) -> replies.LoggedIn:
        """Open a session; later requests bear its token."""
        answer = self.ask(requests.Login(id=0, name=name, password=password), replies.LoggedIn)
        self.token, self.session = answer.token, answer.session
        return answer

    def home(self) -> Iterator[replies.Conversation]:
        """All conversations."""
        after: int | None = 0
        while after is not None:
            page = self.ask(requests.Home(id=0, after=after, limit=200), replies.HomePage)
            yield from page.conversations
            after = page.next

    def feed(self) -> zmq.Socket[bytes]:
        """A feed that has presented the token; the confirmation is still to come."""
        feed = self._connected(zmq.XSUB, self._ready.publish)
        feed.send(b"\x01" + self.token)
        return feed

    def close(self) -> None:
        self.socket.close()


@contextmanager
def workplace(where: Path | None) -> Iterator[Path]:
    """A folder that is gone afterwards. It has to be on a real disk: fsync costs nothing in memory."""
    folder = Path(tempfile.mkdtemp(prefix="hubbub-benchmark-", dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle() -> None:
    """Wait until what was copied is on the disk: else its writing would slow the fsyncs that are measured."""
    os.sync()


@contextmanager
def text_on_stderr(wanted: bool) -> Iterator[None]:
    """Keep standard output for machines."""
    with redirect_stdout(sys.stderr) if wanted else nullcontext():
        yield


def file_system(folder: Path) -> str:
    """The type of the file system that a folder is on."""
    mounts = [
        item for item in psutil.disk_partitions(all=True) if folder.resolve().is_relative_to(item.mountpoint)
    ]
    return max(mounts, key=lambda item: len(item.mountpoint)).fstype if mounts else "unknown"


def machine(folder: Path) -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "pyzmq": zmq.__version__,
        "libzmq": zmq.zmq_version(),
        "file_system": file_system(folder),
    }


def describe(folder: Path) -> str:
    """The machine in one line."""
    about = machine(folder)
    return (
        f"{about['cores']} cores (server and load generator share them; load before: {about['load']}), "
        f"Python {about['python']}, pyzmq {about['pyzmq']}, libzmq {about['libzmq']}, "
        f"data on {about['file_system']}"
    )


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """User and system, all threads."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def busy_seconds() -> float:
    """Of all cores, by whatever it was; stolen time too."""
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal"))


def raise_file_limit(needed: int) -> None:
    """As many open files as it takes, for this process and those it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise SystemExit(f"This takes {needed} open files; the limit is {hard} (ulimit -n).")
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def message_key() -> bytes:
    """A UUIDv7."""
    head = time.time_ns() // 1_000_000 << 16 | 0x7000 | secrets.randbits(12)
    return head.to_bytes(8, "big") + (1 << 63 | secrets.randbits(62)).to_bytes(8, "big")


def ready_of(address: str, publish: str, curve_key: bytes) -> Ready:
    """For a Wire to a server that somebody else started."""
    return Ready(0, address, publish, key_text(z85.decode(curve_key)))


def as_json(figures: dict[str, Any]) -> str:
    """One line for machines."""
    return json.dumps(figures, separators=(",", ":"))
