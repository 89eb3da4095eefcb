"""Three client sessions and the broker's core over links that lose, repeat, reorder and break; crashes of either side;
restored backups. Everything is real but sockets, threads and time.

HUBBUB_LINK_EXAMPLES says how many runs the long variant makes, HUBBUB_LINK_RANDOM=1 lets it roll new ones.
"""

import os
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.helpers.link import Conn
from tests.helpers.link_device import Device
from tests.helpers.link_world import World

LONG: Final = int(os.environ.get("HUBBUB_LINK_EXAMPLES", "2000"))
RANDOM: Final = os.environ.get("HUBBUB_LINK_RANDOM", "") == "1"

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

    @rule(who=WHO, feed=st.booleans(), how=st.sampled_from(("cut", "cut", "silent")), up=FEW, down=FEW, flow=FLOW)
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
        if hasattr(self, "world"):
            self.world.heal()
            self.world.check_rest()


def profile(examples: int, **more: Any) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def test_nothing_is_lost_over_a_lossy_link() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(200))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nothing_is_lost_over_a_lossy_link_in_many_runs() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(LONG))
