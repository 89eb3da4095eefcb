"""The whole of what the window shows: signing in, or an account that is open. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal

from hubbub.client import HubbubError, errors
from hubbub.client.errors import NoServer
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk
from hubbub.client.gui.desk_sign_in import Account, Remembered, Server, SignInDesk
from hubbub.client.gui.model.acting import NO_SERVER
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.client.gui.model.signal import Signal
from hubbub.client.gui.settings import Settings, account_name
from hubbub.schemas.announcement import server_name
from hubbub.schemas.hello import parse_address


class App:
    """Which screen there is: `chat` where that is not None, else `sign_in`."""

    def __init__(
        self, bridge: Bridge, profile: Path, now: Callable[[], datetime], settings: Settings | None = None
    ) -> None:
        self.bridge: Final = bridge
        self.profile: Final = profile
        self.settings: Final = settings if settings is not None else Settings(profile, bridge)
        self.account: Account | None = None
        """Whose chat is open, or opens."""
        self.chat: Chat | None = None
        """None: somebody has to sign in."""
        self.screen_changed = Signal[()]()
        self._now = now
        self._alone: Account | None = None
        """Opened although its server has another key: to read what is known here."""
        self._deleted: Account | None = None
        """That it has no session any more is no surprise."""
        self._sign_in_desk = SignInDesk(profile)
        self.sign_in = self._new_sign_in()

    def start(self) -> None:
        """Open the account of last time if it has a session, with or without its server; else let somebody sign in."""
        self._read(self._on_started)

    def open(self, account: Account) -> None:
        """Go on with the session that the profile has. What is known is shown at once, whether the server is there or not."""
        self.account = account
        self._alone = account if self.sign_in.page == "changed" else None
        self.bridge.run(
            partial(self._sign_in_desk.open, account),
            self._on_entered,
            partial(self._on_not_entered, account),
        )

    def log_in(
        self,
        server: str,
        user: str,
        password: str | None,
        *,
        register: bool,
        failed: Callable[[HubbubError], None],
    ) -> None:
        """Open an account of a server that is to be trusted, without anybody being asked; the screen changes when it is."""
        job = partial(Desk.enter, server, user, password, profile=self.profile, register=register)
        self.bridge.run(job, partial(self._on_logged_in, server), failed)

    def log_out(self) -> None:
        """End the session, and sign in anew."""
        account, desk = self.account, self._leave("Logging out…")
        if desk is not None:
            job = partial(self._sign_in_desk.leave, desk, account) if account is not None else desk.log_out
            self.bridge.run(job, lambda _: self._read(self.sign_in.start), self._on_bad_profile)

    def delete_account(
        self, password: str, messages: Literal["keep", "delete"], failed: Callable[[HubbubError], None]
    ) -> None:
        """Delete the account that is open, for ever, and sign in anew."""
        if (chat := self.chat) is None:
            return
        if chat.link.away:
            failed(NoServer(NO_SERVER))
            return
        self._deleted = self.account

        def not_deleted(error: HubbubError) -> None:
            self._deleted = None
            failed(error)

        job = partial(chat.desk.client.delete_account, password, messages)
        self.bridge.run(
            job, lambda _: self._on_deleted(), not_deleted
        )  # the link ends before the answer comes

    def _on_deleted(self) -> None:
        account, desk = self.account, self._leave("Your account is deleted.")
        if account is not None:
            self._on_forgotten(account.server.key, account.user)
        if desk is not None:
            job = partial(self._sign_in_desk.bury, desk, account) if account is not None else desk.close
            self.bridge.run(job, lambda _: self._read(self.sign_in.start), self._on_bad_profile)

    def switch(self) -> None:
        """Choose another account; this one keeps its session."""
        if (desk := self._leave("")) is not None:
            self.bridge.run(desk.close, lambda _: self._read(self.sign_in.start))

    def close(self) -> None:
        """The window is closed: keep what is to be kept, and let go of the server."""
        self.sign_in.close()
        chat, self.chat = self.chat, None
        if chat is not None:
            chat.leave_open()
            self.bridge.finish(chat.desk.close)
        self.settings.close()

    # ------------------------------------------------------------------------------------------------------- opening

    def _new_sign_in(self) -> SignIn:
        sign_in = SignIn(self.bridge, self._sign_in_desk, self._now, self.open)
        sign_in.forgotten.connect(self._on_forgotten)
        return sign_in

    def _on_forgotten(self, server: bytes, user: str) -> None:
        """Drafts go too."""
        self.settings.forget(account_name(server, user))

    def _read(self, then: Callable[[Remembered], None]) -> None:
        self.bridge.run(self._sign_in_desk.remembered, then, self._on_bad_profile)

    def _on_bad_profile(self, error: HubbubError) -> None:
        self.sign_in.on_broken(str(error))

    def _on_started(self, remembered: Remembered) -> None:
        if (last := remembered.last) is not None:
            self.open(last)
        else:
            self.sign_in.start(remembered)

    def _on_logged_in(self, server: str, desk: Desk) -> None:
        if (hello := desk.client.server) is not None:
            address = str(parse_address(server)._replace(key=None))
            there = Server(key=hello.key, name=server_name(hello.server), address=address)
            self.account = Account(server=there, user=desk.client.user)
        self._on_entered(desk)

    def _on_entered(self, desk: Desk) -> None:
        self.sign_in.close()
        chat = self.chat = Chat(self.bridge, desk, self._now)
        chat.settings = self.settings
        if (account := self.account) is not None:
            chat.drafts = self.settings.drafts(name_of(account))
            chat.ended.connect(partial(self._on_ended, chat, account))
            self._open_last(chat, name_of(account))
            self.bridge.run(partial(self._sign_in_desk.choose, account))
        self.screen_changed.emit()

    def _open_last(self, chat: Chat, account: str) -> None:
        """The conversation that was open last time, once it is known; keep from now on which one is."""

        def keep() -> None:
            if chat.timeline is not None:
                self.settings.set_conversation(account, chat.timeline.name)

        def reopen() -> None:
            if chat.conversations.all():
                end()
                last = self.settings.conversation(account)
                if chat.timeline is None and chat.conversations.get(last) is not None:
                    chat.open(last)

        chat.opened.connect(keep)
        end = chat.conversations.changed.connect(reopen)

    def _on_not_entered(self, account: Account, error: HubbubError) -> None:
        self.account = None
        self._explain(account, error)

    def _on_ended(self, chat: Chat, account: Account, error: HubbubError) -> None:
        """Where another server answers, or the session is over, there is nothing more to be done here."""
        if account is self._deleted or (account is self._alone and isinstance(error, errors.KeyChanged)):
            return
        if chat is self.chat and isinstance(error, errors.NotLetIn | errors.KeyChanged):
            self._leave("")
            self.bridge.run(chat.desk.close, lambda _: self._explain(account, error))

    def _explain(self, account: Account, error: HubbubError) -> None:
        def show(remembered: Remembered) -> None:
            self.sign_in.start(remembered)
            self.sign_in.on_not_opened(error, account)

        self._read(show)

    def _leave(self, why: str) -> Desk | None:
        """Show no chat any more. None: none was shown."""
        chat, self.chat, self.account = self.chat, None, None
        if chat is None:
            return None
        chat.leave_open()
        self.sign_in = self._new_sign_in()
        self.sign_in.notice = why
        self.screen_changed.emit()
        return chat.desk


def name_of(account: Account) -> str:
    """What an account is called in the settings."""
    return account_name(account.server.key, account.user)
