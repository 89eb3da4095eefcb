"""What a broker says of itself by DNS-SD to whoever is near: the TXT record of `_hubbub._tcp.local.`. Pure; both sides call it.

Whoever is near can say anything: reading keeps what fits its form, and believes none of it."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hubbub.schemas import names
from hubbub.schemas.hello import BadAddress, key_text, parse_key
from hubbub.schemas.limits import PROTOCOL_VERSION, SERVER_NAME_MAX_CHARACTERS

SERVICE: Final = "_hubbub._tcp.local."
LABEL_MAX_BYTES: Final = 63
"""Of a DNS label, which the name of an instance is."""
VALUE_MAX_BYTES: Final = 200
"""Of a server's name in the TXT record, whose strings have at most 255 bytes."""

_NUMBER: Final = re.compile(r"[0-9]{1,5}\Z")
_NO_NAME: Final = "Hubbub"


class Announcement(Struct, kw_only=True, frozen=True):
    """The TXT record; its strings are called as the fields of a hello are."""

    server: str
    """The server's name, harmless to show."""
    key: bytes
    """The server's public CURVE key."""
    publish_port: int
    protocol: int = PROTOCOL_VERSION


class BadAnnouncement(ValueError):
    """The record is none of a Hubbub server."""


def strings_of(said: Announcement) -> dict[str, str]:
    """The strings of the TXT record."""
    return {
        "protocol": str(said.protocol),
        "server": _cut(said.server, VALUE_MAX_BYTES),
        "key": key_text(said.key),
        "publish_port": str(said.publish_port),
    }


def read(strings: Mapping[bytes, bytes | None]) -> Announcement:
    """The announcement of a TXT record. Unknown strings are passed over. Raises BadAnnouncement."""
    try:
        found = {
            name: (strings.get(name.encode()) or b"").decode() for name in Announcement.__struct_fields__
        }
        return Announcement(
            server=server_name(found["server"]),
            key=parse_key(found["key"]),
            publish_port=_number(found["publish_port"], 65535),
            protocol=_number(found["protocol"], 65535),
        )
    except (UnicodeDecodeError, BadAddress) as error:
        raise BadAnnouncement(str(error)) from None


def server_name(text: str) -> str:
    """A server's name as it may be shown, whoever said it: one line, one direction, never empty."""
    return names.harmless(text, SERVER_NAME_MAX_CHARACTERS) or _NO_NAME


def instance_label(server: str, key: bytes, *, alone: bool) -> str:
    """What the instance is called: the server's name; with the beginning of its key where it is not `alone` with that name.
    A dot would end the label for many who read it."""
    tail = "" if alone else f" ({key_text(key)[:6]})"
    return _cut(server_name(server).replace(".", "-"), LABEL_MAX_BYTES - len(tail)) + tail


def host_label(key: bytes) -> str:
    """The name of the records with the addresses: the server's own, so that it disputes no name with the machine's own responder."""
    return f"hubbub-{key[:8].hex()}"


def _number(text: str, highest: int) -> int:
    if not _NUMBER.match(text) or not 1 <= int(text) <= highest:
        raise BadAnnouncement(f"{text!r} is no number from 1 to {highest}")
    return int(text)


def _cut(text: str, size: int) -> str:
    return text.encode(errors="replace")[:size].decode(errors="ignore").strip()
