"""What signing in is tried with: servers that announce themselves when told to, servers that hang, keys that change."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from hubbub.client import Nearby, errors
from hubbub.client.gui.desk_sign_in import SignInDesk
from hubbub.client.profile import Profile, State
from hubbub.schemas import codec
from hubbub.schemas.hello import Hello, key_text
from hubbub.schemas.limits import HELLO_PORT_OFFSET, PROTOCOL_VERSION

OTHER_KEY: Final = bytes(range(32))


class Around:
    """Takes the place of the network: what is announced is what a test says."""

    def __init__(self) -> None:
        self._queues: list[tuple[asyncio.AbstractEventLoop, asyncio.Queue[Nearby | None]]] = []
        self._announced: dict[bytes, Nearby] = {}

    def announce(self, name: str, *addresses: str, key: bytes, gone: bool = False) -> None:
        """From any thread."""
        found = Nearby(
            name=name,
            address=addresses[0],
            addresses=addresses,
            key=key,
            publish_port=1,
            version=1,
            gone=gone,
        )
        self._announced[key] = found
        self._put(found)

    def fail(self) -> None:
        """There is no network to listen to."""
        self._put(None)

    def _put(self, found: Nearby | None) -> None:
        for loop, queue in self._queues:
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, found)

    async def nearby(self, _: SignInDesk) -> AsyncIterator[Nearby]:
        """In the place of SignInDesk.nearby."""
        queue: asyncio.Queue[Nearby | None] = asyncio.Queue()
        self._queues.append((asyncio.get_running_loop(), queue))
        for found in [one for one in self._announced.values() if not one.gone]:
            yield found
        while (one := await queue.get()) is not None:
            yield one
        raise errors.NoServer("Nearby servers can't be looked for here. Type the address of yours.")


class HangingServer:
    """Says hello and takes connections, and answers nothing: a broker that hangs. `protocol`: what it says that it speaks."""

    def __init__(self, *, key: bytes = OTHER_KEY, protocol: int = PROTOCOL_VERSION) -> None:
        self._silent = socket.create_server(("127.0.0.1", 0))
        self._door = socket.create_server(("127.0.0.1", 0))
        port: int = self._silent.getsockname()[1]
        self._hello = codec.encode(
            Hello(protocol=protocol, server="Slow", key=key, port=port, publish_port=port, epoch=bytes(16))
        )
        threading.Thread(target=self._greet, daemon=True).start()

    @property
    def address(self) -> str:
        """As a person types it."""
        return f"127.0.0.1:{self._door.getsockname()[1] - HELLO_PORT_OFFSET}"

    def close(self) -> None:
        """Be gone."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._silent.close()

    def _greet(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
            except OSError:
                return
            with guest:
                guest.sendall(self._hello)


def swap_key(folder: Path) -> None:
    """As if every server that the profile knows had had another key when it was met."""

    def change(state: State) -> None:
        (text,) = state.servers
        other = key_text(OTHER_KEY)
        state.servers = {other: state.servers[text]}
        state.sessions = {other: state.sessions.get(text, {})}
        for account in state.accounts:
            account.server = other

    Profile(folder).change(change)
