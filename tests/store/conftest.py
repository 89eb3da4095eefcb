"""One factory a backend: what a test of the contract takes as `trial` runs on a file and in memory."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.store import memory_store, open_store
from tests.store.stores import Trial


@pytest.fixture(scope="session")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that nobody has written to: to copy it takes a tenth of what it takes to make it."""
    folder = tmp_path_factory.mktemp("unused") / "data"
    open_store(folder).close()
    return folder


@pytest.fixture(params=["file", "memory"])
def trial(request: pytest.FixtureRequest, unused: Path, tmp_path: Path) -> Iterator[Trial]:
    if request.param == "file":
        opened = Trial(open_store(shutil.copytree(unused, tmp_path / "data")))
    else:
        opened = Trial(memory_store())
    yield opened
    opened.close()
