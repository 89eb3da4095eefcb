"""Where a bot goes and as whom: what it was made with, else what the environment says. Reads nothing by itself."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from hubbub.client import errors
from hubbub.client.tokens import parse_token


class Settings(Struct, frozen=True):
    """Where a bot goes, and as whom."""

    server: str
    user: str
    password: str | None
    profile: Path | None
    has_token: bool = False
    """User and password are a token's: there is the account."""


def settings_of(given: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """What was given, else what the environment says. Raises BadRequest where something is missing."""

    def found(name: str) -> str | None:
        return given[name] or environment.get(f"HUBBUB_{name}") or None

    if (server := found("SERVER")) is None:
        raise errors.BadRequest("Where is the server? Set HUBBUB_SERVER, or give Bot(server=...).")
    user, password, token = found("USER"), found("PASSWORD"), found("TOKEN")
    has_token = given["USER"] is None and token is not None
    if has_token:
        user, password = parse_token(token or "")
    if user is None:
        raise errors.BadRequest("Who is the bot? Set HUBBUB_TOKEN, or HUBBUB_USER and HUBBUB_PASSWORD.")
    profile = found("PROFILE")
    return Settings(server, user, password, Path(profile) if profile is not None else None, has_token)
