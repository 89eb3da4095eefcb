"""The token that lets a bot in: NAME:SECRET, as `hubbub-broker user add --bot` prints it. Pure."""

from typing import NamedTuple

from hubbub.client.errors import BadRequest


class Token(NamedTuple):
    """The account, and what is its password."""

    name: str
    secret: str


def parse_token(text: str) -> Token:
    """Blanks and line ends around it do no harm. Raises BadRequest, without a word of what is in it."""
    name, colon, secret = text.strip().partition(":")
    if not (name and colon and secret):
        raise BadRequest("A token has the form NAME:SECRET; this one has not.")
    return Token(name, secret)


def who(
    user: str | None, password: str | None, token: str | None, *, register: bool
) -> tuple[str, str | None]:
    """Name and password of what was given: a user, or a token in place of both. Raises BadRequest."""
    if token is not None:
        if user is not None or password is not None or register:
            raise BadRequest("A token stands for user and password of an account that there is.")
        return parse_token(token)
    if user is None:
        raise BadRequest("Who is it? Give user, or the token of a bot.")
    return user, password
