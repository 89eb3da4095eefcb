"""Runs the worker, and a new one when it dies. Wiring only: knows no socket and no store.

A hostile peer can make libzmq abort the process that it talks to, and a failed fsync has to end it; clients resume by
themselves, so the answer to both is a new worker at once, on the same ports.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from hubbub.broker.config import Config
from hubbub.broker.discoverable import Discoverable
from hubbub.broker.ready import EXIT_UNUSABLE, CannotStart, Ready

_MALLOC: Final = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""glibc otherwise keeps the 19 MiB that each thread of the password pool once hashed in: 20 KiB for each of 1,000 clients."""
_LONGEST_WAIT_S: Final = 2.0
"""Between two workers that died before they served."""
_STOP_S: Final = 20.0


class Supervisor:
    """One worker after another."""

    def __init__(
        self, data: Path, config: Config, on_ready: Callable[[Ready], None], say: Callable[[str], None]
    ) -> None:
        """`on_ready` is called each time a worker serves; `say` gets a line for a person."""
        self._data = data
        self._config = config
        self._on_ready = on_ready
        self._say = say
        self._worker: subprocess.Popen[str] | None = None
        self._stop = threading.Event()
        self._signals = 0

    def run(self) -> None:
        """Returns when a signal has stopped it and the worker has drained. Raises CannotStart from the first start."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        nearby = Discoverable(self._config.server, self._say)
        try:
            self._serve(nearby)
        finally:
            nearby.stop()

    def _serve(self, nearby: Discoverable) -> None:
        died_early = 0
        served = False
        while not self._stop.is_set():
            self._worker = self._launch()
            if self._stop.is_set():
                self._end_worker()  # the signal came while the worker was made, and found none
            ready = self._await_ready(self._worker, first=not served)
            if ready is not None:
                served, died_early = True, 0
                self._on_ready(ready)
                nearby.start(ready)
            code = self._worker.wait()
            if self._worker.stdin is not None:
                self._worker.stdin.close()
            if self._worker.stdout is not None:
                self._worker.stdout.close()
            if self._stop.is_set():
                return
            self._say(f"The worker ended ({_describe(code)}); starting a new one.")
            if ready is None:
                died_early += 1
                if not served and died_early >= 3:
                    raise CannotStart("The worker died three times before it served; see the lines above.")
                self._stop.wait(min(_LONGEST_WAIT_S, 0.1 * 2**died_early))

    def _launch(self) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "hubbub.broker.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_MALLOC | os.environ,
        )
        settings = {"data": str(self._data), "config": msgspec.to_builtins(self._config)}
        assert worker.stdin is not None  # noqa: S101  # asked for above
        with contextlib.suppress(BrokenPipeError):  # it died already: its exit code tells
            worker.stdin.write(json.dumps(settings) + "\n")
            worker.stdin.flush()
        return worker

    def _await_ready(self, worker: subprocess.Popen[str], *, first: bool) -> Ready | None:
        assert worker.stdout is not None  # noqa: S101  # asked for in _launch
        line = worker.stdout.readline()
        said: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
        if "ready" in said:
            ready = msgspec.convert(said["ready"], Ready)
            ready.pid = os.getpid()
            self._keep_ports(ready)
            return ready
        if "error" in said:
            if first and worker.wait() == EXIT_UNUSABLE:
                raise CannotStart(said["error"])
            self._say(said["error"])
        return None

    def _keep_ports(self, ready: Ready) -> None:
        """Ports that were any become those that clients know by now."""
        server = msgspec.structs.replace(
            self._config.server,
            port=int(ready.address.rsplit(":", 1)[1]),
            publish_port=int(ready.publish.rsplit(":", 1)[1]),
        )
        self._config = msgspec.structs.replace(self._config, server=server)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        worker = self._worker
        if self._signals > 1:
            if worker is not None:
                worker.kill()
            os._exit(128 + number)
        self._stop.set()
        self._end_worker()

    def _end_worker(self) -> None:
        if self._worker is not None and self._worker.stdin is not None:
            threading.Thread(target=_end, args=(self._worker,), daemon=True).start()


def _end(worker: subprocess.Popen[str]) -> None:
    """Ask the worker to drain; if it hangs, kill it: what was acknowledged is on the disk."""
    assert worker.stdin is not None  # noqa: S101  # asked for in _launch
    try:
        worker.stdin.write("stop\n")
        worker.stdin.flush()
    except (OSError, ValueError):
        return  # it ended by itself
    deadline = time.monotonic() + _STOP_S
    while worker.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if worker.poll() is None:
        worker.kill()


def _describe(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
