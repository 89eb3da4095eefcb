"""What a person sets of the account: how each change stands, and what is wrong with it. Pure."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from hubbub.client import HubbubError, Login, errors
from hubbub.client.gui.model import sign_in_words
from hubbub.client.gui.model.mine import Presence
from hubbub.client.gui.model.signal import Signal
from hubbub.schemas.hello import fingerprint, key_text

if TYPE_CHECKING:
    from hubbub.client.gui.model.app import App
    from hubbub.client.gui.model.chat import Chat

Kind = Literal["", "saving", "saved", "failed"]
Messages = Literal["keep", "delete"]
OFFLINE: Final = "There is no connection to the server now. What needs it can be changed when it is back."


class Standing(Struct, frozen=True):
    """How a change stands."""

    kind: Kind = ""
    text: str = ""
    """What went wrong, or what to know of it."""


class About(Struct, frozen=True, kw_only=True):
    """What stands on the last page."""

    server: str
    address: str
    words: str
    key: str
    profile: Path


_NOTHING: Final = Standing()


class Preferences:
    """Of an account that is open, as long as somebody looks. Controls have names: what is told of one stands beside it."""

    def __init__(self, app: "App", chat: "Chat") -> None:
        self.app: Final = app
        self.chat: Final = chat
        self.settings: Final = app.settings
        self.changed = Signal[str]()
        """The standing of this control."""
        self.listed = Signal[()]()
        """`sessions` are others now."""
        self.sessions: tuple[Login, ...] | None = None
        """This one first, then the newest; None: they were not asked for yet."""
        self.version = ""
        self._standings: dict[str, Standing] = {}
        self._asked: dict[str, object] = {}

    @property
    def reachable(self) -> bool:
        """There is a server, as far as is known."""
        return not self.chat.link.away

    def standing(self, control: str) -> Standing:
        """How its last change stands."""
        return self._standings.get(control, _NOTHING)

    def say(self, control: str, kind: Kind, text: str = "") -> None:
        """It stands otherwise now."""
        self._standings[control] = Standing(kind, text)
        self.changed.emit(control)

    # ------------------------------------------------------------------------------------------------------- profile

    def set_name(self, text: str) -> None:
        """What others call me."""
        if text.strip() != self.chat.mine.profile.display_name:
            self._keep("name", text, partial(self.chat.mine.set_profile, display_name=text))

    def set_colour(self, colour: str) -> None:
        """Of my name."""
        self._keep("colour", colour, partial(self.chat.mine.set_profile, colour=colour))

    def set_receipts(self, on: bool) -> None:
        """Others see what I have read."""
        self._keep("receipts", on, partial(self.chat.mine.set_profile, receipts=on))

    def set_picture(self, picture: Path | Literal[""]) -> None:
        """This file, or none."""
        self._keep("picture", picture, partial(self.chat.mine.set_profile, picture=picture))

    def set_presence(self, presence: Presence) -> None:
        """How I am shown while I am here."""
        self._keep("presence", presence, partial(self.chat.mine.set_presence, presence))

    def set_status(self, text: str) -> None:
        """What others should know."""
        mine = self.chat.mine
        if " ".join(text.split()) != mine.profile.status_text:
            self._keep("status", text, partial(mine.set_presence, mine.presence, text))

    # ------------------------------------------------------------------------------------------------------- account

    def unblock(self, user: str) -> None:
        """Take somebody's messages again."""
        self._ask("blocked", partial(self.chat.desk.client.unblock, user))

    def change_password(self, old: str, new: str, again: str) -> None:
        """All other sessions end. What is wrong is said of "old", "new" and "again"."""
        wrong = {
            "old": sign_in_words.of_password(old, register=False),
            "new": sign_in_words.of_password(new, register=True),
            "again": "" if new == again else "This is not the same password.",
        }
        for control, text in wrong.items():
            self.say(control, "failed" if text else "", text)
        if not any(wrong.values()):
            job = partial(self.chat.desk.client.change_password, old, new)
            self._ask("password", job, failed=self._on_no_password, said="Your password is another one now.")

    def _on_no_password(self, error: HubbubError) -> None:
        wrong = isinstance(error, errors.WrongCredentials)
        self.say("password", "" if wrong else "failed", "" if wrong else str(error))
        if wrong:
            self.say("old", "failed", "This is not your password.")

    def delete_account(self, password: str, messages: Messages) -> None:
        """For ever. The screen changes when it is done."""
        if wrong := sign_in_words.of_password(password, register=False):
            self.say("delete", "failed", wrong)
            return
        self.say("delete", "saving")
        self.app.delete_account(password, messages, self._on_not_deleted)

    def _on_not_deleted(self, error: HubbubError) -> None:
        wrong = isinstance(error, errors.WrongCredentials)
        self.say("delete", "failed", "This is not your password." if wrong else str(error))

    # ------------------------------------------------------------------------------------------------------- devices

    def read_sessions(self) -> None:
        """Ask where I am logged in."""
        self.say("sessions", "saving")
        self.chat.acting.run(
            self.chat.desk.client.sessions, self._on_sessions, self._on_no_sessions, shown=True
        )

    def end_session(self, login: Login) -> None:
        """Log that device out."""
        self._ask(
            f"session {login.session}", partial(self.chat.desk.end_sessions, (login,)), self.read_sessions
        )

    def end_others(self) -> None:
        """Log all other devices out."""
        others = tuple(login for login in self.sessions or () if not login.current)
        self._ask("sessions", partial(self.chat.desk.end_sessions, others), self.read_sessions)

    def _on_sessions(self, logins: list[Login]) -> None:
        newest = sorted(logins, key=lambda login: login.created_at, reverse=True)
        self.sessions = tuple(sorted(newest, key=lambda login: not login.current))
        self.say("sessions", "")
        self.listed.emit()

    def _on_no_sessions(self, error: HubbubError) -> None:
        self.say("sessions", "failed", str(error))

    # --------------------------------------------------------------------------------------------------------- about

    def about(self) -> About:
        """What is known of the server, and where things are kept."""
        account = self.app.account
        return About(
            server=account.server.name if account else "",
            address=account.server.place if account else "",
            words=fingerprint(account.server.key) if account else "",
            key=key_text(account.server.key) if account else "",
            profile=self.app.profile,
        )

    def read_version(self) -> None:
        """It takes a while; the standing of "version" tells when it is known."""

        def known(found: str) -> None:
            self.version = found
            self.say("version", "")

        self.chat.bridge.run(self.chat.desk.version, known)

    # ------------------------------------------------------------------------------------------------------------

    def _keep(self, control: str, value: object, act: Callable[..., None]) -> None:
        """Nothing is asked twice while it is under way, and of several only the last says how it went."""
        if self.standing(control).kind == "saving" and self._asked.get(control) == value:
            return
        self._asked[control] = value
        self.say(control, "saving")

        def told(kind: Kind, text: str = "") -> None:
            if self._asked.get(control) == value:
                self.say(control, kind, text)

        act(done=lambda: told("saved"), failed=lambda error: told("failed", str(error)))

    def _ask(
        self,
        control: str,
        job: Any,
        done: Callable[[], object] | None = None,
        failed: Callable[[HubbubError], object] | None = None,
        said: str = "",
    ) -> None:
        self.say(control, "saving")

        def finished(_: object) -> None:
            self.say(control, "saved", said)
            if done is not None:
                done()

        failing = failed or (lambda error: self.say(control, "failed", str(error)))
        self.chat.acting.run(job, finished, failing, shown=True)
