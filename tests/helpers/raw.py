"""A client made of pyzmq and msgpack alone, as docs/protocol.md describes one. Imports nothing of Hubbub: that is the point.

One thread uses a client; several clients may share a thread.
"""

import os
import socket
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import msgpack
import zmq
from zmq.utils import z85

TIMEOUT_S = 20.0
CONFIRMATION_S = 2.0
Event = tuple[bytes, dict[str, Any]]


class Place(NamedTuple):
    """Where a server is, as its hello says."""

    address: str
    publish: str
    key: bytes
    """Z85."""


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"{answer['error']}: {answer['message']}")
        self.code = answer["error"]
        self.answer = answer


class Silent(Exception):
    """No answer came in time."""


def hello(host: str, port: int, timeout: float = TIMEOUT_S) -> dict[str, Any]:
    """What the server behind this request port says of itself, on the port two above."""
    said = b""
    with socket.create_connection((host, port + 2), timeout=timeout) as connection:
        while chunk := connection.recv(4096):
            said += chunk
    return dict(msgpack.unpackb(said))


def place_of(host: str, port: int) -> Place:
    """The place that hello tells."""
    said = hello(host, port)
    return Place(
        f"tcp://{host}:{said['port']}", f"tcp://{host}:{said['publish_port']}", z85.encode(said["key"])
    )


def new_key() -> bytes:
    """A message key: a UUIDv7."""
    milliseconds = time.time_ns() // 1_000_000
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | random[0] & 0x0F
    random[2] = 0x80 | random[2] & 0x3F
    return uuid.UUID(bytes=milliseconds.to_bytes(6, "big") + bytes(random)).bytes


def topic(kind: bytes, number: int) -> bytes:
    """A topic: kind and id, fixed width."""
    return kind + number.to_bytes(8, "big")


