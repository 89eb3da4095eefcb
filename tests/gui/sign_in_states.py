"""Every state of signing in, without any network: what a desk would have answered is made up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from hubbub.client import Nearby, errors
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk_sign_in import Account, Meeting, Remembered, Server, SignInDesk
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.schemas.hello import Hello


def _server(name: str, place: str) -> Server:
    return Server(key=sha256(name.encode()).digest(), name=name, address=f"tcp://{place}")


LAB = _server("Lab", "192.168.1.20:2000")
KITCHEN = _server("Kitchen 🍳", "192.168.1.31:2000")
CHESS = _server("Chess club", "chess.example.org:2000")
SCHOOL = _server(
    "A school with a name that is far too long for one row", "chat.a-very-long-host-name.example.org:2600"
)


class StillDesk(SignInDesk):
    """Answers what it was told to, or never."""

    def __init__(self, near: Iterable[Server] = (), problem: str = "") -> None:
        super().__init__(Path("nowhere"))
        self.near, self.problem = tuple(near), problem
        self.met: Meeting | Exception | None = None
        self.refusal: errors.HubbubError | None = None

    async def remembered(self) -> Remembered:
        return Remembered()

    async def nearby(self) -> AsyncIterator[Nearby]:
        for one in self.near:
            yield Nearby(
                name=one.name,
                address=one.place,
                addresses=(one.place,),
                key=one.key,
                publish_port=2001,
                version=1,
            )
        if self.problem:
            raise errors.NoServer(self.problem)
        await asyncio.Event().wait()

    async def answering(self, servers: Iterable[Server]) -> frozenset[bytes]:
        return frozenset({CHESS.key} & {one.key for one in servers})

    async def meet(self, address: str) -> Meeting:
        if isinstance(self.met, Exception):
            raise self.met
        if self.met is None:
            await asyncio.Event().wait()
        assert self.met is not None
        return self.met

    async def meet_any(self, addresses: Iterable[str], key: bytes) -> Meeting:
        return await self.meet("")

    async def trust(self, met: Meeting) -> None:
        return

    async def log_in(self, server: Server, user: str, password: str, *, register: bool) -> Account:
        if self.refusal is not None:
            raise self.refusal
        await asyncio.Event().wait()
        raise AssertionError


def met(server: Server, *, first: bool = False, expected: Server | None = None) -> Meeting:
    """Who answered."""
    hello = Hello(protocol=1, server=server.name, key=server.key, port=1, publish_port=2, epoch=bytes(16))
    return Meeting(server=server, hello=hello, first=first, expected=expected.key if expected else b"")


class Stage:
    """A model that a test or a program puts into a state."""

    def __init__(self) -> None:
        self.late = timedelta()
        self.bridge = Bridge()

    def close(self) -> None:
        """End its thread."""
        self.bridge.close()

    def show(self, name: str) -> SignIn:
        """The model, in that state."""
        near = () if name in ("looking", "nothing found", "cannot look") else (LAB, KITCHEN, SCHOOL)
        desk = StillDesk(
            near,
            "Nearby servers can't be looked for here. Type the address of yours."
            if name == "cannot look"
            else "",
        )
        self.sign_in = SignIn(self.bridge, desk, self._now, lambda _: None)
        if name != "opening":
            STATES[name](self, desk)
        return self.sign_in

    def settle(self, condition: Callable[[], object]) -> None:
        """Take what the library's thread tells until it is so."""
        end = monotonic() + 10
        while not condition():
            assert monotonic() < end
            self.bridge.drain()
            sleep(0.001)

    def start(self, *accounts: Account, servers: tuple[Server, ...] = ()) -> SignIn:
        """The first page."""
        self.sign_in.start(Remembered(servers=servers, accounts=accounts))
        wanted = len(self.sign_in.desk.near) if isinstance(self.sign_in.desk, StillDesk) else 0
        self.settle(lambda: len(self.sign_in.choices.nearby) == wanted)
        return self.sign_in

    def form(self, desk: StillDesk) -> SignIn:
        """Name and password at a server that is known, for whoever has an account there."""
        desk.met = met(LAB)
        sign_in = self.start(servers=(LAB,))
        sign_in.choose_address(LAB.place)
        self.settle(lambda: sign_in.page == "form")
        sign_in.set_mode("log in")
        return sign_in

    def refused(self, desk: StillDesk, error: errors.HubbubError, mode: str = "log in") -> None:
        """The form, after a try."""
        sign_in = self.form(desk)
        desk.refusal = error
        sign_in.set_mode("register" if mode == "register" else "log in")
        sign_in.submit("alice", "correct horse")
        self.settle(lambda: sign_in.busy is None)

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.late


