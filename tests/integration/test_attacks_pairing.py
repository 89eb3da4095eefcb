"""The shifted-pairing attack at full speed against a busy feed: 0 foreign frames anywhere, and the honest are served."""

import threading
from pathlib import Path

import pytest

from tests.helpers.brokers import PASSWORD, served
from tests.helpers.busy import BusyFeed
from tests.helpers.raw import Raw
from tests.helpers.shifting import Shifter, Victims
from tests.helpers.waiting import until


def attack(folder: Path, seconds: float) -> None:
    with served(folder) as server, BusyFeed(server.place) as busy:
        victims = Victims(server.place, "victim", 6)
        shifters = [Shifter(server.place, f"shifter-{number}", 16) for number in range(2)]
        try:
            for one in (victims, *shifters):
                one.start()
            threading.Event().wait(seconds)
            confirmed = victims.confirmed
            for one in (*shifters, victims):
                one.stop()
            for one in (*shifters, victims):
                assert one.error is None, one.error
            bursts = sum(shifter.bursts for shifter in shifters)
            assert bursts > 10 * seconds, "this was no attack"
            with Raw(server.place) as guest:  # the busy ones' sockets belong to their thread
                guest.login("guest", PASSWORD, register=True)
                general = guest.ask("HOME")["conversations"][0]["conversation"]
            for shifter in shifters:
                assert shifter.topics(), "they were not there"
                assert shifter.foreign(general) == set()
            assert victims.foreign() == set()
            assert confirmed >= len(victims.users), "the honest were locked out"
            victims.check_reachable(30.0)
            assert busy.error is None
            hostile = [fields for event, fields in server.log.lines if event == "hostile_feed"]
            assert hostile
            until(lambda: len(busy.acknowledged) > 20)
            print(
                f"\n{bursts} bursts, {confirmed} confirmations, {len(busy.acknowledged)} messages meanwhile"
            )
        finally:
            for one in (*shifters, victims):
                one.stop()
                one.close()


def test_shifted_pairings_bring_nobody_anothers_topics(tmp_path: Path) -> None:
    attack(tmp_path / "data", 1.0)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_shifted_pairings_for_long(tmp_path: Path) -> None:
    attack(tmp_path / "data", 20.0)
