"""A broker in this process, for the tests of one file."""

from collections.abc import Iterator

import pytest

from tests.helpers.brokers import Served, served


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER", "USER", "PASSWORD", "PROFILE"):
        monkeypatch.delenv(f"HUBBUB_{name}", raising=False)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker")) as made:
        yield made
