"""What the hello listener says, and the addresses and fingerprints that people type and read. Pure."""

import base64
import hashlib
import ipaddress
from typing import Annotated, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from msgspec import Meta, Struct

from hubbub.schemas import limits
from hubbub.schemas.words import WORDS

Port = Annotated[int, Meta(ge=1, le=65535)]

FINGERPRINT_WORDS: Final = 10
"""Of one byte each: 80 bits, too many to find a second key with the same words."""


class Hello(Struct, kw_only=True, gc=False):
    """One msgpack map, said to whoever connects to request port + 2. CURVE needs the key before the first byte."""

    protocol: int
    server: Annotated[str, Meta(max_length=limits.SERVER_NAME_MAX_CHARACTERS)]
    """The server's name."""
    key: Annotated[bytes, Meta(min_length=limits.CURVE_KEY_BYTES, max_length=limits.CURVE_KEY_BYTES)]
    """The server's public CURVE key."""
    port: Port
    publish_port: Port
    epoch: Annotated[bytes, Meta(min_length=limits.EPOCH_BYTES, max_length=limits.EPOCH_BYTES)]


class BadAddress(ValueError):
    """The text is no address of a server; says why, for a person."""


class Address(NamedTuple):
    """Where a server's request port is, and the key it must have if the address pins one."""

    host: str
    port: int = limits.DEFAULT_PORT
    key: bytes | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.key is None:
            return f"tcp://{host}:{self.port}"
        return f"hubbub://{host}:{self.port}/?key={key_text(self.key)}"


def parse_address(text: str) -> Address:
    """HOST[:PORT], tcp://HOST:PORT, or hubbub://HOST:PORT/?key=KEY; IPv6 in brackets or bare. Raises BadAddress."""
    text = text.strip()
    try:
        ipaddress.IPv6Address(text.split("%")[0])
    except ValueError:
        pass
    else:
        return Address(text)
    try:
        parts = urlsplit(text if "://" in text else f"tcp://{text}")
        port = parts.port
    except ValueError:
        raise _no_address(text) from None
    if parts.scheme not in ("tcp", "hubbub") or not parts.hostname or parts.username is not None:
        raise _no_address(text)
    if port == 0:
        raise BadAddress("port 0 is none that a server can be reached at")
    keys = parse_qs(parts.query).get("key", [])
    return Address(parts.hostname, port or limits.DEFAULT_PORT, parse_key(keys[0]) if keys else None)


def _no_address(text: str) -> BadAddress:
    return BadAddress(f"{text!r} is no address; type HOST, HOST:PORT or hubbub://HOST:PORT/?key=KEY")


def key_text(key: bytes) -> str:
    """A key as people see it: base64url without padding."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def parse_key(text: str) -> bytes:
    """The key of a key_text. Raises BadAddress."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != limits.CURVE_KEY_BYTES:
        raise BadAddress(f"{text!r} is no server key; copy it whole from what the server prints")
    return key


def fingerprint(key: bytes) -> str:
    """The key's fingerprint as words to read out: ten words from the first bytes of its SHA-256."""
    return " ".join(WORDS[byte] for byte in hashlib.sha256(key).digest()[:FINGERPRINT_WORDS])
