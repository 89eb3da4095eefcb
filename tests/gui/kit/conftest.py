"""A window for each test of the kit; a mistake in a callback fails the test in which it happened."""

from collections.abc import Iterator

import pytest

from tests.helpers.ground import Ground
from tests.helpers.stage import Stage


@pytest.fixture
def stage(ground: Ground) -> Iterator[Stage]:
    theme = ground.begin("640x480")
    yield Stage(ground.root, theme)
    ground.end()
    assert ground.faults == []
