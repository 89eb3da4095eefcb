"""A server that can be killed, started again at the same port, and set back to a backup."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psutil

from hubbub.store.sqlite import renew
from tests.helpers.brokers import BrokerProcess


class Machine:
    """Runs from the beginning; its data folder and its port stay the same."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._process = BrokerProcess(self._data)
        self.address = self._process.place.address

    def kill(self) -> None:
        """As a power cut would: the supervisor first, or it starts another worker."""
        whole = psutil.Process(self._process.process.pid)
        for one in (whole, *whole.children(recursive=True)):
            os.kill(one.pid, signal.SIGKILL)
        self._process.process.wait()

    def start(self) -> None:
        port = self.address.rsplit(":", 1)[1]
        options = ("--host", "127.0.0.1", "--port", port, "--publish-port", "0")
        self._process = BrokerProcess(self._data, *options)
        self._process.ready()

    def stop(self) -> None:
        if self._process.process.poll() is None:
            self._process.stop()

    def copy(self) -> Path:
        """A backup of the data folder, while nobody serves."""
        self.stop()
        return Path(shutil.copytree(self._data, self._data.with_name("backup")))

    def restore(self, backup: Path, *, whole: bool) -> None:
        """Put it in the place of the data folder. whole: as a restore does it, with another epoch and without sessions; else
        somebody just copied the files back."""
        self.stop()
        shutil.rmtree(self._data)
        shutil.copytree(backup, self._data)
        if whole:
            with closing(sqlite3.connect(self._data / "hubbub.db", isolation_level=None)) as db:
                renew(db)
