"""Three client sessions and the broker's core over links that lose, repeat, reorder and break; crashes of either side;
restored backups. Everything is real but sockets, threads and time.

HUBBUB_LINK_EXAMPLES says how many runs the long variant makes, HUBBUB_LINK_RANDOM=1 lets it roll new ones. A failure
shows the steps that led to it; HUBBUB_LINK_SHRINK=1 looks for fewer, which takes minutes.
"""

import os
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from hubbub.broker import effects as fx
from hubbub.broker.changes import Changes
from hubbub.client.cursors import Logs
from hubbub.schemas import codec, events, requests
from tests.helpers.link import Conn, LinkedBroker, Requests
from tests.helpers.link_device import Device
from tests.helpers.link_world import World

LONG: Final = int(os.environ.get("HUBBUB_LINK_EXAMPLES", "2000"))
RANDOM: Final = os.environ.get("HUBBUB_LINK_RANDOM", "") == "1"
SHRINK: Final = os.environ.get("HUBBUB_LINK_SHRINK", "") == "1"

STEPS: Final = 50
"""Of a run: with more of them fewer runs fit into the same time, and nearly all faults need fewer than ten."""

WHO = st.integers(0, 2)
FEW = st.integers(0, 3)
FLOW = st.sampled_from((1000, 1000, 2, 0))
"""Frames that are carried after something was done: mostly all that there are, or nothing would get far."""
WAITS = st.sampled_from((0.05, 0.6, 2.1, 5.1, 16.0, 16.0, 50.0))


class LossyLink(RuleBasedStateMachine):
    """A rule is one thing that people, links, the store or a power cut can do to the world."""

    world: World

    @initialize(
        windows=st.tuples(*[st.sampled_from((4096, 3))] * 3),
        replays=st.tuples(*[st.sampled_from((False, False, True))] * 3),
        flow=FLOW,
    )
    def begin(self, windows: tuple[int, int, int], replays: tuple[bool, bool, bool], flow: int) -> None:
        self.world = World(windows, replays)
        self.world.flow(flow)

    def link(self, who: int, feed: bool) -> tuple[Device, Conn | None]:
        device = self.world.devices[who]
        return device, device.feed if feed else device.requests

    # ------------------------------------------------------------------------------------------------ what people do

    @rule(who=WHO, to=st.sampled_from(("alice", "bob", "#team", "#team", "#general")), more=FEW, flow=FLOW)
    def write(self, who: int, to: str, more: int, flow: int) -> None:
        for _ in range(1 + more):
            self.world.devices[who].write(to)
        self.world.flow(flow)

    @rule(who=WHO, which=FEW, back=FEW, flow=FLOW)
    def mark_read(self, who: int, which: int, back: int, flow: int) -> None:
        device = self.world.devices[who]
        if seen := sorted(device.seen.items(), reverse=True):
            conversation, last = seen[which % len(seen)]
            device.mark(conversation, max(0, last - back))
        self.world.flow(flow)

    @rule(who=WHO, what=st.sampled_from(("alice", "bob", "in or out")), flow=FLOW)
    def change(self, who: int, what: str, flow: int) -> None:
        if what == "in or out":
            self.world.change_member(self.world.devices[who].user)
        else:
            self.world.devices[who].open(what)
        self.world.flow(flow)

    @rule(who=WHO, most=st.integers(1, 5))
    def handle(self, who: int, most: int) -> None:
        self.world.devices[who].handle(most)

    # --------------------------------------------------------------------------------------------- what the links do

    @rule(who=WHO, feed=st.booleans(), most=st.integers(1, 6))
    def carry(self, who: int, feed: bool, most: int) -> None:
        self.world.devices[who].greet()
        for _ in range(most):
            device, conn = self.link(who, feed)
            if conn is not None:
                self.world.carry_up(conn)
                self.world.carry_down(device, conn)

    @rule(who=WHO, feed=st.booleans(), index=FEW, again=st.booleans())
    def carry_out_of_order(self, who: int, feed: bool, index: int, again: bool) -> None:
        device, conn = self.link(who, feed)
        if conn is not None and conn.down:
            self.world.carry_down(device, conn, index % len(conn.down), again=again)

    @rule(who=WHO, start=FEW, most=st.sampled_from((1, 2, 100)), flow=FLOW)
    def lose_events(self, who: int, start: int, most: int, flow: int) -> None:
        feed = self.world.devices[who].feed
        if feed is not None:
            feed.lose(start, most)
        self.world.flow(flow)

    @rule(
        who=WHO,
        feed=st.booleans(),
        how=st.sampled_from(("cut", "cut", "silent")),
        up=FEW,
        down=FEW,
        flow=FLOW,
    )
    def break_link(self, who: int, feed: bool, how: str, up: int, down: int, flow: int) -> None:
        _, conn = self.link(who, feed)
        if conn is not None:
            for _ in range(up):
                self.world.carry_up(conn)
            if how == "silent":
                conn.silent = True
            else:
                self.world.broker.part(conn, down)
        self.world.flow(flow)

    @rule(who=WHO, what=st.sampled_from(("plug", "late", "lost request", "lost answer")), index=FEW)
    def trouble(self, who: int, what: str, index: int) -> None:
        device = self.world.devices[who]
        if what == "plug":
            device.plugged = not device.plugged
        elif what == "late":
            device.arrived_late()
        elif device.requests is not None:
            device.requests.lose_one(index, up=what == "lost request")

    @rule(seconds=WAITS, flow=FLOW)
    def wait(self, seconds: float, flow: int) -> None:
        self.world.pass_time(seconds)
        self.world.flow(flow)

    # --------------------------------------------------------------------------------------------------- what breaks

    @rule(step=st.sampled_from(("slow", "commit", "read", "tell committed", "tell read", "quick")), flow=FLOW)
    def store(self, step: str, flow: int) -> None:
        broker = self.world.broker
        if step == "slow":
            broker.slow = True
        elif broker.slow:
            jobs = {
                "commit": broker.commit,
                "read": broker.read,
                "tell committed": broker.tell_committed,
                "tell read": broker.tell_read,
                "quick": broker.quicken,
            }
            jobs[step]()
        self.world.flow(flow)

    @rule(
        who=WHO,
        what=st.sampled_from(("broker", "client", "session", "back up", "back up", "restore")),
        kept=FEW,
        flow=FLOW,
    )
    def disaster(self, who: int, what: str, kept: int, flow: int) -> None:
        match what:
            case "broker":
                self.world.crash(kept)
            case "client":
                self.world.devices[who].crash()
            case "session":
                self.world.end_session(self.world.devices[who])
            case "back up":
                self.world.save()
            case _:
                self.world.restore(kept)
        self.world.flow(flow)

    def teardown(self) -> None:
        if hasattr(self, "world") and all(device.sound for device in self.world.devices):
            self.world.heal()
            self.world.check_rest()


