"""A window's model without a window, kept going by a test."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from zmq.utils import z85

from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.sign_in import SignIn
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.waiting import until

T = TypeVar("T")
SECRET = PASSWORD.decode()


class Seat:
    """An App that is kept going, with a clock that the test moves."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.late = timedelta()
        self.faults: list[Exception] = []
        self.bridge = Bridge()
        self.bridge.on_fault = self.faults.append
        self.app = App(self.bridge, profile, lambda: datetime.now(UTC) + self.late)

    @property
    def sign_in(self) -> SignIn:
        return self.app.sign_in

    def wait(self, condition: Callable[[], T], what: str = "") -> T:
        def look() -> T:
            self.bridge.drain()
            return condition()

        try:
            return until(look, 10.0, what)
        except AssertionError as error:
            there = self.sign_in
            raise AssertionError(
                f"{error}: {there.page}, {there.problems}, {there.notice!r}, {there.busy}, {self.faults}"
            ) from None

    def starts(self) -> SignIn:
        self.app.start()
        return self.page("start")

    def page(self, name: str) -> SignIn:
        self.wait(lambda: self.sign_in.page == name and self.sign_in.busy is None, f"the page {name}")
        return self.sign_in

    def problem(self, where: words.Field) -> str:
        return self.wait(lambda: self.sign_in.problems.get(where), f"a problem at {where}") or ""

    def goes_to(self, address: str) -> SignIn:
        self.sign_in.choose_address(address)
        self.wait(lambda: self.sign_in.busy is None)
        if self.sign_in.page == "trust":
            self.sign_in.trust()
        return self.page("form")

    def chats(self) -> None:
        self.wait(lambda: self.app.chat is not None and self.app.chat.link.connected, "a chat")

    def registers(self, address: str, user: str) -> None:
        self.starts()
        self.goes_to(address).set_mode("register")
        self.sign_in.submit(user, SECRET)
        self.chats()

    def leaves(self) -> None:
        self.app.close()
        self.bridge.close()


Sits = Callable[..., Seat]


def here(broker: Served) -> str:
    """Its address, as a person types it."""
    return f"127.0.0.1:{broker.port}"


def key_of(broker: Served) -> bytes:
    """Its public key."""
    return bytes(z85.decode(broker.place.key))
