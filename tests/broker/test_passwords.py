"""What passwords are hashed with where no test makes it cheap, and what the pool answers."""

import queue
import subprocess
import sys
from typing import Any, cast

import pytest

from hubbub.broker.effects import HashPassword, Pending, VerifyPassword
from hubbub.broker.passwords import PasswordPool, hash_password

TICKET = cast("Pending", "carried and not looked at")
OWASP = "$argon2id$v=19$m=19456,t=2,p=1$"


def test_a_hash_costs_what_owasp_asks_for_and_nobodys_as_much() -> None:
    """In a process of its own: in this one they are cheap."""
    look = (
        "from hubbub.broker import passwords; print(passwords.hash_password(b'x')); print(passwords._NOBODY)"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    hashed, nobody = told.split()
    assert hashed.startswith(OWASP)
    assert nobody.startswith(OWASP)
    assert len(nobody) == len(hashed)


@pytest.fixture
def told() -> "queue.Queue[Any]":
    return queue.Queue()


@pytest.mark.parametrize(
    ("password_hash", "password", "right"),
    [
        (hash_password(b"correct horse"), b"correct horse", True),
        (hash_password(b"correct horse"), b"correct hors", False),
        (hash_password(b"correct horse"), b"", False),
        ("no hash at all", b"correct horse", False),
        (None, b"the password of nobody", False),
    ],
    ids=["right", "cut", "empty", "no hash", "nobody"],
)
def test_what_is_right(
    told: "queue.Queue[Any]", password_hash: str | None, password: bytes, right: bool
) -> None:
    pool = PasswordPool(lambda _, result: told.put(result))
    assert pool.submit(VerifyPassword(password_hash, password, TICKET))
    assert told.get(timeout=20) is right
    pool.stop()


def test_two_hashes_of_one_password_are_unlike(told: "queue.Queue[Any]") -> None:
    pool = PasswordPool(lambda _, result: told.put(result))
    assert all(pool.submit(HashPassword(b"correct horse", TICKET)) for _ in range(2))
    assert told.get(timeout=20) != told.get(timeout=20)
    pool.stop()
