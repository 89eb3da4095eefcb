"""`hubbub-broker serve`: how it starts, refuses to start, stops and ends, seen from outside."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.helpers.brokers import PASSWORD, BrokerProcess, process_below, run, serving
from tests.helpers.raw import Raw, hello
from tests.helpers.resenders import Resenders
from tests.helpers.waiting import until


def port_of(process: BrokerProcess) -> int:
    return int(process.place.address.rsplit(":", 1)[1])


def fails(*arguments: str) -> str:
    """Run serve, which must end by itself with an error for a person; its words."""
    done = run("serve", *arguments)
    assert done.returncode not in (0, -signal.SIGKILL), done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_the_ready_file_says_where_it_serves(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        ready = json.loads(process.ready_file.read_text())
        assert {"pid", "address", "publish", "server_key"} <= ready.keys()
        assert ready["pid"] == process.process.pid != ready["worker"]
        worker = psutil.Process(ready["worker"])
        assert worker.ppid() == ready["pid"]
        if sys.platform == "linux":
            files, most = worker.rlimit(psutil.RLIMIT_NOFILE)
            assert files == min(most, 65_536), "each client needs two"
        said = hello("127.0.0.1", port_of(process))
        assert ready["address"] == f"tcp://127.0.0.1:{said['port']}"
        assert ready["publish"] == f"tcp://127.0.0.1:{said['publish_port']}"
        assert list(tmp_path.glob("*.new")) == [], "written whole, or not at all"
        for name in ("server.key", "admin.key", "hubbub.db"):
            assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600, name
        assert "hubbub://127.0.0.1:" in process.log
        assert process.stop() == 0
        assert not process.ready_file.exists()


@pytest.mark.slow
def test_the_ready_file_is_never_half_there(tmp_path: Path) -> None:
    """Whoever looks while workers come and go sees a whole object each time."""
    with serving(tmp_path / "data") as process:
        seen = set()
        for _ in range(3):
            before = process.kill_worker()

            def look(before: int = before) -> bool:
                found = json.loads(process.ready_file.read_bytes())
                seen.add(found["worker"])
                return bool(found["worker"] != before)

            until(look, 40.0)
        assert len(seen) == 4


def test_a_second_broker_harms_nothing(tmp_path: Path) -> None:
    no_folder = fails("--data", str(tmp_path / "x"), "--ready-file", str(tmp_path / "none" / "ready"))
    assert "there is no folder" in no_folder and not (tmp_path / "x").exists()
    with (
        serving(tmp_path / "one") as process,
        Raw(process.place) as guest,
        ThreadPoolExecutor() as at_once,
    ):
        guest.login("guest", PASSWORD, register=True).subscribe()
        own = guest.start("guest")
        port, publish = str(port_of(process)), process.place.publish.rsplit(":", 1)[1]
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            free = str(reserved.getsockname()[1])

        def second(data: str, port: str, publish: str) -> Future[str]:
            ports = ("--host", "127.0.0.1", "--port", port, "--publish-port", publish)
            return at_once.submit(fails, "--data", str(tmp_path / data), *ports)

        same_folder, same_port = second("one", "0", "0"), second("two", port, "0")
        same_publish = second("three", free, publish)
        assert "in use by another broker" in same_folder.result()
        assert str(tmp_path / "one") in same_folder.result()
        said = same_port.result()
        assert f"Port {int(port) + 2} is in use" in said or f"Port {port} is in use" in said
        assert f"Port {publish} is in use" in same_publish.result()
        guest.send_text(own, "still here")
        assert json.loads(process.ready_file.read_text())["pid"] == process.process.pid
        assert process.verify()["problems"] == []
        # What failed to start has let go of its folder.
        with serving(tmp_path / "two"):
            pass


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data):
        pass
    with sqlite3.connect(data / "hubbub.db") as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    before = (data / "hubbub.db").read_bytes()
    assert "newer Hubbub" in fails("--data", str(data), "--host", "127.0.0.1", "--port", "0")
    assert (data / "hubbub.db").read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"not a database, but long enough to be one" * 100,
        pytest.param(b"SQLite format 3\0" + b"\0" * 4080, marks=pytest.mark.slow),
    ],
)
def test_a_broken_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "hubbub.db").write_bytes(content)
    said = fails("--data", str(data), "--host", "127.0.0.1", "--port", "0")
    assert str(data / "hubbub.db") in said
    assert (data / "hubbub.db").read_bytes() == content


def test_a_broken_key_file_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "server.key").write_bytes(b"no key")
    assert "server.key is no key file" in fails("--data", str(data), "--host", "127.0.0.1", "--port", "0")
    assert (data / "server.key").read_bytes() == b"no key"


@pytest.mark.slow
def test_the_key_stays_the_same(tmp_path: Path) -> None:
    keys = set()
    for _ in range(2):
        with serving(tmp_path / "data") as process:
            keys.add(process.ready().server_key)
    assert len(keys) == 1


def test_a_wrong_config_is_told_before_anything_is_made(tmp_path: Path) -> None:
    """What may be wrong with one: tests/broker/test_config.py."""
    file = tmp_path / "hubbub.toml"
    file.write_text("[server]\nprot = 2000\n")
    words = fails("--data", str(tmp_path / "data"), "--config", str(file))
    assert all(word in words for word in (str(file), "line 2", "prot", "publish_port")), words
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, marks=pytest.mark.slow), signal.SIGINT])
def test_a_signal_drains_under_load(tmp_path: Path, number: int) -> None:
    """What was acknowledged is there; what was not was refused or left unanswered, and is sent again to the next broker."""
    with serving(tmp_path / "data") as first:
        port, publish = port_of(first), first.place.publish.rsplit(":", 1)[1]
        first_worker = first.ready().worker
        load = Resenders(first.place, "drained", 3).start()
        try:
            until(lambda: len(load.acknowledged) > 200 or load.error)
            assert first.stop(number) == 0
            assert "Stopped; everything is on the disk." in first.log
            assert not psutil.pid_exists(first_worker), "the worker outlived its supervisor"
            acknowledged = dict(load.acknowledged)
            assert first.verify()["problems"] == []
            with serving(
                tmp_path / "data", "--host", "127.0.0.1", "--port", str(port), "--publish-port", publish
            ) as second:
                load.finish()
                assert acknowledged.items() <= load.acknowledged.items()
                load.check()
                assert second.stop() == 0
        finally:
            load.close()


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        worker = psutil.Process(process.ready().worker)
        worker.suspend()  # it cannot drain
        process.process.send_signal(signal.SIGTERM)
        with pytest.raises(psutil.TimeoutExpired):
            psutil.Process(process.process.pid).wait(0.3)
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(10) == 128 + signal.SIGTERM
        until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert process.verify()["problems"] == []


def test_the_worker_ends_with_its_supervisor(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process, Raw(process.place) as guest:
        guest.login("orphan", PASSWORD, register=True)
        own = guest.start("orphan")
        guest.send_text(own, "before")
        worker = psutil.Process(process.ready().worker)
        os.kill(process.process.pid, signal.SIGKILL)
        until(
            lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE,
            what="the worker's end",
        )
        process.process.wait(10)
    # What the one that was killed left is in nobody's way.
    assert process.ready_file.exists()
    assert process.verify()["problems"] == []
    with serving(tmp_path / "data") as again, Raw(again.place, keys=guest.keys) as back:
        back.token = guest.token
        assert [entry["text"] for entry in back.entries(own)] == ["before"]


SIGNALLED_AS_THE_WORKER_IS_MADE = """
import os, signal, subprocess
from hubbub.broker.cli import main
class Popen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen = Popen
main()
"""


def test_a_signal_while_the_worker_is_made_is_heard(tmp_path: Path) -> None:
    arguments = ("serve", "--data", str(tmp_path / "data"), "--host", "127.0.0.1", "--port", "0")
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED_AS_THE_WORKER_IS_MADE, *arguments],
        capture_output=True,
        text=True,
        timeout=40,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_signal_while_it_starts_is_heard(tmp_path: Path) -> None:
    for turn in range(4):
        process = BrokerProcess(tmp_path / f"data-{turn}")
        try:
            if turn % 2:
                until(
                    lambda pid=process.process.pid: process_below(pid, "hubbub.broker.worker"),
                    what="a worker",
                )
            else:
                until(lambda pid=process.process.pid: _catches(pid, signal.SIGTERM), what="the handlers")
            process.process.send_signal(signal.SIGTERM)
            assert process.process.wait(30) == 0
        finally:
            process.process.kill()
            process.process.wait(10)


def _catches(pid: int, number: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)
