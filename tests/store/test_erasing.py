"""What was deleted is in no byte of the files: each text has a mark of its own that is looked for."""

import random
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.schemas.events import Message
from hubbub.store import open_store
from tests.store.stores import GENERAL, Trial, accepted, attachment, digest


class Marked:
    """Texts with marks, and where the marks are found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trial = Trial(open_store(folder))
        self.alice, self.bob = self.trial.users("alice", "bob")
        self.direct = self.trial.direct(self.alice, "bob")
        self._dice = random.Random(1)
        self._marks = 0

    def text(self, length: int) -> str:
        """With a mark at the beginning, in the middle and at the end."""
        self._marks += 1
        mark = f"<{self._marks:05}>"
        filling = self._dice.choice("abcdefgh") * max((length - 3 * len(mark)) // 2, 0)
        return f"{mark}{filling}{mark}{filling}{mark}"

    def say(self, conversation: int, *lengths: int) -> list[Message]:
        return self.trial.say(conversation, self.alice, *(self.text(length) for length in lengths))

    def data(self) -> bytes:
        """All that is in any file but the search index."""
        return b"".join(
            file.read_bytes() for file in self.folder.iterdir() if not file.name.startswith("search")
        )

    def found(self) -> set[str]:
        """The marks that are in it."""
        data = self.data()
        return {f"<{n:05}>" for n in range(1, self._marks + 1) if f"<{n:05}>".encode() in data}


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    return Marked(tmp_path / "data")


def marks(messages: list[Message]) -> set[str]:
    return {message.text[:7] for message in messages}


LENGTHS = (21, 30, 57, 58, 59, 200, 900, 3000, 4100, 8185, 8186, 8187, 12_000, 16_384)


def test_deleted_texts_are_in_no_file(marked: Marked) -> None:
    """Of every length: rows on one page, over several, and around those where a length takes another byte."""
    trial = marked.trial
    lengths = [length for length in LENGTHS for _ in range(4)]
    random.Random(2).shuffle(lengths)
    said = marked.say(marked.direct, *lengths)
    assert trial.backend.tidy()
    assert marked.found() == marks(said), "what is there is found"
    gone, later, kept = said[::3], said[1::3], said[2::3]
    for wave in (gone, later):
        trial.run(*(trial.deletion(marked.direct, marked.alice, message.seq) for message in wave))
        said = [message for message in said if message not in wave]
        assert trial.backend.tidy()
        assert marked.found() == marks(said)
        said += marked.say(marked.direct, *(LENGTHS * 2))
    assert [m.text for m in trial.history(marked.bob, marked.direct, 200, after=0).messages if m in kept]
    assert trial.verify().problems == []
    trial.close()
    assert marked.found() == marks(said)


def test_earlier_texts_go_too(marked: Marked) -> None:
    trial = marked.trial
    said = marked.say(GENERAL, *LENGTHS)
    neighbours = marked.say(marked.direct, *LENGTHS)
    for length in (3000, 25, 16_000):
        edits = [trial.edit(GENERAL, marked.alice, message.seq, marked.text(length)) for message in said]
        trial.run(*edits)
        neighbours += marked.say(marked.direct, *LENGTHS)
    trial.run(*(trial.deletion(GENERAL, marked.alice, message.seq) for message in said))
    assert trial.backend.tidy()
    assert marked.found() == marks(neighbours)
    trial.close()


def test_texts_of_a_deleted_account_go_too(marked: Marked) -> None:
    trial = marked.trial
    said = trial.say(GENERAL, marked.bob, *(marked.text(length) for length in LENGTHS * 20))
    kept = marked.say(marked.direct, *LENGTHS)
    assert trial.backend.tidy()
    assert marked.found() == marks(said) | marks(kept)
    assert trial.delete_account(marked.bob, "delete").purging
    assert trial.purge(marked.bob) == len(said)
    assert trial.backend.tidy()
    assert marked.found() == marks(kept)
    trial.close()


def test_names_and_hashes_of_files_go_too(marked: Marked) -> None:
    """Of many messages, so that rows fill pages and indexes are split."""
    trial = marked.trial
    names = [marked.text(21 + number % 180) for number in range(300)]
    said: list[tuple[Message, str]] = []
    for number, name in enumerate(names):
        data, small = f"{number}".encode(), f"small {number}".encode()
        begin = [trial.beginning(marked.alice, content) for content in (data, small)]
        complete = [records.CompleteUpload(marked.alice, one.sha256, 5, one.size) for one in begin]
        new = [attachment(data, small, name=name)] * (1 + number % 3)
        *_, result = trial.run(*begin, *complete, trial.message(GENERAL, marked.alice, "", files=new))
        said.append((accepted(result).message, name[:7]))
    copy = trial.forward(marked.direct, marked.bob, GENERAL, said[50][0].seq)
    assert trial.backend.tidy()
    assert marked.found() == {mark for _, mark in said}
    gone, kept = said[:200], said[200:]
    for start in range(0, len(gone), 10):
        part = gone[start : start + 10]
        trial.run(*(trial.deletion(GENERAL, marked.alice, message.seq) for message, _ in part))
    assert trial.backend.tidy()
    marks_left = {mark for _, mark in kept} | {said[50][1]}
    assert marked.found() == marks_left
    trial.act(trial.deletion(marked.direct, marked.bob, copy.seq))
    assert trial.backend.tidy()
    assert marked.found() == marks_left - {said[50][1]}
    data = marked.data()
    there = {number for number in range(300) if digest(f"{number}".encode()) in data}
    assert there == set(range(200, 300))
    assert not any(digest(f"small {number}".encode()) in data for number in range(200))
    trial.close()


def test_reader_in_the_way_is_said_and_waited_out(marked: Marked) -> None:
    trial = marked.trial
    said = marked.say(GENERAL, 100)
    reader = trial.reader._database.reader()  # type: ignore[attr-defined]  # a read that takes long
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    trial.act(trial.deletion(GENERAL, marked.alice, said[0].seq))
    assert not trial.backend.tidy()
    assert marked.found() == marks(said)
    marked.say(GENERAL, 50)
    reader.execute("ROLLBACK")
    reader.close()
    assert trial.backend.tidy()
    assert marks(said).isdisjoint(marked.found())
    trial.close()
