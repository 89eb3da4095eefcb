"""argon2id in a bounded pool of threads (the hash runs without Python's lock). A full pool says so at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from hubbub.broker.effects import HashPassword, Pending, VerifyPassword

WAITING_MAX: Final = 128
"""At 20 to 50 ms each, what waits longer than a few seconds is better told to come back."""

# OWASP's first choice for argon2id (19 MiB, two passes, one lane), as the design asks for at least.
_HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$AjjZZKyyGn49K7qEQcG+Kw$H/b6jl0DoHvVASAwIL3j//K74FIhpTsopJCHnPZeozY"
)
"""Of 32 bytes from the dice, which nobody kept: to check it costs what any other costs. Written out, since to make one takes
each start of a process 50 ms."""


def hash_password(password: bytes) -> str:
    """The argon2id hash, as text with its parameters."""
    return _HASHER.hash(password)


class PasswordPool:
    """Runs HashPassword and VerifyPassword; `on_result` is called from a thread of the pool."""

    def __init__(self, on_result: Callable[[Pending, Any], None], threads: int = 2) -> None:
        self._on_result = on_result
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hubbub-password")
        self._places = threading.BoundedSemaphore(WAITING_MAX)

    def submit(self, effect: HashPassword | VerifyPassword) -> bool:
        """False: there is no place."""
        if not self._places.acquire(blocking=False):
            return False
        self._pool.submit(self._run, effect)
        return True

    def stop(self) -> None:
        """Drop what waits, wait for what runs."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, effect: HashPassword | VerifyPassword) -> None:
        result: str | bool | None = None
        try:
            result = hash_password(effect.password) if isinstance(effect, HashPassword) else _verify(effect)
        finally:
            self._places.release()
            self._on_result(effect.pending, result)


def _verify(effect: VerifyPassword) -> bool:
    try:
        _HASHER.verify(effect.password_hash or _NOBODY, effect.password)
    except (VerificationError, InvalidHashError):
        return False
    return effect.password_hash is not None
