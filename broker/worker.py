"""Puts the broker together: store, core, sockets, threads. As a thread (for tests, and whoever embeds it) or as the
worker process that the supervisor runs. Wiring only."""

import contextlib
import gc
import importlib.metadata
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
import zmq
from zmq.auth.thread import ThreadAuthenticator

from hubbub.broker import effects as fx
from hubbub.broker import keys, sockets
from hubbub.broker.config import Config
from hubbub.broker.core import Core, Identity
from hubbub.broker.hello import HelloListener
from hubbub.broker.loop import Logger, Loop
from hubbub.broker.passwords import PasswordPool
from hubbub.broker.ready import EXIT_UNUSABLE, CannotStart, Ready, clock
from hubbub.schemas import limits
from hubbub.schemas.hello import Hello, key_text
from hubbub.store import Service, StoreBroken, StoreError, open_store

SWITCH_INTERVAL_S: Final = 0.0005
"""How long a busy loop may keep Python's lock from the thread that commits. With Python's own 5 ms a message that comes
alone waits 12 ms beside a loop that never rests, with this half a millisecond."""
GC_THRESHOLDS: Final = (50_000, 20, 50)
"""Requests on their way are freed by counting references; the search for cycles would walk them all again and again."""
FILES_MAX: Final = 65_536
_PORT_TRIES: Final = 50