class Raw:
    """One connection to a server: requests, and after `subscribe` the feed."""

    def __init__(
        self, place: Place, context: zmq.Context[Any] | None = None, keys: tuple[bytes, bytes] | None = None
    ) -> None:
        self.place = place
        self._own_context = context is None
        self.context = context or zmq.Context()
        self.keys = keys or zmq.curve_keypair()
        self.token = b""
        self.session = 0
        self.user = 0
        self.name = ""
        self._next_id = 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.events: list[Event] = []
        """Everything that came by the feed, in order."""
        self.feed: Any = None
        self._monitors: list[Any] = []
        self.requests = self.new_socket(zmq.DEALER, place.address)

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self.requests.close(linger=0)
        self.drop_feed()
        for monitor in self._monitors:
            monitor.close(linger=0)
        if self._own_context:
            self.context.term()

    def new_socket(self, kind: int, address: str, **options: int) -> Any:
        """A connected socket with this client's keys; options by their names in zmq."""
        made = self.context.socket(kind)
        made.setsockopt(zmq.LINGER, 0)
        made.setsockopt(zmq.IPV6, 1)
        made.setsockopt(zmq.RCVHWM, 100_000)
        made.setsockopt(zmq.SNDHWM, 100_000)
        made.setsockopt(zmq.RECONNECT_IVL, 50)
        for name, value in options.items():
            made.setsockopt(getattr(zmq, name), value)
        made.setsockopt(zmq.CURVE_SERVERKEY, self.place.key)
        made.setsockopt(zmq.CURVE_PUBLICKEY, self.keys[0])
        made.setsockopt(zmq.CURVE_SECRETKEY, self.keys[1])
        made.connect(address)
        return made

    def reconnect(self) -> None:
        """A new request socket (and no feed), as a client makes one when a PING has no answer."""
        self.requests.close(linger=0)
        self.requests = self.new_socket(zmq.DEALER, self.place.address)
        self.drop_feed()

    # ------------------------------------------------------------------------------------------------- requests

    def send(self, mode: str, **fields: Any) -> int:
        """Send a request, and return its id."""
        self._next_id += 1
        request = {"mode": mode, "id": self._next_id, "token": self.token, **fields}
        self.requests.send(msgpack.packb(request))
        return int(request["id"])

    def pump(self, timeout: float = 0.0) -> int:
        """Take in what has come (waiting for something up to `timeout` seconds); how many frames it was."""
        sockets = [one for one in (self.requests, self.feed) if one is not None]
        poller = zmq.Poller()
        for one in sockets:
            poller.register(one, zmq.POLLIN)
        poller.poll(int(timeout * 1000))
        return self._take_answers() + self._take_events()

    def _take_answers(self) -> int:
        count = 0
        while True:
            try:
                answer = msgpack.unpackb(self.requests.recv(zmq.NOBLOCK))
            except zmq.Again:
                return count
            self.answers[answer["id"]] = answer
            count += 1

    def _take_events(self) -> int:
        count = 0
        while self.feed is not None:
            try:
                subject, body = self.feed.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return count
            self.events.append((subject, msgpack.unpackb(body)))
            count += 1
        return count

    def wait(self, condition: Callable[[], Any], timeout: float = TIMEOUT_S, what: str = "an answer") -> Any:
        """Pump until `condition` is true, and return its value. Raises Silent."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            left = deadline - time.monotonic()
            if left <= 0:
                raise Silent(f"{self.name or 'a client'} waited {timeout} s for {what}")
            self.pump(min(left, 0.1))
        return value

    def answer(self, request: int, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """The answer to this request, which may be an error. Raises Silent."""
        self.wait(lambda: request in self.answers, timeout)
        return self.answers.pop(request)

    def try_ask(self, mode: str, timeout: float = TIMEOUT_S, **fields: Any) -> dict[str, Any]:
        """Ask, and return the answer, which may be an error."""
        return self.answer(self.send(mode, **fields), timeout)

    def ask(self, mode: str, timeout: float = TIMEOUT_S, **fields: Any) -> dict[str, Any]:
        """Ask, and return the result. Raises Refused."""
        answer = self.try_ask(mode, timeout, **fields)
        if "error" in answer:
            raise Refused(answer)
        return answer

    def code(self, mode: str, **fields: Any) -> str:
        """The error's code, or "" where it was done."""
        return str(self.try_ask(mode, **fields).get("error", ""))

    # ------------------------------------------------------------------------------------------------- sessions

    def login(self, name: str, password: bytes, *, register: bool = False) -> "Raw":
        """Open a session (and make the account before)."""
        if register:
            self.ask("REGISTER", name=name, password=password)
        opened = self.ask("LOGIN", name=name, password=password)
        self.token, self.session, self.name = opened["token"], opened["session"], name
        self.user = opened["user"]["user"]
        return self

    def start(self, partner: str) -> int:
        """The conversation with this user."""
        return int(self.ask("START_CONVERSATION", user=partner)["conversation"]["conversation"])

    def group(self, name: str, *members: str, **fields: Any) -> int:
        """Make a group with these members; its id."""
        made = self.ask("CREATE_GROUP", key=new_key(), name=name, members=list(members), **fields)
        return int(made["conversation"]["conversation"])

    def act(self, mode: str, conversation: int, **fields: Any) -> dict[str, Any]:
        """A request that writes into the log, with a new key. The result. Raises Refused."""
        return self.ask(mode, conversation=conversation, key=new_key(), **fields)

    def send_text(self, conversation: int, text: str, key: bytes | None = None) -> dict[str, Any]:
        """Send a message; the acknowledgement."""
        return self.ask("SEND_MESSAGE", conversation=conversation, key=key or new_key(), text=text)

    def entries(self, conversation: int, after: int = 0) -> list[dict[str, Any]]:
        """The log, whole, by SYNC."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.ask("SYNC", conversation=conversation, after=after)
            found += page["entries"]
            if not page["entries"] or page["entries"][-1]["seq"] >= page["head"]:
                return found
            after = page["entries"][-1]["seq"]

    # ----------------------------------------------------------------------------------------------------- feed

    def open_feed(self) -> Any:
        """A feed socket that asks for nothing yet."""
        self.drop_feed()
        # Without VERBOSE_UNSUBSCRIBE and the like: what an XSUB sends by itself is what a plain client sends.
        self.feed = self.new_socket(zmq.XSUB, self.place.publish)
        return self.feed

    def drop_feed(self) -> None:
        if self.feed is not None:
            self.feed.close(linger=0)
            self.feed = None

    def watch(self, watched: Any, events: int) -> Any:
        """A socket that tells of these events of a socket (zmq.EVENT_...), for as long as this client lives."""
        self._monitors.append(watched.get_monitor_socket(events))
        return self._monitors[-1]

    def confirmations(self) -> list[dict[str, Any]]:
        """Those of this session, in order."""
        own = topic(b"s", self.session)
        return [body for subject, body in self.events if subject == own and body["event"] == "confirmed"]

    def subscribe(self, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Present the token until it is confirmed, on a new socket every two seconds. The confirmation."""
        deadline = time.monotonic() + timeout
        before = len(self.confirmations())
        while time.monotonic() < deadline:
            feed = self.open_feed() if self.feed is None else self.feed
            feed.send(b"\x01" + self.token)
            try:
                self.wait(lambda: len(self.confirmations()) > before, CONFIRMATION_S, "a confirmation")
                return self.confirmations()[-1]
            except Silent:
                self.drop_feed()
        raise Silent(f"{self.name}'s subscription was not confirmed in {timeout} s")

    def refresh(self, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Present the token again on the same socket (new conversations have come)."""
        return self.subscribe(timeout)

    def live(self, conversation: int) -> list[dict[str, Any]]:
        """The entries of a conversation that came live, in the order in which they came."""
        wanted = topic(b"c", conversation)
        return [body for subject, body in self.events if subject == wanted]

    def live_presence(self) -> list[dict[str, Any]]:
        """The deltas of presence that came, in order."""
        wanted = topic(b"p", 0)
        return [body for subject, body in self.events if subject == wanted and body["event"] == "presence"]

    def topics(self) -> set[bytes]:
        """Everything that the feed brought anything of."""
        return {subject for subject, _ in self.events}

    def entitled(self) -> set[bytes]:
        """The topics that are this client's, by HOME."""
        mine = {topic(b"p", 0), topic(b"u", self.user), topic(b"s", self.session)}
        home = self.ask("HOME", limit=200)
        return mine | {topic(b"c", one["conversation"]) for one in home["conversations"]}
