"""The attack on XPUB_MANUAL: frames that are no subscription shift the pairing of subscriptions with connections, so that
the next topic lands on another one. Attackers at full speed, and victims who subscribe all the time."""

import itertools
import threading
import time
from collections import deque
from typing import Any

import zmq

from tests.helpers.brokers import PASSWORD
from tests.helpers.raw import Place, Raw, new_key, topic

OPEN_AT_ONCE = 12
CATCHERS = 4
SHIFTS: tuple[tuple[bytes, ...], ...] = (
    (b"",),
    (b"\x02x",),
    (b"\xff" * 200,),
    (b"", b"\x01"),
    (b"\x07", b"\x01 not a token"),
    (b"\x01", b"\x02", b"\x01"),
    (b"\x00", b"\x00"),
)


class Shifter:
    """A thread of attackers: devices of one account. A few say nothing wrong, subscribe all the time and catch what lands on
    them; the others connect, say good and bad frames in a burst, are cut, and come again."""

    def __init__(self, place: Place, name: str, devices: int) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self._devices = [Raw(place, self._context) for _ in range(devices)]
        self._devices[0].login(name, PASSWORD, register=True)
        for device in self._devices[1:]:
            device.login(name, PASSWORD)
        self.sessions = {device.session for device in self._devices}
        self.user = self._devices[0].user
        self.bursts = 0
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shifter")

    def start(self) -> "Shifter":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def close(self) -> None:
        for device in self._devices:
            device.close()
        self._context.term()

    def topics(self) -> set[bytes]:
        """Everything that any of them was sent."""
        return set().union(*(device.topics() for device in self._devices))

    def foreign(self, general: int) -> set[bytes]:
        """What of it is not theirs."""
        own = {topic(b"p", 0), topic(b"u", self.user), topic(b"c", general)}
        return self.topics() - own - {topic(b"s", session) for session in self.sessions}

    def _run(self) -> None:
        try:
            self._attack()
        except BaseException as error:  # noqa: BLE001  # told by the test
            self.error = error

    def _attack(self) -> None:
        catchers, waiting = self._devices[:CATCHERS], deque(self._devices[CATCHERS:])
        for catcher in catchers:
            catcher.subscribe()
        at_work: deque[Raw] = deque()
        shifts = itertools.cycle(SHIFTS)
        while not self._stop.is_set():
            device = waiting.popleft()
            self._burst(device, shifts)
            at_work.append(device)
            for one in catchers:
                one.feed.send(b"\x01" + one.token)
            for one in (*at_work, *catchers):
                one.pump()
            if len(at_work) >= OPEN_AT_ONCE or not waiting:
                done = at_work.popleft()
                done.drop_feed()
                waiting.append(done)

    def _burst(self, device: Raw, shifts: Any) -> None:
        if device.code("PING") == "session_expired":  # its strikes were counted
            device.login(device.name or self._devices[0].name, PASSWORD)
            self.sessions.add(device.session)
        feed = device.open_feed()
        for _ in range(8):
            feed.send(b"\x01" + device.token)
            feed.send_multipart(next(shifts))
            feed.send(b"\x01" + device.token)
        self.bursts += 1


class Victims:
    """A thread of users who write to themselves, refresh their subscription and connect anew, all the time."""

    def __init__(self, place: Place, name: str, count: int) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self.users = [
            Raw(place, self._context).login(f"{name}-{number}", PASSWORD, register=True)
            for number in range(count)
        ]
        self.own = [user.start(user.name) for user in self.users]
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="victims")

    def start(self) -> "Victims":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def close(self) -> None:
        for user in self.users:
            user.close()
        self._context.term()

    @property
    def confirmed(self) -> int:
        return sum(len(user.confirmations()) for user in self.users)

    def foreign(self) -> set[bytes]:
        """What came to one of them and is not his."""
        return set().union(*(user.topics() - user.entitled() for user in self.users))

    def check_reachable(self, timeout: float) -> None:
        """Each is confirmed, and gets a message that is sent to him after that."""
        for user, own in zip(self.users, self.own, strict=True):
            user.subscribe(timeout)
            seq = user.send_text(own, "after")["seq"]
            user.wait(
                lambda u=user, o=own, s=seq: [e for e in u.live(o) if e["seq"] == s], timeout, "his message"
            )

    def _run(self) -> None:
        try:
            self._live()
        except BaseException as error:  # noqa: BLE001  # told by the test
            self.error = error

    def _live(self) -> None:
        opened = {user.user: 0.0 for user in self.users}
        for turn in itertools.count():
            if self._stop.is_set():
                return
            for user, own in zip(self.users, self.own, strict=True):
                now = time.monotonic()
                if user.feed is None or now - opened[user.user] > 0.3 + turn % 7 / 10:
                    user.open_feed()
                    opened[user.user] = now
                user.feed.send(b"\x01" + user.token)
                user.send("SEND_MESSAGE", conversation=own, key=new_key(), text="to myself")
                user.pump(0.003)
                user.answers.clear()
