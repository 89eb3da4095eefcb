"""Peers that want to use up the server: one that never reads, ones that subscribe without end. Memory stays bounded."""

import threading
from collections.abc import Iterator

import msgpack
import psutil
import pytest
import zmq

from tests.helpers.brokers import PASSWORD, BrokerProcess, serving
from tests.helpers.raw import Raw, new_key
from tests.helpers.waiting import until

MIB = 1 << 20
REPLY_BYTES = 128 * 1024
REPLIES_QUEUED = 64
"""The broker's high-water mark for replies (broker/sockets.py)."""
UNREAD_BYTES = REPLY_BYTES * REPLIES_QUEUED
ALLOWANCE = UNREAD_BYTES + 32 * MIB
"""For one peer that does not read: its queue, and what the kernel's buffers, malloc and 32 reads under way may hold."""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    with serving(tmp_path_factory.mktemp("floods") / "data") as made:
        yield made


@pytest.fixture
def worker(process: BrokerProcess) -> psutil.Process:
    return psutil.Process(process.ready().worker)


def fill(user: Raw, messages: int) -> int:
    """A conversation with so many long messages."""
    conversation = user.start(user.name)
    text = "x" * 16_000
    for _ in range(messages // 16):
        requests = [
            user.send("SEND_MESSAGE", conversation=conversation, key=new_key(), text=text) for _ in range(16)
        ]
        assert not [answer for answer in map(user.answer, requests) if "error" in answer]
    return conversation


def test_a_peer_that_reads_nothing_and_asks_for_history(
    process: BrokerProcess, worker: psutil.Process
) -> None:
    place = process.place
    with Raw(place) as honest, Raw(place) as deaf:
        honest.login("reader", PASSWORD, register=True)
        deaf.login("deaf", PASSWORD, register=True)
        own = honest.start("reader")
        conversation = fill(deaf, 64)
        for _ in range(50):
            honest.ask("HISTORY", conversation=own)
        before = worker.memory_info().rss
        # A socket that takes in next to nothing: what the server sends stays in the server's queues.
        deaf.requests.close(linger=0)
        deaf.requests = deaf.new_socket(zmq.DEALER, place.address, RCVHWM=1, RCVBUF=4096)
        most = before
        for _ in range(1000):
            deaf.send("HISTORY", conversation=conversation, limit=200)
        for number in range(150):
            honest.send_text(own, f"served {number}")
            most = max(most, worker.memory_info().rss)
        ended = until(lambda: "peer_does_not_read" in process.log, what="the end of the deaf session")
        assert ended
        assert most - before < ALLOWANCE, f"{(most - before) / MIB:.1f} MiB more"
        with Raw(place, keys=deaf.keys) as again:
            again.token = deaf.token
            assert again.code("HOME") == "session_expired"
        print(f"\n{(most - before) / MIB:.1f} MiB more for a peer that does not read")


def test_a_feed_that_reads_nothing(process: BrokerProcess, worker: psutil.Process) -> None:
    """20 feeds of one user that are never read, while 8 MB of events are published: libzmq shares one copy of each."""
    place = process.place
    with Raw(place) as sender:
        sender.login("talker", PASSWORD, register=True)
        conversation = sender.start("talker")
        feeds = [Raw(place, sender.context, sender.keys) for _ in range(20)]
        try:
            for feed in feeds:
                feed.token, feed.session, feed.name = sender.token, sender.session, "talker"
                feed.feed = feed.new_socket(zmq.XSUB, place.publish, RCVHWM=1, RCVBUF=4096)
                feed.subscribe()
            before = worker.memory_info().rss
            for _ in range(500):
                sender.send_text(conversation, "y" * 16_000)
            grown = worker.memory_info().rss - before
            assert grown < 1000 * 16_000 + 32 * MIB, f"{grown / MIB:.1f} MiB more"
            print(f"\n{grown / MIB:.1f} MiB more for 20 feeds that are not read")
        finally:
            for feed in feeds:
                feed.close()


@pytest.mark.parametrize("kind", ["garbage", "its token"])
def test_subscriptions_without_end_are_cut(process: BrokerProcess, worker: psutil.Process, kind: str) -> None:
    place = process.place
    with Raw(place) as flooder, Raw(place) as honest:
        flooder.login(f"flooder-{kind.replace(' ', '-')}", PASSWORD, register=True).subscribe()
        honest.login(f"not-{flooder.name}", PASSWORD, register=True).subscribe()
        own = honest.start(honest.name)
        honest.refresh()
        dropped = flooder.watch(flooder.feed, zmq.EVENT_DISCONNECTED)
        before = worker.memory_info().rss
        for number in range(20_000):
            body = number.to_bytes(4, "big") * 100 if kind == "garbage" else flooder.token
            flooder.feed.send(b"\x01" + body)
        if kind == "garbage":
            assert dropped.poll(20_000), "the flooder was not cut"
        for number in range(50):
            honest.send_text(own, f"meanwhile {number}")
        honest.wait(lambda: len(honest.live(own)) == 50, what="what it wrote to itself")
        grown = worker.memory_info().rss - before
        assert grown < 16 * MIB, f"{grown / MIB:.1f} MiB more"
        print(f"\n{grown / MIB:.1f} MiB more for 20,000 subscriptions: {kind}")
        flooder.drop_feed()
        assert honest.topics() <= honest.entitled()


def test_more_than_32_requests_at_once_are_told_to_wait(process: BrokerProcess) -> None:
    with Raw(process.place) as eager:
        eager.login("eager", PASSWORD, register=True)
        own = eager.start("eager")
        requests = [
            eager.send("SEND_MESSAGE", conversation=own, key=new_key(), text="at once") for _ in range(60)
        ]
        codes = [eager.answer(request).get("error", "") for request in requests]
        assert set(codes) <= {"", "busy"}
        assert len(eager.entries(own)) == codes.count("") >= 32
        assert eager.send_text(own, "later")["seq"] == codes.count("") + 1


def test_a_fast_reader_with_32_requests_on_their_way_keeps_its_session(process: BrokerProcess) -> None:
    """A sliding window at full speed, frames packed beforehand: the server must not take it for one that does not read."""
    with Raw(process.place) as fast:
        fast.login("fast", PASSWORD, register=True)
        ping = msgpack.packb({"mode": "PING", "id": 1, "token": fast.token})
        on_their_way = answered = 0
        while answered < 15_000:
            while on_their_way < 32:
                fast.requests.send(ping)
                on_their_way += 1
            assert fast.requests.poll(20_000), f"no answer after {answered}"
            try:
                while True:
                    assert b"error" not in fast.requests.recv(zmq.NOBLOCK)
                    on_their_way -= 1
                    answered += 1
            except zmq.Again:
                continue


def test_connections_that_come_and_go(process: BrokerProcess, worker: psutil.Process) -> None:
    """Handshakes at full speed from four threads leave neither memory nor descriptors behind."""
    place = process.place

    def storm(count: int) -> None:
        with Raw(place) as raw:
            for _ in range(count):
                raw.reconnect()
                raw.ask("IS_HOST")

    def storms(count: int) -> None:
        threads = [threading.Thread(target=storm, args=(count,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    storms(20)
    files, before = worker.num_fds(), worker.memory_info().rss
    storms(60)
    until(lambda: worker.num_fds() <= files + 5, what="the closing of all descriptors")
    assert worker.memory_info().rss - before < 16 * MIB


def test_pings_are_answered_while_others_flood(process: BrokerProcess) -> None:
    """Sessions that ask at full speed cost others little: a PING is answered in time."""
    place = process.place
    stop = threading.Event()

    def flood() -> None:
        with Raw(place) as raw:
            raw.login("ping-flood", PASSWORD, register=True)
            while not stop.is_set():
                for request in [raw.send("PING") for _ in range(32)]:
                    raw.answer(request)

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        with Raw(place) as calm:
            calm.login("calm", PASSWORD, register=True)
            for _ in range(50):
                calm.ask("PING", timeout=5.0)
    finally:
        stop.set()
        thread.join()
