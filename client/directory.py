"""Which conversation is called what, as far as HOME told. Pure."""

from collections.abc import Iterable

from hubbub.client.models import Recipient, conversation_name
from hubbub.schemas.names import folded
from hubbub.schemas.replies import Conversation


class Directory:
    """The user's conversations by id and by name."""

    def __init__(self) -> None:
        self._rows: dict[int, Conversation] = {}
        self._ids: dict[str, int] = {}

    def put(self, rows: Iterable[Conversation]) -> None:
        """Rows of HOME."""
        for row in rows:
            self._rows[row.conversation] = row
            self._ids[folded(conversation_name(row))] = row.conversation

    def clear(self) -> None:
        """The store is another one."""
        self._rows.clear()
        self._ids.clear()

    def find(self, who: Recipient) -> int | None:
        """The conversation with a user, or the group."""
        return self._ids.get(folded(str(who)))

    def name(self, conversation: int) -> str:
        """How one writes to it. A conversation that was never shown has a number only."""
        row = self._rows.get(conversation)
        return conversation_name(row) if row is not None else f"?{conversation}"

    def row(self, conversation: int) -> Conversation:
        """As HOME showed it last. Raises KeyError."""
        return self._rows[conversation]

    def unknown(self, conversations: Iterable[int]) -> list[int]:
        """Those that HOME has yet to be asked about."""
        return sorted({conversation for conversation in conversations if conversation not in self._rows})
