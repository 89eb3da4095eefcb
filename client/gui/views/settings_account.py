"""What the server keeps of me besides my looks: whom I blocked, my password, the account, where I am logged in."""

from typing import Final

from hubbub.client import Login
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.choosing import Radios
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.sheet import Sheet, confirm
from hubbub.client.gui.model import sign_in_words, times
from hubbub.client.gui.model.preferences import Messages, Preferences
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.fitting import Fitting
from hubbub.client.gui.views.settings_parts import Page, Stands, SwitchRow
from hubbub.client.gui.views.sign_in_parts import Icon
from hubbub.client.gui.views.soon import Soon

_BLOCKING: Final = "To block somebody, open the menu of your conversation with them."
_GOES: Final = (
    "Your name, picture and status, your groups, and your sessions on all devices go at once. The name @{name} is never given "
    "to anybody again. Nobody can undo this."
)
_MESSAGES: Final[dict[Messages, str]] = {
    "keep": "Keep my messages",
    "delete": "Delete them too",
}


class PrivacyPage(Page):
    """What others see, and from whom I take nothing."""

    title = "Privacy"

    def build(self) -> None:
        chat = self.chat
        self.receipts = SwitchRow(
            self,
            "Read receipts",
            "Others see how far you have read their messages.",
            value=chat.mine.profile.receipts is not False,
            on_change=self.preferences.set_receipts,
            name="receipts",
        )
        self.receipts.pack(fill="x")
        self.stands("receipts")
        self.line()
        self.heading("Blocked people", above=0)
        self._none = self.prose("", above=0)
        self._rows = Pane(self, height=1)
        self._rows.pack(fill="x")
        self.stands("blocked")
        self._shown: frozenset[str] = frozenset()
        self._buttons: list[Button] = []
        self.served(self.receipts, self)
        self.follow(
            chat.people.changed.connect(Soon(self, self._draw)),
            chat.mine.changed.connect(lambda: self.receipts.set(chat.mine.profile.receipts is not False)),
        )
        self._draw()

    def enable(self, enabled: bool) -> None:
        """The buttons beside blocked people."""
        for button in self._buttons:
            button.enable(enabled)

    def _draw(self) -> None:
        blocked = self.chat.people.blocked
        said = (
            "They can't write to you, and what they say in groups is folded."
            if blocked
            else "You have blocked nobody."
        )
        self._none.set(said if blocked else f"{said} {_BLOCKING}")
        if blocked == self._shown:
            return
        self._shown = blocked
        for row in self._rows.winfo_children():
            row.destroy()
        self._rows.configure(height=1)
        self._buttons = [self._row(name) for name in sorted(blocked, key=str.casefold)]

    def _row(self, name: str) -> Button:
        px = self.theme.px
        row = Pane(self._rows)
        row.pack(fill="x", pady=(px(8), 0))
        FaceButton(row, self.chat, name, 36).pack(side="left")
        button = Button(
            row,
            "Unblock",
            kind="quiet",
            height=32,
            command=lambda: self.preferences.unblock(name),
            name="unblock",
        )
        button.pack(side="right")
        button.enable(self.preferences.reachable)
        LineLabel(row, self.chat.people.shown(name)).pack(side="left", fill="x", expand=True, padx=px(12))
        return button


class AccountPage(Page):
    """Another password, and the end of the account."""

    title = "Account"

    def build(self) -> None:
        px = self.theme.px
        self.old = self._field("Your password now", "old", lambda _: None)
        self.new = self._field("New password", "new", self._judge)
        self._strength = self.prose(sign_in_words.PASSWORD_HINT)
        self.again = self._field("The same again", "again", lambda _: None)
        self.change = Button(self, "Change password", command=self._change, name="change_password")
        self.change.pack(anchor="w", pady=(px(16), 0))
        self.stands("password")
        self.prose("On all other devices you have to log in anew.", above=8)
        self.line()
        self.heading("Delete your account", above=0)
        self.delete = Button(
            self, "Delete account…", kind="outline", icon="trash", command=self._delete, name="delete_account"
        )
        self.delete.pack(anchor="w", pady=(px(4), 0))
        self.served(self.old, self.new, self.again, self.change, self.delete)
        self.follow(self.preferences.changed.connect(self._on_change))

    def _field(self, label: str, control: str, on_change: object) -> Field:
        field = Field(
            self,
            label,
            secret=True,
            on_change=on_change,  # type: ignore[arg-type]  # a function of the text
            on_enter=self._change,
            name=control,
        )
        field.pack(fill="x", pady=(0 if control == "old" else self.theme.px(12), 0))
        return field

    def _judge(self, text: str) -> None:
        self._strength.set(sign_in_words.strength(text)[1])

    def _change(self) -> None:
        if not self.change.busy and self.change.enabled:
            self.preferences.change_password(self.old.value, self.new.value, self.again.value)

    def _on_change(self, control: str) -> None:
        standing = self.preferences.standing(control)
        field = {"old": self.old, "new": self.new, "again": self.again}.get(control)
        if field is not None:
            field.error(standing.text or None)
        elif control == "password":
            self.change.set(busy=standing.kind == "saving")
            if standing.kind == "saved":
                for one in (self.old, self.new, self.again):
                    one.value = ""
                self._judge("")

    def _delete(self) -> None:
        DeleteAccount(self, self.preferences)


