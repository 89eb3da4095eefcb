"""Keeps the announcer running while the broker is, and says in a line what came of it. Wiring only.

Whatever goes wrong with it leaves the broker as it is: it serves, and people type its address.
"""

import contextlib
import ipaddress
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any, Final

from hubbub.broker.config import Server
from hubbub.broker.ready import Ready
from hubbub.schemas.hello import parse_address

_GOODBYE_S: Final = 1.0
"""What stopping waits for the goodbye, which takes a quarter of it."""
_WAITS_S: Final = (1.0, 10.0, 60.0)
"""Before an announcer that died is started again; then the last one each time."""
_TYPE: Final = "people type one of its addresses."


def hidden(server: Server) -> str:
    """Why it is not to be found nearby, as a sentence; empty: it is."""
    if not server.discovery:
        return f"It can't be found nearby, as you wished: {_TYPE}"
    if _is_loopback(server.host):
        return "It can't be found nearby: only this machine can reach it."
    return ""


def _is_loopback(host: str) -> bool:
    if host == "*":
        return False
    try:
        found = [place[4][0] for place in socket.getaddrinfo(host, None)]
        return all(ipaddress.ip_address(str(one).split("%")[0]).is_loopback for one in found)
    except (OSError, UnicodeError, ValueError):
        return False


class Discoverable:
    """One announcer after another, in a thread."""

    def __init__(self, server: Server, say: Callable[[str], None]) -> None:
        """`say` gets a line for a person, from the thread."""
        self._server, self._say = server, say
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._said = ""

    def start(self, ready: Ready) -> None:
        """Announce this broker; returns at once. Called again it does nothing: a new worker serves where the last one did."""
        if self._thread is None and not hidden(self._server):
            settings = {
                "server": ready.server,
                "key": ready.server_key,
                "host": self._server.host,
                "port": parse_address(ready.address).port,
                "publish_port": parse_address(ready.publish).port,
            }
            self._thread = threading.Thread(
                target=self._run, args=(json.dumps(settings),), name="hubbub-discoverable", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Say goodbye. Returns within a second or so, whatever happens."""
        with self._lock:
            self._stop.set()
            process = self._process
        if process is None:
            return
        _close(process.stdin)
        try:
            process.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _run(self, settings: str) -> None:
        for wait in chain(_WAITS_S, repeat(_WAITS_S[-1])):
            try:
                ended = self._announce(settings)
            except OSError as error:
                ended = False
                self._tell(_failed(str(error)))
            if ended or self._stop.wait(wait):
                return

    def _announce(self, settings: str) -> bool:
        """One announcer, from its start to its end. True: it ended as it was told to. Raises OSError."""
        with self._lock:
            if self._stop.is_set():
                return True
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "hubbub.broker.announcer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert process.stdin is not None  # noqa: S101  # asked for above
        assert process.stdout is not None  # noqa: S101
        with contextlib.suppress(OSError, ValueError):  # it died already, or was stopped meanwhile
            process.stdin.write(settings + "\n")
            process.stdin.flush()
        with contextlib.suppress(ValueError):
            for line in process.stdout:
                self._tell(_sentence(json.loads(line)))
        code = process.wait()
        _close(process.stdin)
        _close(process.stdout)
        if code != 0 and not self._said:
            self._tell(_failed(f"the announcer ended with {code}"))
        return code == 0

    def _tell(self, line: str) -> None:
        if line != self._said and not self._stop.is_set():
            self._said = line
            self._say(line)


def _sentence(said: dict[str, Any]) -> str:
    if "announced" in said:
        return f"It can be found nearby, as {said['announced']!r}: hubbub discover"
    if "waiting" in said:
        return f"There is no network; once there is one it can be found nearby, as {said['waiting']!r}."
    return _failed(said.get("problem", ""))


def _failed(reason: str) -> str:
    return f"It can't be found nearby ({reason}): {_TYPE}"


def _close(stream: Any) -> None:
    with contextlib.suppress(OSError):
        stream.close()
