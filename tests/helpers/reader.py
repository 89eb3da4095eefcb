"""Somebody with a model of a window, and no window."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.timeline import Timeline
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.waiting import until


class Reader:
    """Has an account from then on. Waiting keeps the model going."""

    def __init__(
        self, broker: Served, name: str, folder: Path, *, register: bool = True, address: str = ""
    ) -> None:
        """address: where the broker is met; empty: at its own."""
        self.bridge = Bridge()
        self.chats: list[Chat] = []
        self.complaints: list[str] = []
        self.faults: list[Exception] = []
        self.bridge.on_fault = self.faults.append

        async def enter() -> Desk:
            return await Desk.enter(
                address or broker.place.address, name, PASSWORD.decode(), profile=folder, register=register
            )

        self.bridge.run(
            enter,
            lambda desk: self.chats.append(Chat(self.bridge, desk, lambda: datetime.now(UTC))),
            self.faults.append,
        )
        self.until(lambda: self.chats or self.faults)
        assert not self.faults, self.faults
        self.chat = self.chats[0]
        self.chat.said.connect(self.complaints.append)
        self.until(lambda: self.chat.link.connected and self.chat.conversations.known)

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until it is so."""

        def turned() -> object:
            self.bridge.drain()
            return condition()

        until(turned)

    def opens(self, name: str) -> Timeline:
        """Open a conversation, and wait for its messages."""
        self.chat.open(name)
        timeline = self.chat.timeline
        assert timeline is not None
        self.until(lambda: not timeline.history.state)
        return timeline

    def close(self) -> None:
        """Nothing that nobody foresaw may have happened."""
        self.bridge.finish(self.chat.desk.close)
        self.bridge.close()
        assert not self.faults, [repr(fault) for fault in self.faults]
