"""What an administrator does to a store, through the running broker or, where none runs, directly. Wiring only."""

import secrets
import time
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import zmq

from hubbub.broker import keys, sockets
from hubbub.broker.places import PLACE_FILE, read_ready
from hubbub.schemas import codec, replies, requests
from hubbub.schemas.hello import parse_key

_TIMEOUT_MS: Final = 10_000
_VERIFY_TIMEOUT_MS: Final = 3600_000

R = TypeVar("R", bound=replies.Reply)


class AdminError(Exception):
    """The text says what happened and what to do, for a person. `code` is the protocol's, "" where it never got there."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Running:
    """The broker that has this data folder, reached with the key in it."""

    def __init__(self, data: Path) -> None:
        """Raises AdminError where the folder does not say where its broker is."""
        try:
            ready = read_ready(data / PLACE_FILE)
            pair = keys.load(data / keys.ADMIN_KEY)
        except (OSError, msgspec.DecodeError, keys.BadKeyFile) as error:
            raise AdminError(
                f"A broker has {data}, and how to reach it cannot be read from there ({error}). Use the account that runs it."
            ) from None
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        server_key = zmq.utils.z85.encode(parse_key(ready.server_key))
        self._socket = sockets.admin_socket(
            self._context, ready.address, server_key, (pair.public, pair.secret)
        )

    def ask(self, request: requests.Request, reply: type[R]) -> R:
        """One request. Raises AdminError."""
        request.id = secrets.randbits(32)
        self._socket.send(codec.encode(request))
        wait = _VERIFY_TIMEOUT_MS if isinstance(request, requests.AdminVerify) else _TIMEOUT_MS
        deadline = time.monotonic() + wait / 1000
        while self._socket.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            frame = self._socket.recv()
            outcome = codec.decode_outcome(frame)
            if outcome.id != request.id:
                continue
            if outcome.error is not None:
                raise AdminError(outcome.message, outcome.error)
            return codec.decode_reply(frame, reply)
        raise AdminError("The broker does not answer. Is it stopping, or starting? Try again.")

    def close(self) -> None:
        """Free the socket."""
        self._socket.close()
        self._context.term()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()
