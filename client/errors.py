"""Every error that the library raises, drawn as a tree before anything else was. Knows no socket and no file.

HubbubError
├── NoServer            nobody answers at the address                     exit code 3
├── KeyChanged          somebody else's key answers there                 4
├── NotLetIn                                                              4
│   ├── WrongCredentials
│   ├── AccountDisabled
│   └── SessionExpired
├── Refused             the server understood, and says no                5
│   ├── BadRequest
│   ├── NotFound
│   ├── NotAllowed
│   ├── NameTaken
│   ├── RegistrationClosed
│   ├── TooMany
│   ├── TooLarge
│   ├── QuotaExceeded
│   ├── WrongContent
│   ├── KeyConflict
│   ├── TimedOut
│   └── RateLimited
├── VersionMismatch     the two speak different protocols                 5
├── Busy                overloaded or stopping                            5
├── Restored            the store is another one than a moment ago        5
├── ServerFault         a mistake of the server                           5
├── ProfileError        the profile folder cannot be used                 5
├── FileProblem         a file of this device cannot be read or written   5
├── Closed              the client was closed                             5
└── StorageFull         the server's disk is full                         6
"""

from typing import ClassVar, Final

from hubbub.schemas.errors import ERRORS
from hubbub.schemas.limits import PROTOCOL_VERSION


class HubbubError(Exception):
    """Root of every error of Hubbub. Its text is for a person: what happened, and what to do."""

    code: ClassVar[str] = "error"
    """Never changes and is not translated: what programs compare. The wire's codes keep their names."""
    retryable: ClassVar[bool] = False
    """The same call may succeed later, without anything else being changed first."""
    exit_code: ClassVar[int] = 5
    """What the command line ends with."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait before the next try, where the server said so."""


class NoServer(HubbubError):
    """There is no server at the address, or it does not answer as a Hubbub server would."""

    code = "no_server"
    retryable = True
    exit_code = 3


class KeyChanged(HubbubError):
    """The server at a known address, or by a known name, has another key than before. Nothing was sent to it."""

    code = "key_changed"
    exit_code = 4


class NotLetIn(HubbubError):
    """The server does not accept who we say we are."""

    code = "not_let_in"
    exit_code = 4


class WrongCredentials(NotLetIn):
    """No account with this name and password; the server does not say which of them is wrong."""

    code = "wrong_credentials"


class AccountDisabled(NotLetIn):
    """An administrator has disabled the account."""

    code = "account_disabled"


class SessionExpired(NotLetIn):
    """The session ended, and there is no password to open a new one with."""

    code = "session_expired"


class Refused(HubbubError):
    """The server understood the request and refused it. Nothing was changed."""

    code = "refused"


class BadRequest(Refused):
    """A field is out of its limits, or the server does not know the mode."""

    code = "bad_request"


class NotFound(Refused):
    """No such user, conversation or file, or none that you may see."""

    code = "not_found"


class NotAllowed(Refused):
    """You may not do this."""

    code = "not_allowed"


class NameTaken(Refused):
    """Another account, or another public group, has this name."""

    code = "name_taken"


class RegistrationClosed(Refused):
    """Accounts on this server are made by its administrator."""

    code = "registration_closed"


class TooMany(Refused):
    """There are as many of these as there can be; take one away first."""

    code = "too_many"


class TooLarge(Refused):
    """The file is larger than the server takes. Nothing of it was sent."""

    code = "too_large"


class QuotaExceeded(Refused):
    """My files would take more room than I have on the server. Nothing of the file was sent."""

    code = "quota_exceeded"


class WrongContent(Refused):
    """What came is not the file: its SHA-256 is another one, and was so when it was asked for anew."""

    code = "wrong_content"


class KeyConflict(Refused):
    """The message key was used before, in another conversation or for another act."""

    code = "key_conflict"


class TimedOut(Refused):
    """The query took the server too long; ask for less."""

    code = "timed_out"


class RateLimited(Refused):
    """Too many requests. The library waits these out by itself; it is raised only while closing."""

    code = "rate_limited"
    retryable = True


class VersionMismatch(HubbubError):
    """The server speaks another version of the protocol: one of the two must be updated."""

    code = "version_mismatch"


class Busy(HubbubError):
    """The server has too much to do, or is stopping. The library waits this out by itself."""

    code = "busy"
    retryable = True


class Restored(HubbubError):
    """The server's store was replaced (a backup was restored) while the call was under way: the conversation that it
    names may be another one now. The library asks for the conversation anew and repeats what it can."""

    code = "restored"
    retryable = True


class ServerFault(HubbubError):
    """The server made a mistake, or its answer cannot be read."""

    code = "internal"


class ProfileError(HubbubError):
    """The profile folder cannot be used; the text says which file, and why."""

    code = "profile"


class FileProblem(HubbubError):
    """A file of this device cannot be read or written: it is not there, it is a folder, it changes while it is sent, the disk
    is full. The text says which file, and why."""

    code = "file"


class Closed(HubbubError):
    """The client was closed before the call was answered."""

    code = "closed"


class StorageFull(HubbubError):
    """The server's disk is full: nothing was stored. Reading goes on."""

    code = "storage_full"
    retryable = True
    exit_code = 6


_KINDS: Final[tuple[type[HubbubError], ...]] = (
    *(WrongCredentials, AccountDisabled, SessionExpired, BadRequest, NotFound, NotAllowed, NameTaken),
    *(
        RegistrationClosed,
        TooMany,
        TooLarge,
        QuotaExceeded,
        WrongContent,
        KeyConflict,
        TimedOut,
        RateLimited,
        Busy,
        ServerFault,
        StorageFull,
    ),
)
_BY_CODE: Final = {kind.code: kind for kind in _KINDS} | {"unknown_mode": BadRequest, "shutting_down": Busy}

_HINTS: Final = {"unknown_mode": " It is older than this program: its administrator can update it."}

WAITED_OUT: Final = frozenset({"rate_limited", "busy", "shutting_down"})
"""Answers that no caller sees: the library waits and asks again."""


def from_wire(code: str, message: str, retry_after: float | None = None) -> HubbubError:
    """The error of a reply. A code of a newer server becomes Refused."""
    kind = _BY_CODE.get(code, Refused)
    meaning = ERRORS[code].meaning if code in ERRORS else f"The server refused: {code}."
    return kind((message or meaning) + _HINTS.get(code, ""), retry_after=retry_after)


def version_mismatch(theirs: int) -> VersionMismatch:
    """The error for a server of this version of the protocol, which is not ours."""
    older = "this program" if theirs > PROTOCOL_VERSION else "the server"
    return VersionMismatch(
        f"The server speaks version {theirs} of the protocol, this program {PROTOCOL_VERSION}: update {older}."
    )


__all__ = [
    name
    for name, value in list(globals().items())
    if isinstance(value, type) and issubclass(value, HubbubError)
]
