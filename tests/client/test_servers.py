"""Asking a server who it is: what it says is told, what is known of it too, and nothing at all is told to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hubbub.client import Client, errors, inspect_server
from hubbub.client.profile import Profile
from hubbub.schemas import codec
from hubbub.schemas.hello import Address, Hello, fingerprint, parse_address
from hubbub.schemas.limits import HELLO_PORT_OFFSET, PROTOCOL_VERSION
from tests.client.driver import hello
from tests.helpers.brokers import PASSWORD, Served


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


class Listener:
    """Says what it is told to on the hello port, and keeps what is said to it."""

    def __init__(self, says: bytes) -> None:
        self._says, self.heard = says, b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self._socket.getsockname()[1] - HELLO_PORT_OFFSET)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._socket.accept()
                with connection:
                    connection.sendall(self._says)
                    connection.shutdown(socket.SHUT_WR)
                    while part := connection.recv(4096):
                        self.heard += part

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextmanager
def listening(says: Hello | bytes) -> Iterator[Listener]:
    made = Listener(says if isinstance(says, bytes) else codec.encode(says))
    try:
        yield made
    finally:
        made.close()


async def test_who_a_server_is_and_that_it_is_known_once_somebody_went_in(
    broker: Served, profile: Profile
) -> None:
    address = broker.place.address
    standing = await inspect_server(address.removeprefix("tcp://"), profile)
    key = standing.hello.key
    assert standing.first_contact and standing.words == fingerprint(key)
    assert (standing.address, standing.name, standing.hello.port) == (address, "Hubbub", broker.port)
    assert (await inspect_server(address, profile)).first_contact, "to ask is not to go in"
    assert (await inspect_server(address)).first_contact
    assert profile.read().servers == {}
    assert not (await inspect_server(str(parse_address(address)._replace(key=key)), profile)).first_contact
    async with Client(
        address, user="inspector", password=PASSWORD.decode(), profile=profile.folder, register=True
    ):
        pass
    assert not (await inspect_server(address, profile.folder)).first_contact


async def test_nothing_is_told_to_it(profile: Profile) -> None:
    with listening(hello()) as listener:
        assert (await inspect_server(str(listener.address), profile)).first_contact
        await inspect_server(str(listener.address), profile)
    assert listener.heard == b""


async def test_another_key_than_the_known_one_stops(profile: Profile) -> None:
    changed = hello()
    changed.key = b"x" * 32
    with listening(changed) as listener:
        profile.meet(listener.address, hello())
        with pytest.raises(errors.KeyChanged, match=fingerprint(changed.key)):
            await inspect_server(str(listener.address), profile)
        with pytest.raises(errors.KeyChanged):
            await inspect_server(str(listener.address._replace(key=hello().key)))


async def test_names_are_harmless_and_versions_compared() -> None:
    odd = hello()
    odd.server = "two\nlines\u202e"
    with listening(odd) as listener:
        assert (await inspect_server(str(listener.address))).name == "two lines"
    odd.protocol = PROTOCOL_VERSION + 1
    with listening(odd) as listener, pytest.raises(errors.VersionMismatch, match="update this program"):
        await inspect_server(str(listener.address))


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x81" * 5000])
async def test_what_answers_otherwise_is_no_server(says: bytes) -> None:
    with listening(says) as listener, pytest.raises(errors.NoServer):
        await inspect_server(str(listener.address))


async def test_nobody_there_and_no_address() -> None:
    with listening(b"") as listener:
        pass
    with pytest.raises(errors.NoServer, match="There is no server at"):
        await inspect_server(str(listener.address))
    for text in ("", "http://x", "host:port", "hubbub://x/?key=short"):
        with pytest.raises(errors.BadRequest):
            await inspect_server(text)
