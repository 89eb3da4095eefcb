"""Brokers for tests: in this process, and as the command with its supervisor and worker."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import structlog
from zmq.utils import z85

from hubbub.broker.config import Accounts, Config, Server
from hubbub.broker.policy import Files, Limits
from hubbub.broker.ready import Ready
from hubbub.broker.worker import Broker
from hubbub.schemas import records
from hubbub.schemas.hello import parse_key
from tests.helpers.raw import Place
from tests.helpers.waiting import until

PASSWORD = b"correct horse"
COMMAND = str(Path(sys.executable).with_name("hubbub-broker"))
NO_LIMITS = Limits(rate=1e7, burst=1e7, bot_rate=1e7, bot_burst=1e7, address_rate=1e7, address_burst=1e7)
NO_LIMITS_FILE = "[limits]\nrate = 1e7\nburst = 1e7\nbot_rate = 1e7\nbot_burst = 1e7\naddress_rate = 1e7\naddress_burst = 1e7\n"


def place_of(ready: Ready) -> Place:
    """Where this broker serves."""
    return Place(ready.address, ready.publish, z85.encode(parse_key(ready.server_key)))


class LogLines:
    """A log that keeps its lines: (event, fields)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def _note(self, event: str, **fields: Any) -> None:
        self.lines.append((event, fields))

    debug = info = warning = _note

    def error(self, event: str, **fields: Any) -> None:
        self.lines.append((f"error:{event}", fields))

    def exception(self, event: str, **fields: Any) -> None:
        structlog.get_logger().exception(event, **fields)
        self.lines.append((f"exception:{event}", fields))

    @property
    def failures(self) -> list[str]:
        """What must never be there."""
        return [event for event, _ in self.lines if ":" in event]


class Served:
    """A broker in this process."""

    def __init__(self, folder: Path, limits: Limits = NO_LIMITS, files: Files = Files()) -> None:  # noqa: B008  # frozen
        self.folder = folder
        self.log = LogLines()
        config = Config(Server(host="127.0.0.1", port=0, publish_port=0), Accounts(), limits, files=files)
        self.broker = Broker(folder, config, self.log)
        self.place = place_of(self.broker.start())

    def write(self, *commands: records.Write) -> None:
        """Give facts to the store and the core that no client asked for. Returns before they are committed."""
        assert self.broker.service.submit_writes([(None, command) for command in commands]) == len(commands)

    @property
    def port(self) -> int:
        return int(self.place.address.rsplit(":", 1)[1])

    @property
    def publish_port(self) -> int:
        return int(self.place.publish.rsplit(":", 1)[1])


@contextlib.contextmanager
def served(folder: Path, limits: Limits = NO_LIMITS) -> Iterator[Served]:
    """A broker in this process, which must end without a failure."""
    made = Served(folder, limits)
    try:
        yield made
    finally:
        made.broker.stop()
    assert made.broker.failure is None
    assert made.log.failures == []


class BrokerProcess:
    """`hubbub-broker serve`, its output in DATA/../serve.log."""

    def __init__(
        self, data: Path, *arguments: str, config: str = NO_LIMITS_FILE, prefix: tuple[str, ...] = ()
    ) -> None:
        self.data = data
        data.parent.mkdir(parents=True, exist_ok=True)
        self.log_file = data.with_name(data.name + ".log")
        self.ready_file = data.with_name(data.name + ".ready")
        config_file = data.with_name(data.name + ".toml")
        config_file.write_text(config)
        given = arguments or ("--host", "127.0.0.1", "--port", "0")
        with self.log_file.open("ab") as log:
            own = ("--data", str(data), "--config", str(config_file), "--ready-file", str(self.ready_file))
            self.process = subprocess.Popen(
                [*prefix, COMMAND, "serve", *own, *given],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def ready(self, not_worker: int = 0, timeout: float = 40.0) -> Ready:
        """Where it serves, once it does, with another worker than `not_worker`."""

        def look() -> Ready | None:
            assert self.process.poll() is None, f"serve ended with {self.process.returncode}:\n{self.log}"
            try:
                found = msgspec.json.decode(self.ready_file.read_bytes(), type=Ready)
            except FileNotFoundError:
                return None
            # A broker that was killed leaves its file.
            return found if found.pid == self.process.pid and found.worker != not_worker else None

        return until(look, timeout, "a worker that serves")

    @property
    def place(self) -> Place:
        return place_of(self.ready())

    def kill_worker(self) -> int:
        """kill -9; the pid that it had."""
        worker = self.ready().worker
        os.kill(worker, signal.SIGKILL)
        return worker

    def stop(self, number: int = signal.SIGTERM, timeout: float = 40.0) -> int:
        """Signal it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def verify(self) -> dict[str, Any]:
        """What `hubbub-broker verify --json` prints."""
        done = run("verify", "--data", str(self.data), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def process_below(pid: int, module: str) -> int:
    """The pid of the process below this one that runs a module; 0: none. Others come and go while Python looks for its libraries."""
    for child in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it went
            if module in child.cmdline():
                return child.pid
    return 0


@contextlib.contextmanager
def serving(data: Path, *arguments: str, **options: Any) -> Iterator[BrokerProcess]:
    """The command, which has no traceback in its log when it ends."""
    made = BrokerProcess(data, *arguments, **options)
    try:
        made.ready()
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()
    assert "Traceback" not in made.log, made.log


def run(*arguments: str, timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run `hubbub-broker` to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )
