"""Generates the load: many clients in one process with as little Python a message as there can be.

The requests of all clients leave through one ROUTER that is connected once a client, each time with that client's own
CURVE key: on the wire they are as many DEALERs, but there is one socket to poll. (Polling a hundred costs more than
all else here.) Feeds need a socket each, since what an XSUB sends goes to all its connections; they are not polled
but emptied every few milliseconds. Frames are encoded once; a message patches its key and its conversation.
"""

import gc
import itertools
import random
import statistics
import struct
import time
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

import msgspec
import zmq

from benchmarks import bare
from hubbub.schemas import codec, requests
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S

SWEEP_S: Final = 0.003
"""How often feeds are emptied. At 100,000 deliveries a second that is three of them a feed and sweep."""
STUCK_S: Final = 15.0
"""No acknowledgement or delivery for so long: something was lost."""


class Failed(Exception):
    """A count is wrong: the figures would mean nothing."""


class Seat(NamedTuple):
    """One client: its CURVE key pair (Z85), its session's token, and where it writes to, in turns."""

    public: bytes
    secret: bytes
    token: bytes
    conversations: tuple[int, ...]


class Plan(NamedTuple):
    """A load. Of `seconds` and `messages` one is given."""

    address: str
    publish: str
    server_key: bytes
    """Z85."""
    seats: tuple[Seat, ...]
    subscriptions: tuple[tuple[bytes, ...], ...]
    """What each seat's feed sends to get its events."""
    confirmed: bool
    """The server confirms each feed with an event; else it is asked how many subscriptions it has."""
    outstanding: int = 8
    text_bytes: int = 200
    seconds: float | None = None
    messages: int | None = None


class Outcome(NamedTuple):
    """What came of it."""

    acked: int
    acked_per_s: float
    delivered: int
    delivered_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_s: float
    """Of this process, all threads."""
    wall_s: float
    """From the first message to the last delivery."""


class Ack(msgspec.Struct, gc=False):
    """What the generator reads of a reply."""

    id: int
    error: str | None = None
    message: str = ""


def generate(plan: Plan, pipe: Connection) -> None:
    """The generator's process: connects, says so, waits for a word, runs, and gives the Outcome (or the failure's text)."""
    load = Load(plan)
    try:
        load.connect()
        pipe.send("connected")
        pipe.recv()
        pipe.send(load.run())
        pipe.recv()
    except Failed as failed:
        pipe.send(str(failed))
    finally:
        load.close()


class Frame:
    """One SEND_MESSAGE, encoded once."""

    def __init__(self, request_id: int, token: bytes, text: str) -> None:
        key, conversation = random.randbytes(16), 0xFEDCBA98
        self.bytes = bytearray(
            codec.encode(
                requests.SendMessage(
                    id=request_id, token=token, conversation=conversation, key=key, text=text
                )
            )
        )
        self.key_at = self._only(key)
        self.conversation_at = self._only(conversation.to_bytes(4, "big"))

    def _only(self, part: bytes) -> int:
        if self.bytes.count(part) != 1:
            raise Failed("a frame has its key or conversation twice")
        return self.bytes.index(part)


