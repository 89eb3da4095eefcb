"""Servers and accounts that somebody who signs in can choose from. Pure. Connects to nobody: what announces itself is a hint by
whoever answers, and servers that are known are only asked whether they are there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hubbub.client import HubbubError, Nearby
from hubbub.client.gui.bridge import Bridge, Call
from hubbub.client.gui.desk_sign_in import Account, Remembered, Server, SignInDesk
from hubbub.client.gui.model import times
from hubbub.client.gui.model.signal import Signal

LOOK_AGAIN: Final = timedelta(seconds=20)
"""How often known servers are asked whether they are there."""
QUIET: Final = timedelta(seconds=2)
"""After this without any server nearby it is said that there is none."""


class ServerRow(Struct, frozen=True, kw_only=True):
    """A server that can be chosen."""

    server: Server
    near: bool
    """It announces itself on a network of this device."""
    known: bool
    """Its key was met before."""
    there: bool
    """It answers, as far as is known."""


class AccountRow(Struct, frozen=True, kw_only=True):
    """An account that can be gone on with."""

    account: Account
    there: bool
    """Its server answers, as far as is known."""


class Choices:
    """All of them, as they come and go."""

    def __init__(self, bridge: Bridge, desk: SignInDesk, now: Callable[[], datetime]) -> None:
        self.changed = Signal[()]()
        self.problem = ""
        """Why servers nearby cannot be looked for."""
        self._bridge, self._desk, self._now = bridge, desk, now
        self._remembered = Remembered()
        self._nearby: dict[bytes, Nearby] = {}
        self._there: frozenset[bytes] = frozenset()
        self._calls: list[Call] = []
        self._asking: Call | None = None
        self._asked_at = self._began_at = now()

    def start(self) -> None:
        """Begin to listen for servers nearby, or begin anew."""
        self.close()
        self._began_at = self._now()
        self._calls = [self._bridge.follow(self._desk.nearby, self._on_nearby, self._on_end)]
        self._ask()

    def close(self) -> None:
        """Listen no more."""
        for call in (*self._calls, self._asking):
            if call is not None:
                call.cancel()

    def know(self, remembered: Remembered) -> None:
        """This is what the profile has."""
        self._remembered = remembered
        self._ask()
        self.changed.emit()

    def tick(self) -> None:
        """Time passed."""
        due = times.over(self._asked_at, LOOK_AGAIN, self._now())
        if due and (self._asking is None or not self._asking.active):
            self._ask()

    # ------------------------------------------------------------------------------------------------------- lists

    @property
    def accounts(self) -> list[AccountRow]:
        """The last used first."""
        return [
            AccountRow(account=one, there=self.is_there(one.server.key)) for one in self._remembered.accounts
        ]

    @property
    def nearby(self) -> list[ServerRow]:
        """In the order of their names."""
        found = sorted(self._nearby.values(), key=lambda one: (one.name.casefold(), one.key))
        return [
            ServerRow(
                server=Server(key=one.key, name=one.name, address=f"tcp://{one.address}"),
                near=True,
                known=self.known(one.key) is not None,
                there=True,
            )
            for one in found
        ]

    @property
    def recent(self) -> list[ServerRow]:
        """Those that are not nearby, the last used first."""
        return [
            ServerRow(server=one, near=False, known=True, there=self.is_there(one.key))
            for one in self._remembered.servers
            if one.key not in self._nearby
        ]

    @property
    def looking(self) -> bool:
        """It is too early to say that there is no server nearby."""
        early = not times.over(self._began_at, QUIET, self._now())
        return early and not self._nearby and not self.problem

    def is_there(self, key: bytes) -> bool:
        """It answers, or announces itself."""
        return key in self._there or key in self._nearby

    def known(self, key: bytes) -> Server | None:
        """The server of this key, if it was met before."""
        return next((one for one in self._remembered.servers if one.key == key), None)

    def addresses(self, key: bytes) -> tuple[str, ...]:
        """Where it announces itself."""
        return self._nearby[key].addresses if key in self._nearby else ()

    def reachable(self, server: Server) -> Server:
        """The server where it is now: a device that went home finds it by another address than the one of last time."""
        if server.key not in self._there and (near := self._nearby.get(server.key)) is not None:
            return Server(key=server.key, name=server.name, address=f"tcp://{near.address}")
        return server

    # ------------------------------------------------------------------------------------------------------ answers

    def _ask(self) -> None:
        self._asked_at = self._now()
        if self._asking is not None:
            self._asking.cancel()
        servers = self._remembered.servers
        if servers:
            self._asking = self._bridge.run(lambda: self._desk.answering(servers), self._on_answers)

    def _on_answers(self, there: frozenset[bytes]) -> None:
        if there != self._there:
            self._there = there
            self.changed.emit()

    def _on_nearby(self, found: Nearby) -> None:
        if found.gone:
            self._nearby.pop(found.key, None)
        else:
            self._nearby[found.key] = found
        self.changed.emit()

    def _on_end(self, error: HubbubError | None) -> None:
        self.problem = str(error) if error is not None else ""
        self.changed.emit()
