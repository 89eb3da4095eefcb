"""The server and the people of the pictures: a broker in this process, whose clock stands still unless it is moved."""

import asyncio
import runpy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from zmq.utils import z85

from docs.screens import content
from hubbub.broker.config import Accounts, Config, Server
from hubbub.broker.keys import SERVER_KEY
from hubbub.broker.ready import CannotStart
from hubbub.broker.worker import Broker
from hubbub.client import Client as Asynchronous
from hubbub.client.profile import Profile
from hubbub.client.sync import Client
from tests.helpers.brokers import NO_LIMITS, LogLines

BEGINNING: Final = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
"""A Monday; all is said after it."""
PORT: Final = 24_820
"""Where that is free: an address that is seen is the same each time."""
PRESENT: Final = ("bob", "carol", "elena")
_FURNISH: Final = Path(__file__).parents[2] / "examples" / "furnish.py"
_AT_ONCE: Final = 64


class World:
    """Alice looks at it through a window; the others are here to say what a picture needs."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        self.folder = folder
        self.now = BEGINNING
        self._ending = ending
        self._broker: Broker | None = None
        self._give_key()
        ending.callback(self.stop)
        self.address = self._serve(PORT, 0)
        example: dict[str, Any] = runpy.run_path(str(_FURNISH))
        self._password: Callable[[str], str] = example["password"]
        asyncio.run(example["furnish"](self.address, folder, self.later))
        self._furnish_more()
        self.people = {name: ending.enter_context(self._client(name)) for name in PRESENT}
        self.people["carol"].set_status("away")
        self.people["elena"].set_status("busy", "Writing the report")
        Profile(self.profile).choose(self.address, "alice")

    @property
    def profile(self) -> Path:
        """Alice's, logged in."""
        return self.folder / "alice"

    def later(self, minutes: float) -> None:
        """So much time passes, for the server and for the window."""
        self.now += timedelta(minutes=minutes)

    @contextmanager
    def without_server(self) -> Iterator[None]:
        """It is gone meanwhile."""
        self.stop()
        try:
            yield
        finally:
            self._serve(int(self.address.rsplit(":", 1)[1]))

    def stop(self) -> None:
        """It is gone."""
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.stop()

    def _give_key(self) -> None:
        """The server's key is made of a word, so that its words are the same each time."""
        data = self.folder / "server"
        data.mkdir(mode=0o700)
        (data / SERVER_KEY).write_bytes(z85.encode(sha256(b"pictures").digest()))
        (data / SERVER_KEY).chmod(0o600)

    def _serve(self, *ports: int) -> str:
        """At the first port that is free."""
        for port in ports:
            server = Server(host="127.0.0.1", port=port, publish_port=port and port + 1)
            config = Config(server, Accounts(), NO_LIMITS)
            try:
                self._broker = Broker(self.folder / "server", config, LogLines(), self._clock)
                return self._broker.start().address
            except CannotStart:
                if port == ports[-1]:
                    raise
        raise AssertionError("no port was named")

    def _clock(self) -> int:
        return round(self.now.timestamp() * 1e6)

    def _client(self, name: str, *, register: bool = False) -> Client:
        password = self._password(name)
        return Client(self.address, user=name, password=password, register=register, device="shell")

    def _furnish_more(self) -> None:
        with ExitStack() as here:
            names = ("alice", "bob", "carol", *content.SHOWN)
            who = {name: here.enter_context(self._client(name)) for name in names}
            for name in ("gustav", "hana"):
                who[name] = here.enter_context(self._client(name, register=True))
            content.make_groups(who)
            asyncio.run(self._fill())
            content.say_more(who, self.later)

    async def _fill(self) -> None:
        """The long conversation: many at once, or it would take a minute."""
        async with Asynchronous(self.address, user="dmitri", password=self._password("dmitri")) as dmitri:
            lines = content.long_lines()
            for begin in range(0, len(lines), _AT_ONCE):
                await asyncio.gather(
                    *(dmitri.send(content.LONG, line) for line in lines[begin : begin + _AT_ONCE])
                )
                self.later(_AT_ONCE / 60)
