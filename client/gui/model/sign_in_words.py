"""What is said to somebody who signs in: what is wrong with what was typed or answered, and beside which field. Pure."""

from typing import Final, Literal

from hubbub.client import errors
from hubbub.schemas import limits
from hubbub.schemas.names import RESERVED, BadName, canonical, folded

Field = Literal["address", "user", "password", "form"]
"""Where a problem is shown; "form": it is about none of the fields."""
Problem = tuple[Field, str]

NAME_HINT: Final = f"Up to {limits.NAME_MAX_CHARACTERS} letters, digits, dots, dashes or underscores"
PASSWORD_HINT: Final = f"At least {limits.PASSWORD_MIN_BYTES} characters; a few words in a row are best"
_LONG: Final = 12
_VERY_LONG: Final = 16

NO_ADDRESS: Final = (
    "This is no address. Type a host such as chat.example.org or 192.168.1.20, with :PORT if it is not 2000."
)
NOBODY: Final = "No server answers there. Is the address right, and is the server running?"
NO_HUBBUB: Final = "Something answers there, but it is no Hubbub server. Is the port right?"
AWAY: Final = "The server does not answer now. Try again in a moment."
EXPIRED: Final = (
    "Your session has ended: by another device, a new password, whoever runs the server, or after a long time. "
    "Please log in again."
)


def of_user(name: str, *, register: bool) -> str:
    """What is wrong with a name; empty: nothing."""
    if not name.strip():
        return "Type the name that you want to have." if register else "Type your name."
    try:
        canonical(name.strip())
    except BadName:
        if folded(name.strip()) in RESERVED:
            return f"“{name.strip()}” has a meaning of its own in messages: choose another name."
        return f"A name has {NAME_HINT[0].lower()}{NAME_HINT[1:]}, and no spaces."
    return ""


def of_password(password: str, *, register: bool) -> str:
    """What is wrong with a password before it is sent; empty: nothing."""
    if not password:
        return "Choose a password." if register else "Type your password."
    try:
        size = len(password.encode())
    except UnicodeEncodeError:
        return "A part of this password is no text. Type it anew."
    if register and size < limits.PASSWORD_MIN_BYTES:
        missing = limits.PASSWORD_MIN_BYTES - size
        return f"Too short: {missing} more {'character' if missing == 1 else 'characters'}, at least."
    if size > limits.PASSWORD_MAX_BYTES:
        return f"Too long: a password has at most {limits.PASSWORD_MAX_BYTES} characters."
    return ""


def strength(password: str) -> tuple[int, str]:
    """How hard a new password is to guess, 0 to 3, and what to say of it. Length is what counts, and different characters."""
    if not password:
        return 0, PASSWORD_HINT
    if short := of_password(password, register=True):
        return 0, short
    kinds = len(set(password))
    if kinds < limits.PASSWORD_MIN_BYTES // 2 or password.casefold() in _COMMON:
        return 1, "Easy to guess. Add a few words."
    if len(password) >= _VERY_LONG and kinds >= limits.PASSWORD_MIN_BYTES:
        return 3, "Strong"
    return (2, "Good; longer is better") if len(password) >= _LONG else (1, "Enough; longer is better")


_COMMON: Final = frozenset(
    (
        "password",
        "password1",
        "passwort",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwertyuiop",
        "iloveyou",
    )
)


def of_meeting(error: errors.HubbubError, *, typed: bool) -> str:
    """Why nothing came of asking an address who is there. `typed`: by a person, who may have mistyped."""
    if isinstance(error, errors.BadRequest):
        return NO_ADDRESS
    if isinstance(error, errors.NoServer):
        return NO_HUBBUB if "no Hubbub server" in str(error) else NOBODY if typed else AWAY
    return str(error)


def of_entering(error: errors.HubbubError, user: str) -> Problem:
    """Why a login or a registration failed."""
    for kind, (field, text) in _ENTERING.items():
        if isinstance(error, kind):
            return field, text.format(user=user)
    return "form", str(error)


_ENTERING: Final[dict[type[errors.HubbubError], Problem]] = {
    errors.WrongCredentials: ("password", "Name or password is wrong. The server does not tell which."),
    errors.AccountDisabled: ("user", "This account is switched off. Ask whoever runs the server."),
    errors.NameTaken: (
        "user",
        "Somebody has the name {user} already. If it is you, log in; else choose another one.",
    ),
    errors.RegistrationClosed: (
        "form",
        "New accounts are made by whoever runs this server. Ask for one, then log in with it.",
    ),
    errors.NoServer: ("form", AWAY),
    errors.Busy: ("form", "The server has too much to do. Try again in a moment."),
    errors.StorageFull: (
        "form",
        "The server's disk is full: it can't take anybody in. Tell whoever runs it.",
    ),
    errors.SessionExpired: ("form", EXPIRED),
}


def to_wait(seconds: int) -> str:
    """Tries come too quickly."""
    return f"Too many tries. You can try again in {duration(seconds)}."


def duration(seconds: int) -> str:
    """ "45 seconds", "2:05 minutes"."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{seconds // 60}:{seconds % 60:02} minutes"
