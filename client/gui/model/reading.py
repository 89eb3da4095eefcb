"""How far I have read, told to the server: one call a conversation at a time, of which the last one counts. Pure."""

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat


class Markers:
    """Read markers on their way."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._wanted: dict[str, int] = {}
        self._under_way: set[str] = set()

    def mark(self, name: str, seq: int) -> None:
        """I have read up to there."""
        self._wanted[name] = max(seq, self._wanted.get(name, 0))
        if name not in self._under_way:
            self._send(name)

    def _send(self, name: str) -> None:
        if (seq := self._wanted.pop(name, None)) is None:
            self._under_way.discard(name)
            return
        self._under_way.add(name)
        job = partial(self._chat.desk.client.mark_read, name, seq)
        self._chat.bridge.run(job, lambda _: self._send(name), lambda _: self._send(name))
