"""A picture of somebody that can be pressed."""

import tkinter as tk
from collections.abc import Callable
from typing import Literal

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.kit.tooltip import Tooltip
from hubbub.client.gui.model.chat import Chat

Presence = Literal["online", "away", "busy"]


class FaceButton(Pressable):
    """Follows the picture and the presence of a user; of a group ("#team") it shows the initials. command=None: only to look at."""

    def __init__(
        self,
        parent: tk.Misc,
        chat: Chat,
        who: str,
        size: int,
        command: Callable[[], object] | None = None,
        tooltip: str = "",
        *,
        name: str | None = None,
    ) -> None:
        self._chat, self._who, self._side = chat, who, size
        px = theme_of(parent).px
        super().__init__(parent, px(size), px(size), command, **({"name": name} if name else {}))
        if command is None:
            self.configure(takefocus=0, cursor="")
        self.tooltip = Tooltip(self, tooltip)
        self._ends = [
            chat.people.changed.connect(self._follow),
            chat.mine.changed.connect(self._follow),
            chat.media.person_changed.connect(self._follow),
        ]
        self._seen = self._looks()
        self.redraw()

    def be(self, who: str) -> None:
        """The same is called otherwise now."""
        self._who = who
        self._follow()

    def draw(self) -> None:
        px = self.theme.px
        name, picture, presence = self._looks()
        side = px(self._side)
        inset = px(3) if self.ringed else 0
        self.put(self.pictures.avatar(name, side - 2 * inset, picture, presence), inset, inset)
        if self.ringed:
            self.put(self.pictures.rounded(side, side, side // 2, None, "accent", px(2)), 0, 0)

    def destroy(self) -> None:
        for end in self._ends:
            end()
        super().destroy()

    def _looks(self) -> tuple[str, bytes | None, Presence | None]:
        if self._who.startswith("#"):
            return self._who[1:], None, None
        user = self._chat.people.user(self._who)
        there = user.online and not (self._who == self._chat.me and self._chat.mine.profile.invisible)
        return (
            self._chat.people.shown(user.name),
            self._chat.media.person(user.name, user.picture),
            user.status if there else None,
        )

    def _follow(self, *_: object) -> None:
        if (looks := self._looks()) != self._seen:
            self._seen = looks
            self.redraw()
