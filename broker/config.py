"""The config file: TOML, checked by msgspec. A wrong key or value names the line, the key and what is allowed."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from hubbub.broker.policy import Files, Limits, Policy
from hubbub.schemas import limits

AnyPort = Annotated[int, Meta(ge=0, le=65535)]


class ConfigError(Exception):
    """The text says where in which file, what is wrong, and what is allowed."""


class Server(Struct, forbid_unknown_fields=True, frozen=True):
    """The table [server]. Options of the command win over it."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.SERVER_NAME_MAX_CHARACTERS)] = "Hubbub"
    """What clients show."""
    host: str = "*"
    """The interface to listen on; "*": all."""
    port: AnyPort = limits.DEFAULT_PORT
    """Requests; the hello listener is two above. 0: any that are free."""
    publish_port: AnyPort = limits.DEFAULT_PUBLISH_PORT
    """Live events. 0: any that is free."""
    discovery: bool = True
    """Announced by multicast DNS, so that clients on the same network find it."""


class Accounts(Struct, forbid_unknown_fields=True, frozen=True):
    """The table [accounts]."""

    registration: Literal["open", "closed"] = "open"
    """Who makes accounts: anyone who can reach the server, or only its administrator."""
    session_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """How long a session lasts after its login."""


class Config(Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file; every key may be left out."""

    server: Server = Server()
    accounts: Accounts = Accounts()
    limits: Limits = Limits()
    files: Files = Files()

    def policy(self) -> Policy:
        """What of it the core needs."""
        return Policy(self.limits, self.accounts.registration, self.accounts.session_days, self.files)


def load(path: Path) -> Config:
    """Read a file. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    try:
        return parse(text)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def parse(text: str) -> Config:
    """The config of a file's text. Raises ConfigError."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}") from None
    try:
        config = msgspec.convert(tables, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(str(error), text)) from None
    try:
        return checked(config)
    except ConfigError as error:
        line = _line_of(text, "server", "publish_port") or _line_of(text, "server", "port")
        raise ConfigError(f"line {line}: {error}") from None


def checked(config: Config) -> Config:
    """The config, if its values fit one another. Raises ConfigError."""
    server = config.server
    if server.publish_port in {server.port, server.port + limits.HELLO_PORT_OFFSET} - {0} and server.port:
        raise ConfigError(
            f"server.publish_port is {server.publish_port}: it must differ from server.port and from that + "
            f"{limits.HELLO_PORT_OFFSET}, where the hello listener is"
        )
    return config


_UNKNOWN: Final = re.compile(
    r"Object contains unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<table>[^`]*)`)?"
)
_WRONG: Final = re.compile(r"(?P<what>.*) - at `\$\.(?P<path>[^`]*)`", re.DOTALL)
_TABLES: Final[dict[str, type[Struct]]] = {
    "": Config,
    "server": Server,
    "accounts": Accounts,
    "limits": Limits,
    "files": Files,
}


def _explain(error: str, text: str) -> str:
    unknown = _UNKNOWN.match(error)
    if unknown:
        table, key = unknown["table"] or "", unknown["key"]
        allowed = ", ".join(_TABLES[table].__struct_fields__)
        where = f"[{table}]" if table else "the file"
        line = _line_of(text, table, key) if table else _line_of(text, key, "") or _line_of(text, "", key)
        return f"line {line}: {key} is no key of {where}; there are: {allowed}"
    wrong = _WRONG.match(error)
    if not wrong:
        return error
    table, _, key = wrong["path"].rpartition(".")
    return f"line {_line_of(text, table, key)}: {wrong['path']}: {wrong['what']}{_allowed(table, key)}"


def _allowed(table: str, key: str) -> str:
    if (table, key) == ("accounts", "registration"):
        return ' (allowed: "open", "closed")'
    return ""


def _line_of(text: str, table: str, key: str) -> int:
    """The line of a key in a table, or of the table's head (key ""); 0 where it is not written in the plain way."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\s*\"?([^\]\"]*?)\"?\s*\]", line)
        if head:
            current = head[1]
            if current == table and not key:
                return number
            continue
        wanted = [key] if current == table else [table, f"{table}.{key}"] if not current else []
        if key and re.sub(r"[\s\"']", "", line.split("=")[0]) in wanted and "=" in line:
            return number
    return 0
