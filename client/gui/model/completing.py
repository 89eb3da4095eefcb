"""Whose name is being written behind an @. Pure."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

MOST: Final = 6
EVERYBODY: Final = "all"


class Completion(Struct, frozen=True, kw_only=True):
    """Somebody whose name may be meant, or an emoji."""

    name: str
    """ "all": everybody in the group."""
    shown: str
    replaced: int
    """Characters before the caret that stand for it, the "@" or ":" included."""
    emoji: str = ""
    """Not somebody, but this, and its name."""

    @property
    def written(self) -> str:
        """What takes their place."""
        return self.emoji or f"@{self.name} "


class Completer:
    """Knows who may be meant in a conversation: its members first, then who spoke in it, then anybody of the server."""

    def __init__(self, chat: "Chat", conversation: str) -> None:
        self._chat = chat
        self._group = conversation.startswith("#")
        self.members: tuple[str, ...] = () if self._group else (conversation[1:],)

    def find(self, before: str) -> list[Completion]:
        """before: the text up to the caret."""
        if (part := written_name(before)) is None:
            return []
        return [
            Completion(name=name, shown=self._shown(name), replaced=len(part) + 1)
            for name in self._matching(part.casefold())[:MOST]
        ]

    def _matching(self, part: str) -> list[str]:
        near = [name for name in self._near() if self._begins(name, part)]
        if self._group and EVERYBODY.startswith(part):
            near.append(EVERYBODY)
        if part and self._group:
            near += [user.name for user in self._chat.people.all() if self._begins(user.name, part)]
        return _once(near, but=self._chat.me)

    def _near(self) -> Sequence[str]:
        timeline = self._chat.timeline
        spoke = [message.sender for message in reversed(timeline.messages)] if timeline else []
        here = set(self.members)
        lately = [name for name in spoke if not here or name in here]
        return [*lately, *self.members]

    def _begins(self, name: str, part: str) -> bool:
        shown = self._chat.people.shown(name).casefold()
        return name.casefold().startswith(part) or any(word.startswith(part) for word in shown.split())

    def _shown(self, name: str) -> str:
        return "Everybody here" if name == EVERYBODY else self._chat.people.shown(name)


def written_name(before: str) -> str | None:
    """What stands behind the @ that begins the last word; None: no name is being written."""
    begin = before.rfind("@")
    if begin < 0 or (begin and (before[begin - 1].isalnum() or before[begin - 1] in "@._")):
        return None
    part = before[begin + 1 :]
    return None if any(character.isspace() for character in part) else part


def _once(names: Iterable[str], but: str) -> list[str]:
    return [name for name in dict.fromkeys(names) if name != but]
