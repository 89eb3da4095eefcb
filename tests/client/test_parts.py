"""The small parts: waits, keys, names, the hello that is fetched, and what a terminal gets to see."""

import select
import socket
import threading
import time
import uuid

import pytest

from hubbub.client import errors, keys
from hubbub.client.backoff import LONGEST_S, SHORTEST_S, Backoff
from hubbub.client.cli.output import harmless, one_line
from hubbub.client.greeting import Greeting
from hubbub.client.models import message_text, recipient, same_conversation
from hubbub.schemas import codec
from hubbub.schemas import errors as wire
from hubbub.schemas.hello import Address, Hello
from hubbub.schemas.limits import HELLO_MAX_BYTES, HELLO_PORT_OFFSET
from tests.client.driver import hello


@pytest.mark.parametrize("dice", [0.0, 0.5, 1.0])
def test_waits_stay_within_their_bounds_and_grow(dice: float) -> None:
    backoff = Backoff(lambda: dice)
    waits = [backoff.next() for _ in range(20)]
    assert all(SHORTEST_S <= wait <= LONGEST_S for wait in waits)
    assert waits == sorted(waits)
    assert waits[-1] == SHORTEST_S + (LONGEST_S - SHORTEST_S) * dice
    backoff.reset()
    assert backoff.next() == waits[0]


def test_keys_are_uuids_ordered_by_time() -> None:
    made = [uuid.UUID(bytes=keys.message_key()) for _ in range(200)]
    assert {(key.version, key.variant) for key in made} == {(7, uuid.RFC_4122)}
    assert len(set(made)) == 200
    assert abs((made[0].int >> 80) / 1000 - time.time()) < 10
    assert [key.int >> 80 for key in made] == sorted(key.int >> 80 for key in made)


@pytest.mark.parametrize(
    ("to", "name"), [("bob", "@bob"), ("@bob", "@bob"), (" #team ", "#team"), ("@Ｂob", "@Bob")]
)
def test_whom_one_writes_to(to: str, name: str) -> None:
    assert str(recipient(to)) == name
    assert same_conversation(name.upper(), name)


@pytest.mark.parametrize("to", ["", "@", "#", "a b", "x" * 33, "@@bob", "##team", "all"])
def test_whom_nobody_writes_to(to: str) -> None:
    with pytest.raises(errors.BadRequest):
        recipient(to)


@pytest.mark.parametrize("code", sorted(wire.ERRORS))
def test_every_code_of_the_wire_has_its_error(code: str) -> None:
    error = errors.from_wire(code, "", 2.0)
    assert str(error).startswith(wire.ERRORS[code].meaning)
    assert ("older than this program" in str(error)) == (code == "unknown_mode")
    assert error.retryable == wire.ERRORS[code].retryable
    assert type(error) is not errors.Refused
    assert error.exit_code == {"storage_full": 6, "session_expired": 4, "wrong_credentials": 4}.get(
        code, 4 if code == "account_disabled" else 5
    )


def test_what_a_terminal_gets_to_see() -> None:
    assert harmless("a\r\nb\tc") == "a\n    b\tc"
    assert harmless("\x1b[2J\x00\x7f\x9b\u2028") == "␛[2J␀␡��"
    assert harmless("한국어 😀 عربى é") == "한국어 😀 عربى é"
    assert one_line("a\nb") == "a ⏎ b"
    assert len(one_line("x" * 100)) == 60


def greeted(*parts: bytes) -> Hello:
    """What a Greeting makes of a server that says this."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1] - HELLO_PORT_OFFSET)

        def say() -> None:
            peer, _ = server.accept()
            with peer:
                for part in parts:
                    peer.sendall(part)

        speaker = threading.Thread(target=say)
        speaker.start()
        greeting = Greeting(address, time.monotonic())
        try:
            while True:
                assert greeting.socket is not None
                ends = ([], [greeting.socket]) if greeting.writing else ([greeting.socket], [])
                select.select(*ends, [], 5)
                if (found := greeting.advance(time.monotonic())) is not None:
                    return found
        finally:
            greeting.close()
            speaker.join()


def test_a_hello_is_read_whole() -> None:
    said = codec.encode(hello())
    assert greeted(said[:7], said[7:]) == hello()


@pytest.mark.parametrize("said", [b"", b"HTTP/1.0 400 Bad Request\r\n", b"x" * (HELLO_MAX_BYTES + 1)])
def test_who_says_something_else_is_no_server(said: bytes) -> None:
    with pytest.raises(errors.NoServer):
        greeted(said)


def test_nobody_waits_for_the_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1] - HELLO_PORT_OFFSET)
        greeting = Greeting(address, 100.0)
        with pytest.raises(errors.NoServer):
            greeting.advance(103.0)
        greeting.close()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "this one is empty"), ("é" * 8193, "this one has 16,386"), ("\ud83d", "half of a character")],
)
def test_a_text_that_no_message_can_have_is_told_before_anything_is_asked(text: str, says: str) -> None:
    with pytest.raises(errors.BadRequest, match=says):
        message_text(text)
    assert message_text("é" * 8192) == "é" * 8192
