"""The key files of the data folder: CURVE pairs, made on first start, readable by their owner alone."""

import os
from pathlib import Path
from typing import NamedTuple

import zmq
from zmq.utils import z85

SERVER_KEY = "server.key"
ADMIN_KEY = "admin.key"


class KeyPair(NamedTuple):
    """Both in Z85, 40 characters."""

    public: bytes
    secret: bytes

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes that hello says."""
        return z85.decode(self.public)


class BadKeyFile(Exception):
    """The text says which file, and what to do."""


def load_or_make(path: Path) -> KeyPair:
    """The pair in the file; made (mode 0600, on the disk before it is used) where there is none. Raises BadKeyFile."""
    try:
        return load(path)
    except FileNotFoundError:
        pass
    pair = KeyPair(*zmq.curve_keypair())
    partial = path.with_name(path.name + ".new")
    try:
        partial.unlink(missing_ok=True)
        file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(pair.secret + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(path)
    except OSError as error:
        raise BadKeyFile(f"{path} cannot be written: {error.strerror}") from None
    return pair


def load(path: Path) -> KeyPair:
    """The pair in the file. Raises FileNotFoundError, BadKeyFile."""
    try:
        secret = path.read_bytes().strip()
        public = zmq.curve_public(secret)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, zmq.ZMQError) as error:
        raise BadKeyFile(
            f"{path} is no key file ({error}). Put the right one back from a backup: without it every client would "
            "take this server for another one."
        ) from None
    return KeyPair(public, secret)
