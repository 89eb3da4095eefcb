"""Pages about whose key a server has, and about a profile that cannot be used."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.client.gui.views.sign_in_parts import Icon, Note, Told, Words
from hubbub.client.gui.views.sign_in_start import ask_to_forget

_FIRST: Final = (
    "This device has not met {name} at {place} before. Every server has a key of its own; these ten words stand for it. "
    "Compare them with those that hubbub-broker serve printed when it started: whoever runs the server can read them out to you."
)
_CHANGED: Final = (
    "The server that answers at {place} does not have the key of the one that you know. Nothing was sent to it: no name, "
    "no password, no message."
)
_WHY: Final = "The server was set up anew, or moved without its key. Or somebody on the network pretends to be it, to read along."
_WHAT: Final = (
    "Ask whoever runs the server, by phone or in person, which words are right. If the new ones are, forget the server here "
    "and connect as for the first time. If not, use another network."
)
_DAMAGED: Final = (
    "It holds the keys of your servers and your saved sessions. If you have a copy of it, put it back and try again. Else "
    "Hubbub can move the damaged file aside and begin anew: then you log in again, and compare the words of your servers."
)
_UNUSABLE: Final = (
    "Hubbub keeps keys, sessions and messages in this folder. See that it is yours, that it can be written to and that the "
    "disk has room; then try again."
)


class _Page(Pane):
    """A sign, a heading, sentences, and buttons below."""

    inset = 0

    def __init__(self, parent: tk.Misc, sign_in: SignIn, icon: str, heading: str, *, danger: bool) -> None:
        super().__init__(parent, takefocus=0)
        self._sign_in = sign_in
        px = self.theme.px
        colour, disc = ("danger", "danger_soft") if danger else ("accent", "accent_soft")
        Icon(self, icon, 24, colour, disc=disc, disc_size=56).pack(pady=(0, px(12)))
        Prose(self, heading, "title", justify="center", anchor="center").pack(fill="x")
        self.note: Note | None = None
        self._told = Pane(self)
        self._told.pack(fill="x")

    def say(self, text: str, heading: str = "") -> None:
        """One more sentence."""
        px = self.theme.px
        if heading:
            Label(self, heading, "body", weight="semibold").pack(fill="x", pady=(px(16), 0))
        Prose(self, text, colour="muted").pack(fill="x", pady=(px(4 if heading else 12), 0))

    def buttons(self) -> Pane:
        """Where they stand."""
        row = Pane(self)
        row.pack(fill="x", pady=(self.theme.px(24), 0))
        return row

    def focus_first(self) -> None:
        """Nothing is chosen by a key that somebody still holds down: Tab goes to the first button."""
        self.focus_set()

    def refresh(self) -> None:
        """Draw what the model says now."""
        text = self._sign_in.problems.get("form", "")
        if (self.note.text if self.note else "") != text:
            if self.note is not None:
                self.note.destroy()
            self._told.configure(height=1)
            self.note = Note(self._told, text) if text else None
            if self.note is not None:
                self.note.pack(fill="x", pady=(self.theme.px(16), 0))


class TrustPage(_Page):
    """First contact."""

    def __init__(self, parent: tk.Misc, sign_in: SignIn) -> None:
        super().__init__(parent, sign_in, "shield-check", "Is this the right server?", danger=False)
        server = sign_in.server
        px = self.theme.px
        if server is not None:
            self.say(_FIRST.format(name=server.name, place=server.place))
            Words(self, server.words).pack(fill="x", pady=(px(16), 0))
        row = self.buttons()
        self.yes = Button(row, "The words are the same", command=sign_in.trust)
        self.yes.pack(fill="x")
        Button(row, "Back", kind="quiet", command=sign_in.back).pack(fill="x", pady=(px(8), 0))
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        self.yes.set(busy=self._sign_in.busy is not None)


class ChangedPage(_Page):
    """Another key than before. There is no way on from here but away."""

    def __init__(self, parent: tk.Misc, sign_in: SignIn) -> None:
        super().__init__(
            parent, sign_in, "shield-exclamation", "This is another server than before", danger=True
        )
        px = self.theme.px
        server, expected = sign_in.server, sign_in.expected
        row_of_words = []
        if server is not None and expected is not None:
            self.say(_CHANGED.format(place=server.place))
            row_of_words = [
                ("The words that you know", expected, False),
                ("The words that answer now", server, True),
            ]
        for heading, one, danger in row_of_words:
            Told(self, heading, one.words, danger=danger).pack(fill="x", pady=(px(12), 0))
        self.say(_WHY, "What may have happened")
        self.say(_WHAT, "What to do")
        row = self.buttons()
        self.back = Button(row, "Back", command=sign_in.back)
        self.back.pack(fill="x")
        if sign_in.shut_out is not None:
            Button(row, "Read what is kept here", kind="quiet", command=sign_in.read_alone).pack(
                fill="x", pady=(px(8), 0)
            )
        if expected is not None and sign_in.choices.known(expected.key) is not None:
            Button(
                row,
                f"Forget {expected.name}…",
                kind="outline",
                command=lambda: ask_to_forget(self, sign_in, expected),
            ).pack(fill="x", pady=(px(8), 0))
        self.refresh()


class BrokenPage(_Page):
    """The profile cannot be used."""

    def __init__(self, parent: tk.Misc, sign_in: SignIn) -> None:
        heading = "A file of Hubbub is damaged" if sign_in.damaged else "Hubbub can't use its folder"
        super().__init__(parent, sign_in, "exclamation-triangle", heading, danger=True)
        px = self.theme.px
        self.say(sign_in.notice)
        self.say(_DAMAGED if sign_in.damaged else _UNUSABLE)
        row = self.buttons()
        self.again = Button(row, "Try again", command=sign_in.look_again)
        self.again.pack(fill="x")
        if sign_in.damaged:
            Button(row, "Begin anew…", kind="outline", command=self._begin_anew).pack(
                fill="x", pady=(px(8), 0)
            )
        self.refresh()

    def _begin_anew(self) -> None:
        confirm(
            self,
            "Begin anew?",
            "The damaged file stays, under another name. Saved sessions and the keys of your servers are gone from this "
            "device; messages that were seen stay.",
            "Begin anew",
            danger=True,
            done=self._sign_in.set_aside,
        )
