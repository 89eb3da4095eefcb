"""Getting in: which server, whether it may be trusted, which account. Pure.

Nothing is told to a server, and no name or password typed for it, before a person has seen whose key it has.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Any, Final, Literal, TypeVar

from hubbub.client import HubbubError, errors
from hubbub.client.gui.bridge import Bridge, void
from hubbub.client.gui.desk_sign_in import Account, Meeting, Remembered, Server, SignInDesk
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model import times
from hubbub.client.gui.model.one_thing import Busy, OneThing
from hubbub.client.gui.model.sign_in_lists import AccountRow, Choices, ServerRow
from hubbub.client.gui.model.sign_in_words import Field
from hubbub.client.gui.model.signal import Signal
from hubbub.schemas.hello import BadAddress, parse_address

T = TypeVar("T")
Page = Literal["opening", "start", "trust", "changed", "form", "broken"]
"""The profile is read, or an account opens; servers and accounts to choose from; first contact; another key than before; name and
password; the profile cannot be used."""
Mode = Literal["log in", "register"]


class SignIn:
    """What somebody sees and does who is not logged in."""

    def __init__(
        self,
        bridge: Bridge,
        desk: SignInDesk,
        now: Callable[[], datetime],
        entered: Callable[[Account], object],
    ) -> None:
        """`entered`: the profile has a session of this account, and it is wanted."""
        self.desk: Final = desk
        self.choices: Final = Choices(bridge, desk, now)
        self.page: Page = "opening"
        self.mode: Mode = "log in"
        self.address = ""
        """What the field for it holds when it is shown."""
        self.user = ""
        """The same for a name."""
        self.server: Server | None = None
        """The one that was chosen."""
        self.expected: Server | None = None
        """The one that should be in its place."""
        self.notice = ""
        """Why one has to sign in, or why an account could not be opened."""
        self.problems: dict[Field, str] = {}
        self.damaged = False
        """The problem of the page "broken" can be solved by moving files away."""
        self.page_changed = Signal[()]()
        self.forgotten = Signal[bytes, str]()
        """All that was kept of this account of the server with this key; of all there, where no name is said."""
        self.state_changed = Signal[()]()
        """Problems, what is awaited, how long to wait."""
        self._bridge, self._now, self._entered = bridge, now, entered
        self._met: Meeting | None = None
        self._shut_out: Account | None = None
        """Whose server has another key."""
        self._awaited = OneThing(bridge, now, self.state_changed.emit)
        self._refused: tuple[datetime, timedelta] | None = None
        """When the server said for how long it wants to hear no other try."""
        self._told: tuple[object, ...] = ()

    # ---------------------------------------------------------------------------------------------- coming and going

    def start(self, remembered: Remembered) -> None:
        """Show what there is to choose from, in place of "opening"."""
        self.choices.start()
        self.refresh(remembered)

    def close(self) -> None:
        """It is not shown any more."""
        self.cancel()
        self.choices.close()

    def refresh(self, remembered: Remembered) -> None:
        """This is what the profile has now."""
        if remembered.damaged:
            names = " and ".join(str(path) for path in remembered.damaged)
            self.on_broken(
                f"{names} is damaged." if len(remembered.damaged) == 1 else f"{names} are damaged.",
                damaged=True,
            )
            return
        self.choices.know(remembered)
        if not self.address and remembered.servers:
            self.address = remembered.servers[0].place
        if self.page in ("opening", "broken"):
            self._show("start")

    def tick(self) -> None:
        """Time passed: to be called about twice a second."""
        self.choices.tick()
        told = (self.wait_s, self.slow, self.choices.looking)
        if told != self._told:
            self._told = told
            if not self.wait_s and self._refused is not None:
                self._refused = None
                self.problems.pop("password", None)
            self.state_changed.emit()

    @property
    def wait_s(self) -> int:
        """Seconds until the server wants to hear the next try."""
        if self._refused is None or times.over(*self._refused, self._now()):
            return 0
        at, wait = self._refused
        return ceil((at + wait - self._now()).total_seconds())

    @property
    def busy(self) -> Busy | None:
        """What is awaited, and can be cancelled."""
        return self._awaited.busy

    @property
    def slow(self) -> bool:
        """It takes long."""
        return self._awaited.slow

    @property
    def problem_of_password(self) -> str:
        """What stands below it, with the seconds that are left."""
        return words.to_wait(self.wait_s) if self.wait_s else self.problems.get("password", "")

    # ------------------------------------------------------------------------------------------------------ choosing

    def choose_address(self, text: str) -> None:
        """Ask who is there."""
        self.address = text.strip()
        try:
            where = parse_address(self.address) if self.address else None
        except BadAddress:
            where = None
        if where is None:
            self._refuse("address", words.NO_ADDRESS if self.address else "Type the address of a server.")
            return
        self._meet("address", partial(self.desk.meet, self.address))

    def choose(self, row: ServerRow) -> None:
        """Ask a server of a list who it is."""
        near = self.choices.addresses(row.server.key)
        if near:
            self._meet(row.server.key, partial(self.desk.meet_any, near, row.server.key))
        else:
            self._meet(row.server.key, partial(self.desk.meet, row.server.address))

    def resume(self, row: AccountRow) -> None:
        """Go on with a saved session; where there is none, with the password."""
        account = row.account
        if account.logged_in:
            self._entered(Account(server=self.choices.reachable(account.server), user=account.user))
            return
        self.ask_for_password(account, "")

    def ask_waiting(self, server: Server, user: str, done: Callable[[int], object]) -> None:
        """How many messages would be lost that were never sent. user: empty for all accounts there."""
        job = partial(self.desk.waiting, server.key, user)
        self._bridge.run(job, lambda number: void(done(number)), self._on_failed)

    def forget_account(self, account: Account) -> None:
        """End its session, and drop what was kept of it."""
        job = partial(self.desk.forget, account.server.key, account.user)
        self._await(account, "Forgetting…", job, lambda _: self._on_account_forgotten(account))

    def forget_server(self, server: Server) -> None:
        """Forget its key and its accounts, and drop what was kept of them: the next contact is a first one."""
        job = partial(self.desk.forget, server.key)
        self._await(server.key, "Forgetting…", job, lambda _: self._on_forgotten(server))

    def set_aside(self) -> None:
        """Move the damaged files of the profile away, and begin anew."""
        self._await("broken", "Moving…", self.desk.set_aside, lambda _: self._read_again())

    def look_again(self) -> None:
        """The profile may be in order now."""
        self._read_again()

    def forget_problem(self, field: Field) -> None:
        """Something else is typed there: what was wrong may not be any more."""
        self.problems.pop(field, None)

    # ------------------------------------------------------------------------------------------------- first contact

    def trust(self) -> None:
        """The words are those that the server shows."""
        if self._met is not None:
            job = partial(self.desk.trust, self._met)
            self._await("trust", "Remembering…", job, lambda _: self._on_trusted())

    def explain(self, account: Account) -> None:
        """The server of this account has another key than it should: say so."""
        self._shut_out = account
        self._meet(account, partial(self.desk.meet, account.server.link))

    @property
    def shut_out(self) -> Account | None:
        """Whose messages can be read here all the same."""
        return self._shut_out

    def read_alone(self) -> None:
        """Open the account with what is known here. The server that answers is told nothing."""
        if self._shut_out is not None:
            self._entered(self._shut_out)

    def back(self) -> None:
        """To the choice of servers."""
        self.cancel()
        self.problems, self.notice, self._shut_out = {}, "", None
        self._show("start")

    # -------------------------------------------------------------------------------------------- name and password

    def ask_for_password(self, account: Account, why: str) -> None:
        """There is no session of this account, or none any more."""
        self.server, self.user, self.notice, self.mode = account.server, account.user, why, "log in"
        self._show("form")

    def set_mode(self, mode: Mode) -> None:
        """Log in, or make an account; what is typed stays."""
        if mode != self.mode:
            self.mode, self.problems, self.notice = mode, {}, ""
            self.state_changed.emit()

    def submit(self, user: str, password: str) -> None:
        """Log in, or make the account and log in."""
        if self.busy is not None or self.server is None:
            return
        register = self.mode == "register"
        self.user = user.strip()
        found: dict[Field, str] = {
            "user": words.of_user(user, register=register),
            "password": words.of_password(password, register=register),
        }
        self.problems = {field: text for field, text in found.items() if text}
        if self.problems or self.wait_s:
            self.state_changed.emit()
            return
        text = "Making your account…" if register else "Logging in…"
        job = partial(self.desk.log_in, self.server, self.user, password, register=register)
        self._await("form", text, job, self._entered, self._on_not_let_in)

    def cancel(self) -> None:
        """Await it no more."""
        self._awaited.cancel()

    # -------------------------------------------------------------------------------------------------- what came of it

    def on_broken(self, text: str, *, damaged: bool = False) -> None:
        """The profile cannot be used."""
        self.notice, self.damaged = text, damaged
        self._show("broken")

    def on_not_opened(self, error: HubbubError, account: Account) -> None:
        """An account with a session could not be opened, or was shut."""
        if isinstance(error, errors.KeyChanged):
            self.explain(account)
        elif isinstance(error, errors.NotLetIn):
            _, text = words.of_entering(error, account.user)
            self.ask_for_password(account, text)
        elif isinstance(error, errors.ProfileError):
            self.on_broken(str(error))
        else:
            self.notice = words.of_entering(error, account.user)[1]
            self._show("start")

    def _meet(self, subject: object, job: Callable[[], Coroutine[Any, Any, Meeting]]) -> None:
        self._await(subject, "Asking who is there…", job, self._on_met, partial(self._on_not_met, subject))

    def _on_met(self, met: Meeting) -> None:
        self._met, self.server, self.notice = met, met.server, ""
        if met.expected:
            known = self.choices.known(met.expected)
            name = known.name if known is not None else met.server.name
            self.expected = Server(key=met.expected, name=name, address=met.server.address)
            self._show("changed")
        elif met.first:
            self._show("trust")
        elif self._shut_out is not None:  # the right one is there again
            self._entered(self._shut_out)
        else:
            self._ask_who()

    def _on_not_met(self, subject: object, error: HubbubError) -> None:
        typed = subject == "address"
        if self.page == "opening":
            self._show("start")
        self._refuse("address" if typed else "form", words.of_meeting(error, typed=typed))

    def _on_trusted(self) -> None:
        self._read_again()
        self._ask_who()

    def _ask_who(self) -> None:
        """The server is the right one: who are you?"""
        if self.server is not None:
            accounts = [
                row.account for row in self.choices.accounts if row.account.server.key == self.server.key
            ]
            self.user = accounts[0].user if accounts else ""
            # Most who come to a server for the first time are new there.
            self.mode = "log in" if accounts else "register"
            self._show("form")

    def _on_not_let_in(self, error: HubbubError) -> None:
        if isinstance(error, errors.KeyChanged) and self.server is not None:
            self._meet("form", partial(self.desk.meet, self.server.link))
        elif isinstance(error, errors.ProfileError):
            self.on_broken(str(error))
        elif isinstance(error, errors.RateLimited):
            self._refused = self._now(), timedelta(seconds=error.retry_after or 1.0)
            self.state_changed.emit()
        else:
            self._refuse(*words.of_entering(error, self.user))

    def _on_account_forgotten(self, account: Account) -> None:
        self.forgotten.emit(account.server.key, account.user)
        self._read_again()

    def _on_forgotten(self, server: Server) -> None:
        self.forgotten.emit(server.key, "")
        self.server = self.expected = self._shut_out = None
        self._show("start")
        self._read_again()

    def _read_again(self) -> None:
        self._bridge.run(self.desk.remembered, self.refresh, lambda error: self.on_broken(str(error)))

    # --------------------------------------------------------------------------------------------------------- the rest

    def _await(
        self,
        subject: object,
        text: str,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object],
        failed: Callable[[HubbubError], object] | None = None,
    ) -> None:
        self.problems = {}
        self._awaited.start(subject, text, job, done, failed or self._on_failed)

    def _on_failed(self, error: HubbubError) -> None:
        if isinstance(error, errors.ProfileError):
            self.on_broken(str(error))
        else:
            self._refuse("form", str(error))

    def _refuse(self, field: Field, text: str) -> None:
        self.problems[field] = text
        self.state_changed.emit()

    def _show(self, page: Page) -> None:
        self.page, self.problems = page, {}
        self.page_changed.emit()
