"""One factory a backend: what a test of the contract takes as `trial` runs on a file and in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.store import memory_store, open_store
from tests.store.stores import Trial


@pytest.fixture(params=["file", "memory"])
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    opened = Trial(open_store(tmp_path / "data") if request.param == "file" else memory_store())
    yield opened
    opened.close()
