"""One broker in this process for all tests of this folder that only need one."""

from collections.abc import Iterator

import pytest

from tests.helpers.brokers import Served, served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker") / "data") as made:
        yield made
