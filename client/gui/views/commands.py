"""What can be done from anywhere in the main screen, by its name: for the palette."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Final

from hubbub.client.gui.model import keys
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.conversations import muted
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.own_menu import OwnMenu


@dataclasses.dataclass(frozen=True, slots=True)
class Doable:
    """One act. shortcut: as it is written for a person; words: others by which somebody may look for it."""

    id: str
    text: str
    icon: str
    act: Callable[[], object]
    words: str = ""
    shortcut: str = ""


class Commands:
    """Those that make sense now. `find` opens the search beside the messages."""

    def __init__(self, chat: Chat, acts: Acts, own: OwnMenu, find: Callable[[], object]) -> None:
        self._chat, self._acts, self._own, self._find = chat, acts, own, find

    def all(self) -> list[Doable]:
        """The usual ones first."""
        return [*self._general(), *self._of_open(), *self._of_me()]

    def run(self, wanted: str) -> None:
        """The one with this id, if it makes sense still."""
        for one in self.all():
            if one.id == wanted:
                one.act()
                return

    def _general(self) -> list[Doable]:
        acts = self._acts
        return [
            Doable(
                "new",
                "New conversation",
                "pencil-square",
                acts.new_conversation,
                "write to create group make",
                keys.shown("new"),
            ),
            Doable("groups", "Public groups", "people", acts.public_groups, "join discover"),
        ]

    def _of_open(self) -> list[Doable]:
        timeline, acts = self._chat.timeline, self._acts
        if timeline is None:
            return []
        name = timeline.name
        found = [
            Doable(
                "find",
                "Search in this conversation",
                "search",
                self._find,
                "find messages",
                keys.shown("find"),
            ),
            Doable("pinned", "Pinned messages", "pin-angle", partial(acts.pinned, name)),
        ]
        if name.startswith("#"):
            found.append(
                Doable("group", "Group settings", "gear", acts.group_settings, "members invite topic rename")
            )
            found.append(Doable("leave", f"Leave {name}", "box-arrow-left", partial(acts.leave, name)))
        else:
            shown = self._chat.people.shown(name[1:])
            found.append(Doable("person", f"Profile of {shown}", "person", partial(acts.person, name[1:])))
        row = self._chat.conversations.get(name)
        if row is not None and muted(row, self._chat.now()):
            found.append(
                Doable("unmute", "Unmute this conversation", "bell", partial(self._chat.unmute, name))
            )
        elif row is not None:
            found.append(
                Doable(
                    "mute",
                    "Mute this conversation",
                    "bell-slash",
                    partial(self._chat.mute, name, None),
                    "quiet silence notifications",
                )
            )
        return found

    def _of_me(self) -> list[Doable]:
        """What the menu at my picture has too."""
        found = []
        for item in self._own.items():
            if item is None or item.command is None:
                continue
            ahead, words = _TOLD.get(item.text, ("", ""))
            icon = _ICONS.get(item.text) or item.icon or "dot"
            found.append(
                Doable(f"own {item.text}", f"{ahead}{item.text}", icon, item.command, words, item.shortcut)
            )
        return found


_TOLD: Final = {
    **dict.fromkeys(("Online", "Away", "Busy", "Invisible"), ("Status: ", "presence be")),
    "Light": ("Theme: ", "look mode bright"),
    "Dark": ("Theme: ", "look mode night"),
    "As the system": ("Theme: ", "look mode automatic"),
    "Settings": ("", "preferences options"),
    "Profile": ("", "my name picture colour"),
    "Another account": ("", "switch user sign in"),
    "Log out": ("", "sign out leave"),
}
"""What stands before the words of the menu where they stand alone, and other words for it."""
_ICONS: Final = {
    "Online": "circle-fill",
    "Away": "moon",
    "Busy": "dash-circle",
    "Invisible": "eye-slash",
    "Light": "sun",
    "Dark": "moon-stars",
    "As the system": "circle-half",
}
