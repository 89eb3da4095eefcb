"""What a client does with its own account: its password, its sessions, its end. Knows no socket."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from hubbub.client import errors, paging
from hubbub.client.calling import Calling, missing
from hubbub.client.entrance import Identity
from hubbub.client.models import Login, login_of
from hubbub.schemas import limits, replies, requests


def password_bytes(password: str, *, new: bool) -> bytes:
    """The password as it is sent; `new`: it has to be long enough. Raises BadRequest."""
    try:
        sent = password.encode()
    except UnicodeEncodeError:
        raise errors.BadRequest("The password is no text: it cannot be written as UTF-8.") from None
    if new and len(sent) < limits.PASSWORD_MIN_BYTES:
        raise errors.BadRequest(f"A password has at least {limits.PASSWORD_MIN_BYTES} bytes.")
    if len(sent) > limits.PASSWORD_MAX_BYTES:
        raise errors.BadRequest(f"A password has at most {limits.PASSWORD_MAX_BYTES} bytes.")
    return sent


class OwnAccount(Calling):
    """The part of Client that is about the account."""

    _identity: Identity

    async def change_password(self, old: str, new: str) -> None:
        """Have another password (8 to 1024 bytes). All other sessions end; this one goes on. Raises WrongCredentials (`old` is
        not the password), BadRequest."""
        request = requests.ChangePassword(
            id=0, old=password_bytes(old, new=False), new=password_bytes(new, new=True)
        )
        await self._link.ask(request, replies.Done)

    async def sessions(self) -> list[Login]:
        """My sessions: devices and programs that are logged in, the oldest first."""
        return [login_of(row) for row in await paging.sessions(self._link.ask)]

    async def revoke(self, session: Login | int) -> None:
        """End a session of mine: it is cut off at once. Raises NotFound."""
        number = session.session if isinstance(session, Login) else session
        with missing(f"You have no session {number}."):
            await self._link.ask(requests.RevokeSession(id=0, session=number), replies.Done)

    async def logout(self) -> None:
        """End this session, also in the profile. The client is of no use afterwards: close it."""
        with suppress(errors.SessionExpired), self._for_the_last_time():
            await self._link.ask(requests.Logout(id=0), replies.Done)

    async def delete_account(self, password: str, messages: Literal["keep", "delete"]) -> None:
        """Delete my account. Its name is never given again. messages: "keep", and they are by "deleted user"; "delete", and their
        texts go within minutes. The client is of no use afterwards: close it. Raises WrongCredentials, NotAllowed (the
        server's administrator)."""
        request = requests.DeleteAccount(
            id=0, password=password_bytes(password, new=False), messages=messages
        )
        with self._for_the_last_time():
            await self._link.ask(request, replies.Done)

    @contextmanager
    def _for_the_last_time(self) -> Iterator[None]:
        """What is asked within ends the session, and its feed may be cut before the answer is here: without a password nothing
        opens another one. After a refusal it goes on."""
        password, self._identity.password = self._identity.password, None
        try:
            yield
        except BaseException:
            self._identity.password = password
            raise
        self._link.forget_session()