class DeleteAccount:
    """A sheet: what goes, and the password that shows that it is me."""

    def __init__(self, page: Page, preferences: Preferences) -> None:
        self._preferences = preferences
        self.sheet = Sheet(page, "Delete your account?", on_close=self._on_close)
        self._ends = [
            preferences.changed.connect(self._on_change),
            preferences.app.screen_changed.connect(self.sheet.close),
        ]
        px = self.sheet.theme.px
        self._build_buttons()
        fitting = Fitting(self.sheet.body, below=64)
        fitting.pack(fill="both", expand=True)
        body = fitting.content
        Prose(body, _GOES.format(name=preferences.chat.me), colour="muted").pack(fill="x")
        Label(body, "Your messages", "note", weight="semibold", colour="muted").pack(
            fill="x", pady=(px(20), px(6))
        )
        self.messages = Radios(body, list(_MESSAGES.values()), name="messages")
        self.messages.pack(anchor="w", fill="x")
        Prose(body, "What is kept is by “deleted user” then.", "note", colour="muted").pack(
            fill="x", pady=(px(4), 0)
        )
        self.password = Field(body, "Your password", secret=True, on_enter=self._do, name="delete_password")
        self.password.pack(fill="x", pady=(px(16), 0))
        self.password.focus()

    def _build_buttons(self) -> None:
        px = self.sheet.theme.px
        row = Pane(self.sheet.body)
        row.pack(side="bottom", fill="x", pady=(px(24), 0))
        self.yes = Button(row, "Delete for ever", kind="danger", command=self._do, name="yes")
        self.yes.pack(side="right")
        no = Button(row, "Cancel", kind="quiet", command=self.sheet.close, name="no")
        no.pack(side="right", padx=(0, px(8)))

    def _do(self) -> None:
        if not self.yes.busy:
            self._preferences.delete_account(self.password.value, list(_MESSAGES)[self.messages.chosen])

    def _on_change(self, control: str) -> None:
        if control == "delete":
            standing = self._preferences.standing(control)
            self.yes.set(busy=standing.kind == "saving")
            self.password.error(standing.text or None)

    def _on_close(self) -> None:
        for end in self._ends:
            end()


class DevicesPage(Page):
    """Where I am logged in."""

    title = "Devices"

    def build(self) -> None:
        preferences = self.preferences
        self._buttons: list[Button] = []
        self.prose(
            "Devices and programs that are logged in to your account. End what you do not know.", above=0
        )
        self.stands("sessions")
        self._rows = Pane(self, height=1)
        self._rows.pack(fill="x", pady=(self.theme.px(8), 0))
        self.others = Button(
            self,
            "End all others…",
            kind="outline",
            icon="box-arrow-right",
            command=self._end_others,
            name="others",
        )
        self.served(self, self.others)
        self.follow(preferences.listed.connect(Soon(self, self._draw)))
        if preferences.sessions is not None:
            self._draw()
        if preferences.reachable:
            preferences.read_sessions()

    def enable(self, enabled: bool) -> None:
        """The buttons of devices. Who is there is asked when it can be."""
        for button in self._buttons:
            button.enable(enabled)
        if enabled and self.preferences.sessions is None and self.winfo_ismapped():
            self.preferences.read_sessions()

    def _draw(self) -> None:
        for row in self._rows.winfo_children():
            row.destroy()
        self._buttons = []
        sessions = self.preferences.sessions or ()
        for login in sessions:
            self._row(login)
        if len(sessions) > 1:
            self.others.pack(anchor="w", pady=(self.theme.px(20), 0))
        else:
            self.others.pack_forget()

    def _row(self, login: Login) -> None:
        px = self.theme.px
        row = Pane(self._rows)
        row.pack(fill="x", pady=(px(12), 0))
        colour, disc = ("accent", "accent_soft") if login.current else ("muted", "raised")
        Icon(row, "display" if login.current else "laptop", 18, colour, disc=disc, disc_size=40).pack(
            side="left", anchor="n"
        )
        if not login.current:
            button = Button(
                row,
                "End",
                kind="quiet",
                height=32,
                command=lambda: self._end_one(login),
                name=f"end{login.session}",
            )
            button.pack(side="right", padx=(px(12), 0))
            button.enable(self.preferences.reachable)
            self._buttons.append(button)
        words = Pane(row)
        words.pack(side="left", fill="x", expand=True, padx=(px(12), 0))
        LineLabel(words, login.device or "A program without a name", weight="semibold").pack(fill="x")
        since = times.full(login.created_at, self.chat.now())
        said = "This device, logged in" if login.current else "Logged in"
        Prose(
            words, f"{said} {_in_sentence(since)}", "note", colour="accent" if login.current else "muted"
        ).pack(fill="x")
        Stands(words, self.preferences, (f"session {login.session}",)).pack(fill="x")

    def _end_one(self, login: Login) -> None:
        confirm(
            self,
            f"End the session of {login.device or 'this program'}?",
            "It is logged out at once. What waits there to be sent stays there until you log in again.",
            "End session",
            danger=True,
            done=lambda: self.preferences.end_session(login),
        )

    def _end_others(self) -> None:
        confirm(
            self,
            "End all other sessions?",
            "All other devices and programs are logged out at once. This one goes on.",
            "End all others",
            danger=True,
            done=self.preferences.end_others,
        )


def _in_sentence(said: str) -> str:
    near = said.startswith(("Today", "Yesterday"))
    return said[0].lower() + said[1:] if near else f"on {said}"
