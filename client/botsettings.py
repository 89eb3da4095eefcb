"""Where a bot goes and as whom: what it was made with, else what the environment says. Reads nothing by itself."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from hubbub.client import errors


class Settings(Struct, frozen=True):
    """Where a bot goes, and as whom."""

    server: str
    user: str
    password: str | None
    profile: Path | None


def settings_of(given: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """What was given, else what the environment says. Raises BadRequest where something is missing."""

    def found(name: str) -> str | None:
        return given[name] or environment.get(f"HUBBUB_{name}") or None

    if (server := found("SERVER")) is None:
        raise errors.BadRequest("Where is the server? Set HUBBUB_SERVER, or give Bot(server=...).")
    user, password, token = found("USER"), found("PASSWORD"), found("TOKEN")
    if given["USER"] is None and token is not None:
        user, colon, password = token.partition(":")
        if not (user and colon and password):
            raise errors.BadRequest("A token has the form NAME:SECRET; this one has not.")
    if user is None:
        raise errors.BadRequest("Who is the bot? Set HUBBUB_TOKEN, or HUBBUB_USER and HUBBUB_PASSWORD.")
    profile = found("PROFILE")
    return Settings(server, user, password, Path(profile) if profile is not None else None)