class Load:
    """The clients of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._context = zmq.Context()
        self._context.max_sockets = len(plan.seats) + 64
        self._asks = self._context.socket(zmq.ROUTER)
        self._asks.linger = 0
        self._asks.router_mandatory = 1
        self._asks.sndhwm = self._asks.rcvhwm = 0
        self._feeds: list[zmq.Socket[bytes]] = []
        self._delivered = [0] * len(plan.seats)
        self._sent = [0] * len(plan.seats)
        self._latencies = array("q")

    def close(self) -> None:
        self._context.destroy(linger=0)

    # ------------------------------------------------------------------------------------------- connecting

    def connect(self) -> None:
        """Every seat has its connection and its confirmed feed."""
        for number, seat in enumerate(self._plan.seats):
            self._dress(self._asks, seat)
            self._asks.setsockopt(zmq.CONNECT_ROUTING_ID, _peer(number))
            self._asks.connect(self._plan.address)
            self._feeds.append(self._feed(number))
        if self._plan.confirmed:
            self._await_confirmations()
        else:
            self._await_subscriptions()

    def _dress(self, socket: zmq.Socket[bytes], seat: Seat) -> None:
        socket.curve_serverkey = self._plan.server_key
        socket.curve_publickey = seat.public
        socket.curve_secretkey = seat.secret

    def _feed(self, number: int) -> zmq.Socket[bytes]:
        feed = self._context.socket(zmq.XSUB)
        feed.linger = 0
        feed.rcvhwm = 0
        self._dress(feed, self._plan.seats[number])
        feed.connect(self._plan.publish)
        for subscription in self._plan.subscriptions[number]:
            feed.send(b"\x01" + subscription)
        return feed

    def _await_confirmations(self) -> None:
        waiting = dict.fromkeys(range(len(self._feeds)), time.monotonic() + CONFIRMATION_TIMEOUT_S)
        deadline = time.monotonic() + 30
        while waiting:
            for number, until in tuple(waiting.items()):
                feed = self._feeds[number]
                if feed.poll(1):
                    topic, event = feed.recv_multipart()
                    if topic[:1] == b"s" and b"confirmed" in event:
                        del waiting[number]
                elif time.monotonic() > until:
                    feed.close()
                    self._feeds[number] = self._feed(number)
                    waiting[number] = time.monotonic() + CONFIRMATION_TIMEOUT_S
            if time.monotonic() > deadline:
                raise Failed(f"{len(waiting)} feeds were not confirmed")

    def _await_subscriptions(self) -> None:
        due, deadline = sum(map(len, self._plan.subscriptions)), time.monotonic() + 30
        while time.monotonic() < deadline:
            self._asks.send_multipart([_peer(0), msgspec.msgpack.encode({"id": 0})])
            answer = msgspec.msgpack.decode(self._asks.recv_multipart()[1], type=bare.Subscribed)
            if answer.subscriptions == due:
                return
            time.sleep(0.01)
        raise Failed(f"{due} subscriptions were not applied")

    # ------------------------------------------------------------------------------------------- running

    def run(self) -> Outcome:
        """Send, take acknowledgements and deliveries until all are there. Raises Failed."""
        gc.collect()
        gc.freeze()
        gc.disable()
        cpu, begun = time.process_time(), time.perf_counter()
        in_time, delivered_in_time, window = self._exchange()
        self._await_deliveries()
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        self._check()
        centiles = statistics.quantiles(self._latencies, n=100) if len(self._latencies) > 1 else [0] * 99
        return Outcome(
            acked=len(self._latencies),
            acked_per_s=in_time / window,
            delivered=sum(self._delivered),
            delivered_per_s=delivered_in_time / window,
            p50_ms=centiles[49] / 1e6,
            p99_ms=centiles[98] / 1e6,
            cpu_s=cpu,
            wall_s=wall,
        )

    def _exchange(self) -> tuple[int, int, float]:
        """The inner loop. Acknowledged and delivered while sending went on, and for how many seconds that was."""
        plan, asks, outstanding = self._plan, self._asks, self._plan.outstanding
        recv, send, more, noblock = asks.recv, asks.send, zmq.SNDMORE, zmq.NOBLOCK
        decode: Callable[[bytes], Ack] = msgspec.msgpack.Decoder(Ack).decode
        clock, put_key = time.perf_counter_ns, struct.Struct(">QQ").pack_into
        text = ("All work and no play makes Hubbub a dull broker. " * (plan.text_bytes // 40))[
            : plan.text_bytes
        ]

        slots = [
            (number, _peer(number), frame.bytes, frame.key_at, slice(frame.conversation_at, frame.conversation_at + 4), turn)
            for number, seat in enumerate(plan.seats)
            for turn in [itertools.cycle([item.to_bytes(4, "big") for item in seat.conversations])]
            for frame in (Frame(number * outstanding + n, seat.token, text) for n in range(outstanding))
        ]  # fmt: skip
        sent_at = [0] * len(slots)
        sent, latencies, count = self._sent, self._latencies, 0
        limit = plan.messages if plan.messages is not None else 1 << 62
        low = 1 << 63 | random.getrandbits(61)
        high = 0

        def submit(slot: int, now: int) -> None:
            nonlocal low, count
            number, peer, frame, key_at, conversation_at, turn = slots[slot]
            low += 1
            put_key(frame, key_at, high, low)
            frame[conversation_at] = next(turn)
            sent_at[slot] = now
            sent[number] += 1
            count += 1
            send(peer, more)
            send(frame)

        high = time.time_ns() // 1_000_000 << 16 | 0x7000
        begun = heard = clock()
        end = begun + round(plan.seconds * 1e9) if plan.seconds is not None else 1 << 62
        sweep_at = begun
        for slot in range(min(len(slots), limit)):
            submit(slot, begun)

        in_time = delivered_in_time = -1
        window = 0.0
        while len(latencies) < count:
            high = time.time_ns() // 1_000_000 << 16 | 0x7000
            try:
                for _ in range(500):
                    recv(noblock)
                    ack = decode(recv())
                    if ack.error is not None:
                        raise Failed(f"the server answered {ack.error}: {ack.message}")
                    heard = clock()
                    latencies.append(heard - sent_at[ack.id])
                    if heard < end and count < limit:
                        submit(ack.id, heard)
            except zmq.Again:
                asks.poll(2)
            now = clock()
            if in_time < 0 and (now >= end or count >= limit):
                in_time, delivered_in_time, window = len(latencies), self._sweep(), (now - begun) / 1e9
            if now >= sweep_at:
                self._sweep()
                sweep_at = clock() + round(SWEEP_S * 1e9)
                if now - heard > STUCK_S * 1e9:
                    raise Failed(f"{count - len(latencies)} messages were never acknowledged")
        if plan.messages is not None:
            in_time, delivered_in_time, window = len(latencies), self._sweep(), (clock() - begun) / 1e9
        return in_time, delivered_in_time, window

    def _sweep(self) -> int:
        """Empty the feeds; how many deliveries there were since the beginning."""
        delivered, noblock = self._delivered, zmq.NOBLOCK
        for number, feed in enumerate(self._feeds):
            recv, got = feed.recv, 0
            try:
                while True:
                    topic = recv(noblock)
                    recv()
                    got += topic[0] == 99  # b"c": a conversation's
            except zmq.Again:
                delivered[number] += got
        return sum(delivered)

    # ------------------------------------------------------------------------------------------- checking

    def _await_deliveries(self) -> None:
        expected, heard, before = sum(deliveries(self._plan.seats, self._sent)), time.monotonic(), -1
        while (got := self._sweep()) < expected:
            if got != before:
                heard, before = time.monotonic(), got
            elif time.monotonic() - heard > STUCK_S:
                return
            time.sleep(SWEEP_S)

    def _check(self) -> None:
        time.sleep(0.05)
        self._sweep()
        expected = deliveries(self._plan.seats, self._sent)
        if expected != self._delivered:
            raise Failed(
                f"{sum(expected)} deliveries were due, {sum(self._delivered)} came; "
                f"{sum(map(int.__ne__, expected, self._delivered))} of {len(expected)} clients got a wrong number"
            )


def _peer(number: int) -> bytes:
    return b"seat%d" % number


def deliveries(seats: Sequence[Seat], sent: Sequence[int]) -> list[int]:
    """What each seat must have got, by how many messages each has sent: all that was said in its conversations."""
    said: Counter[int] = Counter()
    for seat, count in zip(seats, sent, strict=True):
        rounds, rest = divmod(count, len(seat.conversations))
        for place, conversation in enumerate(seat.conversations):
            said[conversation] += rounds + (place < rest)
    return [sum(said[item] for item in set(seat.conversations)) for seat in seats]
