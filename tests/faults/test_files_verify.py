"""`hubbub-broker verify` finds files that are missing, short or damaged, while a broker has the folder and while none has it."""

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hubbub.broker.cli import main
from tests.helpers import files
from tests.helpers.brokers import PASSWORD, served, serving
from tests.helpers.files import CHUNK, content, sha256
from tests.helpers.raw import Place, Raw

PICTURE = content(700, "picture")
SMALL = content(300, "small")
FILE = content(2 * CHUNK, "file")


class Folder:
    """A data folder with a file, its thumbnail and a profile's picture."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def fill(self, place: Place) -> None:
        with Raw(place) as alice:
            alice.login("alice", PASSWORD, register=True)
            own = alice.start("alice")
            for one in (FILE, SMALL, PICTURE, content(CHUNK, "complete, and in no message")):
                files.upload(alice, one)
            alice.ask("SET_PROFILE", picture=sha256(PICTURE))
            one = files.attachment(FILE, thumbnail=sha256(SMALL))
            alice.act("SEND_MESSAGE", own, text="", attachments=[one])
            files.begin(alice, content(CHUNK * 3, "half"))

    def verify(self, code: int) -> dict[str, Any]:
        done = CliRunner().invoke(main, ["verify", "--data", str(self.data), "--json"])
        assert done.exit_code == code, (done.output, done.exception)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module", params=["running", "not running"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """For all tests: each puts right what it broke."""
    made = Folder(tmp_path_factory.mktemp("verify") / "data")
    with served(made.data) as server:
        made.fill(server.place)
    with serving(made.data) if request.param == "running" else contextlib.nullcontext():
        yield made


@contextlib.contextmanager
def broken(path: Path, fault: Callable[[Path], object]) -> Iterator[None]:
    before = path.read_bytes()
    fault(path)
    try:
        yield
    finally:
        path.write_bytes(before)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def damage(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def test_a_whole_folder_has_no_problem(folder: Folder) -> None:
    found = folder.verify(0)
    assert (found["problems"], found["files"]) == ([], 4)
    said = CliRunner().invoke(main, ["verify", "--data", str(folder.data)]).stdout
    assert said == "1 user, 2 conversations, 2 log entries, 4 files.\nAll is well.\n"


@pytest.mark.parametrize("what", [FILE, SMALL, PICTURE], ids=["file", "thumbnail", "picture"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Path.unlink, "missing"),
        (shorten, "bytes in place of"),
        (lengthen, "bytes in place of"),
        (damage, "damaged"),
    ],
)
def test_each_fault_is_found_and_named(
    folder: Folder, what: bytes, fault: Callable[[Path], object], words: str
) -> None:
    with broken(files.blob(folder.data, sha256(what)), fault):
        (problem,) = folder.verify(1)["problems"]
        assert words in problem and sha256(what).hex() in problem


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET stored = stored + 1",
        "UPDATE holdings SET uses = uses + 1 WHERE size = 700",
        "DELETE FROM holdings WHERE size = 300",
        "UPDATE attachments SET size = size + 1",
    ],
)
def test_rows_that_are_wrong_are_found(tmp_path: Path, folder: Folder, statement: str) -> None:
    """What a user's files take, how often he has each, and how large each is."""
    made = Folder(tmp_path / "copy")
    shutil.copytree(folder.data, made.data)
    with contextlib.closing(sqlite3.connect(made.data / "hubbub.db")) as store:
        store.execute(statement)
        store.commit()
    assert made.verify(1)["problems"]
