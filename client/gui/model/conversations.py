"""The list at the left: who and which groups, the liveliest first. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from hubbub.client import Conversation, Message, events
from hubbub.client.gui.model.signal import Signal


class Conversations:
    """All conversations of mine."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._rows: dict[str, Conversation] = {}
        self.changed = Signal[()]()
        self.removed = Signal[str]()
        """I am not in it any more."""
        self.renamed = Signal[str, str]()
        """From, to."""

    def know(self, rows: Iterable[Conversation]) -> None:
        """These are all there are, as they are now."""
        before, self._rows = self._rows, {row.name: row for row in rows}
        self.changed.emit()
        for name in before.keys() - self._rows.keys():
            self.removed.emit(name)

    def all(self) -> list[Conversation]:
        """The liveliest first."""
        return sorted(self._rows.values(), key=_liveliness, reverse=True)

    def get(self, name: str) -> Conversation | None:
        """One of them."""
        return self._rows.get(name)

    def on_message(self, message: Message) -> None:
        """Somebody said something."""
        if (row := self._rows.get(message.conversation)) is None or message.seq <= row.head:
            return
        mine = message.sender == self._me
        self._put(
            replace(
                row,
                head=message.seq,
                last_message=message,
                unread=row.unread + (not mine),
                mentions=row.mentions + (not mine and (self._me in message.mentions or message.everyone)),
            )
        )

    def on_added(self, event: events.ConversationAdded) -> None:
        """There is another one."""
        self._put(event.conversation)

    def on_removed(self, event: events.ConversationRemoved) -> None:
        """One is gone."""
        if self._rows.pop(event.conversation, None) is not None:
            self.changed.emit()
            self.removed.emit(event.conversation)

    def on_read(self, event: events.ReadMarked) -> None:
        """I have read up to there."""
        if (row := self._rows.get(event.conversation)) is not None and event.seq > row.read:
            rest = row.unread if event.seq < row.head else 0
            self._put(replace(row, read=event.seq, unread=rest, mentions=row.mentions if rest else 0))

    def _put(self, row: Conversation) -> None:
        self._rows[row.name] = row
        self.changed.emit()


def _liveliness(row: Conversation) -> tuple[float, str]:
    last = row.last_message
    return (last.sent_at.timestamp() if last else 0.0, row.name)
