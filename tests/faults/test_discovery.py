"""A server is found by whoever shares a network with it: two machines, a cable, and nothing that anybody typed."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.schemas.hello import fingerprint, parse_key
from tests.helpers.brokers import BrokerProcess, process_below, serving
from tests.helpers.netns import LEFT, cabled, ip, within
from tests.helpers.waiting import until

pytestmark = [pytest.mark.netns, pytest.mark.timeout(120)]

HUBBUB = str(Path(sys.executable).with_name("hubbub"))
HOLD = "import socket,sys; s=socket.socket(socket.{family},socket.SOCK_DGRAM); s.bind(('',5353)); print(); sys.stdin.read()"
QUICK = ("--timeout", "0.5")
EVERYWHERE = ("--host", "*", "--port", "0", "--discovery")


@pytest.fixture(params=["IPv4", "IPv6 alone"], scope="module")
def network(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, str]]:
    """The namespaces, and what the server's address begins with."""
    with cabled(ipv4=request.param == "IPv4") as (left, right):
        yield left, right, f"{LEFT}:" if request.param == "IPv4" else "[fe80::"


def hubbub(space: str, profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        within(space, HUBBUB, *arguments, "--profile", str(profile)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"HUBBUB_PASSWORD": "correct horse"},
    )


def nearby(space: str, profile: Path, *options: str) -> list[dict[str, Any]]:
    done = hubbub(space, profile, "discover", "--json", *options)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def serve(folder: Path, space: str, *arguments: str) -> Any:
    """Its lines tell when it can be found."""
    return serving(folder, *(arguments or EVERYWHERE), prefix=tuple(within(space)))


def said(broker: BrokerProcess, what: str) -> str:
    """The line about finding it nearby that has this in it."""

    def look() -> str:
        return next((line for line in broker.log.splitlines() if "nearby" in line and what in line), "")

    return until(look, 20.0, what)


def test_a_server_is_found_and_entered_and_goes(tmp_path: Path, network: tuple[str, str, str]) -> None:
    left, right, begins = network
    with serve(tmp_path / "data", left, *EVERYWHERE, "--name", "Labor 3.OG") as broker:
        assert "'Labor 3-OG'" in said(broker, "can be found")
        (found,) = nearby(right, tmp_path / "bob")
        ready = broker.ready()
        assert found["address"].startswith(begins)
        assert found["address"].endswith(ready.address.rsplit(":", 1)[1])
        assert found == found | {
            "name": "Labor 3.OG",
            "key": ready.server_key,
            "words": fingerprint(parse_key(ready.server_key)),
            "publish_port": int(ready.publish.rsplit(":", 1)[1]),
            "version": 1,
            "known": False,
        }
        entered = hubbub(right, tmp_path / "bob", "register", "--server", found["address"], "--user", "bob")
        assert entered.returncode == 0, entered.stderr
        until(lambda: [one["known"] for one in nearby(right, tmp_path / "bob", *QUICK)] == [True], 20.0, "it")
        broker.stop()
    gone = hubbub(right, tmp_path / "bob", "discover", *QUICK)
    assert (gone.returncode, gone.stdout) == (0, "") and "hubbub login --server ADDRESS" in gone.stderr


@pytest.mark.slow
@pytest.mark.parametrize("network", ["IPv4"], indirect=True)
def test_two_of_one_name_are_both_found_and_a_hidden_one_is_not(
    tmp_path: Path, network: tuple[str, str, str]
) -> None:
    left, right, _ = network
    hidden = ("--host", "*", "--port", "0", "--no-discovery")
    with (
        serve(tmp_path / "one", left) as one,
        serve(tmp_path / "two", left) as two,
        serve(tmp_path / "hidden", left, *hidden) as silent,
        serve(tmp_path / "inside", left, "--host", "127.0.0.1", "--port", "0", "--discovery") as inside,
    ):
        keys = {broker.ready().server_key for broker in (one, two)}
        for broker in (one, two):
            said(broker, "can be found")
        until(
            lambda: {found["key"] for found in nearby(right, tmp_path / "bob", *QUICK)} == keys, 20.0, "both"
        )
        assert "as you wished" in said(silent, "can't be found")
        assert "only this machine" in said(inside, "can't be found")
        names = {said(broker, "can be found") for broker in (one, two)}
        until(
            lambda: len({*re.findall(r"as '(.*)'", one.log), *re.findall(r"as '(.*)'", two.log)}) >= 2,
            20.0,
            f"{names}",
        )


@pytest.mark.slow
@pytest.mark.parametrize("network", ["IPv4"], indirect=True)
def test_workers_and_announcers_die_and_it_is_found_all_the_same(
    tmp_path: Path, network: tuple[str, str, str]
) -> None:
    left, right, _ = network
    with serve(tmp_path / "data", left) as broker:
        said(broker, "can be found")
        address = until(lambda: nearby(right, tmp_path / "bob", *QUICK), 20.0, "it")[0]["address"]
        broker.ready(not_worker=broker.kill_worker())
        assert nearby(right, tmp_path / "bob")[0]["address"] == address
        pid = until(
            lambda: process_below(broker.process.pid, "hubbub.broker.announcer"), 20.0, "an announcer"
        )
        os.kill(pid, signal.SIGKILL)
        until(lambda: nearby(right, tmp_path / "bob", *QUICK), 20.0, "a new announcer")


@pytest.mark.slow
@pytest.mark.parametrize("network", ["IPv4"], indirect=True)
def test_what_starts_without_a_network_is_found_once_there_is_one(
    tmp_path: Path, network: tuple[str, str, str]
) -> None:
    left, right, _ = network
    ip("-n", left, "addr", "flush", "dev", "left")
    ip("-n", left, "link", "set", "left", "down")
    try:
        with serve(tmp_path / "data", left) as broker:
            said(broker, "once there is one")
            ip("-n", left, "link", "set", "left", "up")
            ip("-n", left, "addr", "add", f"{LEFT}/24", "dev", "left")
            said(broker, "can be found")
            port = broker.ready().address.rsplit(":", 1)[1]
            until(
                lambda: (
                    [f"{LEFT}:{port}"] == [one["address"] for one in nearby(right, tmp_path / "bob", *QUICK)]
                ),
                20.0,
                "its address",
            )
    finally:
        ip("-n", left, "link", "set", "left", "up")
        ip("-n", left, "addr", "replace", f"{LEFT}/24", "dev", "left")


@pytest.mark.slow
@pytest.mark.parametrize("network", ["IPv4"], indirect=True)
def test_whoever_has_the_port_for_himself_keeps_no_broker_from_serving(
    tmp_path: Path, network: tuple[str, str, str]
) -> None:
    left, right, _ = network

    holder = subprocess.Popen(
        within(left, sys.executable, "-c", HOLD.format(family="AF_INET")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with serve(tmp_path / "data", left) as broker:
            assert "people type" in said(broker, "Address already in use")
            port = broker.ready().address.rsplit(":", 1)[1]
            server = f"{LEFT}:{port}"
            entered = hubbub(right, tmp_path / "bob", "register", "--server", server, "--user", "bob")
            assert entered.returncode == 0, entered.stderr
            holder.kill()
            said(broker, "can be found")
            assert nearby(right, tmp_path / "bob")[0]["address"] == server
    finally:
        holder.kill()
        holder.communicate()
