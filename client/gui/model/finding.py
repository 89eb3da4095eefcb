"""What the filter box finds: conversations, and beneath them people and public groups to begin with. Pure."""

from typing import TYPE_CHECKING

from hubbub.client import Conversation, Group, HubbubError, User
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

GROUPS_MAX = 20
"""Public groups that are shown beneath."""


class Finding:
    """A filter over everything that can be opened. Empty, it lets all conversations through and nothing else."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._groups: list[Group] = []
        self._asked: str | None = None
        self._under_way = False
        self.text = ""
        self.changed = Signal[()]()

    def set(self, text: str) -> None:
        """Look for this from now on."""
        text = text.strip()
        if text != self.text:
            self.text = text
            if not text:
                self._groups, self._asked = [], None
            self._ask()
            self.changed.emit()

    def conversations(self) -> list[Conversation]:
        """Mine, the liveliest first; those whose name begins with the text before the others."""
        rows = self._chat.conversations.all()
        if not self.text:
            return rows
        wanted = self.text.casefold()
        found = [row for row in rows if wanted in self._searched(row)]
        return sorted(found, key=lambda row: not self._begins(row, wanted))

    def people(self) -> list[User]:
        """To whom I never wrote."""
        if not self.text or self.text.startswith("#"):
            return []
        return [
            user
            for user in self._chat.people.find(self.text)
            if self._chat.conversations.get(f"@{user.name}") is None
        ]

    def groups(self) -> list[Group]:
        """Public ones that I am not in."""
        if not self.text or self.text.startswith("@"):
            return []
        wanted = self.text.removeprefix("#").casefold()
        return [
            group
            for group in self._groups
            if group.name[1:].casefold().startswith(wanted)
            and self._chat.conversations.get(group.name) is None
        ]

    def _ask(self) -> None:
        """One question at a time; the last one counts."""
        query = self.text.removeprefix("#")
        if self._under_way or not query or query == self._asked or self.text.startswith("@"):
            return
        self._under_way, self._asked = True, query
        self._chat.groups.find(query, self._on_groups, self._on_failed, GROUPS_MAX)

    def _on_groups(self, groups: list[Group]) -> None:
        self._under_way = False
        self._groups = groups
        self._ask()
        self.changed.emit()

    def _on_failed(self, _: HubbubError) -> None:
        """Nothing is found then: conversations and people are there all the same."""
        self._under_way = False
        self._groups = []

    def _searched(self, row: Conversation) -> str:
        return f"{self._called(row)} {row.name}".casefold()

    def _begins(self, row: Conversation, wanted: str) -> bool:
        bare = wanted.lstrip("@#")
        return self._called(row).casefold().startswith(wanted) or row.name[1:].casefold().startswith(bare)

    def _called(self, row: Conversation) -> str:
        return self._chat.people.shown(row.name[1:]) if row.kind == "direct" else row.name