class Broker:
    """A broker in this process. `start` returns once requests are served; `run` serves in the calling thread."""

    def __init__(
        self,
        folder: Path | str,
        config: Config | None = None,
        log: Logger | None = None,
        clock: Callable[[], int] = clock,
    ) -> None:
        """Opens and locks the store, makes keys where there are none, and listens. Raises CannotStart. `clock`: microseconds
        since 1970, UTC, asked from several threads."""
        self._folder = Path(folder)
        self._config = config or Config()
        self._log: Logger = log or structlog.get_logger()
        self._clock = clock
        self._thread: threading.Thread | None = None
        self.failure: BaseException | None = None
        """Why the broker ended by itself."""
        try:
            self._store = open_store(self._folder)
        except StoreError as error:
            raise CannotStart(f"{error}.") from error
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._listener: Any = None
        try:
            self._set_up()
        except (sockets.PortInUse, keys.BadKeyFile) as error:
            self._abandon()
            raise CannotStart(str(error)) from error
        except BaseException:
            self._abandon()
            raise

    def _set_up(self) -> None:
        pair = keys.load_or_make(self._folder / keys.SERVER_KEY)
        admin = keys.load_or_make(self._folder / keys.ADMIN_KEY)
        server = self._config.server
        version = importlib.metadata.version("hubbub")
        startup = self._store.startup(self._clock())
        self.core = Core(
            startup,
            Identity(server.name, version, admin.public.decode()),
            self._config.policy(),
            secrets.token_bytes,
            self._clock(),
        )
        self._router = sockets.request_socket(self._context, pair.secret)
        self._xpub = sockets.publish_socket(self._context, pair.secret)
        self._loop = Loop(self.core, self._router, self._xpub, self._log, self._clock)
        self.service: Service[fx.Pending | None] = Service(
            self._store, self._loop.store_results, self._store_broken
        )
        self._passwords = PasswordPool(self._loop.password_result)
        # Before bind, and with the keys of live sessions: a refused handshake is never tried again by libzmq.
        self._auth = ThreadAuthenticator(self._context)
        self._auth.start()
        # A provider for both: with one for any domain, pyzmq knows no other domains than those that have one.
        for domain, allowed in (
            (sockets.REQUEST_DOMAIN, _any_key),
            (sockets.PUBLISH_DOMAIN, self.core.sessions.is_device),
        ):
            provider = _Devices(allowed)
            self._auth.configure_curve_callback(domain=domain.decode(), credentials_provider=provider)
        port = self._bind_requests(server.host, server.port)
        publish_port = sockets.bind(self._xpub, server.host, server.publish_port)
        hello = Hello(
            protocol=limits.PROTOCOL_VERSION,
            server=server.name,
            key=pair.public_bytes,
            port=port,
            publish_port=publish_port,
            epoch=startup.epoch,
        )
        self._hello = HelloListener(self._listener, hello)
        host = "127.0.0.1" if server.host == "*" else server.host
        shown = f"[{host}]" if ":" in host else host
        self.ready = Ready(
            pid=os.getpid(),
            address=f"tcp://{shown}:{port}",
            publish=f"tcp://{shown}:{publish_port}",
            server_key=key_text(pair.public_bytes),
            server=server.name,
            worker=os.getpid(),
        )

    def _bind_requests(self, host: str, port: int) -> int:
        """The request port and, two above it, the hello listener's."""
        if port:
            self._listener = sockets.hello_listener(host, port + limits.HELLO_PORT_OFFSET)
            return sockets.bind(self._router, host, port)
        for _ in range(_PORT_TRIES):
            self._listener = sockets.hello_listener(host, 0)
            wanted = self._listener.getsockname()[1] - limits.HELLO_PORT_OFFSET
            try:
                return sockets.bind(self._router, host, wanted)
            except sockets.PortInUse:
                self._listener.close()
        raise sockets.PortInUse("No two free ports were found. Name some with --port and --publish-port.")

    def start(self) -> Ready:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self._run_in_thread, name="hubbub-broker")
        self._begin()
        self._thread.start()
        return self.ready

    def run(self) -> None:
        """Serve in this thread until `stop`, or until the store breaks (then `failure` says so)."""
        self._begin()
        self._serve()

    def stop(self) -> None:
        """Finish what is under way, and return when all is closed. From any thread but the broker's own."""
        self.request_stop()
        if self._thread is not None:
            self._thread.join()

    def request_stop(self) -> None:
        """As `stop`, without waiting; safe in a signal handler."""
        self._loop.stop()

    def _begin(self) -> None:
        self.service.start()
        self._hello.start()

    def _run_in_thread(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # noqa: BLE001  # kept for whoever looks; the thread ends with it
            self.failure = error
            self._log.exception("broker_failed")

    def _serve(self) -> None:
        try:
            self._loop.run(self.service, self._passwords)
        finally:
            self._hello.stop()
            self._passwords.stop()
            self.service.stop()
            self._close_sockets(linger=sockets.LINGER_MS)

    def _store_broken(self, error: StoreBroken) -> None:
        self.failure = error
        self._log.error("store_broken", detail=str(error))
        self._loop.stop(drain=False)

    def _abandon(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._close_sockets(linger=0)
        self._store.close()

    def _close_sockets(self, linger: int) -> None:
        auth = getattr(self, "_auth", None)
        for name in ("_router", "_xpub"):
            made = getattr(self, name, None)
            if made is not None:
                made.close(linger=linger)
        if auth is not None:
            auth.stop()
        self._context.term()


class _Devices:
    """ZAP's question for one domain, asked from the authenticator's thread."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed = allowed

    def callback(self, domain: str, key: bytes) -> bool:
        """Whether a connection with this key (Z85) may be made."""
        return self._allowed(key.decode("ascii"))


def _any_key(key: str) -> bool:
    return True


# ------------------------------------------------------------------------------------------------ the worker process


def main() -> None:
    """The worker: settings come as a line on standard input, whose end means stop; what happened goes out as lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    # The terminal sends Ctrl-C to the whole group; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raise_file_limit()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    settings = json.loads(sys.stdin.readline())
    try:
        broker = Broker(settings["data"], msgspec.convert(settings["config"], Config))
    except CannotStart as error:
        _say({"error": str(error)})
        sys.exit(EXIT_UNUSABLE)
    signal.signal(signal.SIGTERM, lambda *_: broker.request_stop())
    threading.Thread(target=_watch_input, args=(broker,), daemon=True).start()
    gc.collect()
    gc.freeze()
    _say({"ready": msgspec.to_builtins(broker.ready)})
    broker.run()
    if broker.failure is not None:
        sys.exit(1)


def _raise_file_limit() -> None:
    """A client has two connections; the usual soft limit of 1,024 descriptors would turn away the 500th."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
        if wanted > soft:
            with contextlib.suppress(ValueError, OSError):  # macOS has a second limit that it does not tell
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def _watch_input(broker: Broker) -> None:
    sys.stdin.readline()  # "stop", or the end of a supervisor that died
    broker.request_stop()


if __name__ == "__main__":
    main()
