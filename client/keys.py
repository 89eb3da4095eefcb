"""Keys: UUIDv7 for what is written, a CURVE pair for the device. Knows no file."""

import hashlib
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Final

import zmq
import zmq.utils.z85
from msgspec import Struct

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0x2 << 62


def message_key() -> bytes:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, the rest random. Ordered by time, because a store that is keyed
    at random costs twice as much a row."""
    milliseconds = time.time_ns() // 1_000_000 & (1 << 48) - 1
    return _uuid(milliseconds, int.from_bytes(os.urandom(10)))


def derived_key(*names: str | int | bytes, at: datetime) -> bytes:
    """A key for what must be said once, whoever tries it how often: the same for the same names and time, and for no others. Sent
    with it again, a message is stored once, and it is the first one: what is said must follow from the names too.

    at: a time that belongs to what is said, with its zone. It makes the key a UUIDv7, of which a store is not slow.
    """
    moment = at.timestamp()
    told = b"\0".join(one if isinstance(one, bytes) else str(one).encode() for one in (*names, repr(moment)))
    return _uuid(int(moment * 1000) & (1 << 48) - 1, int.from_bytes(hashlib.sha256(told).digest()[:10]))


def key_time(key: bytes) -> datetime:
    """When a UUIDv7 was made, UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int.from_bytes(key[:6]))


def _uuid(milliseconds: int, bits: int) -> bytes:
    low, high = bits & (1 << 62) - 1, bits >> 62 & (1 << 12) - 1
    return (milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low).to_bytes(16)


class DeviceKey(Struct, frozen=True):
    """A CURVE key pair, Z85 as libzmq takes it."""

    public: bytes
    secret: bytes


def device_key() -> DeviceKey:
    """A new one."""
    return DeviceKey(*zmq.curve_keypair())


def device_key_of(secret: bytes) -> DeviceKey:
    """The pair of a secret. Raises ValueError where it is none."""
    try:
        return DeviceKey(zmq.curve_public(secret), secret)
    except zmq.ZMQError as error:
        raise ValueError(f"no CURVE secret key: {error}") from None


def curve_text(key: bytes) -> bytes:
    """32 raw bytes as libzmq's Z85."""
    return bytes(zmq.utils.z85.encode(key))