ALICE = Account(server=LAB, user="alice")
KNOWN = (LAB, CHESS, _server("Attic", "10.0.0.7:2000"))
ACCOUNTS = (
    ALICE,
    Account(server=CHESS, user="Alice Liddell"),
    Account(server=CHESS, user="bob", logged_in=False),
)


def _looking(stage: Stage, _: StillDesk) -> None:
    stage.sign_in.start(Remembered())


def _nothing(stage: Stage, _: StillDesk) -> None:
    stage.late = timedelta()
    stage.start()
    stage.late = timedelta(seconds=5)


def _cannot_look(stage: Stage, _: StillDesk) -> None:
    sign_in = stage.start()
    stage.settle(lambda: sign_in.choices.problem)


def _recent(stage: Stage, _: StillDesk) -> None:
    sign_in = stage.start(*ACCOUNTS, servers=KNOWN)
    stage.settle(lambda: sign_in.choices.is_there(CHESS.key))


def _bad_address(stage: Stage, desk: StillDesk) -> None:
    desk.met = errors.NoServer("There is no server")
    sign_in = stage.start()
    sign_in.choose_address("chat.exmaple.org")
    stage.settle(lambda: sign_in.problems)


def _asking(stage: Stage, _: StillDesk) -> None:
    sign_in = stage.start()
    sign_in.choose(sign_in.choices.nearby[1])


def _first_contact(stage: Stage, desk: StillDesk) -> None:
    desk.met = met(LAB, first=True)
    sign_in = stage.start()
    sign_in.choose(sign_in.choices.nearby[1])
    stage.settle(lambda: sign_in.page == "trust")


def _changed_key(stage: Stage, desk: StillDesk) -> None:
    desk.met = met(_server("Somebody", LAB.place), expected=LAB)
    sign_in = stage.start(servers=(LAB,))
    sign_in.choose_address(LAB.place)
    stage.settle(lambda: sign_in.page == "changed")


def _expired(stage: Stage, _: StillDesk) -> None:
    stage.start(ALICE, servers=(LAB,)).ask_for_password(ALICE, words.EXPIRED)


def _busy(stage: Stage, desk: StillDesk) -> None:
    sign_in = stage.form(desk)
    sign_in.submit("alice", "correct horse")
    stage.late = timedelta(seconds=8)


def _register(stage: Stage, desk: StillDesk) -> None:
    stage.form(desk).set_mode("register")


def _damaged(stage: Stage, _: StillDesk) -> None:
    stage.sign_in.start(Remembered(damaged=(Path("/home/alice/.local/share/hubbub/profile.json"),)))


def _unusable(stage: Stage, _: StillDesk) -> None:
    stage.sign_in.on_broken(
        "/home/alice/.local/share/hubbub/profile.json cannot be written: Permission denied."
    )


STATES: dict[str, Callable[[Stage, StillDesk], object]] = {
    "opening": lambda stage, desk: None,
    "looking": _looking,
    "nothing found": _nothing,
    "cannot look": _cannot_look,
    "several found": lambda stage, desk: stage.start(),
    "accounts": _recent,
    "bad address": _bad_address,
    "asking": _asking,
    "first contact": _first_contact,
    "changed key": _changed_key,
    "log in": lambda stage, desk: stage.form(desk),
    "register": _register,
    "wrong password": lambda stage, desk: stage.refused(desk, errors.WrongCredentials("no")),
    "name taken": lambda stage, desk: stage.refused(desk, errors.NameTaken("no"), "register"),
    "closed": lambda stage, desk: stage.refused(desk, errors.RegistrationClosed("no"), "register"),
    "disabled": lambda stage, desk: stage.refused(desk, errors.AccountDisabled("no")),
    "too many tries": lambda stage, desk: stage.refused(desk, errors.RateLimited("no", retry_after=27.0)),
    "nothing typed": lambda stage, desk: stage.form(desk).submit("", ""),
    "expired": _expired,
    "busy": _busy,
    "damaged": _damaged,
    "unusable": _unusable,
}
"""What puts a stage into each."""


def states() -> list[str]:
    """Their names, in the order in which a person might see them."""
    return list(STATES)
