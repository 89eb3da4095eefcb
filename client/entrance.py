"""Getting in: REGISTER where that was asked for, then LOGIN. Pure."""

from typing import Final, Literal

from msgspec import Struct

from hubbub.client import errors
from hubbub.schemas import replies, requests

RETRIED: Final = errors.WAITED_OUT | {"internal", "storage_full", "session_expired"}
"""Refusals that say nothing about the account (the last: its password changed at that very moment)."""


class Identity(Struct, kw_only=True):
    """Who logs in, and with what."""

    name: str
    password: bytes | None = None
    token: bytes = b""
    """Of a saved session; tried before the password."""
    epoch: bytes = b""
    """The store that token and cursors belong to; empty: there are none."""
    register: bool | Literal["new"] = False
    """Make the account first; "new": and stop with the refusal where there is one already."""
    device: str = ""


class Entrance:
    """What to ask next, for as long as there is no token."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._to_register = bool(identity.register)
        self._registrations = 0
        self._asked = False

    @property
    def open(self) -> bool:
        """The last refusal did not end it."""
        return not self._asked

    def next(self) -> requests.Register | requests.Login | errors.HubbubError | None:
        """The next request; an error where there is no way in; None while an answer is awaited."""
        if self._asked:
            return None
        who = self._identity
        if who.password is None:
            return errors.SessionExpired("The session has ended: log in again.")
        self._asked = True
        if self._to_register:
            self._registrations += 1
            return requests.Register(id=0, name=who.name, password=who.password)
        return requests.Login(id=0, name=who.name, password=who.password, device=who.device)

    def password_is(self, password: bytes) -> None:
        """It was changed. A client that had none, only a saved session, has none now either."""
        if self._identity.password is not None:
            self._identity.password = password

    def on_registered(self) -> None:
        """There is an account: LOGIN comes next."""
        self._to_register = self._asked = False

    def refused(self, request: requests.Request, outcome: replies.Outcome) -> bool:
        """REGISTER or LOGIN was refused. True: send the same once more; else `open` tells whether to go on."""
        if outcome.error in RETRIED:
            return True
        lenient = (
            self._identity.register is True or self._registrations > 1
        )  # the first answer may have been lost
        taken = outcome.error in ("name_taken", "registration_closed")
        if isinstance(request, requests.Register) and taken and lenient:
            self.on_registered()
        return False

    def relink(self) -> None:
        """The answer will not come any more, or it came."""
        self._asked = False