def profile(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not RANDOM,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
    )


@pytest.mark.timeout(600)
def test_nothing_is_lost_over_a_lossy_link() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(200))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_over_a_lossy_link_in_many_runs() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(LONG))


def _asks_to_send(conn: Requests) -> bool:
    return any(isinstance(codec.decode_request(frame), requests.SendMessage) for frame in conn.up)


def test_a_message_to_a_store_that_was_replaced_reaches_whom_it_was_meant_for() -> None:
    world = World((4096,) * 3, (False,) * 3)
    alice, bob, _ = world.devices
    world.flow(1000)
    alice.open("bob")
    world.flow(1000)
    alice.write("bob")
    assert alice.requests is not None
    while alice.disk.outbox[0].state == "pending" and not _asks_to_send(alice.requests):
        world.carry_up(alice.requests)
        world.carry_down(alice, alice.requests)
    world.restore(kept=0)
    bob.open("bob")  # takes the number that the conversation of the two had
    for _ in range(30):
        world.pass_time(0.2)
        bob.greet()
        for device, conn in world.conns():
            if device is bob:
                world.carry_up(conn)
                world.carry_down(bob, conn)
    assert world.truth.name(3) == "@bob"
    world.heal()
    world.check_rest()
    assert [item.state for item in alice.disk.outbox] == ["sent"]


# ------------------------------------------------------------------------------------- the machine can see what is wrong


def deliver_what_is_ahead(patch: pytest.MonkeyPatch) -> None:
    """A live entry behind a gap is handed out instead of being fetched with what is before it."""
    take = Logs.take

    def hasty(self: Logs, entry: events.AnyEntry) -> bool:
        log = self._logs.get(entry.conversation)
        if log is not None and entry.seq > log.last + 1:
            log.last = entry.seq - 1
        return take(self, entry)

    patch.setattr(Logs, "take", hasty)


def keep_cursors_of_another_store(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Logs, "clear", lambda self: None)


def ping_without_news(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Changes, "since", lambda self, position, mine, most: [])


def leave_the_feed_of_who_was_put_out(patch: pytest.MonkeyPatch) -> None:
    run = LinkedBroker.run
    patch.setattr(
        LinkedBroker,
        "run",
        lambda self, effects: run(self, [effect for effect in effects if not isinstance(effect, fx.Cut)]),
    )


@pytest.mark.parametrize(
    "bug",
    [
        deliver_what_is_ahead,
        keep_cursors_of_another_store,
        ping_without_news,
        leave_the_feed_of_who_was_put_out,
    ],
)
def test_the_machine_finds_a_planted_bug(
    bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(LossyLink, settings=profile(200))
